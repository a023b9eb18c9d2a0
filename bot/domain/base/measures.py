"""Numbers of a desk for monitoring, taken from the store."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The present numbers. Each costs by what is open, never by everything there ever was."""

    waiting: int = 0  # cases that wait for us
    overdue: int = 0  # of these, past the moment at which they are due
    unclaimed: int = 0
    oldest_unclaimed: datetime | None = None  # when it was opened
    untold: int = 0  # messages that wait for Slack, counted up to a bound
    untold_since: datetime | None = None
    drafts: Mapping[str, int] = field(default_factory=dict)  # not sent yet, by state
    approved_since: datetime | None = None  # the approval of the reply that has waited longest to be sent
    unreadable: int = 0  # posts about which nobody has decided
