"""Promises and desk hours: when a reply is owed, and which reminder is due next."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from bot.domain.base.moments import utc
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.replaced import replace

LAPSE = 100
LEVELS = (50, 75, 90, LAPSE)  # shares of the business time, in per cent, at which people are reminded
FURTHEST = 20  # years that are searched for a due moment


class PromiseKind(StrEnum):
    """The kind of a promise."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"
    SPOKEN = "spoken"  # a moment promised in our own reply
    OWN_ACCORD = "own_accord"  # a decision on a draft for which no customer waits


Pause = tuple[datetime, datetime | None]  # since when we waited for the author, and until when; None: still


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One thing owed to an author. `due_at` is derived from `started_at`, `within`, the pauses and the desk hours."""

    kind: PromiseKind
    started_at: datetime
    within: timedelta
    due_at: datetime
    next_level: int = 0  # the next reminder, per cent; 0: none left
    remind_at: datetime | None = None
    kept_at: datetime | None = None
    dropped_at: datetime | None = None  # no longer owed, without an answer (solved, set aside)
    lapsed_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    id: int = 0

    @property
    def unsettled(self) -> bool:
        """Return whether the promise is neither kept nor dropped."""
        return self.kept_at is None and self.dropped_at is None

    @property
    def paused(self) -> bool:
        """Return whether its time is paused, since we wait for the author."""
        return self.unsettled and bool(self.pauses) and self.pauses[-1][1] is None

    @property
    def clock_runs(self) -> bool:
        """Return whether its time is running: neither settled nor paused."""
        return self.unsettled and not self.paused

    def kept(self, at: datetime) -> "Promise":
        """Return the promise as kept at `at`; after a late answer it still counts as lapsed.

        An answer that was public before the promise lapsed, and found later, was in time.
        """
        over = self._over(at)
        in_time = over.lapsed_at is not None and at <= over.lapsed_at
        return replace(over, kept_at=at, lapsed_at=None if in_time else over.lapsed_at)

    def dropped(self, at: datetime) -> "Promise":
        """Return the promise as no longer owed from `at` on; one that had lapsed stays lapsed."""
        return replace(self._over(at), dropped_at=at)

    def pause(self, at: datetime) -> "Promise":
        """Return the promise paused from `at` on; one that had lapsed stays lapsed."""
        return replace(self, pauses=(*self.pauses, (at, None)), remind_at=None, lapsed_at=self._missed(at))

    def _over(self, at: datetime) -> "Promise":
        counted = self.pauses[-1][0] if self.paused else at
        return replace(self, lapsed_at=self._missed(counted), next_level=0, remind_at=None)

    def _missed(self, at: datetime) -> datetime | None:
        return self.due_at if at > self.due_at else self.lapsed_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One reminder, stored before its message is posted."""

    level: int
    due_at: datetime  # the reminder itself
    noted_at: datetime
    about: Promise
    id: int = 0
    case_id: int = 0
    asked: str = ""  # the one person (or the leads' channel) that it asks
    holder: str = ""  # who had to act then
    taken_by: str = ""  # who said that they are on it, or asked for more time
    taken_at: datetime | None = None
    quiet_until: datetime | None = None  # the time that was asked for

    @property
    def widens(self) -> bool:
        """Return whether the next level asks somebody else: nobody said that they work on it."""
        return not self.taken_by or self.quiet_until is not None


@dataclass(frozen=True)
class DeskHours:
    """Opening periods per weekday (0 = Monday) in minutes of the local day, in one zone.

    A day open from 0 to 1440 is open for as long as that day lasts, daylight saving included.
    """

    zone: ZoneInfo
    periods: Mapping[int, Sequence[tuple[int, int]]]
    closed: frozenset[date] = frozenset()
    _years: dict[int, "_Year"] = field(default_factory=dict, repr=False, compare=False)

    def after(self, start: datetime, business: timedelta) -> datetime:
        """Return the first moment at which `business` open time has passed since `start`.

        A length that ends exactly at closing time ends there, not at the next opening.
        Raises ValueError where the desk never opens long enough within twenty years.
        """
        at, owed = utc(start), business
        year = at.astimezone(self.zone).year
        for offset in range(-1, FURTHEST):  # a night shift of New Year's Eve belongs to the year it began in
            windows = self._year(year + offset)
            open_since = windows.open_until(at)
            if owed <= windows.total - open_since:
                return max(at, windows.moment(open_since + owed)) if owed else at
            owed -= windows.total - open_since
        raise ValueError("these desk hours never open long enough for that turnaround")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the open time between two moments; zero when `end` is not after `start`."""
        first, last = utc(start), utc(end)
        year = first.astimezone(self.zone).year
        if first < self._year(year - 1).over_at:  # a night shift of New Year's Eve
            year -= 1
        years = range(year, last.astimezone(self.zone).year + 1)
        spans = [self._year(year).open_until(last) - self._year(year).open_until(first) for year in years]
        return max(sum(spans, timedelta()), timedelta())

    def is_open(self, at: datetime) -> bool:
        """Return whether the desk is open at `at`."""
        year = at.astimezone(self.zone).year
        return any(self._year(one).is_open(utc(at)) for one in (year, year - 1))

    def closes_on(self, day: date) -> datetime | None:
        """Return when the desk closes for good on a local day; None where it is closed all day."""
        periods = () if day in self.closed else self.periods.get(day.weekday(), ())
        return self._at(day, max(closes for _, closes in periods)) if periods else None

    def _year(self, year: int) -> "_Year":
        if year not in self._years:
            self._years[year] = _Year(self._windows(year))
        return self._years[year]

    def _windows(self, year: int) -> list[tuple[datetime, datetime]]:
        days = (date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days))
        return [
            (self._at(day, opens), self._at(day, closes))
            for day in days
            if day not in self.closed
            for opens, closes in sorted(self.periods.get(day.weekday(), ()))
        ]

    def _at(self, day: date, minute: int) -> datetime:
        day, minute = day + timedelta(days=minute // 1440), minute % 1440
        return datetime.combine(day, time(minute // 60, minute % 60), self.zone).astimezone(UTC)


class _Year:
    """The opening windows of one local year with their running total, for looking up by bisection."""

    def __init__(self, windows: list[tuple[datetime, datetime]]) -> None:
        self.starts = [start for start, _ in windows]
        self.ends = [end for _, end in windows]
        self.over_at = max(self.ends, default=datetime.min.replace(tzinfo=UTC))
        lengths = [max(end - start, timedelta()) for start, end in windows]
        self.until = [timedelta(), *accumulate(lengths)]
        self.total = self.until[-1]

    def open_until(self, at: datetime) -> timedelta:
        n = bisect_right(self.starts, at)
        if n == 0:
            return timedelta()
        return self.until[n - 1] + min(at, self.ends[n - 1]) - self.starts[n - 1]

    def is_open(self, at: datetime) -> bool:
        n = bisect_right(self.starts, at)
        return n > 0 and at < self.ends[n - 1]

    def moment(self, total: timedelta) -> datetime:
        n = max(bisect_right(self.until, total) - 1, 0)
        if self.until[n] == total and n > 0:  # exactly at a closing: there, not at the next opening
            n -= 1
        return self.starts[n] + (total - self.until[n])


@lru_cache(maxsize=8)
def always_open(zone: str = "UTC") -> DeskHours:
    """Return hours that never close."""
    return DeskHours(ZoneInfo(zone), dict.fromkeys(range(7), ((0, 1440),)))


def promise(kind: PromiseKind, started_at: datetime, within: timedelta, hours: DeskHours) -> Promise:
    """Return the promise of an answer within `within` of desk time."""
    due_at = hours.after(started_at, within)
    level = LEVELS[0]
    remind_at = hours.after(started_at, within * level / 100)
    return Promise(
        kind=kind, started_at=started_at, within=within, due_at=due_at, next_level=level, remind_at=remind_at
    )


def resumed(owed: Promise, at: datetime, hours: DeskHours) -> Promise:
    """Return a paused promise running again from `at`; the pause does not count as desk time."""
    since, _ = owed.pauses[-1]
    return reckoned(replace(owed, pauses=(*owed.pauses[:-1], (since, max(at, since)))), hours)


def reckoned(owed: Promise, hours: DeskHours) -> Promise:
    """Return the promise with its moments computed anew from start, length, pauses and hours."""
    due_at = _share(owed, 100, hours)
    remind_at = _share(owed, owed.next_level, hours) if owed.next_level and owed.clock_runs else None
    return replace(owed, due_at=due_at, remind_at=remind_at)


def retimed(owed: Promise, within: timedelta, hours: DeskHours, at: datetime) -> Promise:
    """Return the promise with another length or other hours, as of `at`; one that had lapsed stays lapsed.

    A change never makes a promise late at once: where the new moment is past, the new length counts from `at`, but
    the old moment stays where it is earlier.
    """
    counted = owed.pauses[-1][0] if owed.paused else at
    if not owed.unsettled or owed.lapsed_at is not None or counted > owed.due_at:
        return owed
    moved = reckoned(replace(owed, within=within), hours)
    if moved.due_at > counted:
        return moved
    moved = reckoned(replace(owed, within=_used(owed, at, hours) + within), hours)
    return min(moved, owed, key=lambda one: one.due_at)


def _used(owed: Promise, at: datetime, hours: DeskHours) -> timedelta:
    """Return the desk time since the promise began, without its pauses."""
    paused = sum((hours.between(since, until or at) for since, until in owed.pauses), timedelta())
    return hours.between(owed.started_at, at) - paused


def _share(owed: Promise, level: int, hours: DeskHours) -> datetime:
    """Return when this percentage of the promise's desk time has passed, without pauses."""
    at, left = owed.started_at, owed.within * level / 100
    for since, until in owed.pauses:
        worked = hours.between(at, since)
        if left <= worked or until is None:
            break
        left, at = left - worked, until
    return hours.after(at, left)


def spoken_promise(started_at: datetime, due_at: datetime, hours: DeskHours) -> Promise:
    """Return the promise of an answer by a moment named in words, open hours or not."""
    within = hours.between(started_at, due_at)
    level = LEVELS[0] if within else LEVELS[-1]
    owed = Promise(kind=PromiseKind.SPOKEN, started_at=started_at, within=within, due_at=due_at, next_level=level)
    return replace(owed, remind_at=_share(owed, level, hours) if within else due_at)


def reminders_due(
    owed: Promise, hours: DeskHours, now: datetime, beyond: Sequence[int] = ()
) -> tuple[tuple[int, ...], Promise]:
    """Return the levels whose moment has passed, lowest first, and the promise set to the next level.

    Several levels at once mean that the desk was down: the highest is posted, the others are only stored.
    `beyond` are the levels after a lapse, above 100. They come one at a time, with the planned time between them,
    since nobody could help while the desk was down.
    """
    passed: list[int] = []
    while owed.unsettled and owed.remind_at is not None and owed.remind_at <= now:
        passed.append(owed.next_level)
        owed = _armed(owed, hours, beyond, now)
        if passed[-1] >= LAPSE:
            break
    if passed and passed[-1] >= LAPSE:
        owed = replace(owed, lapsed_at=owed.due_at)
    return tuple(passed), owed


def _armed(owed: Promise, hours: DeskHours, beyond: Sequence[int], now: datetime) -> Promise:
    done = owed.next_level
    level = next((one for one in (*LEVELS, *beyond) if one > done), 0)
    at = _due_at_level(owed, level, hours, beyond, now) if level else None
    return replace(owed, next_level=level, remind_at=at)


def armed_at(owed: Promise, hours: DeskHours, beyond: Sequence[int], now: datetime) -> datetime:
    """Return when the promise's next reminder is due, if set now; see `reminders_due`."""
    return _due_at_level(owed, owed.next_level, hours, beyond, now)


def _due_at_level(owed: Promise, level: int, hours: DeskHours, beyond: Sequence[int], now: datetime) -> datetime:
    if level == LAPSE:
        return owed.due_at
    at = _share(owed, level, hours)
    if level < LAPSE:
        return at
    done = max(one for one in (*LEVELS, *beyond) if one < level)
    return max(at, hours.after(now, owed.within * (level - done) / 100))
