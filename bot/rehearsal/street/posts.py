"""Accounts and posts of the street, and the handles that a post names."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_NAMED = re.compile(r"(?<![A-Za-z0-9_@])@([A-Za-z0-9_]{1,15})")
_EPOCH_MS = 1_288_834_974_657  # X counts the milliseconds in its ids from here


class Where(StrEnum):
    """The two networks; private messages exist only on the street network."""

    X = "x"
    STREET = "street"


class Hand(StrEnum):
    """The maker of a post, and the way it came in."""

    CUSTOMER = "customer"
    CROWD = "crowd"
    PHONE = "phone"  # the brand, by its phone, outside the desk
    APP = "app"  # the brand's app, through one of the two APIs


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of a customer or of the brand."""

    id: int
    handle: str
    name: str
    created_at: datetime
    followers: int = 0

    @property
    def key(self) -> str:
        """Return the handle casefolded: @Ana and @ana are the same account."""
        return self.handle.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One version of a post. `leading` are the handles the network puts before a reply's own words."""

    id: int
    author: Account
    text: str
    created_at: datetime
    hand: Hand
    root: int
    readable_at: datetime
    leading: tuple[str, ...] = ()
    reply_to: int | None = None
    quotes: int | None = None
    reposts: int | None = None
    lang: str = "en"
    photos: int = 0
    reply_settings: str = "everyone"
    network: Where = Where.X
    versions: tuple[int, ...] = ()
    deleted_at: datetime | None = None

    @property
    def shown(self) -> str:
        """Return the text as the network shows it, the automatic handles first."""
        return " ".join([*(f"@{handle}" for handle in self.leading), self.text])

    @property
    def names(self) -> frozenset[str]:
        """List the folded handles that this post mentions."""
        return frozenset(handle.lower() for handle in named(self.shown))

    @property
    def newest(self) -> bool:
        """Return whether no later edit replaced this version."""
        return self.versions[-1] == self.id


def named(text: str) -> list[str]:
    """List the handles that a text names, in order."""
    return _NAMED.findall(text)


def named_spans(text: str) -> list[tuple[int, int, str]]:
    """List start, end and handle of each mention in a text."""
    return [(match.start(), match.end(), match.group(1)) for match in _NAMED.finditer(text)]


def snowflake(at: datetime, after: int) -> int:
    """Return an id that contains its time, as X's ids do, and is greater than `after`."""
    return max((int(at.timestamp() * 1000) - _EPOCH_MS) << 22, after + 1)
