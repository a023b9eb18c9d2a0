"""Requests to approve a version of a draft: when one begins and ends, and what is stored of it."""

from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import DraftState, FactVerb
from bot.domain.cases.case import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request: version, draft, approver, and the verb that ended it."""

    id: int
    draft: int
    version: int
    asked: str  # Slack user id; "" where nobody could be asked by name
    asked_at: datetime
    ended: str = ""  # the verb that ended it; "" while it is open
    ended_by: str = ""
    ended_at: datetime | None = None
    note: str = ""  # which changes were asked for

    @property
    def passed_on(self) -> bool:
        """Return whether somebody else was asked instead."""
        return self.ended == FactVerb.APPROVER_ASKED


def open_request(case: Case) -> tuple[int, int, str] | None:
    """Return draft, version and approver of the open request, or None.

    A change of it ends a request and begins another: a new version, another approver, a repeated request.
    """
    draft = case.draft
    return (draft.id, draft.version, draft.asked) if draft and draft.state == DraftState.IN_REVIEW else None


def refuse_if_given_away(its: Ask | None, by: str, now_with: str) -> None:
    """Raise Outdated if `by` passed this request on themselves ("Not me").

    An approver replaced by the desk or by somebody else may still decide: the first press wins.
    """
    if its is None or its.asked != by or not its.passed_on or its.ended_by != by:
        return
    whom = f"<@{now_with}> was" if now_with and now_with != by else "Somebody else was"
    raise Outdated(
        f"You passed this one on, and {whom} asked instead. To decide it after all, press “See draft” on the card."
    )
