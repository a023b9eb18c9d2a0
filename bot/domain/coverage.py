"""The hours of a week in which too few are on who can approve, or nobody who reads a language."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import TypeVar

from bot.domain.languages import NAMES, tongue
from bot.domain.shifts import Shift, ShiftChange, on_shift
from bot.domain.skills import Skill, readers
from bot.domain.turnaround import DeskHours

ENOUGH = 2  # whoever writes a reply never approves it alone
LANGUAGES = 5  # that are named at once
WEEK = timedelta(days=7)
Rule = TypeVar("Rule", Shift, Skill)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Thin:
    """A stretch of desk time with so few of the people on who are needed."""

    begins: datetime
    ends: datetime
    count: int


def resolved(rules: Sequence[Rule], groups: Mapping[str, Collection[str]]) -> list[Rule]:
    """Return the shifts or skills with people in the place of their user groups."""
    return [
        replace(one, people=frozenset(member for who in one.people for member in groups.get(who, {who})))
        for one in rules
    ]


def first_moment(since: datetime, hours: DeskHours) -> datetime:
    """Return the begin of the desk's day that `since` is in: the week that is looked at begins there."""
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

    Without any shift everybody counts as on. The shifts' user groups are to be resolved into people first. `given`:
    what people gave each other of turns that end after `first_moment`.
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
    """Return every moment of the week at which a shift, what was given of one, or the desk may begin or end."""
    open_days = (
        Shift(days=frozenset({day}), hours=periods, people=frozenset(), zone=hours.zone)
        for day, periods in hours.periods.items()
    )
    moments = {
        edge for shift in (*shifts, *open_days) for turn in shift.turns(since - timedelta(days=1)) for edge in turn
    }
    moments |= {edge for one in given for edge in (one.since, one.until) if edge}
    return sorted({since, since + WEEK, *(one for one in moments if since < one < since + WEEK)})


def unread(
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

    `people`: everybody who may be on. The rest is as in `thin`.
    """
    wanted = dict.fromkeys(one for one in map(tongue, languages) if one)
    found = ((one, thin(shifts, readers(skills, people, one), hours, since, enough=1, given=given)) for one in wanted)
    return [(one, stretches) for one, stretches in found if stretches]


def said(found: Sequence[Thin], hours: DeskHours) -> str:
    """Return the stretches in the desk's own time: "Mon 12:00-13:00 (1), Fri 16:00-17:00 (nobody)"."""
    return ", ".join(
        f"{when} ({one.count or 'nobody'})" for one, when in zip(found, _each(found, hours), strict=True)
    )


def unread_said(found: Sequence[tuple[str, Sequence[Thin]]], hours: DeskHours) -> str:
    """Return the languages and their stretches in the desk's own time: "German (Mon 12:00-13:00), French (...)"."""
    named = [f"{NAMES.get(one, one)} ({', '.join(_each(stretches, hours))})" for one, stretches in found[:LANGUAGES]]
    left = len(found) - LANGUAGES
    return ", ".join([*named, *([f"and {left} more"] if left > 0 else [])])


def _each(found: Sequence[Thin], hours: DeskHours) -> Iterator[str]:
    for one in found:
        begins, ends = one.begins.astimezone(hours.zone), one.ends.astimezone(hours.zone)
        until = f"{ends:%H:%M}" if begins.date() == ends.date() else f"{_DAYS[ends.weekday()]} {ends:%H:%M}"
        yield f"{_DAYS[begins.weekday()]} {begins:%H:%M}-{until}"
