"""Notices that a post may have been answered in a time which the database has lost, since it is an older copy."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import ANSWERS
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Mention, Side
from bot.domain.mentions.moved_to_private import to_answer
from bot.domain.replies.doubt import Doubt
from bot.domain.replies.draft import DraftKind
from bot.domain.replies.draft_checks import Remark, RemarkKind
from bot.ports import Desk
from bot.ports.network_kind import network_label

NO_NEW_POST = frozenset({DraftKind.TAKE_BACK, DraftKind.IN_PLACE})  # what such a draft does makes none


@dataclass(frozen=True, slots=True)
class TimeGap:
    """Between these moments a reply of ours to a post may have gone out without a trace in the database."""

    begins: datetime  # when the post was written
    ends: datetime  # when the older copy took the database's place


def time_gap(desk: Desk, post: Mention) -> TimeGap | None:
    """Return the time in which a post may have been answered without our knowledge, or None."""
    ends = desk.epochs.lost_until
    return TimeGap(post.posted_at, ends) if ends is not None and post.posted_at < ends else None


def remarks_after_return(
    desk: Desk, case: Case, mentions: Sequence[Mention], newest: Mention | None
) -> Iterator[Remark]:
    """Yield a remark that the newest post may have been answered in a lost time, while no answer to it is known."""
    if newest is not None and _maybe_answered(desk, case, mentions, newest):
        where = network_label(newest.ref.network)
        sentence = (
            f"the database went back to an older copy after this post; please look on {where} for an answer of ours "
            "that is not shown here"
        )
        yield Remark(RemarkKind.AFTER_RETURN, sentence)


def told_after_return(desk: Desk, case: Case) -> list[str]:
    """Return that remark for somebody who has not written a word yet."""
    if desk.epochs.lost_until is None:
        return []
    mentions = desk.store.mentions(case.id)
    return [one.sentence for one in remarks_after_return(desk, case, mentions, to_answer(mentions))]


def doubts_after_return(desk: Desk, case: Case) -> Iterator[Doubt]:
    """Yield the doubt whether the post that the draft answers has an answer of ours already."""
    draft = case.draft
    if draft is None or draft.kind in NO_NEW_POST or desk.epochs.lost_until is None:
        return
    if _maybe_answered(desk, case, desk.store.mentions(case.id), desk.store.mention(draft.target_mention)):
        where = network_label(draft.target.network)
        yield Doubt(
            "The database went back to an older copy after this post was written, so the desk does not know whether "
            "it was answered in between.",
            "Is it unanswered?",
            f"Did you look there on {where}, and is there no answer of ours that is not shown here?",
            "Please look there first; if there is none",
        )


def _maybe_answered(desk: Desk, case: Case, mentions: Sequence[Mention], post: Mention) -> bool:
    """Return whether an answer may be missing here: the first one, or a further one where something is owed still."""
    gap = time_gap(desk, post)
    if gap is None:
        return False
    if _owes_from_before(case, gap):
        lines = desk.store.audit(f"case:{case.id}")
        return not any(one.at >= gap.ends and one.verb in ANSWERS for one in lines)
    return not any(one.side == Side.OURS and one.posted_at > post.posted_at for one in mentions)


def _owes_from_before(case: Case, gap: TimeGap) -> bool:
    answers = (case.promise, case.spoken, case.own_accord)
    return any(one.unsettled and one.started_at < gap.ends for one in answers if one)
