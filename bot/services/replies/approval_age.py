"""The age of an approval: by the clock or by the desk's monotonic time, whichever is more.

While the desk runs, a clock set back does not make an approval younger. After a restart only the clock is left, and
an approval in the future is void.
"""

from datetime import datetime, timedelta

from bot.domain.base.moments import is_ahead
from bot.domain.cases.case import Case
from bot.domain.replies.draft import APPROVAL_LASTS, Approval
from bot.ports import Desk

MOST = 10_000  # approvals kept in memory; older ones are settled by then


def remember_approval(desk: Desk, case: Case, now: datetime) -> Case:
    """Remember the monotonic time at which an approval was given; return the case."""
    if case.draft is not None and case.draft.approval is not None:
        _since(desk, case.draft.approval.id, case.draft.approval.at, now)
    return case


def remember(desk: Desk, approval: int, at: datetime) -> None:
    """Remember the monotonic time at which an approval is given now."""
    _since(desk, approval, at, at)


def is_too_old(desk: Desk, approval: int, at: datetime, now: datetime) -> bool:
    """Return whether an approval, by its row and when it was given, is void by its age."""
    since = _since(desk, approval, at, now)
    return since is None or max(now - at, _passed(desk, since)) >= APPROVAL_LASTS


def still_waits(desk: Desk, yes: Approval, now: datetime) -> bool:
    """Return whether a reply may still be stopped, by monotonic time: a clock set ahead has no effect."""
    since = _since(desk, yes.id, yes.at, now)
    return yes.sends_at is not None and since is not None and _passed(desk, since) < yes.sends_at - yes.at


def _passed(desk: Desk, since: float) -> timedelta:
    return timedelta(seconds=round(desk.clock.pace() - since, 6))


def _since(desk: Desk, approval: int, at: datetime, now: datetime) -> float | None:
    """Return the pace time of an approval; None where it is unknown and the approval is in the future."""
    known = desk.given_at.get(approval)
    if known is None and not is_ahead(at, now):
        while len(desk.given_at) >= MOST:
            desk.given_at.pop(next(iter(desk.given_at)), None)
        known = desk.clock.pace() - max(now - at, timedelta()).total_seconds()
        desk.given_at[approval] = known
    return known
