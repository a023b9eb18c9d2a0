"""For how long something stands still: in rounds of whoever looks, so that a clock that jumps changes nothing."""

from collections.abc import Hashable
from dataclasses import dataclass, field

STALLED = 5  # rounds in which something that should have gone on did not: then the heartbeat stops (PROMISES P15)


@dataclass(slots=True)
class IdleRounds:
    """Counts for each thing the rounds since what it counts went up last."""

    seen: dict[Hashable, tuple[int, int]] = field(default_factory=dict)  # what it counted, rounds since that moved

    def of(self, what: Hashable, count: int) -> int:
        """Return for how many rounds this count has stood still; to be asked once a round."""
        was, idle = self.seen.get(what, (count, -1))
        idle = idle + 1 if was == count else 0
        self.seen[what] = (count, idle)
        return idle
