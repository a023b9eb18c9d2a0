"""One process of the desk, as the database knows it."""

from datetime import datetime, timedelta

from bot.domain.base.quick_dataclass import dataclass

READING = "poll-"  # how the name of a lease begins that is about reading an account


@dataclass(frozen=True, slots=True)
class RunningDesk:
    """A running desk: its name, since when, how long its lease lasts, what it ails from, and what it does alone."""

    name: str
    since: datetime
    left: timedelta
    troubles: str = ""
    leases: str = ""

    @property
    def reads(self) -> int:
        """Return how many accounts it reads."""
        return sum(one.strip().startswith(READING) for one in self.leases.split(","))
