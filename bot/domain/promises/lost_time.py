"""Finds where late answers lost their time: in which wait, and at which hours of the day."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.promises.promise import DeskHours, Promise, PromiseKind
from bot.domain.promises.report import Milestone, Track, Verdict, reached, verdict

FEWEST = 3  # lapsed answers; fewer do not show a pattern
_HOURS_TOGETHER = 2  # hours of the day that are named as one stretch
_STRETCH = 0.5  # share of the lost time within the stretch, from which on it is named
_HOUR = timedelta(hours=1)


class Wait(StrEnum):
    """One wait on the way to a case's first answer; they follow in this order."""

    CLAIM = "claim"
    DRAFT = "draft"
    APPROVAL = "approval"
    SENDING = "sending"


_ENDS: Mapping[Wait, Milestone] = {
    Wait.CLAIM: Milestone.CLAIMED,
    Wait.DRAFT: Milestone.ASKED,
    Wait.APPROVAL: Milestone.APPROVED,
    Wait.SENDING: Milestone.REPLIED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One wait of one case: from when until when, and how much desk time it was."""

    wait: Wait
    case_id: int
    since: datetime
    until: datetime
    took: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class LostTime:
    """The wait in which most time was lost, the time lost in all, and the number of lapsed cases."""

    wait: Wait
    took: timedelta
    total: timedelta
    lapsed: int
    cases: Sequence[int]  # with that wait, the longest first
    hours: tuple[int, int] | None  # of the local day, in which most of it lay


def lost_time(
    tracks: Iterable[Track], since: datetime, until: datetime, hours: DeskHours, now: datetime
) -> LostTime | None:
    """Return where most time went in the cases whose first answer lapsed in a period; None with fewer than FEWEST."""
    late = [found for track in tracks if (found := _late(track, since, until, hours, now))]
    if len(late) < FEWEST:
        return None
    stretches = [one for each in late for one in each]
    by_wait = Counter[Wait]()
    for one in stretches:
        by_wait[one.wait] += one.took // timedelta(seconds=1)
    wait, seconds = max(by_wait.items(), key=lambda one: one[1])
    its = sorted((one for one in stretches if one.wait == wait), key=lambda one: -one.took)
    return LostTime(
        wait=wait,
        took=timedelta(seconds=seconds),
        total=timedelta(seconds=by_wait.total()),
        lapsed=len(late),
        cases=tuple(one.case_id for one in its),
        hours=_when(its, hours),
    )


def _late(track: Track, since: datetime, until: datetime, hours: DeskHours, now: datetime) -> list[Stretch]:
    """Return the waits of a case whose first answer lapsed in the period, or nothing."""
    for owed in track.promises:
        first = owed.kind == PromiseKind.FIRST_RESPONSE and since <= owed.due_at < until
        if first and verdict(owed, hours, now) == Verdict.LAPSED:
            return list(_waits(track, owed, hours, now))
    return []


def _waits(track: Track, owed: Promise, hours: DeskHours, now: datetime) -> Iterator[Stretch]:
    """Yield what the case waited for; a wait that was left out ended with the one after it."""
    known = reached(track)
    ends = [min(known.get(Milestone.REPLIED, now), now)]
    for wait in reversed(list(_ENDS)[:-1]):
        ends.append(max(min(known.get(_ENDS[wait], ends[-1]), ends[-1]), owed.started_at))
    moments = [owed.started_at, *reversed(ends)]
    for wait, (begins, over) in zip(_ENDS, pairwise(moments), strict=True):
        if took := hours.between(begins, over):
            yield Stretch(wait=wait, case_id=track.case_id, since=begins, until=over, took=took)


def _when(stretches: Sequence[Stretch], hours: DeskHours) -> tuple[int, int] | None:
    """Return the two hours of the local day in which most of the time was lost, if half of it was."""
    by_hour = Counter[int]()
    for one in stretches:
        for hour, seconds in _by_hour(one, hours):
            by_hour[hour] += seconds
    total = by_hour.total()
    begins = max(range(25 - _HOURS_TOGETHER), key=lambda hour: sum(by_hour[hour + n] for n in range(_HOURS_TOGETHER)))
    within = sum(by_hour[begins + n] for n in range(_HOURS_TOGETHER))
    return (begins, begins + _HOURS_TOGETHER) if total and within >= _STRETCH * total else None


def _by_hour(one: Stretch, hours: DeskHours) -> Iterator[tuple[int, int]]:
    """Yield the seconds of desk time of a wait by the hour of the local day; of more than a week the first days."""
    at, last = one.since, min(one.until, one.since + timedelta(days=7))
    while at < last:
        over = min(at.replace(minute=0, second=0, microsecond=0) + _HOUR, last)
        yield at.astimezone(hours.zone).hour, hours.between(at, over) // timedelta(seconds=1)
        at = over
