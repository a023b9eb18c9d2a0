"""Tells whoever holds a case that the private message it asked for did not come."""

from datetime import datetime

from bot.domain.base.tables import CaseState
from bot.domain.cases import events
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event
from bot.domain.mentions.moved_to_private import LOOKED_FOR_AFTER
from bot.ports import Desk
from bot.services.base.change import change
from bot.services.base.sweeping import room, sweep

AT_ONCE = 1_000  # cases per round


def look_for_messages(desk: Desk, now: datetime) -> int:
    """Record, once for each case, that no private message came for days; return for how many."""
    silent = desk.store.waiting_privately(now - LOOKED_FOR_AFTER, room(desk, "private silence", AT_ONCE))
    return sweep(desk, "private silence", silent, lambda one: change(desk, one, lambda case: _silent(case, now)))


def _silent(case: Case, now: datetime) -> Event | None:
    waits = case.state == CaseState.PENDING and case.asked_privately_at and not case.private_silence_at
    return events.PrivateSilence(by="desk", at=now) if waits else None
