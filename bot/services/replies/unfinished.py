"""Replies that are on their way when the desk stops: their outcome is recorded as unknown at once."""

from datetime import datetime

from bot.domain.base.tables import DraftState
from bot.ports import Desk
from bot.services.replies.sending import mark_lost


def record_unfinished(desk: Desk, now: datetime) -> int:
    """Record an unknown outcome for each reply whose call by this process has not returned; return how many.

    A call that returns all the same can still say that its reply went out.
    """
    cases = [desk.store.case(case_id) for case_id in tuple(desk.in_flight)]
    still = [one.id for one in cases if one.draft and one.draft.state == DraftState.SENDING]
    return sum(mark_lost(desk, case_id, now) for case_id in still)
