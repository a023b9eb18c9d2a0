"""Checks right before the call that the reply equals the approved one, with a fresh reading of the store."""

import logging
from datetime import datetime

from bot.domain.audit.line import Line
from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import DraftVerb
from bot.domain.base.text import sha256_of
from bot.domain.cases.case import Case
from bot.domain.replies import draft_events
from bot.domain.replies.approval_terms import STILL_APPROVED, row_differs, terms_digest
from bot.domain.replies.draft import UNDER_THEIR_POST, Draft, DraftKind
from bot.ports import Desk
from bot.services.slack.tell_leads import tell_leads

log = logging.getLogger(__name__)

_TRAIL = "the audit trail and the database differ about "


def differs(desk: Desk, case: Case) -> str:
    """Return in words how a draft differs from its approval; "" if row, audit line and draft agree.

    The audit line has a digest of everything approved, and later lines are chained to it, so a draft put back into an
    earlier state by hand is found too.
    """
    draft = case.draft
    if draft is None:
        return "its draft is gone"
    if why := row_differs(draft):
        return why
    trail = desk.store.since_approved(case)
    if not trail:
        return "its audit trail is not whole"
    yes, *steps = trail
    if not _is_its_line(yes, draft):
        return f"{_TRAIL}what was approved"
    if not _joins_on([yes, *(one for one in steps if one.facts.get("draft"))], draft):
        return f"{_TRAIL}what became of it"
    return "" if _knows_its_parts(steps, draft) else f"{_TRAIL}which parts of it are public"


def _knows_its_parts(steps: list[Line], draft: Draft) -> bool:
    """Return whether the parts that the draft calls done are those that became public under its approval."""
    public = tuple(one.facts.get("post") for one in steps if one.verb == DraftVerb.PART_DELIVERED)
    before = draft.approval.done if draft.approval else 0
    return draft.done == before + len(public) and draft.posts[len(draft.posts) - len(public) :] == public


def _is_its_line(line: Line, draft: Draft) -> bool:
    yes = draft.approval
    if yes is None or (line.by, line.at) != (yes.by, yes.at):
        return False
    return line.facts.get("approval") == yes.id and line.facts.get("terms") == terms_digest(draft)


def _joins_on(steps: list[Line], draft: Draft) -> bool:
    stands = [str(one.facts.get("draft_to")) for one in steps]
    came_from = [str(one.facts.get("draft_from")) for one in steps]
    same = all(one.facts.get("draft") == draft.id for one in steps)
    return same and came_from[1:] == stands[:-1] and stands[-1] == draft.state and set(stands) <= STILL_APPROVED


def is_of_before(desk: Desk, case: Case) -> bool:
    """Return whether an approval is older than the terms in audit lines: then it is asked for again."""
    trail = desk.store.since_approved(case)
    return bool(trail) and "terms" not in trail[0].facts


def withdraw_mismatched(desk: Desk, case: Case, why: str, now: datetime) -> Case:
    """Withdraw a draft that differs from its approval, and report it to the leads. Nothing was sent."""
    log.error("send.not_what_was_approved case=%d", case.id)
    with desk.store.transaction():
        after = desk.store.record(case, draft_events.Mismatched(by="desk", at=now))
        said = (
            f"The {_noun(case.draft)} on case {case.id} was not sent: {why}.{_public_parts(case.draft)} "
            "Somebody may have changed the database by hand. The draft is withdrawn and the case stays open. Please "
            "ask whoever runs Heard to look into it with `heard doctor`, then let somebody write it again."
        )
        tell_leads(desk, f"mismatch:{case.id}:{case.version}", (said,), now)
    return after


def _public_parts(draft: Draft | None) -> str:
    if draft is None or not draft.posts:
        return ""
    return f" Of its {draft.all_parts} parts {len(draft.posts)} went out before."


def _noun(draft: Draft | None) -> str:
    kinds = {
        DraftKind.CORRECTION: "correction",
        DraftKind.TAKE_BACK: "request to take a reply back",
        DraftKind.WARNING: "warning",
        DraftKind.IN_PLACE: "new wording of a reply",
        DraftKind.CLOSING: "closing line",
        DraftKind.PRIVATE: "private answer",
    }
    return kinds.get(draft.kind, "reply") if draft else "reply"


def refuse_unless_sound(desk: Desk, draft: Draft) -> None:
    """Raise Outdated if a draft's target or words are not those with which it was written."""
    elsewhere = draft.kind in UNDER_THEIR_POST and desk.store.mention(draft.target_mention).ref != draft.target
    if elsewhere or sha256_of(draft.text) != draft.digest:
        raise Outdated("This draft was changed outside the desk. Please withdraw it and write it again.")
