"""Computes when the desk renews a token, and when leads are told that a person has to."""

from datetime import datetime, timedelta
from enum import IntEnum
from zlib import crc32

from bot.domain.mentions.connection import DAY, WEEK

SPREAD = timedelta(minutes=10)  # accounts and desks do not renew all at the same moment
TRIES = 5  # after which leads are told, and it is tried once an hour
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
_SAME = timedelta(hours=12)  # two ends so near are of one token; a network may tell only how long it lasts


class TokenWarning(IntEnum):
    """A warning about a token that a person has to renew, the most urgent last."""

    NONE = 0
    WEEK = 1
    DAY = 2
    ENDED = 3


def warning_due(ends: datetime | None, now: datetime) -> TokenWarning:
    """Return the most urgent warning that is due for a token which ends then."""
    if ends is None or ends - now > WEEK:
        return TokenWarning.NONE
    if ends <= now:
        return TokenWarning.ENDED
    return TokenWarning.DAY if ends - now <= DAY else TokenWarning.WEEK


def is_same_token(ends: datetime, told: datetime | None) -> bool:
    """Return whether a token is the one about which leads were told."""
    return told is not None and abs(ends - told) < _SAME


def share_of_spread(account: str) -> float:
    """Return an account's own part of every spread, from 0 to 1; always the same."""
    return crc32(account.encode("utf-8", "replace")) / 2**32


def wait_after_failures(tries: int, asked: timedelta | None, share: float) -> timedelta:
    """Return how long to wait after so many failed renewals; `asked`: as long as the network itself wants."""
    doubled = min(FIRST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT)
    usual = LONGEST_WAIT if tries >= TRIES else doubled
    return max(asked or timedelta(), usual * (1 + share / 4))
