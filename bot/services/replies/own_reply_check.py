"""Checks that the id in an answer or a reading is that of our own new reply."""

import logging
from datetime import datetime

from bot.domain.accounts.holds import Use
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Side
from bot.domain.replies.draft import Draft, DraftKind
from bot.domain.replies.own_post import is_in_its_place
from bot.ports import Desk, Network, NetworkTrouble, OutcomeLost, ReadsBack, SendOutcome, Sent
from bot.ports.network_kind import network_label
from bot.services.accounts.holds import reading
from bot.services.base.network_traits import can_be_asked_about, has_one_reply
from bot.services.replies.in_place import as_named_now, believed_change, is_changed_reply

log = logging.getLogger(__name__)


def believed(desk: Desk, network: Network, case: Case, outcome: SendOutcome, now: datetime) -> SendOutcome:
    """Return the outcome of a call: a success only if the named post is the new reply, as far as can be known.

    Everything else has an unknown outcome: the network is read, and nothing is sent twice.
    """
    draft = case.draft
    if draft is None or not isinstance(outcome, Sent):
        return outcome
    where = network_label(network.name)
    if draft.kind == DraftKind.IN_PLACE:
        return believed_change(desk, network, draft, outcome, now)
    if draft.kind == DraftKind.TAKE_BACK:
        another = OutcomeLost(f"{where} says yes, and names another post.")
        return outcome if outcome.post_id == draft.acts_on else another
    try:
        looks = int(can_be_asked_about(network, outcome.post_id))
        with reading(desk, network, Use.LOOK, now, insists=True, posts=looks):
            shown = _read_back(network, as_named_now(desk, draft), outcome)
    except NetworkTrouble as trouble:
        return OutcomeLost(f"{where} says yes, but the reply could not be read there yet. {trouble.sentence}")
    if shown is False or _is_foreign(desk, case, draft, outcome.post_id, shown=bool(shown)):
        log.error("send.foreign case=%d", case.id)
        return OutcomeLost(f"{where} says yes, but names a post that is not our reply.")
    return outcome


def can_be_our_reply(desk: Desk, case: Case, found: Sent) -> bool:
    """Return whether a found post can be the reply: it is no other known post, but the one that was changed."""
    if case.draft is not None and case.draft.kind == DraftKind.IN_PLACE:
        return is_changed_reply(desk, case.draft, found.post_id)
    return case.draft is not None and not _is_foreign(desk, case, case.draft, found.post_id, shown=True)


def _read_back(network: Network, draft: Draft, sent: Sent) -> bool | None:
    if not sent.post_id or draft.attempt is None or not isinstance(network, ReadsBack):
        return None
    return network.is_our_reply(sent.post_id, draft.goes_under, draft.at_hand, draft.attempt.key)


def _is_foreign(desk: Desk, case: Case, draft: Draft, post_id: str, *, shown: bool) -> bool:
    """Return whether an id cannot be the reply's: it is empty, the answered post's, or a known post's.

    `shown`: the network showed our words in their place. Our timeline may have brought it before.
    """
    draft = as_named_now(desk, draft)
    if post_id in {"", draft.target.post_id, draft.goes_under.post_id}:
        return True
    known, its_case = desk.store.mention_of(case.network, post_id) or (None, 0)
    if known is None:
        return False
    attempt = draft.attempt.id if draft.attempt else 0
    in_its_place = is_in_its_place(draft, known)
    if in_its_place and has_one_reply(desk.network(draft.target)):  # the same words once more are the same reply
        return False
    if known.side == Side.THEIRS or desk.store.is_another_reply(its_case, post_id, attempt):
        return True
    return not (shown or in_its_place)
