"""Swaps: a turn that one teammate asks another to take, its result, and who is on because of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.team.shifts import ShiftChange


class SwapState(StrEnum):
    """The state of a swap."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"  # nobody answered in time


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A question: does `taker` take the turn of `asker` from `begins` to `ends`?"""

    id: int = 0
    asker: str
    taker: str
    begins: datetime
    ends: datetime
    asked_at: datetime
    state: SwapState = SwapState.ASKED
    decided_at: datetime | None = None

    @property
    def answer_by(self) -> datetime:
        """Return until when it can be answered: until the turn begins, or ends where it was running already."""
        return self.begins if self.asked_at < self.begins else self.ends

    @property
    def changes(self) -> tuple[ShiftChange, ...]:
        """Return the changes by an accepted swap: its asker is off for that turn, and its taker on."""
        if self.state != SwapState.ACCEPTED or self.decided_at is None:
            return ()
        since = max(self.begins, self.decided_at)
        return tuple(
            ShiftChange(who=who, on=on, since=since, until=self.ends, said_at=self.decided_at)
            for who, on in ((self.asker, False), (self.taker, True))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OnShift:
    """The content of `/care who`: who is on, with how many cases, who approves and leads, who is off."""

    on: Sequence[tuple[str, int]]
    approvers: frozenset[str]
    leads: frozenset[str]
    off: Sequence[tuple[str, datetime | None]]  # None: until they say otherwise
    swaps: Sequence[Swap] = ()
    unread: int = 0  # of the team, without data from Slack yet
    guests: Sequence[tuple[str, int]] = ()  # who hold cases; they are neither on nor off


def swap_changes(swaps: Iterable[Swap]) -> list[ShiftChange]:
    """Return all changes by these swaps."""
    return [change for swap in swaps for change in swap.changes]
