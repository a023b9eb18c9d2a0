"""Replies that take the place of the one before: their post is read before the call, so that no words get lost."""

import logging
from datetime import datetime, timedelta

from bot.domain.accounts.holds import Use
from bot.domain.cases.case import Case
from bot.domain.replies.draft import Draft, DraftKind
from bot.ports import Desk, Network, NetworkTrouble, NotSent, ReplacesReplies
from bot.services.accounts.holds import reading
from bot.services.base.network_traits import has_one_reply
from bot.services.mentions.intake import receive
from bot.services.replies.approval_stands import stands

log = logging.getLogger(__name__)

_AGAIN = timedelta(minutes=1)


def read_what_it_replaces(desk: Desk, network: Network, draft: Draft, now: datetime) -> bool:
    """Read the post that a draft answers, and our reply there; return whether anything was new.

    Raises NetworkTrouble, also where the post is told in a form that is not understood.
    """
    if not isinstance(network, ReplacesReplies) or draft.kind == DraftKind.TAKE_BACK:
        return False
    with reading(desk, network, Use.LOOK, now):
        found = network.with_our_reply(draft.target.post_id)
    new = receive(desk, network, "asked", found, now)
    if found.unparsed:
        raise NetworkTrouble("The post has a form by now that the desk does not understand.")
    return new > 0


def would_overwrite(desk: Desk, network: Network, case: Case, now: datetime) -> NotSent | None:
    """Read the post once more right before the call; return why nothing is sent, or None.

    The approver decided on the reply and the post that they saw. A call would replace any other reply unseen.
    """
    if not has_one_reply(network) or case.draft is None:
        return None
    try:
        moved = read_what_it_replaces(desk, network, case.draft, now)
    except NetworkTrouble as trouble:
        why = f"{trouble.sentence} So nobody knows whether a colleague answered there, and nothing was sent."
        return NotSent(why, again_in=max(trouble.retry_after or _AGAIN, _AGAIN))
    after = desk.store.case(case.id)
    if after.draft is None or (not moved and stands(desk, after, after.draft, now)):
        return None
    log.info("send.overtaken case=%d", case.id)
    return NotSent("The post or our reply there changed since the approval. Please read them, and submit it again.")
