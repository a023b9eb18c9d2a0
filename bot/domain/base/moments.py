"""Moments are aware UTC datetimes; this module refuses all others."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DATE_FORM = "{time} {date_short_pretty}"  # in Slack: "19:40 today", and from the next day on "19:40 yesterday"
FAR = timedelta(days=300)  # further away the same day might be one of another year
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
AHEAD = timedelta(minutes=1)  # a moment further ahead was written by a wrong clock


def utc(at: datetime) -> datetime:
    """Return `at` in UTC; raise ValueError for a naive datetime."""
    if at.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {at!r}")
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def micros(at: datetime) -> int:
    """Return microseconds since 1970 UTC, exactly (no floating point on the way)."""
    delta = utc(at) - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def of_micros(since_epoch: int) -> datetime:
    """Return the moment that many microseconds after 1970 UTC."""
    return EPOCH + timedelta(microseconds=since_epoch)


def moment_in(text: str) -> datetime | None:
    """Return the moment of a date from outside; None without a zone, or outside of the years 1970 to 2241."""
    try:
        found = utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None
    return found if EPOCH <= found < LATEST else None


def moment_of(ts: str) -> datetime | None:
    """Return the moment in a Slack message's `ts`; None where it is not one."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def in_slack(at: datetime) -> str:
    """Return a moment in a sentence of ours, as Slack shows it to each reader in their own time."""
    return f"<!date^{micros(at) // 1_000_000}^{DATE_FORM}|{in_full(at)}>"


def in_full(at: datetime, now: datetime | None = None) -> str:
    """Return a moment that can be read at any time: with day and zone, and with its year when far from `now`."""
    at = utc(at)
    year = f" {at.year}" if now is not None and abs(at - now) > FAR else ""
    return f"{at.day} {_MONTHS[at.month - 1]}{year} {at.hour:02}:{at.minute:02} UTC"


def in_minutes(span: timedelta) -> str:
    """Return a length of whole minutes in words: "15 minutes"."""
    minutes = span // timedelta(minutes=1)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


@lru_cache(maxsize=1_000)
def zone_named(name: str) -> ZoneInfo | None:
    """Return the time zone with this name; None where this machine's zone data do not have it."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # unknown, no name at all, or a directory of the zone data
        return None


def zone_of(name: str, fallback: ZoneInfo) -> ZoneInfo:
    """Return the time zone with this name, or `fallback` where this machine does not know it."""
    return zone_named(name) or fallback


def is_ahead(at: datetime, now: datetime) -> bool:
    """Return whether a moment that must be in the past lies ahead: the clock has been set back since."""
    return at - now > AHEAD


def is_fresh(read_at: datetime, now: datetime, lasts: timedelta) -> bool:
    """Return whether data read at that moment is still fresh; data from the future never is."""
    return now - read_at <= lasts and not is_ahead(read_at, now)


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2242, 1, 1, tzinfo=UTC)  # moments further away are not valid
