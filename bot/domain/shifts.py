"""Who is on at a moment: shifts from the configuration, and what people said for themselves."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=8)  # a weekly shift comes round within this, whatever the clocks do
ON_FOR = timedelta(hours=12)  # whoever comes on outside a shift goes off after this, should they forget to


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Weekdays (0 = Monday) and minutes of the local day at which these people (or user groups) are on."""

    days: frozenset[int]
    hours: Sequence[tuple[int, int]]
    people: frozenset[str]
    zone: ZoneInfo

    def covers(self, now: datetime) -> bool:
        """Tell whether the shift is running at `now`."""
        return any(begins <= now < ends for begins, ends in self.turns(now - timedelta(days=1), timedelta(days=3)))

    def turns(self, since: datetime, span: timedelta = WEEK) -> Iterable[tuple[datetime, datetime]]:
        """Yield begin and end of the turns on the local days of a span, in order."""
        first = since.astimezone(self.zone).date()
        for day in (first + timedelta(days=n) for n in range(span.days + 1)):
            if day.weekday() in self.days:
                yield from ((self._at(day, begin), self._at(day, end)) for begin, end in sorted(self.hours))

    def _at(self, day: date, minute: int) -> datetime:
        day, minute = day + timedelta(days=minute // 1440), minute % 1440
        return datetime.combine(day, time(minute // 60, minute % 60), self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftChange:
    """What somebody said for themselves: on or off since a moment, until another (None: until they say otherwise)."""

    who: str
    on: bool
    since: datetime
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Tell whether it still counts."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class OnShift:
    """What `/care who` tells: who is on, with how many cases, who approves and leads, who is off."""

    on: Sequence[tuple[str, int]]
    approvers: frozenset[str]
    leads: frozenset[str]
    off: Sequence[tuple[str, datetime | None]]  # None: until they say otherwise


def on_shift(
    shifts: Sequence[Shift], changes: Iterable[ShiftChange], team: Collection[str], now: datetime
) -> set[str]:
    """Return who of the team is on; without any shift that is everybody who did not go off.

    The shifts' user groups are to be resolved into people first.
    """
    planned = {one for shift in shifts if shift.covers(now) for one in shift.people} if shifts else set(team)
    for change in changes:
        if change.holds(now):
            (planned.add if change.on else planned.discard)(change.who)
    return planned & set(team)


def next_turn(shifts: Sequence[Shift], who: str, now: datetime) -> datetime | None:
    """Return when the person's next turn begins, or None where they have none."""
    begins = (begin for shift in shifts if who in shift.people for begin, _ in shift.turns(now) if begin > now)
    return min(begins, default=None)


def off(shifts: Sequence[Shift], who: str, now: datetime, until: datetime | None = None) -> ShiftChange:
    """Return that somebody goes off: until they said, else until their next turn begins."""
    return ShiftChange(who=who, on=False, since=now, until=until or next_turn(shifts, who, now))


def on(shifts: Sequence[Shift], who: str, now: datetime) -> ShiftChange:
    """Return that somebody comes on: until their turn ends, or for twelve hours where they have none.

    Without any shift it holds until they go off.
    """
    if not shifts:
        return ShiftChange(who=who, on=True, since=now)
    latest = now + ON_FOR
    turns = [turn for shift in shifts if who in shift.people for turn in shift.turns(now - timedelta(days=1))]
    ends = (end for begin, end in turns if begin < latest and end > now)
    return ShiftChange(who=who, on=True, since=now, until=min(ends, default=latest))
