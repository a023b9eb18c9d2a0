"""Holds: until when an account makes no calls of a use, since its network asked to wait or takes no more money."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Use(StrEnum):
    """The purpose of a call to a network."""

    POLL = "poll"  # the streams of new posts
    LOOK = "look"  # single posts, and our own replies of unknown outcome
    WRITE = "write"
    DELETE = "delete"


class Limit(StrEnum):
    """The limit of an account that a refused call has reached."""

    NONE = ""  # no limit of the account
    PACE = "pace"  # too many calls: the network asks to wait
    MONEY = "money"  # what our plan or credit allows is used up: a person has to act


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """The uses of an account that share a budget on its network: those that wait, too, after a refused call."""

    reading: frozenset[Use] = frozenset()
    writing: frozenset[Use] = frozenset()
    deleting: frozenset[Use] = frozenset()

    def waiting_after(self, use: Use) -> frozenset[Use]:
        """Return the uses that wait after a refused call of this use."""
        besides = {Use.WRITE: self.writing, Use.DELETE: self.deleting}.get(use, self.reading)
        return besides | {use}


SEPARATE = Budgets()
# One budget for all calls; deletions have a smaller one besides.
SHARED = Budgets(reading=frozenset(Use), writing=frozenset(Use))
_CHANGES = frozenset({Use.WRITE, Use.DELETE})
# One budget for all calls; posts and deletions together have a smaller one besides.
CHANGES_APART = Budgets(reading=frozenset(Use), writing=_CHANGES, deleting=_CHANGES)

ASKED_AGAIN = timedelta(minutes=5)  # while no money is left: how often a poll tries whether there is
UNPAID = timedelta(minutes=15)  # longer than three such polls: each refused one extends it
UNPAID_FIRMLY = timedelta(hours=1)  # where polls work although posts are refused


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHold:
    """An account makes no calls of this use until then. `why`: the sentence for people."""

    network: str
    account: str
    use: Use
    held_at: datetime
    until: datetime
    why: str
    met: Use  # the use of the call that was refused
    limit: Limit = Limit.NONE
    firm: bool = False  # without money: a poll that works does not end it


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedUse:
    """A call of an account that was refused because of a limit; `retry_after`: how long the network asks to wait."""

    network: str
    account: str
    use: Use
    why: str
    limit: Limit
    retry_after: timedelta | None
    at: datetime

    def holds(self, budgets: Budgets, *, firm: bool) -> Iterator[AccountHold]:
        """Yield the holds after it; `firm`: a poll proved lately that there is money, and posts are refused."""
        if self.limit == Limit.MONEY:
            for use in Use:
                if length := self._unpaid(use, firm=firm):
                    yield self._hold(use, length, firm=firm)
        elif self.retry_after is not None:
            for use in sorted(budgets.waiting_after(self.use) if self.limit == Limit.PACE else {self.use}):
                yield self._hold(use, self.retry_after, firm=False)

    def _unpaid(self, use: Use, *, firm: bool) -> timedelta:
        if use == Use.POLL:
            return ASKED_AGAIN if self.use == Use.POLL else timedelta()
        return UNPAID_FIRMLY if firm else UNPAID

    def _hold(self, use: Use, length: timedelta, *, firm: bool) -> AccountHold:
        return AccountHold(
            network=self.network,
            account=self.account,
            use=use,
            held_at=self.at,
            until=self.at + length,
            why=self.why,
            met=self.use,
            limit=self.limit,
            firm=firm,
        )


def is_firm(before: AccountHold | None, met: RefusedUse) -> bool:
    """Return whether a refusal for want of money comes soon after one that a working poll had ended.

    Then reading costs nothing or is paid otherwise, and a poll that works says nothing about posts.
    """
    if before is None or before.limit != Limit.MONEY or Use.POLL in {met.use, before.met}:
        return False
    return met.at - before.held_at < UNPAID_FIRMLY
