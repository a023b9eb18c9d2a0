"""Halts: what keeps the desk from sending until a person ends it, everywhere, on one network, or for one account."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass


class HaltKind(StrEnum):
    """The reason why nothing is sent."""

    HOLD = "hold"  # the database is an older copy: networks and Slack may know more than it does
    DAMAGE = "damage"  # a part of the database cannot be read as it was written
    PAUSE = "pause"  # a person wants it so


# Of an older copy nobody knows yet what is still owed, so nobody is reminded either.
NO_REMINDERS = frozenset({HaltKind.HOLD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """A reason to send nothing there until somebody ends it. `why`: the sentence for people."""

    kind: HaltKind
    network: str = ""  # "": everywhere
    account: str = ""  # "": all accounts of the network
    by: str
    at: datetime
    why: str

    def covers(self, network: str, account: str) -> bool:
        """Return whether it keeps this account from sending."""
        return self.network in {"", network} and self.account in {"", account}


def halt_over(halts: Iterable[Halt], network: str, account: str) -> Halt | None:
    """Return the halt that keeps this account from sending: the gravest one, or None."""
    standing = [one for one in halts if one.covers(network, account)]
    return min(standing, key=lambda one: (list(HaltKind).index(one.kind), one.at), default=None)
