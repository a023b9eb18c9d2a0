"""Backups: their names, which of them are kept, and when the last good one is too old."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.base.moments import is_ahead
from bot.domain.base.quick_dataclass import dataclass

_NAMED = re.compile(r"heard-(\d{8}T\d{6}Z)\.db")
_FORM = "%Y%m%dT%H%M%SZ"
TOO_OLD = 2  # times as old as the time between two: then one is missing


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupPolicy:
    """The time between two backups, and the number that is kept."""

    every: timedelta = timedelta(hours=1)
    keep: int = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupContent:
    """A verified copy: what is in it, and how much. `trail`: the head of its audit trail."""

    cases: int
    rows: int
    lines: int
    trail: str

    def __str__(self) -> str:
        cases = "1 case" if self.cases == 1 else f"{self.cases:,} cases"
        return f"{cases}, {self.rows:,} rows, {self.lines:,} lines of the audit trail"


def backup_name(at: datetime) -> str:
    """Return the name of the file of a backup made at this moment."""
    return f"heard-{at.astimezone(UTC):{_FORM}}.db"


def made_at(name: str) -> datetime | None:
    """Return when the backup of this name was made; None for another file."""
    found = _NAMED.fullmatch(name)
    return datetime.strptime(found[1], _FORM).replace(tzinfo=UTC) if found else None


def too_many(names: Iterable[str], keep: int, now: datetime) -> Sequence[str]:
    """Return the oldest backups, beyond those that are kept.

    One that is named after a later moment than now is from a clock that was ahead, so it is the first to go.
    """
    ours = sorted((not is_ahead(at, now), name) for name in names if (at := made_at(name)))
    return [name for _, name in (ours[:-keep] if keep else ours)]


def newest_of(names: Iterable[str], now: datetime) -> datetime | None:
    """Return when the newest backup was made; None without one. One that is named after a later moment is none."""
    return max((at for name in names if (at := made_at(name)) and not is_ahead(at, now)), default=None)


def is_too_old(newest: datetime | None, policy: BackupPolicy, now: datetime) -> bool:
    """Return whether the next backup did not come in time."""
    return newest is None or now - newest > TOO_OLD * policy.every
