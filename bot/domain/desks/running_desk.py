"""One process of the desk, as the database knows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class RunningDesk:
    """A running desk: its name, since when, how long its lease lasts, what it ails from, and what it does alone."""

    name: str
    since: datetime
    left: timedelta
    troubles: str = ""
    leases: str = ""
