"""Replies of unknown outcome: when the network is read for them, and when a person may call one missing."""

from datetime import datetime, timedelta
from enum import Enum, auto
from itertools import pairwise

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.replies.draft import Attempt

AGAIN = timedelta(minutes=2)  # after a failed reading; after an hour of failures it is LONGEST
LONGEST = timedelta(minutes=6)  # between two checks; one planned further ahead was planned by a wrong clock
UNREAD = timedelta(hours=1)  # after this time without a reading a person is asked to look


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibilityDelay:
    """The longest time until a network shows a public post; an empty reading before it proves nothing.

    Two empty readings after it, this far `apart`, prove absence; one is enough where `apart` is zero.
    """

    shows_within: timedelta = timedelta(minutes=15)
    apart: timedelta = timedelta(minutes=5)
    looks: tuple[timedelta, ...] = tuple(timedelta(seconds=s) for s in (30, 120, 300, 600, 960))  # after the start

    def __post_init__(self) -> None:
        steps = [after - before for before, after in pairwise((timedelta(), *self.looks))]
        if not steps or min(steps) < timedelta() or max(steps) > LONGEST:
            raise ValueError(f"checks follow each other by at most {LONGEST}")

    @property
    def says_after(self) -> timedelta:
        """Return how long after its start an attempt can be called missing."""
        return next((one for one in self.looks if one >= self.shows_within), self.shows_within) + self.apart


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeRepeat:
    """The time after its approval in which a reply may be sent again under the same key without a second post."""

    within: timedelta

    def allows(self, approved_at: datetime, now: datetime) -> bool:
        """Return whether a repeat is still safe; not where the clock says that it was approved later than now."""
        return timedelta() <= now - approved_at < self.within


NEVER_SAFE, ALWAYS_SAFE = SafeRepeat(within=timedelta()), SafeRepeat(within=timedelta.max)
X_LIKE = VisibilityDelay()  # the longest known delay, used as the default


class Missing(Enum):
    """The answer to whether somebody may call a reply of unknown outcome missing."""

    NOT_YET = auto()
    AS_READ = auto()  # the desk read late enough, and often enough
    ON_THEIR_WORD = auto()  # late enough, and the network cannot be read


def first_look(started_at: datetime, now: datetime, visibility_delay: VisibilityDelay) -> datetime:
    """Return when to read the network first for a reply whose call ended now without an answer."""
    after = visibility_delay.looks[0]
    return min(max(started_at + after, now), now + after)


def next_look(
    tried: Attempt, now: datetime, visibility_delay: VisibilityDelay, *, taken: bool
) -> tuple[datetime | None, datetime | None]:
    """Return when to check again after a check without a result, and when a late check first found nothing.

    None instead of a next check: a person decides. A check that was not `taken`, since the network could not be read,
    proves nothing.
    """
    if not taken:
        return now + (LONGEST if now - tried.started_at >= UNREAD else AGAIN), tried.missed_at
    if now - tried.started_at < visibility_delay.shows_within:
        planned = (tried.started_at + one for one in visibility_delay.looks)
        return min(next((one for one in planned if one > now), now + LONGEST), now + LONGEST), None
    missed_at = min(tried.missed_at or now, now)  # after a clock was set back it begins anew
    return (None if now - missed_at >= visibility_delay.apart else missed_at + visibility_delay.apart), missed_at


def says_from(tried: Attempt, visibility_delay: VisibilityDelay) -> datetime:
    """Return when somebody may call a reply missing, if the checks run as planned."""
    planned = tried.started_at + visibility_delay.says_after
    return max(planned, tried.missed_at + visibility_delay.apart) if tried.missed_at else planned


def can_be_called_missing(tried: Attempt, now: datetime, visibility_delay: VisibilityDelay) -> Missing:
    """Return whether somebody may call a reply missing, before another reading."""
    if tried.look_at is None:
        return Missing.AS_READ if now - tried.started_at >= visibility_delay.shows_within else Missing.NOT_YET
    return Missing.ON_THEIR_WORD if now >= says_from(tried, visibility_delay) + AGAIN else Missing.NOT_YET


def is_unread(tried: Attempt, now: datetime) -> bool:
    """Return whether a reply still needs checks after LONGEST, since the network could not be read."""
    return tried.look_at is not None and now - tried.started_at >= UNREAD
