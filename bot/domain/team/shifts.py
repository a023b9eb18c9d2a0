"""Computes who is on at a moment, from the configured shifts and people's own changes."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.base.quick_dataclass import dataclass

WEEK = timedelta(days=8)  # a weekly shift returns within this, also across a change of clocks
A_DAY = timedelta(hours=25)  # the longest there is
ON_FOR = timedelta(hours=12)  # who comes on outside a shift goes off by itself after this


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Weekdays (0 = Monday) and minutes of the local day at which these people (or user groups) are on."""

    days: frozenset[int]
    hours: Sequence[tuple[int, int]]
    people: frozenset[str]
    zone: ZoneInfo

    def covers(self, now: datetime) -> bool:
        """Return whether the shift is running at `now`."""
        return any(begins <= now < ends for begins, ends in self.turns(now - timedelta(days=1), timedelta(days=3)))

    def turns(self, since: datetime, span: timedelta = WEEK) -> Iterable[tuple[datetime, datetime]]:
        """Yield begin and end of the turns on the local days of a period, in order."""
        first = since.astimezone(self.zone).date()
        for day in (first + timedelta(days=n) for n in range(span.days + 1)):
            if day.weekday() in self.days:
                yield from ((self._at(day, begin), self._at(day, end)) for begin, end in sorted(self.hours))

    def _at(self, day: date, minute: int) -> datetime:
        day, minute = day + timedelta(days=minute // 1440), minute % 1440
        return datetime.combine(day, time(minute // 60, minute % 60), self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftChange:
    """Somebody is on or off from a moment, until another (None: until they change it)."""

    who: str
    on: bool
    since: datetime
    until: datetime | None = None
    said_at: datetime | None = None  # None: when it began

    @property
    def heard_at(self) -> datetime:
        """Return when it was said: the newest change counts."""
        return self.said_at or self.since

    def holds(self, now: datetime) -> bool:
        """Return whether it is valid at that moment."""
        return self.since <= now and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Somebody who can be given a case: whether they are on, until when (None: nobody knows), and what they hold."""

    who: str
    name: str
    on: bool
    until: datetime | None = None
    cases: int = 0


def on_shift(
    shifts: Sequence[Shift], changes: Iterable[ShiftChange], team: Collection[str], now: datetime
) -> set[str]:
    """Return who of the team is on; without any shift that is everybody who did not go off.

    User groups of the shifts must be replaced by people before.
    """
    planned = {one for shift in shifts if shift.covers(now) for one in shift.people} if shifts else set(team)
    for change in sorted(changes, key=lambda one: one.heard_at):
        if change.holds(now):
            (planned.add if change.on else planned.discard)(change.who)
    return planned & set(team)


Turn = tuple[datetime, datetime]


def turns(
    shifts: Sequence[Shift], who: str, since: datetime, given: Sequence[ShiftChange] = (), span: timedelta = WEEK
) -> list[Turn]:
    """Return begin and end of somebody's turns that end after `since`, in order.

    `given`: turns that people gave each other. A turn is left out if its begin, or its rest, was given away.
    """
    mine = [one for one in given if one.who == who]
    first, long = since - timedelta(days=1), span + timedelta(days=1)
    parts = (turn for one in shifts if who in one.people for turn in one.turns(first, long))
    planned = _joined(turn for turn in parts if not _given_away(mine, turn, since))
    taken = [(one.since, one.until) for one in mine if one.on and one.until]
    theirs = {*planned, *(turn for turn in taken if not _given_away(mine, turn, since))}
    return sorted(turn for turn in theirs if turn[1] > since)


def _joined(parts: Iterable[Turn]) -> list[Turn]:
    """Return turns in order, joining those that touch, since a night is written as two periods.

    They stay separate if together longer than a day: somebody always on has one turn each day.
    """
    found: list[Turn] = []
    for begins, ends in sorted(set(parts)):
        if found and found[-1][1] == begins and ends - found[-1][0] <= A_DAY:
            found[-1] = (found[-1][0], ends)
        else:
            found.append((begins, ends))
    return found


def _given_away(mine: Sequence[ShiftChange], turn: Turn, since: datetime) -> bool:
    """Return whether a turn's begin, or its rest at `since`, was given away."""
    at = min(max(turn[0], since), turn[1] - timedelta.resolution)
    last = max((one for one in mine if one.holds(at)), key=lambda one: one.heard_at, default=None)
    return last is not None and not last.on


def next_turn(shifts: Sequence[Shift], who: str, now: datetime, given: Sequence[ShiftChange] = ()) -> datetime | None:
    """Return when the person's next turn begins, or continues after a given part; None without one."""
    mine = [one for one in given if one.who == who]
    theirs = [one for one in shifts if who in one.people]
    first, long = now - timedelta(days=1), WEEK + timedelta(days=1)
    planned = _joined(turn for one in theirs for turn in one.turns(first, long))
    begins = {begin for begin, _ in planned} | {one.since for one in mine if one.on}
    again = {one.until for one in mine if one.until} - begins
    for moment in sorted(one for one in begins | again if one > now):
        before = moment - timedelta.resolution
        if _is_on(theirs, mine, moment) and (moment in begins or not _is_on(theirs, mine, before)):
            return moment
    return None


def _is_on(theirs: Sequence[Shift], mine: Sequence[ShiftChange], at: datetime) -> bool:
    last = max((one for one in mine if one.holds(at)), key=lambda one: one.heard_at, default=None)
    return any(one.covers(at) for one in theirs) if last is None else last.on


def off(
    shifts: Sequence[Shift],
    who: str,
    now: datetime,
    until: datetime | None = None,
    given: Sequence[ShiftChange] = (),
) -> ShiftChange:
    """Return the change that somebody goes off, until the given moment, else until their next turn."""
    return ShiftChange(who=who, on=False, since=now, until=until or next_turn(shifts, who, now, given))


def coming_on(shifts: Sequence[Shift], who: str, now: datetime, given: Sequence[ShiftChange] = ()) -> ShiftChange:
    """Return the change that somebody comes on, until their turn ends, or for twelve hours without one.

    Without any shift it is valid until they go off.
    """
    if not shifts:
        return ShiftChange(who=who, on=True, since=now)
    latest = now + ON_FOR
    ends = (end for begin, end in turns(shifts, who, now, given) if begin < latest)
    return ShiftChange(who=who, on=True, since=now, until=min(ends, default=latest))
