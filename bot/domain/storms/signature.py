"""The subject of a post, in a form that can be compared: its topic, the post it stands under, its words."""

import re
from collections.abc import Collection
from dataclasses import field
from enum import StrEnum
from typing import NamedTuple

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.cases.search import LONGEST, indexed_words
from bot.domain.storms.stop_words import stop_words

MOST_WORDS = 24  # of one post; a longer one says the rest in its first words
SHORTEST = 3  # letters, in a script that puts blanks between words
_READ = 4_000  # signs of a post that are looked at
# Links, handles and numbers say who and where, not what about; handles would keep names of people besides.
_LEFT_OUT = re.compile(r"https?://\S+|www\.\S+|[@＠][\w.-]+|&\w+;")


class FeatureKind(StrEnum):
    """The kind of thing in which posts are alike."""

    WORD = "word"
    TOPIC = "topic"  # of their cases
    UNDER = "under"  # one and the same post


class Trait(NamedTuple):
    """One thing that posts can have in common."""

    kind: FeatureKind
    name: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Everything that one post can have in common with others."""

    traits: frozenset[Trait] = field(default_factory=frozenset)

    @property
    def words(self) -> frozenset[str]:
        """Return its words that say something."""
        return frozenset(one.name for one in self.traits if one.kind == FeatureKind.WORD)


def signature(
    text: str,
    language: str = "",
    *,
    topic: str = "",
    under: str = "",
    names: Collection[str] = (),
    private: bool = False,
) -> Signature:
    """Return what a post is about; `names` are the desk's own, which say nothing here.

    `under` names the post that it answers, or "". Of a private message only the topic counts: none of its words can
    come into a figure or a sentence.
    """
    traits = {Trait(FeatureKind.TOPIC, topic)} if topic else set[Trait]()
    if not private:
        traits |= {Trait(FeatureKind.UNDER, under)} if under else set()
        traits |= {Trait(FeatureKind.WORD, one) for one in topic_words(text, language, names)}
    return Signature(frozenset(traits))


def topic_words(text: str, language: str = "", names: Collection[str] = ()) -> list[str]:
    """Return the words of a text that say what it is about, each once, in order."""
    silent = stop_words(language)
    every = indexed_words("", _LEFT_OUT.sub(" ", text[:_READ])).split()
    return [one for one in every if _tells(one) and one not in silent and one not in names][:MOST_WORDS]


def _tells(word: str) -> bool:
    if any(sign.isdigit() for sign in word) or len(word) == LONGEST:  # cut off by the index: no word that people say
        return False
    return len(word) >= (SHORTEST if word.isascii() or not _has_no_blanks(word) else 2)


def _has_no_blanks(word: str) -> bool:
    """Return whether a word is a pair of letters of a script without blanks, as the index cuts it."""
    return len(word) == 2 and word[0] >= "\u0e00"
