"""Tells before anybody approves it whether the desk can delete a sent reply, or a person has to, or nobody can."""

from bot.domain.replies.draft import Draft, DraftKind
from bot.ports import Desk, KeepsReplies, NotSent


def why_kept(desk: Desk, draft: Draft | None) -> NotSent | None:
    """Return why the desk cannot delete a sent reply, or the one that a request is about; None: it can."""
    if draft is None:
        return None
    sent = draft.attempt.post_id if draft.attempt else ""
    post_id = draft.corrects if draft.kind == DraftKind.TAKE_BACK else sent
    network = desk.network(draft.target)
    if not post_id or network is None or not isinstance(network, KeepsReplies):
        return None
    return network.why_kept(post_id)
