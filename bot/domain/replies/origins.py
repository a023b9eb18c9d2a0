"""Tells where each character of a draft comes from: a person, a template, a past reply or a machine.

The words of a version are compared with the version before and with the texts that its writer began with. A passage
that stands there too keeps its origin; everything else is the writer's own. What the writer filled into a template is
the writer's own as well.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import groupby

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.seldom import matcher
from bot.domain.base.word_caches import word_cache

TELLING = 3  # words in a row that stand elsewhere too: fewer are alike by chance, except at the beginning or the end
COPIED = 8  # words in a row, or a whole text, that nobody writes by chance below a text that they read
MOST_PAIRS = 20_000  # equal units compared; above it (padding) only a common beginning and end are looked at

# A sign of a script that puts no blanks between words, a number, a word, or any other visible sign.
_UNIT = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
    r"|\d+(?:[.:,]\d+)*"
    r"|[^\W_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
    r"(?:['’][^\W_]+)*|\S"
)


class OriginKind(StrEnum):
    """The kinds of an origin."""

    PERSON = "person"  # a teammate who typed it
    TEMPLATE = "template"
    PAST_REPLY = "past_reply"  # one that was approved and sent before
    MACHINE = "machine"  # a program that was asked for words


@dataclass(frozen=True, slots=True)
class TextOrigin:
    """The origin of words, by kind and name: a person's id, a template's name, a machine's name."""

    kind: OriginKind
    name: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text from one origin; its length is in code points."""

    origin: TextOrigin
    length: int


Passages = tuple[Passage, ...]  # in order, together as long as the text


@dataclass(frozen=True, slots=True)
class StartingText:
    """A text with which somebody begins to write, and where it comes from; `filled`: what the writer put into it."""

    text: str
    origin: TextOrigin
    filled: tuple[str, ...] = ()
    passages: Passages = ()  # where it comes from, if from several origins


@dataclass(frozen=True, slots=True)
class KnownText:
    """A text of which it is known where each passage comes from."""

    text: str
    passages: Passages


def person(who: str) -> TextOrigin:
    """Return the origin of what a teammate typed."""
    return TextOrigin(OriginKind.PERSON, who)


@word_cache(64)  # found ahead of the transaction that stores it
def origins(text: str, by: str, starts: tuple[StartingText, ...] = (), before: KnownText | None = None) -> Passages:
    """Return where each passage of a text comes from that `by` has written.

    `before` is the version before it. Of two sources that fit equally well the version before counts, then the first.
    """
    units = [*_UNIT.finditer(text)]
    if not units:
        return (Passage(person(by), len(text)),) if text else ()
    sources = [*([before] if before else []), *(_known(one, by) for one in starts if one.text)]
    found = [one for source in sources for one in _common_runs(source, [unit[0] for unit in units])]
    taken: dict[int, TextOrigin] = {}
    for run in sorted(found, key=lambda one: -len(one)):  # sorting keeps the order of sources
        for at, origin in run.items():
            taken.setdefault(at, origin)
    ends = [*(unit.start() for unit in units[1:]), len(text)]
    starts_at = [0, *ends[:-1]]
    return _joined(
        Passage(taken.get(at, person(by)), end - start)
        for at, (start, end) in enumerate(zip(starts_at, ends, strict=True))
    )


def shares(passages: Sequence[Passage]) -> dict[TextOrigin, int]:
    """Return how many characters come from each origin, the largest share first."""
    counted: Counter[TextOrigin] = Counter()
    for one in passages:
        counted[one.origin] += one.length
    return dict(counted.most_common())


def cut_into_passages(text: str, passages: Sequence[Passage]) -> Iterator[tuple[TextOrigin, str]]:
    """Yield the origin and the words of each passage."""
    start = 0
    for one in passages:
        yield one.origin, text[start : start + one.length]
        start += one.length


def fits(text: str, passages: Sequence[Passage]) -> bool:
    """Return whether it is known where every character of a text comes from."""
    return bool(passages) and sum(one.length for one in passages) == len(text)


def with_machines(text: str, origin: TextOrigin, known: KnownText) -> StartingText:
    """Return words of an earlier text as a start from `origin`, in which a machine's words stay a machine's."""
    found = origins(text, "", (), known)
    whose = _joined(one if _is_machine(one.origin) else Passage(origin, one.length) for one in found)
    return StartingText(text, origin, passages=whose)


def machines_copied(text: str, read: Sequence[StartingText]) -> tuple[StartingText, ...]:
    """Return those of a machine's texts that somebody read of which a part stands in this text."""
    words = _bare_words(text)
    return tuple(one for one in read if _is_machine(one.origin) and _is_copied(_bare_words(one.text), words))


def machine_passages(known: KnownText) -> tuple[StartingText, ...]:
    """Return a machine's words in a text, where they are enough to be known again."""
    found = cut_into_passages(known.text, known.passages)
    return tuple(
        StartingText(words, origin)
        for origin, words in found
        if _is_machine(origin) and len(_bare_words(words)) >= COPIED
    )


def machines_in(passages: Passages) -> tuple[str, ...]:
    """Return the names of the machines that some of the words come from."""
    return tuple(sorted({one.origin.name for one in passages if _is_machine(one.origin)}))


def _is_machine(origin: TextOrigin) -> bool:
    return origin.kind == OriginKind.MACHINE


def _bare_words(text: str) -> tuple[str, ...]:
    return tuple(one[0].casefold() for one in _UNIT.finditer(text) if one[0].isalnum())


def _is_copied(read: Sequence[str], words: Sequence[str]) -> bool:
    many = min(COPIED, len(read))
    here = {tuple(words[at : at + many]) for at in range(len(words) - many + 1)}
    return many > 0 and any(tuple(read[at : at + many]) in here for at in range(len(read) - many + 1))


def _known(start: StartingText, by: str) -> KnownText:
    """Return a starting text with what its writer filled in as their own."""
    if start.passages:
        return KnownText(start.text, start.passages)
    theirs = [re.escape(one) for one in sorted(start.filled, key=len, reverse=True) if one.strip()]
    if not theirs:
        return KnownText(start.text, (Passage(start.origin, len(start.text)),))
    pieces = re.split(rf"(?<!\w)({'|'.join(theirs)})(?!\w)", start.text)  # every second one is filled in
    return KnownText(
        start.text,
        _joined(Passage(person(by) if at % 2 else start.origin, len(one)) for at, one in enumerate(pieces) if one),
    )


def _joined(passages: Iterator[Passage]) -> Passages:
    return tuple(
        Passage(origin, sum(one.length for one in some)) for origin, some in groupby(passages, lambda one: one.origin)
    )


def _common_runs(source: KnownText, units: Sequence[str]) -> Iterator[dict[int, TextOrigin]]:
    """Yield what stands in both texts, run by run: the origin of each position of the new one."""
    old = [*_UNIT.finditer(source.text)]
    whose = [origin for passage in source.passages for origin in [passage.origin] * passage.length]
    if len(whose) < len(source.text):
        return
    for was, at, many in _runs([unit[0] for unit in old], units):
        yield {at + k: whose[old[was + k].start()] for k in range(many)}


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield where both begin, and the length, of each run of equal units that tells something."""
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    if start:
        yield 0, 0, start
    if end:
        yield len(old) - end, len(new) - end, end
    was, now = old[start : len(old) - end], new[start : len(new) - end]
    often = Counter(now)
    if sum(often[one] for one in was) > MOST_PAIRS:
        return
    for block in matcher(was, now).get_matching_blocks():
        if sum(one[0].isalnum() for one in was[block.a : block.a + block.size]) >= TELLING:
            yield start + block.a, start + block.b, block.size


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
