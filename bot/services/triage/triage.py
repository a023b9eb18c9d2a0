"""Decides the triage of a mention by its own words, before anything of it is stored."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from bot.domain.mentions.mention import Mention
from bot.domain.mentions.segments import segment_of
from bot.domain.mentions.word_rules import WordRule, telling_words
from bot.domain.team.languages import tongue
from bot.domain.triage.kind import KindFound, kind_of
from bot.domain.triage.language import FEW, language_of
from bot.domain.triage.rules import by_triage_rules
from bot.domain.triage.triage import Reason, Triage, Unheard, Urgent
from bot.domain.triage.weighing import weighed
from bot.domain.triage.words_of_their_own import OwnWords, own_words
from bot.ports import Desk, Policy
from bot.services.mentions.routing import route

T = TypeVar("T", Urgent, Unheard)


def triage_of(desk: Desk, post: Mention) -> Triage:
    """Return the triage of a post. It reads and writes nothing, and is called before the transaction begins."""
    return triage_by(desk.policy, post)


def triage_by(policy: Policy, post: Mention) -> Triage:
    """Return the triage of a post by the words of a policy."""
    own = own_words(post.text, "")
    language, language_by = language_of(post.language, own, policy.guess)
    post, own, words = replace(post, language=language), own.written_in(language), policy.vocabulary
    kind, kind_by, sure = _kind(policy, post, own, language)
    in_need = ((Urgent.SAFETY, policy.safety), *words.urgent.items())
    urgent, urgent_by = _first(own, in_need, Urgent.NO)
    before = ((Unheard.NEVER_ANSWERED, words.never), (Unheard.NOT_KNOWING_WHERE, words.where))
    unheard, unheard_by = _first(own, before, Unheard.NO)
    routed = route(post, policy, segment_of(policy.segments, post.ref.network, post.author))
    told = Triage(
        kind=kind,
        kind_by=kind_by,
        sure=sure,
        urgent=urgent,
        urgent_by=urgent_by,
        unheard=unheard,
        unheard_by=unheard_by,
        topic=routed.topic,
        topic_by=Reason(routed.words, "routes") if routed.topic else Reason(),
        language=language,
        language_by=language_by,
    )
    return by_triage_rules(told, routed.triage_rules) if routed.triage_rules else told


def in_its_language(post: Mention, triage: Triage) -> Mention:
    """Return a post with the language that triage told, where its network did not say one."""
    return post if tongue(post.language) or not triage.language else replace(post, language=triage.language)


def _kind(policy: Policy, post: Mention, own: OwnWords, language: str) -> KindFound:
    words, seen, answers = policy.vocabulary, bool(post.media), bool(post.parent_id)
    spoken = words.spoken(language if len(own.words) >= FEW else "")
    found = kind_of(own, words, spoken, media=seen, answers=answers)
    if policy.weights is None or language not in policy.weights().languages:
        return found
    return weighed(policy.weights(), own, words, spoken, found, media=seen, answers=answers)


def _first(own: OwnWords, rules: Sequence[tuple[T, WordRule]], otherwise: T) -> tuple[T, Reason]:
    for found, rule in rules:
        if words := telling_words(rule, own.wording):
            return found, Reason(words, found.value)
    return otherwise, Reason()
