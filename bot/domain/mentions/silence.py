"""Computes the usual number of mentions at this hour of the week, and whether to report that none came."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.base.moments import micros, utc
from bot.domain.base.seldom import median

WEEKS = 4  # looked back
HISTORY = timedelta(weeks=2)  # with fewer posts the usual rate is not known well enough
SHORTEST = timedelta(hours=1)
WORTH_SAYING = 10  # expected mentions; that ten are missing by chance is 1 in 20,000
HOUR = timedelta(hours=1)


def hour_of(at: datetime) -> int:
    """Return the number of the hour since 1970 UTC."""
    return micros(at) // (HOUR // timedelta(microseconds=1))


def usual_count(
    counts: Mapping[int, int], known_since: datetime, since: datetime, now: datetime, zone: ZoneInfo
) -> int:
    """Return how many mentions are usual from `since` to `now`, by the same hours of the last four weeks.

    `counts` are by `hour_of`. The median of the weeks is used, so that one storm has no effect.
    """
    total, at = 0.0, utc(since)
    while at < now:
        until = min(_next_hour(at), now)
        weeks = [_weeks_before(at, n, zone) for n in range(1, WEEKS + 1)]
        known = [counts.get(hour_of(one), 0) for one in weeks if one >= known_since]
        total += median(known) * ((until - at) / HOUR) if known else 0
        at = until
    return int(total + 1e-6)  # a third of an hour three times is one


def _next_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0) + HOUR


def _weeks_before(at: datetime, weeks: int, zone: ZoneInfo) -> datetime:
    """Return the same hour of the week in the desk's own time, so many weeks ago."""
    local = at.astimezone(zone).replace(tzinfo=None) - timedelta(weeks=weeks)
    return local.replace(tzinfo=zone).astimezone(UTC)


def is_silent(usually: int, known_since: datetime, since: datetime, now: datetime) -> bool:
    """Return whether the absence of mentions since then should be reported."""
    return usually >= WORTH_SAYING and now - since >= SHORTEST and now - known_since >= HISTORY
