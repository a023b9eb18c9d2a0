"""Checks whether Slack's connection still receives, and how long the oldest request is in work."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Protocol

from bot.gateways.findings import Finding, bad

STUCK = 60.0  # real seconds: no click takes that long, Slack gave up on it after three


class Listens(Protocol):
    """A connection that can be checked."""

    name: str
    again: str  # the sentence when it works again

    def deaf(self) -> Finding | None:
        """Return why it receives nothing now, with a remedy, or None; returns within a few seconds."""


class InHand:
    """Records since when each request is in work."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic, self._lock, self._keys = monotonic, threading.Condition(), count()
        self._since: dict[int, float] = {}

    def begin(self) -> int:
        """Record a request that begins, or waits; return its key."""
        with self._lock:
            key = next(self._keys)
            self._since[key] = self._monotonic()
        return key

    def end(self, key: int) -> None:
        """Record that it is done."""
        with self._lock:
            self._since.pop(key, None)
            self._lock.notify_all()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Return a context around one request."""
        key = self.begin()
        try:
            yield
        finally:
            self.end(key)

    def __len__(self) -> int:
        """Return how many requests are in work."""
        with self._lock:
            return len(self._since)

    def settle(self, within: float) -> bool:
        """Wait until none is in work, at most so many real seconds; return whether none is."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._since, within)

    def longest(self) -> float:
        """Return for how many seconds the oldest request is in work."""
        with self._lock:
            return self._monotonic() - min(self._since.values(), default=self._monotonic())


def stuck(what: str, in_hand: InHand) -> Finding | None:
    """Return a sentence that `what` is stuck, if the oldest request is in work for too long."""
    for_long = in_hand.longest()
    if for_long <= STUCK:
        return None
    return bad(f"{what} has not been done for {for_long:.0f} s.", "Restart the desk; nothing is lost by that.")
