"""Everything that happened on the street in the order it happened, for readers who go on from where they were."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class What(StrEnum):
    """What happened to a post or a private message."""

    POSTED = "posted"
    EDITED = "edited"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened; `number` grows with time, and so does a cursor made of it."""

    number: int
    what: What
    about: int  # the post's first id, or the private message's
    private: bool
    at: datetime
    readable_at: datetime


class Changes:
    """The log; whoever writes to it holds the street's lock."""

    def __init__(self, next_number: Callable[[], int]) -> None:
        self._next_number = next_number
        self._log: list[Change] = []

    def note(self, what: What, about: int, *, private: bool, at: datetime, readable_at: datetime) -> None:
        """Write down what happened, and from when readers see it."""
        self._log.append(Change(self._next_number(), what, about, private, at, readable_at))

    def after(self, number: int, now: datetime) -> Iterator[Change]:
        """Walk what came after `number`, oldest first, as far as readers can see it at `now`.

        What lags holds back all that came after it: else a cursor would pass it and it would never be read.
        """
        log = self._log
        for place in range(bisect_right(log, number, key=lambda change: change.number), len(log)):
            if log[place].readable_at > now:
                return
            yield log[place]
