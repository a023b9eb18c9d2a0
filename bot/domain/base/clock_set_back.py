"""Repairs moments in the future that were written while the machine's clock was ahead.

Messages sent meanwhile are not repeated; reminders to come are planned anew from the promise.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.base.moments import is_ahead
from bot.domain.cases.case import Case, with_promise
from bot.domain.promises.promise import DeskHours, Promise, PromiseKind, armed_at, reckoned

SNOOZED = timedelta(minutes=15)  # a reminder that is late by less than this was postponed by a person


def promises_set_right(case: Case, hours: DeskHours, now: datetime, beyond: Sequence[int]) -> tuple[Promise, ...]:
    """Return the case's promises with wrong moments, each with its moments corrected to the right clock."""
    right = [(owed, _promise(owed, hours, now, beyond)) for owed in case.promises]
    return tuple(new for owed, new in right if new != owed)


def set_right(case: Case, promises: Sequence[Promise], now: datetime) -> Case:
    """Return the case with these promises and without moments in the future."""
    for owed in promises:
        case = with_promise(case, owed)
    return replace(
        case,
        assigned_at=_past(case.assigned_at, now),
        answered_at=_past(case.answered_at, now),
        first_response_at=_past(case.first_response_at, now),
        deleted_at=_past(case.deleted_at, now),
        ended_at=_past(case.ended_at, now),
        resurfaces_at=_shifted(case.resurfaces_at, case.ended_at, now),
    )


def _past(moment: datetime | None, now: datetime) -> datetime | None:
    return now if moment is not None and is_ahead(moment, now) else moment


def _shifted(until: datetime | None, since: datetime | None, now: datetime) -> datetime | None:
    """Return the end of a term that began in the future, at its full length from now."""
    return until - (since - now) if until and since and is_ahead(since, now) else until


def _promise(owed: Promise, hours: DeskHours, now: datetime, beyond: Sequence[int]) -> Promise:
    if not owed.unsettled:
        return owed
    begun = _begun(owed, hours, now)
    lapsed = None if begun.lapsed_at and is_ahead(begun.lapsed_at, now) else begun.lapsed_at
    at = armed_at(begun, hours, beyond, now) if begun.next_level and begun.clock_runs else None
    late = owed.remind_at is None or at is None or owed.remind_at - at > SNOOZED
    return replace(begun, lapsed_at=lapsed, remind_at=at if late or begun.due_at != owed.due_at else owed.remind_at)


def _begun(owed: Promise, hours: DeskHours, now: datetime) -> Promise:
    """Return the promise with its start and pauses moved to the past."""
    pauses = tuple((min(since, now), until and min(until, now)) for since, until in owed.pauses)
    started, ahead = min(owed.started_at, now), owed.started_at - now
    if not is_ahead(owed.started_at, now) and pauses == owed.pauses:
        return owed
    begun = replace(owed, started_at=started, pauses=pauses)
    if owed.kind != PromiseKind.SPOKEN:
        return reckoned(begun, hours)
    return replace(begun, due_at=owed.due_at - max(ahead, timedelta()))
