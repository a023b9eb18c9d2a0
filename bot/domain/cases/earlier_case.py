"""The end of a customer's earlier case, read from the customer's last post and never guessed."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.cases.case import Case
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Mention, Side
from bot.domain.triage.triage import WEIGHED, Kind, Reason, Triage


class Ending(StrEnum):
    """The kind of the customer's last post after our answer."""

    UNANSWERED = "unanswered"  # we never answered
    SILENT = "silent"  # nothing
    THANKED = "thanked"
    UNHAPPY = "unhappy"  # another complaint, by its words
    WROTE_AGAIN = "wrote_again"  # anything else


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCase:
    """An earlier case, as far as its reader may read it."""

    view: CaseView
    ending: Ending
    ended_at: datetime | None = None  # the moment of the customer's last post
    reply: str = ""  # our approved words that went out last


def last_word(case: Case, mentions: Sequence[Mention]) -> Mention | None:
    """Return the customer's newest post after our newest answer, or None; a deleted one says nothing."""
    if case.answered_at is None:
        return None
    theirs = [one for one in mentions if one.side == Side.THEIRS and one.deleted_at is None]
    after = [one for one in theirs if one.posted_at > case.answered_at]
    return max(after, key=lambda one: one.posted_at, default=None)


def ending(case: Case, last: Mention | None, taken_for: Triage | None) -> Ending:
    """Return how the case ended; `taken_for` is the triage of the `last` post, None where it has none."""
    if case.answered_at is None:
        return Ending.UNANSWERED
    return Ending.SILENT if last is None else ended_with(taken_for)


def ended_with(taken_for: Triage | None) -> Ending:
    """Return how a case ended in which the customer wrote once more; `taken_for`: what that post is taken for."""
    if taken_for is None or not taken_for.sure:
        return Ending.WROTE_AGAIN
    if taken_for.kind in {Kind.THANKS, Kind.PRAISE}:
        return Ending.THANKED
    told = taken_for.kind == Kind.COMPLAINT and taken_for.kind_by not in {Reason(), Reason(rule=WEIGHED)}
    return Ending.UNHAPPY if told else Ending.WROTE_AGAIN
