"""The stage's clock: stage time may run faster than real time or jump ahead."""

import threading
import time
from datetime import UTC, datetime, timedelta


class StageClock:
    """A clock in stage time; rate limits and message times follow it, timers of the SDKs do not."""

    def __init__(self, speed: float = 1.0, start: datetime | None = None) -> None:
        if start is not None and start.tzinfo is None:
            raise ValueError("the stage starts at an aware moment")
        self._lock = threading.Lock()
        self._start = (start or datetime.now(UTC)).astimezone(UTC)
        self._speed = speed
        self._passed = 0.0
        self._real = time.monotonic()

    @property
    def speed(self) -> float:
        """Return how many stage seconds pass in one real second."""
        return self._speed

    def set_speed(self, speed: float) -> None:
        """Change the speed from now on; stage time that has passed stays as it is."""
        with self._lock:
            self._settle()
            self._speed = speed

    def monotonic(self) -> float:
        """Return the stage seconds since the clock was made; the value never decreases."""
        with self._lock:
            self._settle()
            return self._passed

    def now(self) -> datetime:
        """Return the stage's current time as an aware UTC datetime."""
        return self._start + timedelta(seconds=self.monotonic())

    def jump(self, seconds: float) -> None:
        """Move stage time ahead by so many seconds; raise ValueError for a negative number."""
        if seconds < 0:
            raise ValueError("the stage clock does not run backwards")
        with self._lock:
            self._settle()
            self._passed += seconds

    def _settle(self) -> None:
        real = time.monotonic()
        self._passed += (real - self._real) * self._speed
        self._real = real
