"""Cuts words that are too long for one post into parts: at a paragraph, else a sentence, else between two words."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import takewhile

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.replies.text_length import TextLength

MOST = 3  # parts of one reply
SHORTEST = 40  # code points of a part, so that no greeting and no signature becomes a post of its own

# A space that binds is no place to cut: no-break, figure and narrow no-break.
_SPACE = r"[^\S\u00a0\u2007\u202f]"
_PARAGRAPH = re.compile(rf"{_SPACE}*\n{_SPACE}*\n\s*")
_SENTENCE = re.compile(rf"(?<=[.!?…])[\"”’')\]]*{_SPACE}+|{_SPACE}*\n\s*|(?<=[。！？])(?=[^\s。！？」』）])")
_WORD = re.compile(rf"{_SPACE}+|(?<=[、，；])")
# Behind these nothing ends: "e.g.", "No. 5", "J. Smith", and the number of an item in a list.
_GOES_ON = re.compile(r"(?:\b(?:e\.g|i\.e|z\.B|d\.h|no|nr|st|dr|mr|mrs|ms|vs|ca|approx)|\b\w|\d)\.\Z", re.IGNORECASE)
_NUMBER_BEFORE, _NUMBER_BEHIND = re.compile(r"[\d+(][\d().,/+-]*\Z"), re.compile(r"[(]?\d")
_NEAR = 40  # code points before a cut in which a number is looked for
_JOINS = frozenset({"\u200c", "\u200d"})
_LINK_BEFORE = re.compile(r"(?:https?://|www\.)\S*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Split:
    """Cuts of a text: the code point with which each further part begins, and whether the parts are numbered."""

    cuts: tuple[int, ...] = ()
    numbered: bool = False

    def parts_of(self, text: str) -> tuple[str, ...]:
        """Return the parts of a text, in order, byte for byte as they are posted; without a cut the text itself."""
        if not self.cuts:
            return (text,)
        ends = (*self.cuts, len(text))
        pieces = [text[start:end].strip() for start, end in zip((0, *self.cuts), ends, strict=True)]
        return tuple(_marked(one, n, len(pieces), numbered=self.numbered) for n, one in enumerate(pieces, 1))

    def part_of(self, text: str, n: int) -> str:
        """Return one of the parts, from 1; 0: the whole."""
        return self.parts_of(text)[n - 1] if n else text

    def rest_of(self, text: str, done: int) -> str:
        """Return the words behind the first `done` parts."""
        return text[self.cuts[done - 1] :].strip() if 0 < done <= len(self.cuts) else text


ONE = Split()


@dataclass(frozen=True, slots=True)
class CutText:
    """The parts in which words too long for one post can go out, as a form offers them."""

    whole: TextLength
    parts: tuple[str, ...]
    lengths: tuple[TextLength, ...]

    @property
    def mark(self) -> str:
        """Return a short hash of the parts: a form says by it which ones it showed."""
        return sha256("\0".join(self.parts).encode("utf-8", "replace")).hexdigest()[:8]


def split(text: str, fits: Callable[[str], bool], *, numbered: bool = False) -> Split | None:
    """Return where to cut a text so that each part fits, into as few parts as possible; None: there is no way.

    A text that fits is not cut. The result depends on the arguments only, so that an approved text has its parts.
    """
    if fits(text):
        return ONE
    for many in range(2, MOST + 1):

        def fits_there(piece: str, n: int, many: int = many) -> bool:
            return fits(_marked(piece, n, many, numbered=numbered))

        cuts = _cuts(text, 0, 1, many, fits_there)
        if cuts is not None:
            return Split(cuts, numbered)
    return None


def _marked(piece: str, n: int, many: int, *, numbered: bool) -> str:
    return f"{piece} {n}/{many}" if numbered else piece


def _cuts(text: str, start: int, n: int, many: int, fits: Callable[[str, int], bool]) -> tuple[int, ...] | None:
    """Return the cuts of the text from `start` on into the parts n to many; None: they do not fit."""
    if n == many:
        return () if fits(text[start:].strip(), n) else None
    for pattern in (_PARAGRAPH, _SENTENCE, _WORD):
        # Of the cuts of a kind the last is tried: an earlier one leaves more to the parts behind it.
        ends = [*takewhile(lambda one: fits(text[start:one].strip(), n), _places(pattern, text, start))]
        further = _cuts(text, ends[-1], n + 1, many, fits) if ends else None
        if further is not None:
            return (ends[-1], *further)
    return None


def _places(pattern: re.Pattern[str], text: str, start: int) -> Iterator[int]:
    """Yield where a part may end, ascending, and the next one begin."""
    for found in pattern.finditer(text, start):
        before, behind = text[start : found.start()].strip(), text[found.end() :].strip()
        if len(before) < SHORTEST or len(behind) < SHORTEST or _binds(text, found.start(), found.end()):
            continue
        if "\n" in found[0] or not _GOES_ON.search(before[-_NEAR:]):
            yield found.end()


def _binds(text: str, end: int, begin: int) -> bool:
    """Return whether a cut here would be inside a number, a link or a letter with its marks."""
    before = text[max(0, end - _NEAR) : end]
    if _NUMBER_BEFORE.search(before) and _NUMBER_BEHIND.match(text, begin) and "\n" not in text[end:begin]:
        return True
    if text[begin] in _JOINS or unicodedata.category(text[begin]).startswith("M"):
        return True
    return end == begin and _LINK_BEFORE.search(text[:end].rpartition(" ")[2]) is not None
