"""Decides what "See draft" opens: the form, the draft with its decision buttons, or the draft to read."""

from datetime import datetime
from enum import StrEnum

from bot.domain.base.refusals import NotYours
from bot.domain.base.tables import EDITABLE, ENDED, DraftState
from bot.domain.cases.case import Case
from bot.domain.team.people import Act
from bot.ports import Desk
from bot.services.team import access


class Sees(StrEnum):
    """The way in which a draft is shown."""

    WRITES = "writes"  # in the form, to continue writing
    DECIDES = "decides"  # with the decision buttons
    READS = "reads"


def sees(desk: Desk, case: Case, who: str, now: datetime) -> Sees:
    """Return how this person sees the draft: the asked approver decides, writer and assignee write."""
    draft = case.draft
    if draft is None or not draft.live:
        return Sees.READS
    decides = _may(desk, Act.APPROVE, who, now) and not access.barred(desk, draft, who, now)
    if decides and draft.state == DraftState.IN_REVIEW and who == draft.asked:
        return Sees.DECIDES
    if draft.state in EDITABLE and _writes(case, who) and _may(desk, Act.WRITE, who, now):
        return Sees.WRITES
    return Sees.DECIDES if decides else Sees.READS


def _writes(case: Case, who: str) -> bool:
    """Return whether this person gets the form: they hold the case, or wrote the draft and nobody else holds it."""
    draft = case.draft
    own = draft is not None and who in draft.authors
    return case.assignee == who or (own and (not case.assignee or case.state in ENDED))


def _may(desk: Desk, act: Act, who: str, now: datetime) -> bool:
    try:
        access.allow(desk, act, who, now)
    except NotYours:
        return False
    return True
