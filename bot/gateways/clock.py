"""Desk time and pace time; the only place where the desk reads a clock."""

import time
from datetime import UTC, datetime, timedelta


class WallClock:
    """Real time; in a rehearsal it may run faster, counted from the moment `start`."""

    def __init__(self, speed: float = 1.0, start: datetime | None = None) -> None:
        if speed <= 0:
            raise ValueError("a clock runs forwards: speed must be above 0")
        self._speed = speed
        self._begun = time.monotonic()
        self._start = start

    def now(self) -> datetime:
        """Return desk time, aware UTC."""
        if self._start is None:
            return datetime.now(UTC)
        return self._start + timedelta(seconds=(time.monotonic() - self._begun) * self._speed)

    def pace(self) -> float:
        """Return pace time in seconds, monotonic."""
        return time.monotonic() * self._speed

    def real_seconds(self, pace_seconds: float) -> float:
        """Return how long to wait in real seconds for a stretch of pace (or desk) time."""
        return pace_seconds / self._speed
