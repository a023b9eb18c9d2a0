"""Reads a network for the result of an attempt, and before a call that could make a second reply."""

import logging
from datetime import datetime

from bot.domain.accounts.holds import Use
from bot.domain.cases.case import Case
from bot.domain.replies.draft import Draft
from bot.ports import Desk, Network, NetworkTrouble, NotSent, OutcomeLost, ProvenAbsent, SendOutcome, Sent
from bot.services.accounts.holds import reading
from bot.services.replies import in_place
from bot.services.replies.after_return import NO_NEW_POST, time_gap
from bot.services.replies.approval_stands import unsure
from bot.services.replies.attempts import attempt_of, draft_of
from bot.services.replies.own_reply_check import can_be_our_reply
from bot.services.replies.private_answers import refuse_to_read
from bot.services.replies.visibility import visibility_delay_of

log = logging.getLogger(__name__)

_FORGOTTEN = "The database went back to an older copy after that post was written, so this may have gone out already."


def found_first(desk: Desk, network: Network, case: Case, now: datetime) -> SendOutcome | None:
    """Read the network before the call, if these words may be public already; None: nothing keeps the call back."""
    draft = case.draft
    if draft is None or draft.attempt is None or draft.kind in NO_NEW_POST:
        return None
    if (before := unsure(desk, case)) is None:
        return _found_in_lost_time(desk, network, case, draft, now)
    first, on_word = before
    try:
        found = read_back(desk, network, case, now, first)
    except NetworkTrouble as trouble:
        if on_word:  # somebody looked there, since it cannot be read
            return None
        return NotSent(f"{trouble.sentence} So it was not sent a second time.")
    return found if isinstance(found, Sent) else None


def _found_in_lost_time(desk: Desk, network: Network, case: Case, draft: Draft, now: datetime) -> SendOutcome | None:
    """Look for these words from a time that the database has lost; where they cannot be seen yet, nobody knows."""
    gap = time_gap(desk, desk.store.mention(draft.target_mention))
    if gap is None:
        return None
    try:
        found = read_back(desk, network, case, now, gap.begins)
    except NetworkTrouble as trouble:
        return OutcomeLost(f"{trouble.sentence} {_FORGOTTEN}")
    if isinstance(found, Sent):
        return found
    shows_within = visibility_delay_of(desk, draft).shows_within
    return OutcomeLost(_FORGOTTEN) if found is None and now < gap.ends + shows_within else None


def read_back(
    desk: Desk, network: Network, case: Case, now: datetime, first: datetime | None = None
) -> Sent | ProvenAbsent | None:
    """Look for the result of any attempt of this approval, or since `first`; raise NetworkTrouble."""
    tried, draft = attempt_of(case), draft_of(case)
    approved_at = draft.approval.at if draft.approval else tried.started_at
    # A start in the future was written by a wrong clock.
    since = min(tried.started_at, approved_at, now, first or now)
    refuse_to_read(draft)
    try:
        with reading(desk, network, Use.LOOK, now):
            found = in_place.find_outcome(network, in_place.as_named_now(desk, draft), since, tried.key)
        return None if isinstance(found, Sent) and not can_be_our_reply(desk, case, found) else found
    except NetworkTrouble:
        raise
    except Exception as odd:  # unexpected error; without a record the next check would come at once
        log.exception("look.broken case=%d", draft.case_id)
        raise NetworkTrouble(unforeseen(odd)) from odd


def unforeseen(trouble: Exception) -> str:
    """Return the sentence about an error that nobody foresaw."""
    return f"Something unexpected came in between ({type(trouble).__name__})."
