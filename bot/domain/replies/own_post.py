"""Tells which draft a post of our own account comes from, by its words and by what it answers."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.base.tables import DraftState
from bot.domain.base.text import comparable
from bot.domain.mentions.mention import Mention, Side
from bot.domain.replies.draft import Draft, DraftKind
from bot.domain.replies.draft_events import Delivered, PartDelivered

WITHOUT_ADDRESS = "by-hand-"  # begins the id of a reply that a person posted where posts have no address


def now_public(
    draft: Draft,
    post_id: str,
    url: str,
    *,
    by: str,
    at: datetime,
    since: datetime | None = None,
    why: str = "",
    on_word: bool = False,
) -> Delivered | PartDelivered:
    """Return the event of a reply that is public, or of a part of it that another one follows."""
    kind = PartDelivered if draft.more else Delivered
    return kind(by=by, at=at, posted_at=since, post_id=post_id, url=url, why=why, on_word=on_word)


def is_being_sent(draft: Draft, post: Mention) -> bool:
    """Return whether this post is the draft while its sender still waits for the network's answer."""
    return draft.state == DraftState.SENDING and is_in_its_place(draft, post)


def is_delivered_as(draft: Draft, post: Mention) -> bool:
    """Return whether the network named this post when it took the draft, or a person posted it without an address."""
    if post.ref.post_id in {draft.attempt.post_id if draft.attempt else "", *draft.posts}:
        return True
    unnamed = draft.last_post.startswith(WITHOUT_ADDRESS)
    return unnamed and (is_in_its_place(draft, post) or _is_a_part(draft, post))


def _is_a_part(draft: Draft, post: Mention) -> bool:
    said = {comparable(one) for one in draft.parts[: draft.done]}
    return post.side == Side.OURS and comparable(post.text) in said


def is_awaited_as(draft: Draft, post: Mention) -> bool:
    """Return whether this post shows that a draft of unknown outcome, or one to be posted by hand, is public.

    So does one that had been called missing, where other parts of the same reply stand before or behind it.
    """
    late = draft.state == DraftState.FAILED and draft.in_parts
    awaited = late or draft.state in {DraftState.UNCONFIRMED, DraftState.BY_HAND}
    return awaited and is_in_its_place(draft, post)


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
        return post.ref.post_id == draft.corrects and comparable(draft.at_hand) == comparable(post.text)
    under = post.side == Side.OURS and post.parent_id in {draft.goes_under.post_id, draft.target.post_id}
    return under and comparable(draft.at_hand) == comparable(post.text)
