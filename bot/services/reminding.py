"""Nags whoever holds the ball: each reminder is a row before it is told, each level once, one person each time."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import nagging
from bot.domain.case import Case, Event
from bot.domain.errors import Refusal
from bot.domain.tables import FactVerb
from bot.domain.turnaround import Promise, reminders_due
from bot.ports import Conflict, Desk, OutOfService
from bot.services.asking import Asking, asking
from bot.services.shifts import in_peace
from bot.services.sweeping import sweep

log = logging.getLogger(__name__)

JOINS = timedelta(minutes=5)  # a digest takes in what falls due within this: the same message, written anew


def remind(desk: Desk, now: datetime) -> int:
    """Write down every reminder that is due; one broken case never stops the others. Return how many."""
    due = desk.store.reminders(now)
    ask = asking(desk, now) if due else Asking()
    told, alone = 0, list(due)
    if len(due) > desk.policy.nags.digest_above:
        for person, cases in _by_person(desk, due, ask, now).items():
            told += _gather(desk, person, cases, ask, now)
            alone = [one for one in alone if one not in set(cases)]
    told += sweep("remind", alone, lambda case_id: _one(desk, case_id, ask, now))
    if told:
        desk.changed()
    return told


# --- one by one -------------------------------------------------------------------------------------------


def _one(desk: Desk, case_id: int, ask: Asking, now: datetime) -> bool:
    with desk.store.transaction():
        case = desk.store.case(case_id)
        owed = _due(case, now)
        if owed is not None:
            _record(desk, case, _alone(desk, case, ask.whom(desk, case, owed, _level(desk, owed, now)), now), now)
    return owed is not None


def _due(case: Case, now: datetime) -> Promise | None:
    due = [one for one in case.promises if one.owed and one.nag_at and one.nag_at <= now]
    return min(due, key=lambda one: one.nag_at or now, default=None)


def _record(desk: Desk, case: Case, event: Event, now: datetime) -> None:
    """Ask the next approver where the reminder goes to somebody else than was asked; then write it down."""
    draft = case.draft
    if draft and nagging.in_review(case) and event.to not in {"", draft.asked, desk.policy.leads_channel}:
        widened = Event(verb=FactVerb.ASKED, by="desk", at=now, to=event.to, told=not event.gathered)
        case = desk.store.record(case, widened)
    desk.store.record(case, event)


def _level(desk: Desk, owed: Promise, now: datetime) -> int:
    levels, _ = reminders_due(owed, desk.policy.hours, now, desk.policy.nags.beyond)
    return levels[-1] if levels else 0


def _alone(desk: Desk, case: Case, who: str, now: datetime) -> Event:
    """Return the reminder as told by itself: in the thread, and where it is close also to the person."""
    event = _reminder(desk, case, who, now)
    told = event.level >= nagging.LATE or desk.store.nags_told(case.id) < desk.policy.nags.at_most
    to_channel = who == desk.policy.leads_channel
    direct = to_channel or _direct(desk, case, who, event.level, now)
    return replace(event, told=told and not to_channel, direct=told and direct)


def _reminder(desk: Desk, case: Case, who: str, now: datetime) -> Event:
    owed = _due(case, now)
    assert owed is not None  # noqa: S101 - the caller has looked; this tells the type checker
    levels, armed = reminders_due(owed, desk.policy.hours, now, desk.policy.nags.beyond)
    return Event(verb=FactVerb.REMINDED, by="desk", at=now, to=who, level=levels[-1], levels=levels, promise=armed)


def _direct(desk: Desk, case: Case, who: str, level: int, now: datetime) -> bool:
    """Tell whether a reminder goes by direct message too: close to the lapse, and not to somebody who is in peace.

    Whoever is only now asked to approve gets the draft itself by direct message; that is enough.
    """
    if not who or level < nagging.CLOSE or nagging.on_its_way(case):
        return False
    draft = case.draft
    if draft and nagging.in_review(case) and draft.asked != who:
        return False
    return desk.policy.nags.breaks_in(level) or not in_peace(desk, who, now)


# --- many at once -----------------------------------------------------------------------------------------


def _by_person(desk: Desk, due: Sequence[int], ask: Asking, now: datetime) -> dict[str, list[int]]:
    """Return the cases of everybody for whom so many are due that they become one message."""
    found: dict[str, list[int]] = {}

    def plan(case_id: int) -> None:
        case = desk.store.case(case_id)
        owed = _due(case, now)
        if owed is not None and not _climbs(desk, owed):
            found.setdefault(ask.whom(desk, case, owed, _level(desk, owed, now)), []).append(case_id)

    sweep("gather", due, plan)
    many = desk.policy.nags.digest_above
    return {who: cases for who, cases in found.items() if who and len(cases) > many and not in_peace(desk, who, now)}


def _climbs(desk: Desk, owed: Promise) -> bool:
    """Tell whether this is a step of the ladder: each of them is told by itself, with its button."""
    return desk.policy.nags.step(owed.nag_level) is not None


def _gather(desk: Desk, person: str, cases: Sequence[int], ask: Asking, now: datetime) -> int:
    """Write down many reminders for one person together with the one message that tells them."""
    try:
        with desk.store.transaction():
            row = desk.store.gather(person, now - JOINS, now)
            return sum(_into(desk, row, case_id, person, now) for case_id in cases)
    except OutOfService:
        raise
    except Exception:  # one of them is broken: the others are told one by one instead
        log.exception("gather.broken person=%s", person)
        return sweep("remind", cases, lambda case_id: _one(desk, case_id, ask, now))


def _into(desk: Desk, row: int, case_id: int, person: str, now: datetime) -> bool:
    try:
        case = desk.store.case(case_id)
        if _due(case, now) is None:
            return False
        _record(desk, case, replace(_reminder(desk, case, person, now), told=False, gathered=row), now)
    except (Conflict, Refusal):  # somebody changed the case in this instant: the next round sees it
        return False
    return True
