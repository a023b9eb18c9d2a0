"""Splits a private message off a public case into a case of its own, on a person's request."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.refusals import Outdated, Refusal
from bot.domain.base.tables import GOING_ON, DraftState
from bot.domain.cases import events
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Mention, Side
from bot.domain.mentions.moved_to_private import to_answer
from bot.ports import Desk
from bot.services.base.change import change
from bot.services.mentions.author_wrote_again import wrote_again
from bot.services.mentions.intake import open_case

_MOVES = frozenset({DraftState.WRITING, DraftState.IN_REVIEW, DraftState.APPROVED})


def set_apart(desk: Desk, case_id: int, mention_id: int, *, by: str, at: datetime) -> Case:
    """Open a case for a private message and those after it, owed since it was written; return that case.

    The public case returns to its state before them. Raises Outdated if that message is answered or no longer here,
    and Refusal while a reply to it may be on its way.
    """
    with desk.store.transaction():
        case = desk.store.case(case_id)
        moved, stay = _parted(desk, case, mention_id)
        _refuse_if_answered(case, moved, desk.store.mentions(case.id))
        change(desk, case.id, lambda fresh: parting(fresh, moved, stay, by=by, at=at))
        new = _case_of(desk, moved[0], by=by, at=at)
        desk.store.move_mentions([one.id for one in moved], new.id)
        for one in moved[1:]:
            new = wrote_again(desk, new, one, one.id, at, since=one.posted_at)
    return new


def _parted(desk: Desk, case: Case, mention_id: int) -> tuple[Sequence[Mention], Sequence[Mention]]:
    """Return the author's messages from this one on, and the posts that stay."""
    mentions = desk.store.mentions(case.id)
    first = next((one for one in mentions if one.id == mention_id), None)
    if first is None:
        raise Outdated(f"This message is no longer on case {case.id}. The card shows what is.")
    if case.private or not first.private or first.side != Side.THEIRS:
        raise Outdated(f"Case {case.id} began with this conversation, so it cannot be taken out of it.")
    begun = (first.posted_at, first.id)
    moved = [one for one in mentions if one.private and one.side == Side.THEIRS and (one.posted_at, one.id) >= begun]
    return moved, [one for one in mentions if one not in moved]


def _refuse_if_answered(case: Case, moved: Sequence[Mention], mentions: Sequence[Mention]) -> None:
    if any(one.side == Side.OURS and one.private and one.posted_at >= moved[0].posted_at for one in mentions):
        raise Outdated(f"This message was answered on case {case.id} already, so it stays there.")
    draft = case.draft
    answers = draft is not None and draft.live and draft.target_mention in {one.id for one in moved}
    if draft is not None and answers and draft.state not in _MOVES:
        raise Refusal("A reply to this message is on its way, or may be. Please wait until the card says more.")


def parting(
    case: Case, moved: Sequence[Mention], stay: Sequence[Mention], *, by: str, at: datetime
) -> events.MessagesSplitOff:
    """Return the event that returns a case to its state before these posts."""
    theirs = [one for one in stay if one.side == Side.THEIRS]
    newest, answers = max(theirs, key=lambda one: one.posted_at), to_answer(stay)
    gone = {one.id for one in moved}
    parted = events.SplitOffBeside if _still_waits(case, theirs) else events.SplitOff
    return parted(
        by=by,
        at=at,
        mention=newest.id,
        posted_at=newest.posted_at,
        post=answers if case.draft is not None and case.draft.target_mention in gone else None,
        moved=tuple(one.id for one in moved),
        since=moved[0].posted_at,
    )


def _still_waits(case: Case, theirs: Sequence[Mention]) -> bool:
    """Return whether the case's state stays: it has ended, or another post waits for an answer."""
    if case.state not in GOING_ON or case.answered_at is None:
        return True
    return any(one.posted_at > case.answered_at and one.deleted_at is None for one in theirs)


def _case_of(desk: Desk, post: Mention, *, by: str, at: datetime) -> Case:
    """Return the live private case of the message's own conversation, or a new one."""
    own = desk.store.live_case(post.ref.network, post.root_id, post.author.id)
    if own is None:
        return open_case(desk, post, post.id, at, since=post.posted_at, by=by)
    return wrote_again(desk, own, post, post.id, at, since=post.posted_at)
