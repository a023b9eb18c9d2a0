"""Tells why the desk cannot send an approved draft by itself."""

from datetime import datetime

from bot.domain.mentions.mention import BY_LINK, Answerable
from bot.domain.replies.draft import UNDER_THEIR_POST, Draft, DraftKind
from bot.ports import Desk, Network
from bot.ports.network_kind import network_label
from bot.services.replies.private_answers import why_not_privately
from bot.services.replies.taking_back import why_kept


def obstacle(desk: Desk, draft: Draft, network: Network | None, now: datetime) -> str:
    """Return why the desk cannot send this draft itself, or an empty string."""
    if network is None:
        where = draft.target.account if draft.target.network == BY_LINK else network_label(draft.target.network)
        return f"The desk has no account on {where}, so it cannot post this."
    target = desk.store.mention(draft.target_mention)
    if draft.kind in UNDER_THEIR_POST and target.answerable == Answerable.NO:
        return target.why_not or f"{network_label(network.name)} does not let apps answer this post."
    if draft.kind in UNDER_THEIR_POST and target.is_closed(now):
        return f"The time in which {network_label(network.name)} lets apps answer this post has passed."
    if draft.kind == DraftKind.TAKE_BACK and (kept := why_kept(desk, draft)) and kept.by_hand:
        return kept.why
    if draft.kind == DraftKind.PRIVATE:
        return why_not_privately(desk, draft.case_id, target, now)
    return ""
