"""Slack's timestamps: Unix seconds with six decimals, each unique."""

from datetime import UTC, datetime

from bot.rehearsal.clock import StageClock


def stamp(seconds: float) -> datetime:
    """Return Unix seconds as an aware UTC datetime."""
    return datetime.fromtimestamp(seconds, UTC)


class Stamps:
    """Makes message timestamps in stage time, each later than the one before."""

    def __init__(self, clock: StageClock) -> None:
        self._clock = clock
        self._last = 0

    def seconds(self) -> float:
        """Return stage time as Unix seconds."""
        return self._clock.now().timestamp()

    def next(self) -> str:
        """Return the next timestamp."""
        self._last = max(int(self.seconds() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
