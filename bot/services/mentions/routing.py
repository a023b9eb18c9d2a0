"""Decides which channel a mention goes to, how much it matters, what it is about, and within how long it is owed."""

from dataclasses import dataclass

from bot.domain.base.policy import Policy, Route
from bot.domain.cases.case import Priority
from bot.domain.mentions.mention import Mention
from bot.domain.mentions.routing_words import PostWording, contains_word, wording
from bot.domain.mentions.safety import TOPIC
from bot.domain.mentions.word_rules import telling_words
from bot.domain.team.languages import tongue


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a mention goes."""

    channel: str
    priority: Priority
    topic: str
    by_words: bool = False  # whether the words of the post itself decided, not only who wrote it where


def route(mention: Mention, policy: Policy, segment: str = "") -> Routed:
    """Return what the first route that fits says; without one, the usual channel at normal priority.

    What tells of a danger comes first: it is urgent, and no other word of it takes it elsewhere. `segment` is the
    author's, or empty.
    """
    language = tongue(mention.language)
    post = wording(mention.text, language)
    usual = Routed(policy.channel, Priority.NORMAL, "")
    fits = (one for one in policy.routes if _fits(one, mention, language, post, segment))
    found = next((_routed(one, policy) for one in fits), usual)
    return found if found.priority == Priority.URGENT else _safe(policy, post, found)


def _routed(one: Route, policy: Policy) -> Routed:
    priority = Priority(one.priority) if one.priority else Priority.NORMAL
    return Routed(one.channel or policy.channel, priority, one.topic, bool(one.words))


def _safe(policy: Policy, post: PostWording, found: Routed) -> Routed:
    """Return where a post goes that tells of a danger, or what was `found`."""
    if not telling_words(policy.safety, post):
        return found
    channel = policy.safety.channel or (policy.channel if found.by_words else found.channel)
    return Routed(channel, Priority.URGENT, TOPIC, by_words=True)


def _fits(one: Route, mention: Mention, language: str, post: PostWording, segment: str) -> bool:
    if one.networks and mention.ref.network not in one.networks:
        return False
    if one.languages and language not in {tongue(code) for code in one.languages}:
        return False
    if one.segments and segment not in one.segments:
        return False
    return not one.words or any(contains_word(post, word) for word in one.words)
