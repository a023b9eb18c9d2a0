"""Holds: until when an account makes no calls of a use, since its network asked to wait or shuts it out."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass


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
    CAP = "cap"  # what our plan allows of this use is used up, or it allows none: a person has to act
    SHUT = "shut"  # nothing at all goes on until a person acts: no credit, keys refused, account locked


NEEDS_ACTION = frozenset({Limit.CAP, Limit.SHUT})  # these do not pass by themselves


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

ASKED_AGAIN = timedelta(minutes=5)  # while an account is shut out: how often a poll tries whether it still is
SHUT_FOR = timedelta(minutes=15)  # as long as three such polls: each refused one extends it
SHUT_FIRMLY = timedelta(hours=1)  # where polls work although posts are refused


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
    firm: bool = False  # while shut out: a poll that works does not end it

    @property
    def needs_a_person(self) -> bool:
        """Return whether it ends only after a person acted, so that its moment says nothing."""
        return self.limit in NEEDS_ACTION


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
        """Yield the holds after it; `firm`: polls work, and posts are refused all the same."""
        for use, length in self._lengths(budgets, firm=firm).items():
            yield self._hold(use, length, firm=firm)

    def _lengths(self, budgets: Budgets, *, firm: bool) -> Mapping[Use, timedelta]:
        asked = self.retry_after or timedelta()
        if self.limit == Limit.SHUT:
            others = dict.fromkeys(set(Use) - {Use.POLL}, max(SHUT_FIRMLY if firm else SHUT_FOR, asked))
            return others | ({Use.POLL: max(ASKED_AGAIN, asked)} if self.use == Use.POLL else {})
        if self.limit == Limit.CAP:  # the other streams of the account may be readable
            return {self.use: max(SHUT_FIRMLY, asked)} if self.use != Use.POLL else {}
        if self.retry_after is None:
            return {}
        return dict.fromkeys(budgets.waiting_after(self.use) if self.limit == Limit.PACE else {self.use}, asked)

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
    """Return whether an account is shut out soon after a working poll had ended that.

    Then a poll that works says nothing about posts.
    """
    if before is None or before.limit != Limit.SHUT or Use.POLL in {met.use, before.met}:
        return False
    return met.at - before.held_at < SHUT_FIRMLY


def is_same_trouble(before: AccountHold | None, met: RefusedUse) -> bool:
    """Return whether people know of a refusal by an earlier one, so that they are told once."""
    return before is not None and before.limit == met.limit and met.at < before.until + SHUT_FIRMLY
