"""What the desk needs remembered of posts that came in and could not be read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.mentions.unreadable import Unreadable
from bot.ports.network import Unparsed


class KeepsUnreadable(Protocol):
    """The part of the Store in which they are kept raw. None is ever deleted; each is settled once."""

    def quarantine(self, network: str, account: str, unparsed: Unparsed, at: datetime) -> bool:
        """Keep what could not be understood; False where it is kept already: a post once, an edit as it reads now."""

    def unreadable(self, row: int) -> Unreadable:
        """Return one; raise Unknown."""

    def unreadable_post(self, network: str, account: str, post_id: str) -> int:
        """Return the row under which a post is kept that nobody has settled, or 0."""

    def unreadables(self, limit: int) -> Sequence[Unreadable]:
        """Return those that nobody has settled, longest kept first."""

    def unreadable_count(self) -> tuple[int, datetime | None]:
        """Return how many nobody has settled, and since when the first of them is kept."""

    def unsaid_unreadables(self, limit: int) -> tuple[int, int, Sequence[Unreadable]]:
        """Return how many were never said, the newest one's row, and the first of them."""

    def unreadables_said(self, newest: int, at: datetime) -> None:
        """Write down that they were said, up to this row."""

    def unreadables_to_look_at(self, before: datetime, limit: int) -> Sequence[Unreadable]:
        """Return those that were not tried again since their keeping, then those not since `before`."""

    def look_at_all_unreadables(self) -> None:
        """Have all of them tried again: another version may understand them."""

    def unreadable_looked_at(self, row: int, unparsed: Unparsed, at: datetime) -> None:
        """Write down that one was tried again in vain, with what is read of it now."""

    def settle_unreadable(self, row: int, how: str, by: str, case_id: int, at: datetime) -> bool:
        """Write down what became of one; False where that was decided before."""
