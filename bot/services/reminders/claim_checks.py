"""Asks about claims without progress, and releases those without an answer."""

from datetime import datetime

from bot.domain.base.refusals import NotYours, Outdated
from bot.domain.cases import events
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event
from bot.domain.reminders.claim_checks import ClaimCheck, DueAction, due_action, quiet_since
from bot.domain.reminders.reminder_events import ClaimChecked, StillOnIt
from bot.ports import Desk
from bot.services.base.change import change
from bot.services.base.sweeping import rotated, sweep
from bot.services.cases import casework
from bot.services.team.shifts import in_peace

AT_ONCE = 1_000  # claims per round


def check_claims(desk: Desk, now: datetime) -> int:
    """Ask about claims without progress, and end those without an answer; return how many."""
    return sweep(
        desk,
        "check",
        rotated(desk, "check", desk.store.silent_claims(), AT_ONCE),
        lambda case_id: _one(desk, case_id, now),
    )


def _one(desk: Desk, case_id: int, now: datetime) -> bool:
    done = False

    def decide(case: Case) -> Event | None:
        nonlocal done
        last = desk.store.last_check(case_id)
        due = due_action(case, last, desk.policy.reminders, desk.policy.hours, now)
        if due == DueAction.ASK and in_peace(desk, case.assignee, now):
            return None
        done = due is not None
        if due == DueAction.ASK:
            since = quiet_since(case, last) or now
            return ClaimChecked(by="desk", at=now, to=case.assignee, since=since)
        if due == DueAction.RELEASE and last is not None:
            return events.Released(by="desk", at=now, check=last.id)
        return None

    change(desk, case_id, decide)
    return done


def still_on_it(desk: Desk, check_id: int, *, by: str, at: datetime) -> Case:
    """Record the assignee's answer that they work on it; the time without progress begins anew."""
    its = _mine(desk, check_id, by)

    def yes(case: Case) -> Event:
        if case.assignee != by or its.released_at is not None:
            raise Outdated("The case went back to the team meanwhile. You can claim it again on its card.")
        return StillOnIt(by=by, at=at, check=check_id)

    return change(desk, its.case_id, yes)


def hand_back(desk: Desk, check_id: int, *, by: str, at: datetime) -> Case:
    """Release the case, as its assignee."""
    its = _mine(desk, check_id, by)
    if desk.store.case(its.case_id).assignee != by:
        raise Outdated("You do not hold this case any more. Nothing more to do here.")
    return casework.release(desk, its.case_id, by=by, at=at)


def _mine(desk: Desk, check_id: int, by: str) -> ClaimCheck:
    its = desk.store.claim_check(check_id)
    if its.who != by:
        raise NotYours(f"This question is for <@{its.who}>.")
    return its
