"""The lines of the audit trail."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: what happened, when, by whom, and in which chain."""

    chain: str  # "case:412", or "desk"
    position: int
    at: datetime
    by: str
    verb: str
    facts: Mapping[str, object]
    hash: str
