"""Handovers: the cases that somebody still holds at the end of a turn."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.base.quick_dataclass import dataclass

BREAK = timedelta(hours=2)  # an absence shorter than this is a break: the cases stay
NEWS_FOR = timedelta(hours=4)  # no list is posted for a turn that ended longer ago


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """The cases that people held when their turn ended, with the assignee of each."""

    id: int
    ended_at: datetime
    cases: Sequence[tuple[int, str]]
