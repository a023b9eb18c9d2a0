"""A turn that one teammate asks another to take: what became of the question, and who is on because of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.team.shifts import ShiftChange


class SwapState(StrEnum):
    """What became of the question."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"  # nobody answered while it could still be answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """One question: does `taker` take the turn of `asker` from `begins` to `ends`?"""

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
        """Return what an accepted swap changes: its asker is off for that turn, and its taker on."""
        if self.state != SwapState.ACCEPTED or self.decided_at is None:
            return ()
        since = max(self.begins, self.decided_at)
        return tuple(
            ShiftChange(who=who, on=on, since=since, until=self.ends, said_at=self.decided_at)
            for who, on in ((self.asker, False), (self.taker, True))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OnShift:
    """What `/care who` tells: who is on, with how many cases, who approves and leads, who is off."""

    on: Sequence[tuple[str, int]]
    approvers: frozenset[str]
    leads: frozenset[str]
    off: Sequence[tuple[str, datetime | None]]  # None: until they say otherwise
    swaps: Sequence[Swap] = ()
    unread: int = 0  # of the team, of whom Slack has not told who they are
    guests: Sequence[tuple[str, int]] = ()  # who hold cases; they are neither on nor off


def swap_changes(swaps: Iterable[Swap]) -> list[ShiftChange]:
    """Return everything that these swaps change."""
    return [change for swap in swaps for change in swap.changes]
