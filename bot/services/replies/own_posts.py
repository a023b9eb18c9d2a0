"""Stores our own replies as posts, so that reading them on our timeline changes nothing."""

from datetime import datetime

from bot.domain.base.tables import DraftState
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Author, Mention, PostRef, Side
from bot.domain.replies.draft import Draft, DraftKind, public_since
from bot.domain.replies.draft_events import Delivered, PartDelivered
from bot.domain.replies.own_post import now_public
from bot.ports import Desk, Sent
from bot.services.mentions.intake import take_in
from bot.services.replies.in_place import ChangedPost, as_editable, note_change


def went_public(draft: Draft, sent: Sent, now: datetime) -> Delivered | PartDelivered:
    """Return the event of a public reply, or of a part of it that another one follows."""
    since = public_since(draft, sent.at, now)
    return now_public(draft, sent.post_id, sent.url, by="network", at=now, since=since)


def remember_our_post(desk: Desk, case: Case, sent: Sent, now: datetime) -> None:
    """Store our reply as our own post, so that reading it on our timeline has no effect."""
    draft = case.draft
    if draft is not None and draft.kind == DraftKind.IN_PLACE:
        changed = PostRef(draft.target.network, draft.target.account, draft.corrects)
        note_change(desk, ChangedPost(changed, draft.text), sent, now)
        return
    post = _our_post(desk, case, sent, now)
    if post is not None:
        desk.store.add_mention(post, now, case.id)


def note_our_post(desk: Desk, case: Case, sent: Sent, now: datetime) -> None:
    """Store a public reply; if somebody called it missing meanwhile, it is recorded as an answer from elsewhere."""
    post, draft = _our_post(desk, case, sent, now), desk.store.case(case.id).draft
    changed = case.draft is not None and case.draft.kind == DraftKind.IN_PLACE
    known = draft is not None and (draft.state == DraftState.SENT or sent.post_id in draft.posts)
    if post is None or changed or known:
        remember_our_post(desk, case, sent, now)
    else:
        take_in(desk, post, now)


def _our_post(desk: Desk, case: Case, sent: Sent, now: datetime) -> Mention | None:
    draft = case.draft
    if draft is None or draft.kind == DraftKind.TAKE_BACK:
        return None
    answered = desk.store.mention(draft.target_mention)
    # It went out from the account that the customer turned to, which need not be the one the case came in on.
    account = draft.target.account if draft.target.network == case.network else case.account
    post = Mention(
        ref=PostRef(case.network, account, sent.post_id),
        root_id=answered.root_id,
        parent_id=draft.goes_under.post_id if draft.posts else draft.target.post_id,
        author=Author(id=account, handle=""),
        text=draft.at_hand,
        posted_at=public_since(draft, sent.at, now),
        side=Side.OURS,
        url=sent.url,
        private=answered.private or draft.kind == DraftKind.PRIVATE,
    )
    return as_editable(desk, post)
