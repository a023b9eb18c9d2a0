"""Finds what a private message of our own account answers, since networks do not tell which message that is."""

from collections.abc import Iterator

from bot.domain.base.replaced import replace
from bot.domain.base.tables import ON_ITS_WAY, DraftState
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Mention, Side
from bot.domain.replies.draft import Draft, DraftKind
from bot.domain.replies.own_post import is_in_its_place
from bot.ports import Desk


def answered_in_private(desk: Desk, post: Mention) -> tuple[Case | None, Mention]:
    """Return the case that a private message of ours belongs to, or None, and the message as an answer to a post.

    That is the post that a draft of ours answers, while the message may be that draft; else the customer's newest
    message before it in their conversation with the same account.
    """
    cases = desk.store.live_cases(post.ref.network, post.told_to)
    for case in cases:
        if case.draft and (reply := _as_draft(desk, case, case.draft, post)):
            return case, reply
    said = [(one, case) for case in cases for one in _said(desk, case, post) if one.posted_at <= post.posted_at]
    if not said:
        return None, post
    newest, case = max(said, key=lambda one: (one[0].posted_at, one[0].id))
    return case, replace(post, parent_id=newest.ref.post_id)


def _as_draft(desk: Desk, case: Case, draft: Draft, post: Mention) -> Mention | None:
    """Return the message as the answer that this draft is; None: it is not this draft, or somewhere else."""
    there = draft.kind == DraftKind.PRIVATE or draft.target.post_id in {
        one.ref.post_id for one in _said(desk, case, post)
    }
    reply = replace(post, parent_id=draft.target.post_id)
    fits = draft.state == DraftState.BY_HAND or (draft.state in ON_ITS_WAY and is_in_its_place(draft, reply))
    return reply if there and fits and draft.target.account == post.ref.account else None


def _said(desk: Desk, case: Case, post: Mention) -> Iterator[Mention]:
    """Yield the private messages of a customer to the account that the message is from."""
    return (
        one
        for one in desk.store.mentions(case.id)
        if one.private and one.side == Side.THEIRS and one.ref.account == post.ref.account
    )
