"""Passing on a request for approval ("Not me"), and the answer to a late press on its message."""

from datetime import datetime

from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import DraftState
from bot.domain.cases.case import Case
from bot.domain.replies.draft_events import ApproverAsked
from bot.domain.replies.requests import refuse_if_given_away
from bot.ports import Desk
from bot.services.base.change import change
from bot.services.replies.review import is_newest
from bot.services.team.access import approver_for


def refuse_if_passed_on(desk: Desk, draft_id: int, ask_id: int, by: str) -> None:
    """Raise Outdated if `by` decides by the message of a request that they passed on; 0: no such message."""
    its = desk.store.ask(ask_id) if ask_id else None
    if its is not None and its.draft == draft_id:
        draft = desk.store.case_of_draft(draft_id).draft
        refuse_if_given_away(its, by, draft.asked if draft else "")


def pass_on(desk: Desk, draft_id: int, *, by: str, at: datetime) -> Case:
    """Ask another approver; raise Outdated where there is nobody else."""

    def to_another(case: Case) -> ApproverAsked | None:
        is_newest(case, draft_id)
        draft = case.draft
        if draft is None or draft.state != DraftState.IN_REVIEW or draft.asked != by:
            return None
        other = approver_for(desk, draft, at, besides=by)
        if not other:
            raise Outdated("Nobody else can approve this. Please decide, or ask a lead to name another approver.")
        return ApproverAsked(by=by, at=at, to=other)

    return change(desk, desk.store.case_of_draft(draft_id).id, to_another)
