"""Reminds the person who has to act next. Each reminder is stored before it is posted, once for each level."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from bot.domain.cases.case import Case
from bot.domain.promises.promise import Promise, reminders_due
from bot.domain.reminders import recipients
from bot.domain.reminders.reminder_events import Reminded
from bot.domain.replies.draft_events import ApproverAsked
from bot.ports import Desk, OutOfService
from bot.services.base.sweeping import room, sweep
from bot.services.halts.gate import reminders_wait
from bot.services.reminders.whom_to_ask import Asking, asking
from bot.services.team.shifts import in_peace

log = logging.getLogger(__name__)

AT_ONCE = 200  # rows per round


def remind(desk: Desk, now: datetime) -> int:
    """Store every due reminder and return how many; a failing case does not stop the others.

    Where reminders wait, as after a restore, none is stored: what is due by then is reminded of when they go on.
    """
    if reminders_wait(desk):
        return 0
    resting = desk.broken.resting("remind", desk.clock.pace())
    found = desk.store.reminders_due(now, room(desk, "remind", AT_ONCE))
    due = [one for one in dict.fromkeys(found) if one not in resting]  # once per case; its other promise is next
    ask = asking(desk, now) if due else Asking()
    gathered = _gather(desk, due, ask, now)
    alone = (one for one in due if one not in gathered)
    return len(gathered) + sweep(desk, "remind", alone, lambda case_id: _one(desk, case_id, ask, now))


# --- one by one -------------------------------------------------------------------------------------------


def _one(desk: Desk, case_id: int, ask: Asking, now: datetime) -> bool:
    with desk.store.transaction():
        case = desk.store.case(case_id)
        its = _due(desk, case, ask, now)
        if its is not None:
            event = _alone(desk, case, its.event(now), now)
            desk.store.record(_asked_next(desk, case, event), event)
    return its is not None


class _Due(NamedTuple):
    """A reminder to be stored: whom it asks, the levels that have passed, the promise set to its next one."""

    who: str
    levels: tuple[int, ...]
    armed: Promise

    def event(self, now: datetime, gathered: int = 0) -> Reminded:
        return Reminded(
            by="desk",
            at=now,
            to=self.who,
            level=self.levels[-1],
            levels=self.levels,
            promise=self.armed,
            told=not gathered,
            gathered=gathered,
        )


def _due(desk: Desk, case: Case, ask: Asking, now: datetime) -> _Due | None:
    due = [one for one in case.promises if one.remind_at and one.remind_at <= now and one.clock_runs]
    if not due:
        return None
    owed = min(due, key=lambda one: one.remind_at or now)
    levels, armed = reminders_due(owed, desk.policy.hours, now, desk.policy.reminders.beyond)
    return _Due(ask.whom(desk, case, owed, levels[-1]), levels, armed)


def _asked_next(desk: Desk, case: Case, event: Reminded) -> Case:
    """Ask another approver, if the reminder goes to another person than the one asked so far."""
    draft = case.draft
    if draft and recipients.in_review(case) and event.to not in {"", draft.asked, desk.policy.leads_channel}:
        widened = ApproverAsked(by="desk", at=event.at, to=event.to, told=not event.gathered)
        return desk.store.record(case, widened)
    return case


def _alone(desk: Desk, case: Case, event: Reminded, now: datetime) -> Reminded:
    """Return the event of a separate reminder: in the thread, and near the lapse also to the person."""
    told = event.level >= recipients.LATE or desk.store.reminders_told(case.id) < desk.policy.reminders.at_most
    told = told and not _was_said(desk, case, event)
    to_channel = event.to == desk.policy.leads_channel
    direct = to_channel or _direct(desk, case, event.to, event.level, now)
    return replace(event, told=told and not to_channel, direct=told and direct)


def _was_said(desk: Desk, case: Case, event: Reminded) -> bool:
    """Return whether it was reported after this lapse that nobody else can be asked."""
    if event.to or event.level <= recipients.LATE or recipients.on_its_way(case):
        return False
    return any(one.level > recipients.LATE and not one.asked for one in desk.store.reminders_of(event.promise.id))


def _direct(desk: Desk, case: Case, who: str, level: int, now: datetime) -> bool:
    """Return whether a reminder also goes by direct message: near the lapse, and not in quiet hours.

    A newly asked approver gets the draft by direct message instead.
    """
    if not who or level < recipients.CLOSE or recipients.on_its_way(case):
        return False
    draft = case.draft
    if draft and recipients.in_review(case) and draft.asked != who:
        return False
    return desk.policy.reminders.breaks_in(level) or not in_peace(desk, who, now)


# --- many at once -----------------------------------------------------------------------------------------


def _gather(desk: Desk, due: Sequence[int], ask: Asking, now: datetime) -> set[int]:
    """Store the reminders that become one message per person; return the cases done.

    All or none: with a failing case each half is tried separately, so that few others are left out.
    """
    if len(due) <= desk.policy.reminders.digest_above:
        return set()
    try:
        return _gather_all(desk, due, ask, now)
    except OutOfService:
        raise
    except Exception as trouble:  # noqa: BLE001 - what is left is told one by one, where the trouble is logged
        log.warning("gather.halved cases=%d kind=%s", len(due), type(trouble).__name__)
    half = len(due) // 2
    return _gather(desk, due[:half], ask, now) | _gather(desk, due[half:], ask, now)


def _gather_all(desk: Desk, due: Sequence[int], ask: Asking, now: datetime) -> set[int]:
    with desk.store.transaction():
        happened: list[tuple[Case, Reminded]] = []
        for person, reminders in _by_person(desk, desk.store.cases(due), ask, now).items():
            row = desk.store.gather(person, now)
            for case, its in reminders:
                event = its.event(now, row)
                happened.append((_asked_next(desk, case, event), event))
        desk.store.remind_all(happened)
    return {case.id for case, _ in happened}


def _by_person(desk: Desk, cases: Sequence[Case], ask: Asking, now: datetime) -> dict[str, list[tuple[Case, _Due]]]:
    """Return the reminders of each person with so many that they become one message."""
    found: dict[str, list[tuple[Case, _Due]]] = {}
    for case in cases:
        its = _due(desk, case, ask, now)
        if its is not None and its.who:
            found.setdefault(its.who, []).append((case, its))
    many = desk.policy.reminders.digest_above
    # Sorted, so that two processes lock digests in the same order.
    return {who: its for who, its in sorted(found.items()) if len(its) > many and not in_peace(desk, who, now)}
