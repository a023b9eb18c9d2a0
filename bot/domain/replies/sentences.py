"""The sentences of a reply in a form in which the same sentence to somebody else is equal."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from hashlib import sha256

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import visible
from bot.domain.cases.search import folded
from bot.domain.replies.draft_patterns import INITIALS, LINK, MENTION, SENTENCE_END

LATELY = timedelta(days=7)
KEPT = timedelta(days=30)  # sentences sent longer ago are forgotten
LOOKED_UP = 10  # sentences of a draft
OFTEN = 3  # other customers from whom on a sentence is remarked
FEWEST = 5  # words of a sentence: shorter ones are the same by chance ("Sorry to hear that.")
HALVED = 8  # words from which on the first and the second half count, too
ALIKE = 88  # of 100, from which on two sentences are the same with a word changed

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\w*\d\w*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: as written, its bare words, and the digests under which it and its halves are found."""

    written: str
    bare: str
    whole: int
    head: int = 0  # 0: it is too short to be halved
    tail: int = 0

    @property
    def digests(self) -> tuple[int, ...]:
        """Return the digests under which it, or one that is alike, is found."""
        return (self.whole, self.head, self.tail) if self.head else (self.whole,)


def sentences(text: str, names: Collection[str]) -> tuple[Sentence, ...]:
    """Return the sentences of a text that are long enough to tell something, each once.

    `names` are words by which the customer is called; they, numbers, links and the signature do not count.
    """
    found = (_sentence(" ".join(part.split()), names) for part in SENTENCE_END.split(INITIALS.sub("", visible(text))))
    return tuple({one.whole: one for one in found if one is not None}.values())


def called(name: str, handle: str) -> frozenset[str]:
    """Return the words by which somebody is called."""
    return frozenset(_WORD.findall(folded(f"{name} {handle}")))


def _sentence(written: str, names: Collection[str]) -> Sentence | None:
    words = [*_bare(written, names)]
    if len(words) < FEWEST:
        return None
    whole, half = " ".join(words), len(words) // 2
    if len(words) < HALVED:
        return Sentence(written, whole, _digest("whole", words))
    head, tail = _digest("head", words[:half]), _digest("tail", words[half:])
    return Sentence(written, whole, _digest("whole", words), head, tail)


def _bare(written: str, names: Collection[str]) -> Iterator[str]:
    for word in _WORD.findall(folded(LINK.sub(" ", MENTION.sub(" ", written)))):
        if word not in names:
            yield "0" if _NUMBER.fullmatch(word) else word


def _digest(part: str, words: Sequence[str]) -> int:
    """Return 63 bits, which both databases keep as a number."""
    return int.from_bytes(sha256(f"{part} {' '.join(words)}".encode()).digest()[:8]) >> 1
