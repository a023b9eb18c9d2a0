"""What somebody leaves behind at the end of a turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

BREAK = timedelta(hours=2)  # whoever is back within this took a break, and keeps their cases
NEWS_FOR = timedelta(hours=4)  # no list is posted for a turn that ended longer ago


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """The cases that people held when their turn ended, with who held each."""

    id: int
    ended_at: datetime
    cases: Sequence[tuple[int, str]]
