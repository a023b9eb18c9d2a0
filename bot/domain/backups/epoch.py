"""Epochs: each begins when the database is an older copy; a number of another epoch can mean something else."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass

FIRST = 1
APART = 1_000  # cases of a new epoch begin at such a number
MOVED = "It was moved here from another database."  # why an epoch began in which nothing was lost
OFFSET = 2**40  # between the marks of messages of two epochs; JSON keeps numbers up to 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """One life of the database. `nonce`: enters the key of its buttons; `first_telling`: its first own message."""

    number: int
    begun_at: datetime
    nonce: str
    first_case: int
    first_telling: int
    why: str


@dataclass(frozen=True, slots=True)
class Epochs:
    """All epochs after the first one, oldest first."""

    later: Sequence[Epoch] = ()

    @property
    def number(self) -> int:
        """Return the number of the present one."""
        return self.later[-1].number if self.later else FIRST

    @property
    def nonce(self) -> str:
        """Return what enters the key of the present one's buttons; "" in the first."""
        return self.later[-1].nonce if self.later else ""

    @property
    def lost_until(self) -> datetime | None:
        """Return until when the database may have lost what was done; None: it never went back."""
        return max((one.begun_at for one in self.later if one.why != MOVED), default=None)

    def is_unknown(self, mark: int) -> bool:
        """Return whether a mark in Slack is of an earlier epoch and of a message that the copy did not know."""
        return (
            bool(self.later)
            and mark // OFFSET + FIRST < self.number
            and mark % OFFSET >= self.later[-1].first_telling
        )

    def is_ahead(self, mark: int, highest: int) -> bool:
        """Return whether a mark is of a later epoch, or of a later message of this one than the highest known."""
        of_epoch, telling = mark // OFFSET + FIRST, mark % OFFSET
        return of_epoch > self.number or (of_epoch == self.number and telling > highest)

    def mark(self, telling: int) -> int:
        """Return the number by which a message is found again in Slack: no other epoch has the same."""
        its = next((one.number for one in reversed(self.later) if telling >= one.first_telling), FIRST)
        return telling + (its - FIRST) * OFFSET


def first_number(highest: int) -> int:
    """Return the first case number of a new epoch: a round one, a tenth above the highest that is known.

    The lost time may have used higher ones than the copy knows.
    """
    return (highest + highest // 10) // APART * APART + APART
