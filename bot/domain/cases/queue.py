"""The selection of cases in the queue, its pages, and the values to choose from."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

from bot.domain.base.moments import micros
from bot.domain.base.refusals import NotUsable
from bot.domain.cases.case import Case, Priority
from bot.domain.team.languages import tongue

PAGE = 15  # cases on a page
NEVER = 2**62  # microseconds; later than any due moment
_RANKS = tuple(Priority)
_OLD = "This list is from an earlier version of the desk. `/care queue` makes a new one."


class Whose(StrEnum):
    """The people whose cases are listed."""

    ALL = "all"  # every case that waits for us
    NOBODYS = "nobodys"  # those of them that nobody has taken
    MINE = "mine"  # all live cases that whoever asks holds


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A case's position in the queue: by priority, due moment and number; cases that wait for nobody come last."""

    idle: int
    rank: int
    due: int  # microseconds
    number: int

    @classmethod
    def of(cls, case: Case) -> "Place":
        """Return a case's position."""
        due = micros(case.due_at) if case.due_at else NEVER
        return cls(int(case.due_at is None), _RANKS.index(case.priority), due, case.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Only:
    """The filter of a queue's query; an empty field filters nothing."""

    channel: str = ""
    topic: str = ""
    languages: Sequence[str] = ()  # as networks write them


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The part of the queue that somebody wants to see; an empty field filters nothing."""

    whose: Whose = Whose.ALL
    channel: str = ""
    topic: str = ""
    language: str = ""  # as `tongue` returns it

    @property
    def narrowed(self) -> bool:
        """Return whether it leaves out a part of its list."""
        return bool(self.channel or self.topic or self.language) or self.whose == Whose.NOBODYS

    def but(self, part: str, value: str) -> "Selection":
        """Return the selection with another value for one of its parts (such as "topic"); "" removes the filter."""
        changed: dict[str, Any] = {part: Whose(value) if part == "whose" else value}
        return replace(self, **changed)

    def takes(self, share: "Facet") -> bool:
        """Return whether the cases of a share are in the selection. Of `whose` it compares only NOBODYS."""
        return (
            self.channel in {"", share.channel}
            and self.topic in {"", share.topic}
            and self.language in {"", tongue(share.language)}
            and not (self.whose == Whose.NOBODYS and share.held)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A number of cases of a queue with the same values."""

    channel: str
    topic: str
    language: str  # as their networks write it
    held: bool  # by somebody
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """One page of a queue."""

    selection: Selection
    cases: Sequence[Case]
    first: int  # which one of all the first of them is, counted from 1
    total: int
    after: Place | None  # the page begins behind it; None: at the head
    shares: Sequence[Facet]  # of the whole list

    @property
    def follows(self) -> Place | None:
        """Return the place after which the next page begins; None for the last page."""
        last = self.first + len(self.cases) - 1
        return Place.of(self.cases[-1]) if self.cases and last < self.total else None

    def choices(self, part: str) -> list[tuple[str, int]]:
        """Return the values that a part of the selection (such as "topic") can have, each with its number of cases.

        The largest number is first; the present value is left out.
        """
        freed, counted = self.selection.but(part, ""), Counter[str]()
        for share in self.shares:
            if freed.takes(share):
                counted[_VALUE[part](share)] += share.count
        chosen = {"", getattr(self.selection, part)}
        return sorted(
            ((one, n) for one, n in counted.items() if one not in chosen), key=lambda one: (-one[1], one[0])
        )


def _plain_language(share: Facet) -> str:
    """Return a share's language in a form simple enough for a button; "" without a language."""
    found = tongue(share.language)
    return found if found.isascii() and found.isalpha() else ""


_VALUE: Mapping[str, Callable[[Facet], str]] = {
    "channel": lambda share: share.channel,
    "topic": lambda share: share.topic,
    "language": _plain_language,
}


def code(selection: Selection, after: Place | None = None) -> str:
    """Return a selection, and the place after which its page begins, as the version of a button's value."""
    place = f"{after.idle}_{after.rank}_{after.due}_{after.number}" if after else ""
    return "~".join((selection.whose, selection.channel, selection.language, _mark(selection.topic), place))


def read_code(said: str, topics: Sequence[str]) -> tuple[Selection, Place | None]:
    """Return what `code` wrote; raise NotUsable for any other text. `topics`: all present topics."""
    try:
        whose, channel, language, mark, place = said.split("~")
        known = {_mark(one): one for one in topics}
        topic = known.get(mark, mark)  # of none that is open any more: nothing is listed
        selection = Selection(whose=Whose(whose), channel=channel, language=language, topic=topic)
        return selection, Place(*map(int, place.split("_"))) if place else None
    except (ValueError, TypeError):
        raise NotUsable(_OLD) from None


def _mark(topic: str) -> str:
    """Return a topic in few plain signs: an option of a menu holds 150."""
    return sha256(topic.encode("utf-8", "replace")).hexdigest()[:12] if topic else ""
