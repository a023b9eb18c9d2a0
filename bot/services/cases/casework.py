"""Assignees and the end of a case: claim, assign, release, solve, set aside, reopen, close."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.base.refusals import NotUsable, NotYours, Outdated
from bot.domain.base.tables import GOING_ON, OURS, CaseState
from bot.domain.cases import events
from bot.domain.cases.case import Case, Priority
from bot.domain.cases.events import Event
from bot.domain.do_not_feed.aside import AsideKind
from bot.ports import Desk
from bot.services.base.change import change
from bot.services.base.sweeping import room, sweep
from bot.services.cases.owed import back_to_us, priority_event
from bot.services.team.access import is_lead

AT_ONCE = 100  # cases per round
JUST_NOW = timedelta(minutes=1)
FOREVER = timedelta(days=3650)  # the term of a case set aside until somebody reopens it


def claim(desk: Desk, case_id: int, *, by: str, at: datetime) -> Case:
    """Claim a case without an assignee; no effect for its assignee. Raises Outdated naming who was faster."""

    def decide(case: Case) -> Event | None:
        if case.assignee == by:
            return None
        refuse_if_held(case, by, at)
        return events.Claimed(by=by, at=at)

    return change(desk, case_id, decide)


def refuse_if_held(case: Case, by: str, at: datetime) -> None:
    """Raise Outdated when somebody else holds the case."""
    if not case.assignee or case.assignee == by:
        return
    since = at - case.assigned_at if case.assigned_at else JUST_NOW
    if since < JUST_NOW:
        seconds = int(since.total_seconds())
        raise Outdated(f"<@{case.assignee}> claimed this {f'{seconds} s' if seconds > 0 else 'a moment'} before you.")
    raise Outdated(f"<@{case.assignee}> holds this case. Ask them, or take it over with “Assign” in the card's menu.")


def assign(desk: Desk, case_id: int, *, to: str, by: str, at: datetime, note: str = "") -> Case:
    """Assign a case to somebody, also if another person holds it; `note` is for the new assignee."""

    def decide(case: Case) -> Event | None:
        if case.assignee == to and note.strip() in {"", case.assigned_note}:
            return None
        return events.Assigned(by=by, at=at, to=to, note=note.strip())

    return change(desk, case_id, decide)


def release(desk: Desk, case_id: int, *, by: str, at: datetime) -> Case:
    """Hand a case back to the team; its draft stays."""

    def decide(case: Case) -> Event | None:
        if not case.assignee and case.state in {CaseState.NEW, CaseState.PENDING}:
            return None
        return events.Released(by=by, at=at)

    return change(desk, case_id, decide)


def solve(desk: Desk, case_id: int, *, by: str, at: datetime, reason: str = "") -> Case:
    """Call a case solved."""

    def decide(case: Case) -> Event | None:
        if case.state == CaseState.SOLVED:
            return None
        return events.Solved(by=by, at=at, reason=reason)

    return change(desk, case_id, decide)


def set_aside(
    desk: Desk,
    case_id: int,
    *,
    by: str,
    at: datetime,
    reason: str,
    until: datetime | None,
    kind: AsideKind = AsideKind.OTHER,
    asked_by: str = "",
) -> Case:
    """Dismiss a case for a reason and a term; it comes back when the term ends or safety words appear.

    `until`: None keeps it set aside until somebody reopens it; raises NotUsable where that is not for this kind.
    `asked_by`: who asked for it, where the case's topic asks for two people; raises NotYours without another one.
    """
    refuse_without_term(desk, kind, until)
    ends = until or at + FOREVER

    def decide(case: Case) -> Event | None:
        if case.state == CaseState.DISMISSED:
            return None
        if case.topic in desk.policy.do_not_feed.two_people and asked_by in {"", by}:
            raise NotYours("You asked for this, so a second person decides it. Nothing was done.")
        return events.Dismissed(by=by, at=at, reason=reason, kind=kind, until=ends)

    return change(desk, case_id, decide)


def refuse_without_term(desk: Desk, kind: AsideKind, until: datetime | None) -> None:
    """Raise NotUsable where a case may not be set aside for good for such a reason."""
    if until is None and kind not in desk.policy.do_not_feed.for_good:
        raise NotUsable("For this reason a case is set aside for a time only. Please choose for how long.", "term")


def reopen(desk: Desk, case_id: int, *, by: str, at: datetime) -> Case:
    """Reopen a solved case for `by`, or return a dismissed one to the team."""

    def decide(case: Case) -> Event | None:
        if case.state in OURS:
            return None
        return back_to_us(desk, case, events.Reopened, by=by, at=at)

    return change(desk, case_id, decide)


def reprioritise(desk: Desk, case_id: int, *, to: Priority, by: str, at: datetime) -> Case:
    """Set a case's priority and its promises. For leads and the assignee."""

    def decide(case: Case) -> Event | None:
        if case.priority == to:
            return None
        if case.state not in GOING_ON:
            raise Outdated(f"Case {case.id} has ended. Reopen it from the card's menu first.")
        if by != case.assignee and not is_lead(desk, by, at):
            who = f"<@{case.assignee}>, who holds it," if case.assignee else "whoever claims it"
            raise NotYours(f"Only {who} or a lead can set the priority of case {case.id}.", "priority")
        return priority_event(desk, replace(case, priority=to), by=by, at=at)

    return change(desk, case_id, decide)


def tidy(desk: Desk, now: datetime) -> int:
    """Close cases solved and silent for long, and bring back those whose term is over; return how many."""
    silent = desk.store.solved_before(now - desk.policy.closes_after, room(desk, "close", AT_ONCE))
    closed = sweep(desk, "close", silent, lambda case_id: change(desk, case_id, lambda case: _close(case, now)))
    over = desk.store.resurfacing(now, room(desk, "resurface", AT_ONCE))
    back = sweep(desk, "resurface", over, lambda one: change(desk, one, lambda case: _resurface(desk, case, now)))
    return closed + back


def _close(case: Case, now: datetime) -> Event | None:
    """Return the closing event; None while a correction waits for a decision, since closing would withdraw it."""
    if case.state != CaseState.SOLVED or (case.draft and case.draft.live):
        return None
    return events.Closed(by="desk", at=now)


def _resurface(desk: Desk, case: Case, now: datetime) -> Event | None:
    if case.state != CaseState.DISMISSED:
        return None
    return back_to_us(desk, case, events.Resurfaced, by="desk", at=now)
