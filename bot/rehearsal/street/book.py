"""What one face of the street was asked, what it did not know, and what shall still go wrong at it."""

import threading
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from bot.rehearsal.street.faults import Faults
from bot.rehearsal.street.pace import Pace


class Book:
    """The calls to a face and its planned faults; safe to use from several threads."""

    def __init__(self, pace: Pace, name: str, kinds: AbstractSet[str]) -> None:
        self.faults = Faults(name, kinds)
        self._pace = pace
        self._lock = threading.Lock()
        self._calls: list[dict[str, Any]] = []
        self._strangers: list[dict[str, Any]] = []

    def note_call(self, method: str, status: int | str, asked: dict[str, Any], fault: str = "") -> None:
        """Write down one call and what it got."""
        at: datetime = self._pace.now()
        line = {"at": at.isoformat(), "method": method, "status": status, "asked": asked, "fault": fault}
        with self._lock:
            self._calls.append(line)

    def note_stranger(self, method: str, what: str) -> None:
        """Write down an endpoint or argument that the face does not have; a test run with one of these fails."""
        with self._lock:
            self._strangers.append({"method": method, "what": what})

    def calls(self) -> list[dict[str, Any]]:
        """List the calls, oldest first."""
        with self._lock:
            return list(self._calls)

    def strangers(self) -> list[dict[str, Any]]:
        """List what the face would not have known."""
        with self._lock:
            return list(self._strangers)
