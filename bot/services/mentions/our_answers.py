"""Answers of our own account as the network tells them: the desk's own, or by a colleague in the network's app."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.base.replaced import replace
from bot.domain.base.tables import CASE, DRAFT, CaseVerb, DraftVerb
from bot.domain.base.transitions import allows
from bot.domain.cases import events
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Mention, PostRef, Side
from bot.domain.replies import draft_events
from bot.domain.replies.draft import WhyStale, public_since
from bot.domain.replies.own_post import (
    completes,
    is_awaited_as,
    is_being_sent,
    is_delivered_as,
    now_public,
    our_reply_to,
)
from bot.ports import Desk, Network
from bot.services.base.network_traits import has_one_reply
from bot.services.cases.owed import decided_for, once_public
from bot.services.mentions.joined_by_link import joined_ours
from bot.services.mentions.links import added_by_hand
from bot.services.mentions.native_private import answered_in_private
from bot.services.replies.in_place import as_named_now


def known_post(desk: Desk, ref: PostRef) -> tuple[Mention, int] | None:
    """Return a stored post, from its network or added by link, with its case."""
    return desk.store.mention_of(ref.network, ref.post_id) or added_by_hand(desk, ref)


def take_in_ours(desk: Desk, post: Mention, now: datetime) -> bool:
    """Record an answer that a teammate posted on the network, unless the desk sent it; return whether it was new."""
    if joined_ours(desk, post, now):
        return True
    answered = known_post(desk, replace(post.ref, post_id=post.parent_id)) if post.parent_id else None
    case = desk.store.case(answered[1]) if answered and answered[1] else None
    if case is None and post.told_to:
        case, post = answered_in_private(desk, post)
    if case and case.draft and is_being_sent(as_named_now(desk, case.draft), post):
        return False  # the sender is about to store it; the next overlapping poll finds it stored
    mention_id = desk.store.add_mention(post, now, case.id if case else 0)
    if mention_id and case is not None:
        _settle(desk, case, post, now)
    return bool(mention_id)


def follow_ids(desk: Desk, network: Network, earlier: Mapping[str, str]) -> None:
    """Let posts of ours go by the ids that their network gave them when somebody changed them there."""
    for old, new in earlier.items():
        known, _ = desk.store.mention_of(network.name, old) or (None, 0)
        if known is not None and known.side == Side.OURS and known.ref.post_id != new:
            desk.store.renumber_mention(known, new, network.post_url(new, known.author.handle))


def keep_earlier_ids(desk: Desk, network: Network, earlier: Mapping[str, str]) -> None:
    """Let earlier ids lead to posts of ours that first came under a later one, such as statements."""
    for old, new in earlier.items():
        known, _ = desk.store.mention_of(network.name, new) or (None, 0)
        if known is not None and known.side == Side.OURS:
            desk.store.keep_earlier_id(known, old)


def note_put_back(desk: Desk, known: Mention, case_id: int, post: Mention, now: datetime) -> bool:
    """Record that an earlier reply of ours took the place of a later one; return whether it did.

    Our newest reply can be told with another moment, too: that is no change.
    """
    case = desk.store.case(case_id) if case_id else None
    there = our_reply_to(known.parent_id or "", desk.store.mentions(case_id)) if case else None
    desk.store.identify_mention(known.id, post)
    if case is None or there is None or there.id == known.id:
        return False
    if case.draft and is_being_sent(as_named_now(desk, case.draft), post):
        return False
    _settle(desk, case, post, now)
    return True


def _settle(desk: Desk, case: Case, post: Mention, now: datetime) -> None:
    """Record what an answer of ours that is new to the desk means for its case."""
    named = as_named_now(desk, case.draft) if case.draft else None
    if named and is_delivered_as(named, post):
        return
    if named and is_awaited_as(named, post):
        _delivered(desk, case, post, now)
    elif allows(CASE, case.state, CaseVerb.ANSWERED_ELSEWHERE) and not _wrote_since(case, post):
        _answered_elsewhere(desk, case, post, now)
    elif case.draft and has_one_reply(desk.network(post.ref)) and allows(DRAFT, case.draft.state, DraftVerb.STALE):
        desk.store.record(case, draft_events.WentStale(by="network", at=now, why=WhyStale.ANSWERED_ELSEWHERE))


def _wrote_since(case: Case, post: Mention) -> bool:
    return case.latest_at is not None and case.latest_at > post.posted_at


def _delivered(desk: Desk, case: Case, post: Mention, now: datetime) -> None:
    if case.draft is not None:
        since = public_since(case.draft, post.posted_at, now)
        event = now_public(case.draft, post.ref.post_id, post.url, by="network", at=now, since=since)
        once_public(desk, desk.store.record(case, event), now)


def _answered_elsewhere(desk: Desk, case: Case, post: Mention, now: datetime) -> None:
    event = events.AnsweredElsewhere(
        by="network",
        at=now,
        url=post.url,
        posted_at=min(post.posted_at, now),
        own_accord=decided_for(desk, case, now),  # a draft may still wait for a decision
    )
    after = desk.store.record(case, event)
    if after.draft and completes(after.draft, post):
        desk.store.record(after, draft_events.Withdrawn(by="network", at=now))
