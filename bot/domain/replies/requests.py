"""Requests to let a version of a draft out: when one begins, when it ends, and what is remembered of it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import DraftState, FactVerb
from bot.domain.cases.case import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request: which version of which draft, whom it asked, and what ended it."""

    id: int
    draft: int
    version: int
    asked: str  # Slack user id; "" where nobody could be asked by name
    asked_at: datetime
    ended: str = ""  # the verb that ended it; "" while it stands
    ended_by: str = ""
    ended_at: datetime | None = None
    note: str = ""  # which changes were asked for

    @property
    def passed_on(self) -> bool:
        """Tell whether somebody else was asked instead."""
        return self.ended == FactVerb.APPROVER_ASKED


def open_request(case: Case) -> tuple[int, int, str] | None:
    """Return which version of which draft is up for decision, and who is asked; None where none is.

    A request begins and ends where this changes: a new version, another approver, an approval asked for again.
    """
    draft = case.draft
    return (draft.id, draft.version, draft.asked) if draft and draft.state == DraftState.IN_REVIEW else None


def refuse_if_given_away(its: Ask | None, by: str, now_with: str) -> None:
    """Raise Outdated where `by` presses a button of a request that they passed on themselves ("Not me").

    Whoever was only relieved, since time ran short or somebody else took it, may still decide: the first press wins.
    """
    if its is None or its.asked != by or not its.passed_on or its.ended_by != by:
        return
    whom = f"<@{now_with}> was" if now_with and now_with != by else "Somebody else was"
    raise Outdated(
        f"You passed this one on, and {whom} asked instead. To decide it after all, press “See draft” on the card."
    )
