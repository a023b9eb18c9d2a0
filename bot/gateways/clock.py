"""The desk's clock and its pace time; the only place where the desk reads a clock."""

import threading
import time
from datetime import UTC, datetime, timedelta


def real_now() -> datetime:
    """Return the real time, aware UTC, for signatures, which the other side compares with its own clock."""
    return datetime.now(UTC)


def seconds_since_boot() -> float:
    """Return real seconds, for leases: they count on while the process is stopped, or the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class WallClock:
    """Real time; in a rehearsal it follows the stage, which may run faster or jump ahead."""

    def __init__(self, speed: float = 1.0, start: datetime | None = None) -> None:
        self._lock = threading.Lock()
        self._real = start is None and speed == 1.0
        self._pace = time.monotonic()
        self._mark = time.monotonic()
        self._at = start or datetime.now(UTC)
        self._speed = _forwards(speed)

    def now(self) -> datetime:
        """Return the time of the desk's clock, aware UTC."""
        if self._real:
            return datetime.now(UTC)
        with self._lock:
            return self._at + timedelta(seconds=(time.monotonic() - self._mark) * self._speed)

    def pace(self) -> float:
        """Return pace time in seconds; it never decreases."""
        with self._lock:
            return self._pace + (time.monotonic() - self._mark) * self._speed

    def real_seconds(self, pace_seconds: float) -> float:
        """Return how many real seconds a length of pace time takes; of the desk's clock it is the same."""
        return pace_seconds / self._speed

    def follow(self, now: datetime, speed: float) -> timedelta:
        """Set time and speed to the stage's; return how far the clock moved. It is never set back."""
        with self._lock:
            passed = (time.monotonic() - self._mark) * self._speed
            was = self._at + timedelta(seconds=passed)
            self._pace += passed
            self._mark = time.monotonic()
            moved = max(now - was, timedelta())
            self._at = was + moved
            self._pace += moved.total_seconds()
            self._speed, self._real = _forwards(speed), False
            return moved


def _forwards(speed: float) -> float:
    if speed <= 0:
        raise ValueError("a clock runs forwards: speed must be above 0")
    return speed
