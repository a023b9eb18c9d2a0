"""All data that the messages of a case need, read once, so that drawing is a pure function."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.accounts.holds import AccountHold
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.cases.case import Case
from bot.domain.cases.inquiry import Inquiry
from bot.domain.cases.same_person import SamePerson
from bot.domain.do_not_feed.impostor import WroteTo
from bot.domain.halts.halt import Halt
from bot.domain.mentions.bursts import burst_of
from bot.domain.mentions.hiding import Hiding
from bot.domain.mentions.mention import Answerable, Mention, Side
from bot.domain.mentions.moved_to_private import public_post, to_answer, went_private
from bot.domain.replies.doubt import Doubt
from bot.domain.replies.draft import DraftKind
from bot.domain.replies.joint_draft import Sibling
from bot.domain.replies.outcome_checks import X_LIKE, VisibilityDelay
from bot.domain.replies.own_post import our_reply_to
from bot.domain.replies.seen_mark import shown_mark
from bot.domain.replies.text_length import TextLength
from bot.domain.slack.notice import Room
from bot.domain.slack.readers import OURS
from bot.domain.slack.telling import Telling
from bot.domain.storms.view import FoldedShare
from bot.domain.triage.triage import Triage

UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The history of an author, without this case."""

    cases: int = 0  # earlier cases
    first_at: datetime | None = None
    last_at: datetime | None = None
    last_case: int = 0
    last_took: timedelta | None = None  # from the last case's opening to its answer
    followed_by: int = 0  # the case that follows this one
    siblings: int = 0  # other authors' cases in the same conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The numbers of `/care status`."""

    open: int = 0
    unclaimed: int = 0
    in_review: int = 0
    review_since: datetime | None = None
    due_soon: int = 0
    lapsed: Sequence[int] = ()  # the first of them, by number
    lapsed_count: int = 0
    answered: int = 0
    in_time: int = 0  # of the answered
    unanswered: int = 0  # late and still owed, or ended today without an answer
    median_first: timedelta | None = None
    median_approval: timedelta | None = None
    by_network: Mapping[str, int] = field(default_factory=dict)
    by_assignee: Mapping[str, int] = field(default_factory=dict)
    needs_a_person: Sequence[int] = ()  # failed, unconfirmed, by hand
    untold: int = 0  # messages waiting for Slack's pace
    held: Sequence[Sequence[str | Room]] = ()  # those that wait for something else, each with its reason
    unreadable: int = 0  # unreadable posts without a decision
    storms: Sequence[FoldedShare] = ()  # folded cases; those that wait are among the open ones
    light: int = 0  # light mentions without a decision
    replayed: int = 0  # open cases of recorded posts; not counted above
    replayed_answered: int = 0

    @property
    def decided(self) -> int:
        """Return how many cases were answered, or should have been."""
        return self.answered + self.unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """Messages that Slack does not show yet, the first ones only, and all replies not sent yet."""

    messages: Sequence[Telling] = ()
    count: int = 0  # of all such messages
    replies: Sequence[tuple[int, DraftState]] = ()  # by case number


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case with its posts, its history and the names and links that its messages need."""

    case: Case
    now: datetime
    mentions: Sequence[Mention] = ()  # in the order they were written, ours among them
    history: History = field(default_factory=History)
    names: Mapping[str, str] = field(default_factory=dict)  # Slack user id -> display name, for plain-text places
    network_label: str = ""  # "X"
    segment: str = ""  # the author's, as people read it: "Press"
    length: TextLength | None = None  # of the draft, in the unit in which the least room is left
    part_lengths: Sequence[TextLength] = ()  # of each part of a draft that goes out in parts
    web_reply_url: str = ""  # opens the network with the reply filled in
    changes: str = ""  # what changed against the template, in words
    since_version: str = ""  # what changed against the version before, word by word
    asked_for: str = ""  # which changes to the version before were asked for
    ask: int = 0  # the request that buttons in a direct message answer; 0: none
    remarks: Sequence[str] = ()  # what the approver should know about the words
    doubt: Doubt | None = None  # what an approver of the draft is asked first: it shows a card number, or has a link
    reads_messages: bool = True  # whether private messages of this network come to the desk
    reply_has_address: bool = True  # whether a reply posted by hand has a link that a person can paste
    shown_by_author: str = ""  # personal data in the author's own public posts, while the case is ours: its kinds
    brand: str = ""
    visibility_delay: VisibilityDelay = X_LIKE  # how long the network may take to show a public post
    hold: AccountHold | None = None  # what keeps an approved reply from going out: its account is held
    halt: Halt | None = None  # the same: nothing goes out there until a person ends it
    zone: ZoneInfo = UTC_ZONE  # the desk's zone, for texts in which Slack does not render dates
    account: str = ""  # ours that was named, where we have several on the network: "@northwind_uk"
    read_by_all: frozenset[str] = frozenset()  # languages that everybody here reads
    translates: bool = False  # whether a machine can be asked to translate its words
    also_asked: Sequence[int] = ()  # other cases that a private message here may belong to
    other_teams: Sequence[str] = ()  # names of the teams that can be asked
    readers: Sequence[str] = ()  # colleagues who read the case's language, where not everybody does
    joined_link: str = ""  # leads to the thread of the case into which this one was merged
    merged: Sequence[int] = ()  # cases that were merged into this one
    mergeable: Sequence[int] = ()  # other cases of the author into which this one can be merged
    inquiries: Sequence[Inquiry] = ()  # the case's questions to other teams, oldest first
    siblings: Sequence[Sibling] = ()  # the first cases of other customers under the same public post
    also: Sequence[SamePerson] = ()  # authors on other networks who are the same person
    looks_up: bool = False  # whether a source of ours knows customers
    several_networks: bool = False  # whether people can be joined across networks here
    wrote_to: Sequence[WroteTo] = ()  # whose case is an impostor's: the customers whom they wrote to
    impostor_link: str = ""  # leads to the thread of the impostor who wrote to this customer
    triage: Triage | None = None  # what its posts are taken for; None: nobody told
    hideable: Sequence[
        tuple[Mention, bool]
    ] = ()  # posts that can be hidden or shown, newest first; whether hidden now
    hidings: Sequence[Hiding] = ()  # what was wanted of its posts, hidden or shown again, oldest first
    why_kept: str = ""  # why the desk cannot delete the sent reply; empty: it can
    kept_by_hand: bool = False  # whether a person can delete it then
    can_change_there: bool = False  # whether the words of the sent reply can be changed where they stand
    change_until: datetime | None = None  # until when; None: at any time
    why_no_change: str = ""  # why they cannot; empty where that makes no sense
    one_reply: bool = False  # whether a further reply replaces the one before on this network
    privately: bool = False  # words of the form or of the live draft answer a public post by a private message
    private_until: datetime | None = None  # until when the network takes that message
    hidden: bool = False  # a private case for a reader without the right to read it: no words of it are in the view

    @property
    def private(self) -> bool:
        """Return whether the view contains private messages."""
        said = self.privately or (self.case.draft is not None and self.case.draft.kind == DraftKind.PRIVATE)
        return not self.hidden and (self.case.private or said or any(one.private for one in self.mentions))

    @property
    def kept_to(self) -> str:
        """Return who may read the view: private words stay in the channel of their case."""
        return self.case.channel if self.private else OURS

    @property
    def went_private(self) -> Mention | None:
        """Return the message with which this public conversation went on in private, or None."""
        return None if self.case.private else went_private(self.mentions)

    @property
    def answered_privately(self) -> bool:
        """Return whether our newest answer to a public post went to its customer alone, who has not written since."""
        ours = [one for one in self.mentions if one.side == Side.OURS and one.deleted_at is None]
        public = not self.case.private and self.went_private is None
        return public and bool(ours) and ours[-1].private

    @property
    def can_close_in_public(self) -> bool:
        """Return whether a public line can say that what went on in private is solved."""
        case, draft = self.case, self.case.draft
        said = draft is not None and (
            draft.live or (draft.kind == DraftKind.CLOSING and draft.state == DraftState.SENT)
        )
        solved = case.state == CaseState.SOLVED and self.went_private is not None
        return solved and not said and not self.hidden and public_post(self.mentions) is not None

    @property
    def reply_is_private(self) -> bool:
        """Return whether a reply written now would be private."""
        if self.privately:
            return True
        draft, newest = self.case.draft, to_answer(self.mentions)
        if newest is None or (draft is not None and draft.live and draft.kind != DraftKind.REPLY):
            return self.draft_is_private
        return newest.private

    @property
    def answerable_until(self) -> datetime | None:
        """Return until when its network takes an answer to the post that a reply written now would answer."""
        newest = to_answer(self.mentions)
        return newest.answerable_until if newest and newest.answerable != Answerable.NO else None

    @property
    def draft_is_private(self) -> bool:
        """Return whether the draft is private, as the post that it answers."""
        draft = self.case.draft
        if draft is not None and draft.kind == DraftKind.PRIVATE:
            return True
        answered = [one for one in self.mentions if draft and one.id == draft.target_mention]
        return answered[0].private if answered else self.case.private

    @property
    def replaces(self) -> Mention | None:
        """Return the reply of ours that a reply written now, or the live draft, would replace; None: none."""
        draft, newest = self.case.draft, to_answer(self.mentions)
        if not self.one_reply or newest is None:
            return None
        answered = draft.target.post_id if draft is not None and draft.live else newest.ref.post_id
        return our_reply_to(answered, self.mentions)

    @property
    def mark(self) -> str:
        """Return a mark of the shown conversation."""
        return shown_mark(self.case, self.mentions)

    def burst(self, post: Mention) -> Sequence[Mention]:
        """Return the posts of the author's burst with this one that are not deleted; at least the post itself."""
        answered = [self.case.answered_at] if self.case.answered_at else []
        return [one for one in burst_of(post, self.mentions, answered) if one.id == post.id or not one.deleted_at]

    @property
    def latest(self) -> Mention | None:
        """Return the author's newest post."""
        return next((one for one in self.mentions if one.id == self.case.latest), None)
