"""Checks whether a door of the desk still receives, and how long its oldest request has been in work."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Protocol

from bot.gateways.facts import Fact, bad

STUCK = 60.0  # real seconds: no click takes that long, Slack gave up on it after three


class Listens(Protocol):
    """A door that can be asked whether it still hears."""

    name: str
    again: str  # the sentence once it hears again

    def deaf(self) -> Fact | None:
        """Return why it does not hear now, with what to do about it, or None; answers within a few seconds."""


class InHand:
    """Knows since when each piece of work is being done."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic, self._lock, self._keys = monotonic, threading.Lock(), count()
        self._since: dict[int, float] = {}

    def begin(self) -> int:
        """Note that a piece of work begins, or waits for its turn; return its key."""
        with self._lock:
            key = next(self._keys)
            self._since[key] = self._monotonic()
        return key

    def end(self, key: int) -> None:
        """Note that it is done."""
        with self._lock:
            self._since.pop(key, None)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Do one piece of work."""
        key = self.begin()
        try:
            yield
        finally:
            self.end(key)

    def longest(self) -> float:
        """Return for how many seconds the oldest piece has been in hand."""
        with self._lock:
            return self._monotonic() - min(self._since.values(), default=self._monotonic())


def stuck(what: str, in_hand: InHand) -> Fact | None:
    """Return that `what` does not get done, where the oldest piece has been in hand for too long."""
    for_long = in_hand.longest()
    if for_long <= STUCK:
        return None
    return bad(f"{what} has not been done for {for_long:.0f} s.", "Restart the desk; nothing is lost by that.")
