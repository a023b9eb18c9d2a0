"""The calls to one API of the street, the calls that it does not know, and its planned faults."""

import threading
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from bot.rehearsal.street.faults import Faults
from bot.rehearsal.street.pace import Pace


class Book:
    """The calls to one API and its planned faults; safe to use from several threads."""

    def __init__(self, pace: Pace, name: str, kinds: AbstractSet[str]) -> None:
        self.faults = Faults(name, kinds)
        self._pace = pace
        self._lock = threading.Lock()
        self._calls: list[dict[str, Any]] = []
        self._strangers: list[dict[str, Any]] = []

    def note_call(self, method: str, status: int | str, asked: dict[str, Any], fault: str = "") -> None:
        """Record one call and its outcome."""
        at: datetime = self._pace.now()
        line = {"at": at.isoformat(), "method": method, "status": status, "asked": asked, "fault": fault}
        with self._lock:
            self._calls.append(line)

    def note_stranger(self, method: str, what: str) -> None:
        """Record a call with an endpoint or argument that the API does not have; tests fail when there is one."""
        with self._lock:
            self._strangers.append({"method": method, "what": what})

    def calls(self) -> list[dict[str, Any]]:
        """List the calls, oldest first."""
        with self._lock:
            return list(self._calls)

    def strangers(self) -> list[dict[str, Any]]:
        """List the calls that the real API would not know."""
        with self._lock:
            return list(self._strangers)
