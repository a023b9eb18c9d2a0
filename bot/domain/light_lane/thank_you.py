"""Thank-yous: public posts in which customers say something good of us after our answer, and what becomes of them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotYours, Outdated
from bot.domain.light_lane.light_mention import words_mark
from bot.domain.mentions.mention import Mention

OFFERED_FOR = timedelta(days=30)  # after its post; a later like or quote would look odd


class ThankYouState(StrEnum):
    """The state of a thank-you; nothing is stored of one about which nobody did anything."""

    OPEN = "open"  # in the queue
    SKIPPED = "skipped"  # somebody took it out of the queue
    OFFERED = "offered"  # to marketing; a second person decides
    APPROVED = "approved"  # marketing may quote it
    DECLINED = "declined"  # it may not be quoted, or not any more


class ThankYouVerb(StrEnum):
    """One thing that can happen to a thank-you; also the verb of its line in the audit trail."""

    SKIP = "thank_you_skip"
    OFFER = "thank_you_offer"
    APPROVE = "thank_you_approve"
    DECLINE = "thank_you_decline"
    WITHDRAW = "thank_you_withdraw"


class LikeState(StrEnum):
    """The state of our like of a thank-you."""

    NONE = ""
    LIKING = "liking"  # written down; until the network answers nobody knows whether it is there
    LIKED = "liked"
    NOT_LIKED = "not_liked"


_S, _V = ThankYouState, ThankYouVerb
THANK_YOU: Mapping[ThankYouState, Mapping[ThankYouVerb, ThankYouState]] = {
    _S.OPEN: {_V.SKIP: _S.SKIPPED, _V.OFFER: _S.OFFERED},
    _S.SKIPPED: {},
    _S.OFFERED: {_V.APPROVE: _S.APPROVED, _V.DECLINE: _S.DECLINED},
    _S.APPROVED: {_V.WITHDRAW: _S.DECLINED},
    _S.DECLINED: {},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ThankYou:
    """One thank-you and what became of it: who offered it, who decided, and our like."""

    mention: int  # its row, and the number of this one
    state: ThankYouState = ThankYouState.OPEN
    words: str = ""  # digest of the text that was offered
    offered_by: str = ""
    offered_at: datetime | None = None
    decided_by: str = ""  # who skipped it, approved, declined or withdrew it: a Slack user id, or "desk"
    decided_at: datetime | None = None
    week: int = 0  # of marketing's message that lists it: the day of its Monday
    liked: LikeState = LikeState.NONE
    liked_by: str = ""
    like_why: str = ""  # what the network said of a like that is not there
    tries: int = 0  # calls of the like that is begun
    like_words: str = ""  # digest of the text for which it was begun; "": not kept

    @property
    def likeable(self) -> bool:
        """Return whether a like may be begun."""
        return self.liked in {LikeState.NONE, LikeState.NOT_LIKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenThankYou:
    """A thank-you as it is shown."""

    about: ThankYou
    post: Mention
    network: str  # as people write its name
    likes: bool = False  # whether a like can be begun
    approves: bool = True  # of an offer: whether whoever reads this may let marketing quote it
    declines: bool = True  # and decline it
    why_not: str = ""  # why an approver may not let marketing quote it


@dataclass(frozen=True, slots=True, kw_only=True)
class ThankYouPage:
    """A page of thank-yous: those that wait for approval, and those of the queue; or those that may be quoted."""

    offered: Sequence[SeenThankYou] = ()
    offered_later: int = 0  # more of those, which are shown once others are decided
    shown: Sequence[SeenThankYou] = ()
    before: int = 0  # the row after which the page begins, the newest first; 0: the first page
    last: int = 0  # the row of the last one that this page looked at
    more: bool = False  # whether others follow
    personal: int = 0  # posts that are left out, since they show personal data


def week_of(moment: datetime, zone: ZoneInfo) -> int:
    """Return the week of a moment, as clocks in the zone show it: the ordinal of its Monday."""
    day = moment.astimezone(zone).date()
    return day.toordinal() - day.weekday()


def monday(week: int) -> date:
    """Return the first day of a week."""
    return date.fromordinal(week)


def refuse_to_quote(found: ThankYou, text: str, by: str, *, mark: str, four_eyes: bool) -> None:
    """Raise a refusal unless this person may let marketing quote the words that their button showed."""
    if found.state != ThankYouState.OFFERED:
        raise Outdated("Somebody has decided on this one already. Nothing more to do here.")
    if not mark or mark != words_mark(text) or found.words != mark:
        raise Outdated("Its author changed the post since it was offered. Please decline it.")
    refuse_own_offer(found, by, four_eyes=four_eyes)


def refuse_own_offer(found: ThankYou, by: str, *, four_eyes: bool) -> None:
    """Raise a refusal for who offered it, where a second person decides."""
    if four_eyes and found.offered_by == by:
        raise NotYours("You offered this one; somebody else has to approve it.")
