"""When a reply of unknown outcome is looked for, and after which looks a person decides."""

from datetime import datetime, timedelta

from bot.domain.reply import Attempt

# After the start of an attempt it is looked for at these moments, the last of them late.
LOOKS = tuple(timedelta(seconds=s) for s in (30, 120, 300, 600, 960))
# X shows a post late: two empty looks past 15 minutes, 5 minutes apart, and a person decides (PROMISES 2.2).
LATE = timedelta(minutes=15)
APART = timedelta(minutes=5)
AGAIN = timedelta(minutes=2)  # when the network could not even be read; after an hour of that it is LONGEST
LONGEST = LOOKS[-1] - LOOKS[-2]  # no look is planned further ahead: one that is was planned by another clock
UNREAD = timedelta(hours=1)  # a network that could not be read for so long is a person's to look at


def first_look(started_at: datetime, now: datetime) -> datetime:
    """Return when to look first for a reply whose call ended now without an answer."""
    return min(max(started_at + LOOKS[0], now), now + LOOKS[0])


def next_look(tried: Attempt, now: datetime, *, taken: bool) -> tuple[datetime | None, datetime | None]:
    """Return when to look again after a look that found nothing, and when a late one first did.

    No moment to look again: a person decides. A look that was not `taken`, since the network could not be read,
    proves nothing.
    """
    if not taken:
        return now + (LONGEST if now - tried.started_at >= UNREAD else AGAIN), tried.missed_at
    if now - tried.started_at < LATE:
        planned = (tried.started_at + one for one in LOOKS)
        return min(next(one for one in planned if one > now), now + LONGEST), None
    missed_at = min(tried.missed_at or now, now)  # a clock set back begins anew
    return (None if now - missed_at >= APART else missed_at + APART), missed_at


def is_unread(tried: Attempt, now: datetime) -> bool:
    """Tell whether a reply is looked for although that should be over: for so long the network could not be read."""
    return tried.look_at is not None and now - tried.started_at >= UNREAD
