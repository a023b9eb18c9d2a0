"""The hours of a week in which fewer than two people who can approve are on."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from bot.domain.shifts import Shift
from bot.domain.turnaround import DeskHours

ENOUGH = 2  # whoever writes a reply never approves it alone
WEEK = timedelta(days=7)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Thin:
    """A stretch of desk time with so few approvers on."""

    begins: datetime
    ends: datetime
    approvers: int


def resolved(shifts: Sequence[Shift], groups: Mapping[str, Collection[str]]) -> list[Shift]:
    """Return the shifts with people in the place of their user groups."""
    return [
        replace(one, people=frozenset(member for who in one.people for member in groups.get(who, {who})))
        for one in shifts
    ]


def thin(shifts: Sequence[Shift], approvers: Collection[str], hours: DeskHours, since: datetime) -> list[Thin]:
    """Return the stretches of the 7 days from the local day of `since` with fewer than two approvers on, in order.

    Without any shift everybody counts as on. The shifts' user groups are to be resolved into people first.
    """
    local = since.astimezone(hours.zone)
    since = datetime.combine(local.date(), time(), hours.zone).astimezone(UTC)
    found: list[Thin] = []
    for begins, ends in pairwise(_edges(shifts, hours, since)):
        count = _on(shifts, approvers, begins)
        if count >= ENOUGH or not hours.is_open(begins):
            continue
        if found and found[-1].ends == begins and found[-1].approvers == count:
            found[-1] = replace(found[-1], ends=ends)
        else:
            found.append(Thin(begins, ends, count))
    return found


def _on(shifts: Sequence[Shift], approvers: Collection[str], at: datetime) -> int:
    if not shifts:
        return len(set(approvers))
    return len({who for shift in shifts if shift.covers(at) for who in shift.people} & set(approvers))


def _edges(shifts: Sequence[Shift], hours: DeskHours, since: datetime) -> list[datetime]:
    """Return every moment of the week at which a shift or the desk may open or close."""
    open_days = (
        Shift(days=frozenset({day}), hours=periods, people=frozenset(), zone=hours.zone)
        for day, periods in hours.periods.items()
    )
    moments = {
        edge for shift in (*shifts, *open_days) for turn in shift.turns(since - timedelta(days=1)) for edge in turn
    }
    return sorted({since, since + WEEK, *(one for one in moments if since < one < since + WEEK)})


def said(found: Sequence[Thin], hours: DeskHours) -> str:
    """Return the stretches in the desk's own time: "Mon 12:00-13:00 (1), Fri 16:00-17:00 (nobody)"."""
    return ", ".join(_each(found, hours))


def _each(found: Sequence[Thin], hours: DeskHours) -> Iterator[str]:
    for one in found:
        begins, ends = one.begins.astimezone(hours.zone), one.ends.astimezone(hours.zone)
        until = f"{ends:%H:%M}" if begins.date() == ends.date() else f"{_DAYS[ends.weekday()]} {ends:%H:%M}"
        yield f"{_DAYS[begins.weekday()]} {begins:%H:%M}-{until} ({one.approvers or 'nobody'})"
