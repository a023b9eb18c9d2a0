"""Nags whoever holds the ball: each reminder is a row before it is told, each level once."""

from datetime import datetime

from bot.domain.case import Case, Event
from bot.domain.tables import FactVerb
from bot.domain.turnaround import reminders_due
from bot.ports import Desk
from bot.services.casework import change
from bot.services.sweeping import sweep


def remind(desk: Desk, now: datetime) -> int:
    """Write down every reminder that is due; one broken case never stops the others. Return how many."""
    due = desk.store.reminders(now)
    return sweep("remind", due, lambda case_id: change(desk, case_id, lambda case: _reminder(desk, case, now)))


def _reminder(desk: Desk, case: Case, now: datetime) -> Event | None:
    if case.promise is None or not case.promise.running:
        return None
    levels, armed = reminders_due(case.promise, desk.policy.hours, now)
    if not levels:
        return None
    return Event(verb=FactVerb.REMINDED, by="desk", at=now, level=levels[-1], promise=armed)
