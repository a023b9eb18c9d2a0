"""What somebody leaves behind at the end of a turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

BREAK = timedelta(hours=2)  # whoever is back within this takes a break, and goes on with their cases
NEWS_FOR = timedelta(hours=4)  # an end longer ago is news to nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """The cases that people held when their turn ended, with who held each."""

    id: int
    ended_at: datetime
    cases: Sequence[tuple[int, str]]
