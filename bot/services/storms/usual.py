"""Counts each hour that is over by what people said in it, so that it is known what is usual."""

from datetime import datetime

from bot.domain.base.moments import EPOCH
from bot.domain.mentions.silence import HOUR, hour_of
from bot.domain.storms.usual import KEPT, counted, same_hours, usual_now
from bot.ports import Desk
from bot.services.storms.signatures import signature_of

MOST_POSTS = 5_000  # looked at of one hour: of more, these say what is usual well enough
AT_ONCE = 12  # hours of history counted in one round
_SINCE, _COUNTED = "usual.since", "usual.counted"  # the first hour that was counted, and the last one


def count(desk: Desk, now: datetime) -> int:
    """Count the hours that are over since the last one counted, a few at a time; return how many those were."""
    last, current = desk.store.setting(_COUNTED), hour_of(now)
    first = int(last) + 1 if last else _begin(desk, now)
    hours = range(max(first, current - KEPT // HOUR), current)[:AT_ONCE]
    for hour in hours:
        _count(desk, hour)
    return len(hours)


def _begin(desk: Desk, now: datetime) -> int:
    """Record from which hour on it is counted, and return it: posts that came in before it are history, too."""
    first = hour_of(max(desk.store.first_heard_at() or now, now - KEPT))
    with desk.store.transaction():
        desk.store.put_setting(_SINCE, str(first))
        desk.store.put_setting(_COUNTED, str(first - 1))
    return first


def _count(desk: Desk, hour: int) -> None:
    since = EPOCH + hour * HOUR
    heard = desk.store.heard_within(since, since + HOUR, MOST_POSTS)
    people = counted((one.author, signature_of(desk, one)) for one in heard if not one.recorded)
    cases = desk.store.opened_on(since, since + HOUR)
    with desk.store.transaction():
        desk.store.put_counts(hour, people, cases, hour - KEPT // HOUR)
        desk.store.put_setting(_COUNTED, str(hour))


def known_since(desk: Desk, now: datetime) -> int:
    """Return the first hour (since 1970 UTC) of which it is known what was usual."""
    return max(int(desk.store.setting(_SINCE) or hour_of(now)), hour_of(now - KEPT))


def take_over(desk: Desk, now: datetime) -> None:
    """Let noticing work by what is usual at this hour, once an hour."""
    if desk.noticing.hour == hour_of(now):
        return
    like_this = same_hours(now, desk.policy.hours.zone, known_since(desk, now))
    counted_then = desk.store.counted_in({hour for hours in like_this for hour in hours})
    desk.noticing.take_over(hour_of(now), usual_now(counted_then, like_this))
