"""Slack's way of writing a moment: seconds with six digits, never twice the same."""

from datetime import UTC, datetime

from bot.rehearsal.clock import StageClock


def stamp(seconds: float) -> datetime:
    """Read Unix seconds as aware UTC."""
    return datetime.fromtimestamp(seconds, UTC)


class Stamps:
    """Give out message times in the stage's own time, each later than the one before."""

    def __init__(self, clock: StageClock) -> None:
        self._clock = clock
        self._last = 0

    def seconds(self) -> float:
        """Say the stage's moment as Unix seconds."""
        return self._clock.now().timestamp()

    def next(self) -> str:
        """Give out the next time."""
        self._last = max(int(self.seconds() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
