"""Tells which draft a post of our own account comes from, by its words and by what it answers."""

from collections.abc import Iterable

from bot.domain.base.tables import DraftState
from bot.domain.base.text import comparable
from bot.domain.mentions.mention import Mention, Side
from bot.domain.replies.draft import Draft, DraftKind

WITHOUT_ADDRESS = "by-hand-"  # begins the id of a reply that a person posted where posts have no address


def is_being_sent(draft: Draft, post: Mention) -> bool:
    """Return whether this post is the draft while its sender still waits for the network's answer."""
    return draft.state == DraftState.SENDING and is_in_its_place(draft, post)


def is_delivered_as(draft: Draft, post: Mention) -> bool:
    """Return whether the network named this post when it took the draft, or a person posted it without an address."""
    named = draft.attempt.post_id if draft.attempt else ""
    return named == post.ref.post_id or (named.startswith(WITHOUT_ADDRESS) and is_in_its_place(draft, post))


def is_awaited_as(draft: Draft, post: Mention) -> bool:
    """Return whether this post shows that a draft of unknown outcome, or one to be posted by hand, is public."""
    return draft.state in {DraftState.UNCONFIRMED, DraftState.BY_HAND} and is_in_its_place(draft, post)


def completes(draft: Draft, post: Mention) -> bool:
    """Return whether this post completes a draft: posted by hand in other words, or published late."""
    late = draft.state == DraftState.FAILED and is_in_its_place(draft, post)
    return late or draft.state == DraftState.BY_HAND


def our_reply_to(post_id: str, mentions: Iterable[Mention]) -> Mention | None:
    """Return our newest post in answer to this one, or None."""
    ours = [one for one in mentions if one.side == Side.OURS and one.parent_id == post_id and not one.deleted_at]
    return max(ours, key=lambda one: (one.posted_at, one.id), default=None)


def is_in_its_place(draft: Draft, post: Mention) -> bool:
    """Return whether this post of ours has the draft's words and target; a correction may stand beside its reply."""
    if draft.kind == DraftKind.IN_PLACE:
        return post.ref.post_id == draft.corrects and comparable(draft.text) == comparable(post.text)
    under = post.side == Side.OURS and post.parent_id in {draft.goes_under.post_id, draft.target.post_id}
    return under and comparable(draft.text) == comparable(post.text)
