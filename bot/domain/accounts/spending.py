"""The cost of our accounts on a network that is paid by use: counted here, since its balance cannot be asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil, floor

from bot.domain.base.quick_dataclass import dataclass


class Charge(StrEnum):
    """Something that a network charges for."""

    POST = "post"  # a post that is read from a stream
    AUTHOR = "author"  # who wrote it
    LOOK = "look"  # a single post that is read on request
    EVENT = "event"  # a post that the network tells of by itself
    REPLY = "reply"
    LINK_REPLY = "link_reply"  # a reply with a link in it
    STATEMENT = "statement"  # a post of ours that answers nobody; with a link it costs as a reply with one
    MESSAGE = "message"  # a private message that is read
    MESSAGE_REPLY = "message_reply"  # a private message that we send


Prices = Mapping[Charge, float]  # dollars

PACE_DAYS = 7  # the days whose mean is the pace
FORETOLD = timedelta(days=3)  # before the credit ends, leads are told


@dataclass(frozen=True, slots=True)
class ChargeCount:
    """The charges of one kind on one day (UTC, by which networks charge)."""

    day: date
    charge: Charge
    count: int


@dataclass(frozen=True, slots=True)
class Credit:
    """The credit that somebody bought on a network, in dollars, and since which day it is used."""

    dollars: float
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingPolicy:
    """The policy of the configuration for what networks cost, by network."""

    credits: Mapping[str, Credit] = field(default_factory=dict)
    prices: Mapping[str, Prices] = field(default_factory=dict)  # where they differ from those of the network's kind


@dataclass(frozen=True, slots=True, kw_only=True)
class RemainingCredit:
    """A credit, how much of it is spent, and when it ends at the pace of the last days; None: not within a year."""

    credit: Credit
    spent: float
    ends_at: datetime | None

    @property
    def is_spent(self) -> bool:
        """Return whether nothing is left by our count."""
        return self.spent >= self.credit.dollars


def cost(counts: Iterable[ChargeCount], prices: Prices, since: date) -> float:
    """Return the dollars spent since a day."""
    return sum(one.count * prices.get(one.charge, 0.0) for one in counts if one.day >= since)


def first_day(now: datetime, credit: Credit | None) -> date:
    """Return the earliest day whose counts matter: of the month, of the credit and of the pace."""
    days = [now.date().replace(day=1), now.date() - timedelta(days=PACE_DAYS), *([credit.since] if credit else [])]
    return min(days)


def credit_left(counts: Sequence[ChargeCount], prices: Prices, credit: Credit, now: datetime) -> RemainingCredit:
    """Return what is left of a credit, by the counts of all accounts that use it."""
    spent, pace = cost(counts, prices, credit.since), daily(counts, prices, now)
    left = max(credit.dollars - spent, 0.0)
    days = left / pace if pace else None
    ends_at = now + timedelta(days=days) if days is not None and days < _AT_MOST else None
    return RemainingCredit(credit=credit, spent=spent, ends_at=ends_at)


_AT_MOST = 365.0  # days; beyond that a pace of some days says nothing


def daily(counts: Sequence[ChargeCount], prices: Prices, now: datetime) -> float:
    """Return the dollars a day of the last days, today up to now; of fewer, where counting began later."""
    since = now.date() - timedelta(days=PACE_DAYS)
    days = [one.day for one in counts if one.day >= since]
    if not days:
        return 0.0
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    long = now - midnight + (now.date() - min(days))
    return cost(counts, prices, since) / max(long / timedelta(days=1), 1.0)


def in_dollars(dollars: float) -> str:
    """Return what something costs as people write it: "$12.40", below a dollar "$0.015", never less than it is."""
    digits = 2 if dollars >= 1 else 3
    whole = 10**digits
    said = f"{ceil(round(dollars * whole, 6)) / whole:,.{digits}f}"  # a sum of prices has errors far behind that
    return f"${said if digits == 2 else said.removesuffix('0')}"


def left_in_dollars(dollars: float) -> str:
    """Return what is left of a credit, never more than it is."""
    return f"${floor(round(dollars * 100, 6)) / 100:,.2f}"


def spoken_day(at: datetime, now: datetime) -> str:
    """Return a day as people say it: "today", "on Thursday", "on 24 Dec"."""
    days = (at.date() - now.date()).days
    if days <= 0:
        return "today"
    return f"on {at:%A}" if days < PACE_DAYS else f"on {at.day} {at:%b}"


def spending_in_words(month: float, left: RemainingCredit | None, now: datetime) -> str:
    """Return what an account has cost this month, and when the credit ends, as one sentence without its full stop."""
    said = f"{in_dollars(month)} this month"
    if left is None:
        return said
    if left.is_spent:
        return f"{said}; by our count the credit of {in_dollars(left.credit.dollars)} is spent"
    if left.ends_at is None:
        return f"{said}; {left_in_dollars(left.credit.dollars - left.spent)} of the credit is left"
    return f"{said}; at this pace the credit ends {spoken_day(left.ends_at, now)}"
