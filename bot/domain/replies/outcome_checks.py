"""When a reply of unknown outcome is looked for, and from when on a person may say that it is missing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.domain.replies.draft import Attempt

# After the start of an attempt it is looked for at these moments, the last of them late on X.
LOOKS = tuple(timedelta(seconds=s) for s in (30, 120, 300, 600, 960))
AGAIN = timedelta(minutes=2)  # when the network could not even be read; after an hour of that it is LONGEST
LONGEST = LOOKS[-1] - LOOKS[-2]  # a look further ahead was planned by a clock that ran ahead
UNREAD = timedelta(hours=1)  # after so long without a reading, a person is asked to look there


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibilityDelay:
    """How late a network may show what is public (PROMISES 2.2): an empty reading before that proves nothing.

    Two late empty readings this far `apart` are needed, one where that is no time at all.
    """

    shows_within: timedelta = timedelta(minutes=15)
    apart: timedelta = timedelta(minutes=5)

    @property
    def says_after(self) -> timedelta:
        """Return how long after its start an attempt can be called missing at the earliest."""
        return next((one for one in LOOKS if one >= self.shows_within), self.shows_within) + self.apart


X_LIKE = VisibilityDelay()  # the longest that is known; good where nothing else is


class Missing(Enum):
    """Whether somebody may say that a reply of unknown outcome is missing."""

    NOT_YET = auto()
    AS_READ = auto()  # the desk has looked late enough, and often enough
    ON_THEIR_WORD = auto()  # it is late enough, and the network cannot be read


def first_look(started_at: datetime, now: datetime) -> datetime:
    """Return when to look first for a reply whose call ended now without an answer."""
    return min(max(started_at + LOOKS[0], now), now + LOOKS[0])


def next_look(
    tried: Attempt, now: datetime, visibility_delay: VisibilityDelay, *, taken: bool
) -> tuple[datetime | None, datetime | None]:
    """Return when to look again after a look that found nothing, and when a late one first did.

    No moment to look again: a person decides. A look that was not `taken`, since the network could not be read,
    proves nothing.
    """
    if not taken:
        return now + (LONGEST if now - tried.started_at >= UNREAD else AGAIN), tried.missed_at
    if now - tried.started_at < visibility_delay.shows_within:
        planned = (tried.started_at + one for one in LOOKS)
        return min(next((one for one in planned if one > now), now + LONGEST), now + LONGEST), None
    missed_at = min(tried.missed_at or now, now)  # a clock set back begins anew
    return (None if now - missed_at >= visibility_delay.apart else missed_at + visibility_delay.apart), missed_at


def says_from(tried: Attempt, visibility_delay: VisibilityDelay) -> datetime:
    """Return from when on somebody may say that a reply is missing, if all goes as planned."""
    planned = tried.started_at + visibility_delay.says_after
    return max(planned, tried.missed_at + visibility_delay.apart) if tried.missed_at else planned


def can_be_called_missing(tried: Attempt, now: datetime, visibility_delay: VisibilityDelay) -> Missing:
    """Tell whether somebody may say that a reply is missing, before another reading is taken."""
    if tried.look_at is None:
        return Missing.AS_READ if now - tried.started_at >= visibility_delay.shows_within else Missing.NOT_YET
    return Missing.ON_THEIR_WORD if now >= says_from(tried, visibility_delay) + AGAIN else Missing.NOT_YET


def is_unread(tried: Attempt, now: datetime) -> bool:
    """Tell whether a reply is looked for although that should be over: for so long the network could not be read."""
    return tried.look_at is not None and now - tried.started_at >= UNREAD
