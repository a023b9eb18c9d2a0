"""Decides a mention's channel, priority, topic and turnaround."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from bot.domain.base.policy import Policy, Route
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.word_caches import word_cache
from bot.domain.cases.case import Priority
from bot.domain.mentions.mention import Mention
from bot.domain.mentions.routing_words import PostWording, contains_word, wording
from bot.domain.mentions.safety import TOPIC
from bot.domain.mentions.word_rules import telling_words
from bot.domain.team.languages import tongue
from bot.domain.triage.rules import Fitting, first_of_topic, fitting, most_urgent
from bot.domain.triage.triage import Urgent


@dataclass(frozen=True, slots=True)
class Routed:
    """The routing of a mention."""

    channel: str
    priority: Priority
    topic: str
    words: tuple[str, ...] = ()  # of the post, if they decided; empty: only its author or place did
    triage_rules: tuple[Fitting, ...] = ()  # that fit the post

    @property
    def by_words(self) -> bool:
        """Return whether the words of the post itself decided."""
        return bool(self.words)


def route(mention: Mention, policy: Policy, segment: str = "") -> Routed:
    """Return the routing of the first matching route; without one, the usual channel at normal priority.

    A post about a danger comes first: it is urgent, and no route sends it elsewhere. A legal threat, or a post about
    a vulnerable person, is urgent in the channel of its route. `segment` is the author's, or empty.
    """
    language = tongue(mention.language)
    post = _wording(mention.text, language)
    usual = Routed(policy.channel, Priority.NORMAL, "")
    fits = (one for one in policy.routes if _fits(one, policy, mention, language, segment))
    said = ((one, _said(one, post)) for one in fits)
    found = next((_routed(one, words, policy) for one, words in said if words or not one.words), usual)
    decided = found if found.priority == Priority.URGENT else _safe(policy, post, found)
    fitted = fitting(policy.triage_rules, mention, language, found.channel)
    return replace(_by_triage_rules(policy, decided, fitted), triage_rules=fitted) if fitted else decided


def _by_triage_rules(policy: Policy, found: Routed, fits: Sequence[Fitting]) -> Routed:
    """Return where a post goes by the triage rules that fit it; safety comes first."""
    urgent = most_urgent(fits)
    if urgent is not None:
        found = _made_urgent(policy, found, urgent)
    of_topic = first_of_topic(fits)
    if of_topic is None or found.topic == TOPIC:
        return found
    return replace(found, topic=of_topic.rule.topic, words=(*found.words, *of_topic.reason.words))


def _made_urgent(policy: Policy, found: Routed, fit: Fitting) -> Routed:
    urgent, words = fit.rule.urgent, fit.reason.words
    if urgent == Urgent.SAFETY and found.topic != TOPIC:
        return Routed(policy.safety.channel or found.channel, Priority.URGENT, TOPIC, words)
    if found.priority == Priority.URGENT:
        return found
    return replace(found, priority=Priority.URGENT, topic=found.topic or urgent.value, words=words)


@word_cache(128)  # a batch of posts: each is routed before its transaction, and once more when its case opens
def _wording(text: str, language: str) -> PostWording:
    return wording(text, language)


def _said(one: Route, post: PostWording) -> tuple[str, ...]:
    """Return the word of a route that a post says, as the route has it."""
    return tuple(islice((word for word in one.words if contains_word(post, word)), 1))


def _routed(one: Route, words: tuple[str, ...], policy: Policy) -> Routed:
    priority = Priority(one.priority) if one.priority else Priority.NORMAL
    return Routed(one.channel or policy.channel, priority, one.topic, words)


def _safe(policy: Policy, post: PostWording, found: Routed) -> Routed:
    """Return where a post goes that tells of a danger, or what was `found`."""
    words = telling_words(policy.safety, post)
    if not words:
        return _urgent(policy, post, found)
    channel = policy.safety.channel or (policy.channel if found.by_words else found.channel)
    return Routed(channel, Priority.URGENT, TOPIC, words)


def _urgent(policy: Policy, post: PostWording, found: Routed) -> Routed:
    """Return what was `found`, as urgent where the post tells of law or of somebody vulnerable."""
    for urgent, rule in policy.vocabulary.urgent.items():
        if words := telling_words(rule, post):
            return replace(found, priority=Priority.URGENT, topic=found.topic or urgent.value, words=words)
    return found


def _fits(one: Route, policy: Policy, mention: Mention, language: str, segment: str) -> bool:
    if one.networks and mention.ref.network not in one.networks:
        return False
    if one.accounts and policy.account_name(mention.ref.network, mention.ref.account) not in one.accounts:
        return False
    if one.languages and language not in {tongue(code) for code in one.languages}:
        return False
    return not one.segments or segment in one.segments
