"""Orders reply templates for a post: by its words, by what triage told of it, and by what went before."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Protocol, TypeVar

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.moved_to_private import asks_in_private
from bot.domain.mentions.routing_words import PostWording
from bot.domain.mentions.word_rules import Sign, WordRule, telling_words
from bot.domain.triage.triage import USUAL, Triage, Unheard, Urgent

ANY = "any"  # the topic of a template that fits much and nothing well
# What each clue weighs. A danger, or a thank-you, decides by itself; a single word does not.
OF_TOPIC, OF_ANSWER, OF_USUAL, OF_WORD, OF_WORD_OF_ANY, OF_ANY = 4.0, 2.5, 0.5, 2.0, 1.0, 0.5
MOST_WORDS = 3  # further ones say nothing more


class Circumstance(StrEnum):
    """The stage of a conversation, as a topic that templates can name."""

    ANSWERS_US = "answers us"  # the post answers one of ours that asked for something
    NO_ANSWER = "no answer"  # they asked before, and nobody answered
    LATE = "late"  # we promised a time, and it has passed
    IMPOSTOR = "impostor"
    ALONE = "nobody approves"  # nobody else is there who can approve a reply


class Suits(Protocol):
    """The part of a template that decides for which posts it is."""

    @property
    def topics(self) -> Sequence[str]:
        """Return the topics that bring it up."""

    @property
    def words(self) -> Sequence[str]:
        """Return the words of a post that bring it up; a star leaves the end open."""

    @property
    def language(self) -> str:
        """Return its language code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A post to answer, as far as it decides which templates come first."""

    wording: PostWording
    topics: frozenset[str] = frozenset()
    language: str = ""  # "": nobody knows


T = TypeVar("T", bound=Suits)


_OF: Mapping[str, float] = dict.fromkeys(map(str, USUAL), OF_USUAL) | {Circumstance.ANSWERS_US: OF_ANSWER}


def best_first(templates: Iterable[T], here: Situation) -> list[T]:
    """Return templates in the language of a post first, and among those the most fitting first.

    Where the language is not known, that in which most templates are written counts.
    """
    every = list(templates)
    language = here.language or _usual(every)
    return sorted(every, key=lambda one: (one.language != language, -weight(one, here)))


def _usual(templates: Iterable[Suits]) -> str:
    return next((one for one, _ in Counter(one.language for one in templates).most_common(1)), "")


def asks_something(text: str) -> bool:
    """Return whether a text of ours asks the customer for something."""
    return "?" in text or asks_in_private(text)


def topics_of(told: Triage | None, topic: str = "", circumstances: Collection[Circumstance] = ()) -> frozenset[str]:
    """Return the topics of a post: of its case, of its triage, and of where the conversation stands."""
    found = {topic, *circumstances}
    if told:
        found |= {told.topic, told.kind, told.urgent if told.urgent != Urgent.NO else ""}
        found |= {Circumstance.NO_ANSWER} if told.unheard == Unheard.NEVER_ANSWERED else set()
    return frozenset(str(one) for one in found if one)


def weight(template: Suits, here: Situation) -> float:
    """Return how well a template fits a post; 0 where nothing speaks for it."""
    topics = [_OF.get(one, OF_TOPIC) for one in template.topics if one in here.topics]
    words = sum(bool(telling_words(rule, here.wording)) for rule in _rules(tuple(template.words)))
    fits_much = ANY in template.topics
    of_word = OF_WORD_OF_ANY if fits_much else OF_WORD
    return sum(topics) + of_word * min(words, MOST_WORDS) + OF_ANY * fits_much


@lru_cache(maxsize=1024)
def _rules(words: tuple[str, ...]) -> tuple[WordRule, ...]:
    return tuple(WordRule(signs=(Sign(words=(one,)),)) for one in words)
