"""Moments are aware UTC datetimes; this module is where others are turned away."""

from datetime import UTC, datetime


def utc(at: datetime) -> datetime:
    """Return `at` in UTC; raise ValueError for a naive datetime."""
    if at.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {at!r}")
    return at.astimezone(UTC)


def micros(at: datetime) -> int:
    """Return microseconds since 1970 UTC, exactly (no floating point on the way)."""
    delta = utc(at) - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
