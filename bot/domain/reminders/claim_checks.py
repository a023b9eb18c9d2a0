"""Claims without progress: when the assignee is asked about one, and when it ends without an answer."""

from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.cases.case import Case
from bot.domain.promises.promise import DeskHours
from bot.domain.reminders.recipients import ReminderPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCheck:
    """One question to the assignee: still on it?"""

    id: int
    case_id: int
    who: str
    since: datetime  # the claim, or their last answer
    asked_at: datetime
    answered_at: datetime | None = None
    released_at: datetime | None = None


class DueAction(StrEnum):
    """The things that fall due about a claim without progress."""

    ASK = "ask"
    RELEASE = "release"


def quiet_since(case: Case, last: ClaimCheck | None) -> datetime | None:
    """Return the last sign of progress on a claim: the claim itself, or its holder's last answer."""
    mine = last is not None and last.who == case.assignee and case.assigned_at and last.since >= case.assigned_at
    return last.answered_at or last.since if last and mine else case.assigned_at


def due_action(
    case: Case, last: ClaimCheck | None, policy: ReminderPolicy, hours: DeskHours, now: datetime
) -> DueAction | None:
    """Return what is due about a claim now; None for a case with a draft, or where nothing is owed."""
    since, owed = quiet_since(case, last), case.due_first
    written = case.draft is not None and case.draft.live
    if not policy.ask_after or since is None or owed is None or written or not case.assignee:
        return None
    open_question = last if last and last.who == case.assignee and last.since == since else None
    if open_question is None:
        return DueAction.ASK if _passed(owed.within, policy.ask_after, hours.between(since, now)) else None
    waited = hours.between(open_question.asked_at, now)
    return DueAction.RELEASE if _passed(owed.within, policy.free_after, waited) else None


def asked_again(case: Case, its: ClaimCheck, policy: ReminderPolicy, hours: DeskHours) -> datetime | None:
    """Return when the question is asked again after its answer, if no draft is written until then."""
    if its.answered_at is None or case.due_first is None or not policy.ask_after:
        return None
    return hours.after(its.answered_at, case.due_first.within * policy.ask_after / 100)


def _passed(within: timedelta, share: int, spent: timedelta) -> bool:
    return spent >= within * share / 100
