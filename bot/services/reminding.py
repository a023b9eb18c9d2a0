"""Nags whoever holds the ball: each reminder is a row before it is told, each level once."""

import logging
from datetime import datetime

from bot.domain.case import Case, Event
from bot.domain.tables import FactVerb
from bot.domain.turnaround import reminders_due
from bot.ports import Desk, OutOfService
from bot.services.casework import change

log = logging.getLogger(__name__)


def remind(desk: Desk, now: datetime) -> int:
    """Write down every reminder that is due; one broken case never stops the others. Return how many."""
    done = 0
    for case_id in desk.store.reminders(now):
        try:
            change(desk, case_id, lambda case: _reminder(desk, case, now))
            done += 1
        except OutOfService:
            raise
        except Exception:  # around one item of a sweep: the next case is not to blame
            log.exception("remind.broken case=%d", case_id)
    return done


def _reminder(desk: Desk, case: Case, now: datetime) -> Event | None:
    if case.promise is None or not case.promise.running:
        return None
    levels, armed = reminders_due(case.promise, desk.policy.hours, now)
    if not levels:
        return None
    return Event(verb=FactVerb.REMINDED, by="desk", at=now, level=levels[-1], promise=armed)
