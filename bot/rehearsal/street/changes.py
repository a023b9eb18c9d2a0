"""A log of what happened on the street, in order; readers go on from their cursor."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class What(StrEnum):
    """The kind of a change to a post or a private message."""

    POSTED = "posted"
    EDITED = "edited"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `number` increases with time and is used as the cursor."""

    number: int
    what: What
    about: int  # id of the post's first version, or of the private message
    private: bool
    at: datetime
    readable_at: datetime


class Changes:
    """The log; the caller holds the street's lock when it writes."""

    def __init__(self, next_number: Callable[[], int]) -> None:
        self._next_number = next_number
        self._log: list[Change] = []

    def note(self, what: What, about: int, *, private: bool, at: datetime, readable_at: datetime) -> None:
        """Record a change, and from when readers see it."""
        self._log.append(Change(self._next_number(), what, about, private, at, readable_at))

    def after(self, number: int, now: datetime) -> Iterator[Change]:
        """Yield the changes after `number` that readers can see at `now`, oldest first.

        A change that is not readable yet also holds back all later ones: else a cursor would skip it for ever.
        """
        log = self._log
        for place in range(bisect_right(log, number, key=lambda change: change.number), len(log)):
            if log[place].readable_at > now:
                return
            yield log[place]
