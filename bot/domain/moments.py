"""Moments are aware UTC datetimes; this module is where others are turned away."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo


def utc(at: datetime) -> datetime:
    """Return `at` in UTC; raise ValueError for a naive datetime."""
    if at.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {at!r}")
    return at.astimezone(UTC)


def micros(at: datetime) -> int:
    """Return microseconds since 1970 UTC, exactly (no floating point on the way)."""
    delta = utc(at) - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def moment_of(ts: str) -> datetime | None:
    """Return the moment that Slack's number of a message says; None where it is no such number."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None


@lru_cache(maxsize=1_000)
def zone_named(name: str) -> ZoneInfo | None:
    """Return the zone that somebody outside names; None where the zone data of this machine have none such."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # unknown, no name at all, or a directory of the zone data
        return None


def zone_of(name: str, fallback: ZoneInfo) -> ZoneInfo:
    """Return the zone that somebody outside names, or `fallback` where it is not known here."""
    return zone_named(name) or fallback


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
