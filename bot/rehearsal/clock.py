"""The stage's clock: pace time, which may run faster than real time or jump ahead."""

import threading
import time
from datetime import UTC, datetime, timedelta


class StageClock:
    """Tell the stage's own time; rate limits and message times follow it, SDK timers do not."""

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
        """Say how many stage seconds pass in a real one."""
        return self._speed

    def set_speed(self, speed: float) -> None:
        """Run at another speed from now on; what has passed stays passed."""
        with self._lock:
            self._settle()
            self._speed = speed

    def monotonic(self) -> float:
        """Count the stage seconds since the clock was made; never runs backwards."""
        with self._lock:
            self._settle()
            return self._passed

    def now(self) -> datetime:
        """Say the stage's moment as aware UTC."""
        return self._start + timedelta(seconds=self.monotonic())

    def jump(self, seconds: float) -> None:
        """Let so many stage seconds pass at once; refuses to go back."""
        if seconds < 0:
            raise ValueError("the stage clock does not run backwards")
        with self._lock:
            self._settle()
            self._passed += seconds

    def _settle(self) -> None:
        real = time.monotonic()
        self._passed += (real - self._real) * self._speed
        self._real = real
