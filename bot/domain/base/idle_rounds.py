"""Counts the rounds of checks since a counter moved. Rounds are used because the clock may jump."""

from collections.abc import Hashable
from dataclasses import field

from bot.domain.base.quick_dataclass import dataclass

STALLED = 5  # rounds without progress after which the heartbeat stops


@dataclass(slots=True)
class IdleRounds:
    """Counts, for each counter, the rounds since it last increased."""

    seen: dict[Hashable, tuple[int, int]] = field(default_factory=dict)  # its value, the rounds since it changed

    def of(self, what: Hashable, count: int) -> int:
        """Return for how many rounds this counter has not moved; call it once per round."""
        was, idle = self.seen.get(what, (count, -1))
        idle = idle + 1 if was == count else 0
        self.seen[what] = (count, idle)
        return idle
