"""What the desk needs remembered of who is on: their own words, swaps, and what was left at the end of a turn."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.team.handover import Handover
from bot.domain.team.shifts import ShiftChange
from bot.domain.team.swaps import Swap, SwapState


class Turns(Protocol):
    """The part of the store that is about turns."""

    def put_shift_change(self, change: ShiftChange) -> None:
        """Write what somebody said of being on or off, replacing what they said before."""

    def shift_changes(self) -> Sequence[ShiftChange]:
        """Return the newest change of everybody who ever made one."""

    def load(self) -> Mapping[str, int]:
        """Return how many cases that wait for us each person holds; whoever holds none is left out."""

    def add_swap(self, swap: Swap) -> Swap | None:
        """Write a question and ask it by direct message; None where that turn is asked for or given away already."""

    def decide_swap(self, swap_id: int, state: SwapState, at: datetime) -> bool:
        """Write what became of a question, and tell both; False where that was decided before."""

    def swap(self, swap_id: int) -> Swap:
        """Return one; raise Unknown."""

    def swaps(self, since: datetime) -> Sequence[Swap]:
        """Return what is asked or was accepted of turns that end after `since`, earliest turn first."""

    def hand_over(self, ended_at: datetime, left: Collection[tuple[int, str]], channel: str, at: datetime) -> int:
        """Write what people left behind when their turn ended (case, person), and tell it; return its row."""

    def renew_handovers(self, person: str, at: datetime) -> None:
        """Want the lists anew that name a case which this person still holds: they came on, or went off."""

    def handover(self, handover_id: int) -> Handover:
        """Return one; raise Unknown."""

    def handed_over(self, person: str, since: datetime, until: datetime) -> bool:
        """Tell whether somebody's cases were told at an end of theirs within these moments, both included."""
