"""Gaps in a week's coverage: too few approvers on, or nobody who reads a language."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import TypeVar

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.promises.promise import DeskHours
from bot.domain.team.languages import NAMES, tongue
from bot.domain.team.shifts import Shift, ShiftChange, on_shift
from bot.domain.team.skills import Skill, readers

ENOUGH = 2  # a writer needs a second person to approve
LANGUAGES = 5  # gaps that are named in one message
WEEK = timedelta(days=7)
Named = TypeVar("Named", Shift, Skill)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Thin:
    """A stretch of desk time with this many of the needed people on."""

    begins: datetime
    ends: datetime
    count: int


def resolved(given: Sequence[Named], groups: Mapping[str, Collection[str]]) -> list[Named]:
    """Return the shifts or skills with user groups replaced by their members."""
    return [
        replace(one, people=frozenset(member for who in one.people for member in groups.get(who, {who})))
        for one in given
    ]


def first_moment(since: datetime, hours: DeskHours) -> datetime:
    """Return the begin of the desk's day of `since`; the examined week begins there."""
    return datetime.combine(since.astimezone(hours.zone).date(), time(), hours.zone).astimezone(UTC)


def thin(
    shifts: Sequence[Shift],
    approvers: Collection[str],
    hours: DeskHours,
    since: datetime,
    *,
    enough: int = ENOUGH,
    given: Sequence[ShiftChange] = (),
) -> list[Thin]:
    """Return the stretches of the 7 days from the local day of `since` with too few of these people on, in order.

    Without any shift everybody counts as on. User groups of the shifts must be replaced by people before. `given`:
    turns that people gave each other and that end after `first_moment`.
    """
    since = first_moment(since, hours)
    found: list[Thin] = []
    for begins, ends in pairwise(_edges(shifts, hours, since, given)):
        count = len(on_shift(shifts, given, approvers, begins))
        if count >= enough or not hours.is_open(begins):
            continue
        if found and found[-1].ends == begins and found[-1].count == count:
            found[-1] = replace(found[-1], ends=ends)
        else:
            found.append(Thin(begins, ends, count))
    return found


def _edges(
    shifts: Sequence[Shift], hours: DeskHours, since: datetime, given: Sequence[ShiftChange]
) -> list[datetime]:
    """Return every moment of the week at which a shift, a given turn, or the desk may begin or end."""
    open_days = (
        Shift(days=frozenset({day}), hours=periods, people=frozenset(), zone=hours.zone)
        for day, periods in hours.periods.items()
    )
    moments = {
        edge for shift in (*shifts, *open_days) for turn in shift.turns(since - timedelta(days=1)) for edge in turn
    }
    moments |= {edge for one in given for edge in (one.since, one.until) if edge}
    return sorted({since, since + WEEK, *(one for one in moments if since < one < since + WEEK)})


def unread_stretches(
    shifts: Sequence[Shift],
    skills: Sequence[Skill],
    people: Collection[str],
    languages: Sequence[str],
    *,
    hours: DeskHours,
    since: datetime,
    given: Sequence[ShiftChange] = (),
) -> list[tuple[str, list[Thin]]]:
    """Return by language the stretches of the 7 days from the day of `since` in which nobody who is on reads it.

    `people`: everybody who may be on. For the other arguments see `thin`.
    """
    wanted = dict.fromkeys(one for one in map(tongue, languages) if one)
    found = ((one, thin(shifts, readers(skills, people, one), hours, since, enough=1, given=given)) for one in wanted)
    return [(one, stretches) for one, stretches in found if stretches]


def stretches_in_words(found: Sequence[Thin], hours: DeskHours) -> str:
    """Return the stretches in the desk's own time: "Mon to Fri 12:00-13:00 (1), Sat, all day (nobody)"."""
    return ", ".join(f"{when} ({count or 'nobody'})" for when, count in _grouped(found, hours))


def unread_said(found: Sequence[tuple[str, Sequence[Thin]]], hours: DeskHours) -> str:
    """Return the languages and their stretches in the desk's own time: "German (Mon 12:00-13:00), French (...)"."""
    named = [f"{NAMES.get(one, one)} ({_alone(stretches, hours)})" for one, stretches in found[:LANGUAGES]]
    left = len(found) - LANGUAGES
    return ", ".join([*named, *([f"and {left} more"] if left > 0 else [])])


def _alone(found: Sequence[Thin], hours: DeskHours) -> str:
    return ", ".join(when for when, _ in _grouped(found, hours))


def _grouped(found: Sequence[Thin], hours: DeskHours) -> Iterator[tuple[str, int]]:
    """Yield each time of day once, with the days that share it and how many are on then."""
    days: dict[tuple[str, int], list[int]] = {}
    for one in found:
        begins, ends = one.begins.astimezone(hours.zone), one.ends.astimezone(hours.zone)
        for day, clock in _by_day(begins, ends):
            days.setdefault((clock, one.count), []).append(day)
    for (clock, count), shared in days.items():
        yield (f"{_days(shared)}{clock}", count)


def _by_day(begins: datetime, ends: datetime) -> Iterator[tuple[int, str]]:
    """Yield weekday and time of a stretch; one within a night stays whole, whole days come one by one."""
    midnights, whole = (ends.date() - begins.date()).days, begins.time() == ends.time() == time()
    if whole:
        yield from (((begins.weekday() + n) % 7, ", all day") for n in range(midnights))
    elif midnights == 0 or (midnights == 1 and ends.time() <= begins.time()):
        until = "24:00" if ends.time() == time() else f"{ends:%H:%M}"
        yield begins.weekday(), f" {begins:%H:%M}-{until}"
    else:
        yield begins.weekday(), f" {begins:%H:%M} to {_DAYS[ends.weekday()]} {ends:%H:%M}"


def _days(days: Sequence[int]) -> str:
    """Return days of one week, in their order, as people say them: "Mon to Fri", "Mon, Wed and Fri"."""
    if len(days) == len(_DAYS):
        return "every day"
    named = [_DAYS[day] for day in days]
    if len(days) > 2 and all((after - before) % 7 == 1 for before, after in pairwise(days)):
        return f"{named[0]} to {named[-1]}"
    return " and ".join(one for one in (", ".join(named[:-1]), named[-1]) if one)
