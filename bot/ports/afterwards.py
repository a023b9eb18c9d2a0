"""What the desk needs remembered of replies that nobody else approved."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.replies.solo import Unpaired


class ReadsAfterwards(Protocol):
    """The part of the Store that leads read from afterwards."""

    def unpaired(self, *, by: str = "", limit: int = 20) -> Sequence[Unpaired]:
        """Return what went out on one pair of eyes and no lead has read, oldest first; `by`: only that person's."""

    def unpaired_one(self, approval_id: int) -> Unpaired:
        """Return one that went out, read or not; raise Unknown."""

    def unpaired_count(self, since: datetime, until: datetime) -> tuple[int, int]:
        """Count what was let out in a period on one pair of eyes and went out; and what of it nobody has read."""
