"""Somebody who pretends to be our support, and the customers whom they wrote to."""

from datetime import timedelta

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import DraftState

RECENTLY = timedelta(days=30)  # a customer whose case ended within this time is warned too
AT_MOST = 30  # customers who are looked for, those first whose post was answered


@dataclass(frozen=True, slots=True)
class WroteTo:
    """A customer whom an impostor wrote to, with what became of our warning."""

    case_id: int
    name: str = ""  # the customer's handle: "@priya_n"
    link: str = ""  # leads to the thread of their case
    direct: bool = False  # under a post of theirs; else elsewhere in the same conversation
    warning: DraftState | None = None  # None: no warning was written, or it was withdrawn
    why_not: str = ""  # why no warning can be written now, or ""

    @property
    def can_be_warned(self) -> bool:
        """Return whether a warning can be written."""
        return self.warning is None and not self.why_not
