"""Tells as which templates a reply of ours counts, so that a past reply is offered where its template would be."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol

from bot.domain.mentions.moved_to_private import asks_in_private
from bot.domain.mentions.word_rules import Sign, WordRule, telling_words
from bot.domain.replies.draft_patterns import LINK
from bot.domain.replies.template_order import ANY
from bot.domain.triage.triage import Kind
from bot.domain.triage.words_of_their_own import own_words

# Signs of a reply that can stand among the words of a template: what no list of words tells.
QUESTION, IN_PRIVATE = "?", "asks in private"
_KIND_WORDS = frozenset({Kind.THANKS.value, Kind.PRAISE.value})


class SaysTheSame(Protocol):
    """The part of a template that decides which replies count as it."""

    @property
    def name(self) -> str:
        """Return its name."""

    @property
    def topics(self) -> Sequence[str]:
        """Return the topics that bring it up."""

    @property
    def said_as(self) -> Sequence[str]:
        """Return the words and signs of a reply by which it counts as this template."""

    @property
    def language(self) -> str:
        """Return its language code."""


def plain_name(template: SaysTheSame) -> str:
    """Return the name of a template without its language: its variants say the same."""
    return template.name.removesuffix(f"_{template.language}")


def kinds_of(reply: str, begun_with: str, templates: Iterable[SaysTheSame], language: str) -> frozenset[str]:
    """Return the plain names of the templates as which a reply counts: the one it began with, or by its words.

    What a reply asks for counts more than its kind words and general sentences around that.
    """
    every = [*templates]
    if known := {plain_name(one) for one in every if one.name == begun_with}:
        return frozenset(known)
    wording = own_words(reply, language).wording
    found = [one for one in every if one.said_as and telling_words(_rule(tuple(one.said_as)), wording)]
    private = asks_in_private(reply) or any(IN_PRIVATE in one.said_as for one in found)
    sign = IN_PRIVATE if private else QUESTION if QUESTION in LINK.sub(" ", reply) else ""
    if sign:
        found = [one for one in found if not _is_general(one)]
        found += [one for one in every if sign in one.said_as]
    elif any(ANY in one.topics for one in found):
        found = [one for one in found if not _KIND_WORDS.intersection(one.topics)]
    return frozenset(map(plain_name, found))


def _is_general(template: SaysTheSame) -> bool:
    return ANY in template.topics or not _KIND_WORDS.isdisjoint(template.topics)


@lru_cache(maxsize=256)
def _rule(words: tuple[str, ...]) -> WordRule:
    return WordRule(signs=(Sign(words=tuple(one for one in words if one not in {QUESTION, IN_PRIVATE})),))
