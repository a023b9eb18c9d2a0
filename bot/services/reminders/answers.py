"""Answers to a reminder: on it, more time, I have it."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.base.refusals import NotYours, Outdated
from bot.domain.base.tables import CASE
from bot.domain.base.transitions import allows
from bot.domain.cases import events
from bot.domain.cases.case import Case, same_sort
from bot.domain.cases.events import Event
from bot.domain.promises.promise import LAPSE, Promise, Reminder
from bot.domain.reminders import recipients
from bot.domain.reminders.reminder_events import OnIt, Snoozed
from bot.domain.replies.draft_events import ApproverAsked
from bot.domain.team.people import Role, has_role
from bot.ports import Desk
from bot.services.base.change import change
from bot.services.team.access import barred

MORE = timedelta(minutes=10)


def on_it(desk: Desk, reminder_id: int, *, by: str, at: datetime) -> Case:
    """Record that somebody works on it: the next reminder asks nobody else."""
    its = _mine(desk, reminder_id, by)
    return change(desk, its.case_id, lambda _: OnIt(by=by, at=at, reminder=reminder_id))


def snooze(desk: Desk, reminder_id: int, *, by: str, at: datetime) -> Case:
    """Move the next reminder by ten minutes; the due moment stays."""
    its = _mine(desk, reminder_id, by)

    def later(case: Case) -> Event:
        owed = same_sort(case, its.about)
        if owed is None or owed.id != its.about.id or not owed.clock_runs:
            raise Outdated("What this was about is settled. Nothing more to do here.")
        until = at + MORE
        return Snoozed(by=by, at=at, reminder=reminder_id, until=until, promise=_moved(owed, until))

    return change(desk, its.case_id, later)


def _moved(owed: Promise, until: datetime) -> Promise:
    if owed.remind_at is None or owed.remind_at >= until:
        return owed
    latest = max(owed.due_at, owed.remind_at) if owed.next_level <= LAPSE else until
    return replace(owed, remind_at=min(until, latest))


def _mine(desk: Desk, reminder_id: int, by: str) -> Reminder:
    its = desk.store.reminder(reminder_id)
    if its.asked and its.asked != by:
        raise NotYours(f"This reminder is for <@{its.asked}>. You can claim the case, or take it over in its menu.")
    return its


def have_it(desk: Desk, reminder_id: int, *, by: str, at: datetime) -> Case:
    """Take over the task of a reminder: the decision, if one is needed and `by` may decide, else the case.

    An ended case cannot be taken: there `by` only says that they work on what is left to do.
    """
    its = desk.store.reminder(reminder_id)
    approves = has_role(by, Role.APPROVER, desk.policy.roster, desk.store.groups(), at)

    def take(case: Case) -> Event | None:
        if recipients.next_to_act(case) == by:
            return None
        if case.due_first is None:
            raise Outdated("What this was about is settled. Nothing more to do here.")
        draft = case.draft
        if draft and recipients.in_review(case) and approves and not barred(desk, draft, by, at):
            return ApproverAsked(by=by, at=at, to=by, reminder=reminder_id)
        if case.assignee == by:
            return None
        taken = events.Assigned if case.assignee else events.Claimed
        if not allows(CASE, case.state, taken.verb):
            return OnIt(by=by, at=at, reminder=reminder_id)
        return taken(by=by, at=at, to=by, reminder=reminder_id)

    return change(desk, its.case_id, take)
