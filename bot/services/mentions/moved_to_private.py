"""Finds the case of a post: that of its conversation or burst, or a public one that asked for a private message."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain.base.replaced import replace
from bot.domain.base.tables import ON_ITS_WAY, OURS, CaseState, DraftState
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Mention, Side
from bot.domain.mentions.moved_to_private import AskedInPrivate, asks_in_private, can_go_on
from bot.domain.replies.draft import Draft, DraftKind
from bot.ports import Desk
from bot.services.mentions.bursts import cases_of_burst

_MAY_BE_PUBLIC = ON_ITS_WAY | {DraftState.BY_HAND}  # the customer may have read it before its outcome is known


def in_its_conversation(desk: Desk, post: Mention) -> Mention:
    """Return a private message with a conversation of its own account.

    A network can name a conversation by its customer alone, whichever of our accounts they wrote to.
    """
    if not post.private or sum(name == post.ref.network for name, _ in desk.networks) < 2:
        return post
    own = replace(post, root_id=f"{post.root_id}-to-{post.ref.account}")
    if desk.store.live_case(own.ref.network, own.root_id, own.author.id):
        return own
    there = desk.store.live_case(post.ref.network, post.root_id, post.author.id)
    return own if there is not None and there.account != post.ref.account else post


def case_of(desk: Desk, post: Mention) -> Case | None:
    """Return the existing case of a post, or None where it opens one."""
    if post.side != Side.THEIRS:
        return desk.store.live_case(post.ref.network, post.root_id, post.author.id)
    found = _privately(desk, post) if post.private else _publicly(desk, post)
    return found or next(iter(cases_of_burst(desk, post)), None)


def _publicly(desk: Desk, post: Mention) -> Case | None:
    """Return the case of the conversation, or one that a post of this conversation belongs to."""
    where = (post.ref.network, post.root_id, post.author.id)
    return desk.store.live_case(*where) or desk.store.case_under(*where)


def _privately(desk: Desk, post: Mention) -> Case | None:
    own = desk.store.live_case(post.ref.network, post.root_id, post.author.id)
    theirs = [one for one in desk.store.live_cases(post.ref.network, post.author.id) if _is_open(one)]
    now_in = _went_on_in(desk, theirs, post) or own
    if now_in is not None and now_in.state in OURS:
        return now_in
    asked = {one.case: one for one in _asked(desk, theirs)}
    last = next(iter(can_go_on(post, asked.values())), 0)
    newer = last and (now_in is None or now_in.answered_at is None or asked[last].at > now_in.answered_at)
    return desk.store.case(last) if newer else now_in


def also_asked(desk: Desk, case: Case, post: Mention) -> Sequence[int]:
    """Return the other public cases that a private message on this one can belong to."""
    theirs = desk.store.live_cases(post.ref.network, post.author.id)
    others = _asked(desk, [one for one in theirs if one.id != case.id and _is_open(one)])
    return can_go_on(post, others)


def _is_open(case: Case) -> bool:
    """Return whether a message may go to this case; in a dismissed one nobody would see it."""
    return case.state != CaseState.DISMISSED


def _went_on_in(desk: Desk, cases: Sequence[Case], post: Mention) -> Case | None:
    """Return the case of the newest message in the same private conversation."""
    newest = {case.id: max(_messages(desk, case, post), default=0) for case in cases}
    found = max(cases, key=lambda case: newest[case.id], default=None)
    return found if found is not None and newest[found.id] else None


def _messages(desk: Desk, case: Case, post: Mention) -> Iterator[int]:
    return (
        one.id
        for one in desk.store.mentions(case.id)
        if one.private
        and one.side == Side.THEIRS
        and (one.ref.account, one.root_id) == (post.ref.account, post.root_id)
    )


def _asked(desk: Desk, cases: Sequence[Case]) -> Iterator[AskedInPrivate]:
    for case in cases:
        moments = [] if case.private else [*_in_public(desk, case), *_perhaps_public(case.draft)]
        for account, at in dict(sorted(moments, key=lambda one: one[1])).items():  # the newest of each account
            yield AskedInPrivate(case=case.id, network=case.network, account=account, author=case.author.id, at=at)


def _in_public(desk: Desk, case: Case) -> Iterator[tuple[str, datetime]]:
    """Yield from which account, and when, replies that ask for a private message, or private answers, were sent."""
    mentions = desk.store.mentions(case.id)
    public = {one.ref.post_id for one in mentions if one.side == Side.THEIRS and not one.private}
    for one in mentions:
        stands = one.side == Side.OURS and one.deleted_at is None
        asks = one.parent_id in public if one.private else asks_in_private(one.text)
        if stands and asks and not desk.store.taken_back(case.id, one.ref.post_id):
            yield one.ref.account if one.ref.network == case.network else case.account, one.posted_at


def _perhaps_public(draft: Draft | None) -> Iterator[tuple[str, datetime]]:
    """Yield from which account, and since when, replies of unknown outcome may be there after which they write so."""
    if draft is None or draft.state not in _MAY_BE_PUBLIC or draft.kind == DraftKind.TAKE_BACK:
        return
    begun = draft.attempt.started_at if draft.attempt else draft.approval.at if draft.approval else None
    if begun and (draft.kind == DraftKind.PRIVATE or asks_in_private(draft.text)):
        yield draft.target.account, begun
