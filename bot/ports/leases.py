"""The right to a piece of work that one desk does at a time, and a bound on calls made under it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from math import inf
from typing import Protocol


class Turn(Protocol):
    """A piece of work in hand."""

    @property
    def fence(self) -> int:
        """Return the number of this taking: while it is the same, nobody else had the work in between."""

    def holds(self) -> bool:
        """Return whether it is still this process's, as the database knows; raise OutOfService."""

    def left(self) -> float:
        """Return the seconds until another desk may do it; negative after that."""

    def is_long_enough(self) -> bool:
        """Return whether a whole call to the outside fits into what is left."""


class Holder(StrEnum):
    """The holder of a piece of work."""

    US = "us"
    OTHERS = "others"
    NOBODY = "nobody"


def may_call(turn: Turn) -> bool:
    """Return whether a call to the outside may begin: the work is ours, and for long enough."""
    return turn.is_long_enough() and turn.holds()


_LEFT: ContextVar[Callable[[], float]] = ContextVar("left", default=lambda: inf)


@contextmanager
def only_while(left: Callable[[], float]) -> Iterator[None]:
    """Let no request of this thread within this begin, or go on, after the lease has ended."""
    token = _LEFT.set(left)
    try:
        yield
    finally:
        _LEFT.reset(token)


def seconds_left() -> float:
    """Return for how many seconds this thread's request may go on; asked right before its bytes are written."""
    return _LEFT.get()()
