"""Drafts, approvals and attempts: how words become public once, after a second person approved them."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotYours, Outdated
from bot.domain.base.tables import OVER, DraftState
from bot.domain.mentions.mention import PostRef
from bot.domain.promises.spoken_promise import Spoken
from bot.domain.replies.origins import KnownText, OriginKind, Passages, StartingText, TextOrigin, origins
from bot.domain.replies.parts import ONE, Split
from bot.domain.replies.solo import Lane
from bot.domain.replies.writers import Share

APPROVAL_LASTS = timedelta(hours=4)  # an approval that has not started sending by then is asked again


class DraftKind(StrEnum):
    """The public effect of a draft."""

    REPLY = "reply"
    CORRECTION = "correction"
    TAKE_BACK = "take_back"
    WARNING = "warning"  # of an impostor; it answers nothing, so the promise of an answer runs on
    IN_PLACE = "in_place"  # new words for a reply of ours where it stands
    CLOSING = "closing"  # says in public that what went on in private is solved; it answers nothing
    PRIVATE = "private"  # answers a public post by a private message, which its network takes once


# Kinds that go out under the customer's post, and not under a reply of ours.
UNDER_THEIR_POST = frozenset({DraftKind.REPLY, DraftKind.WARNING, DraftKind.CLOSING, DraftKind.PRIVATE})
ANSWERS_THEM = frozenset({DraftKind.REPLY, DraftKind.PRIVATE})  # kinds that keep the promise of an answer


class WhyStale(StrEnum):
    """The reason why a draft needs another decision."""

    NOT_STALE = ""
    AUTHOR_WROTE = "author_wrote"
    WROTE_LIGHTLY = "wrote_lightly"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    POST_EDITED = "post_edited"
    POST_DELETED = "post_deleted"
    LINKED_POST_ARRIVED = "came_in"
    SPLIT_OFF = "part"
    SPLIT_OFF_BESIDE = "parted"
    AGE = "age"  # the approval was not used in time
    UPDATE = "update"  # it was approved before the desk was updated
    STOP = "stop"  # somebody stopped it before it went out
    PART_DELIVERED = "part_delivered"  # a part that had been called missing is public


class WhyWithdrawn(StrEnum):
    """The reason why the desk withdrew a draft by itself; each value is the verb that caused it."""

    ON_REQUEST = ""  # a person withdrew it, or it is not withdrawn
    SOLVED = "solve"
    SET_ASIDE = "dismiss"
    CLOSED = "close"
    JOINED = "join"  # its case goes on in another one
    MISMATCH = "mismatch"  # what was about to go out was not what was approved


class Outcome(StrEnum):
    """The result of an attempt."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    LOST = "lost"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One person's approval of these bytes, in answer to this post, having seen the conversation up to `seen`."""

    by: str
    at: datetime
    version: int
    digest: str
    target: PostRef
    seen: int
    id: int = 0
    done: int = 0  # parts of this version that were public by then: it approves the others
    lane: Lane = Lane.USUAL  # the lane of a solo reply
    reason: str = ""  # why it could not wait for a second person
    sends_at: datetime | None = None  # it is not sent before; until then anybody may stop it
    read_by: str = ""  # the lead who read it afterwards
    read_at: datetime | None = None

    def expires_at(self) -> datetime:
        """Return when the approval is void unless sending has started."""
        return self.at + APPROVAL_LASTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One call to the network: stored with its start before the call, and with its outcome after it."""

    n: int
    key: str
    started_at: datetime
    outcome: Outcome | None = None
    ended_at: datetime | None = None
    post_id: str = ""
    url: str = ""
    why: str = ""
    looks: int = 0
    look_at: datetime | None = None  # when the network is read next for an unconfirmed reply
    missed_at: datetime | None = None  # when a check after the visibility delay first found nothing
    wait_until: datetime | None = None  # refused: until when the network asked us to wait with all calls
    again_at: datetime | None = None  # refused: when the desk tries again by itself; None: a person decides
    part: int = 0  # of a draft in parts: which one, from 1; 0: the whole
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Words meant for the public; `version` counts their rewritings, `authors` wrote this version.

    People in `barred` wrote too much of it to approve it under the four-eyes rule (writers.py).

    It goes out in one or more parts: those of its words in their order, or the posts that it takes back. Its state is
    that of the part at hand; it is sent when the last one is done.
    """

    case_id: int
    state: DraftState
    version: int
    text: str
    digest: str
    authors: tuple[str, ...]
    barred: tuple[str, ...]
    target: PostRef
    target_mention: int
    seen: int  # the author's newest post that was shown to those who decide
    template: str = ""
    template_text: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)  # filled-in values, by placeholder
    asked: str = ""  # the approver who is asked
    note: str = ""  # what the approver asked for
    note_by: str = ""  # which approver
    stale: WhyStale = WhyStale.NOT_STALE
    why: str = ""  # for people: why it failed, has to go by hand, or on whose word it counts as sent
    why_withdrawn: WhyWithdrawn = WhyWithdrawn.ON_REQUEST
    kind: DraftKind = DraftKind.REPLY
    corrects: str = ""  # the post that a correction or take-back is about
    also: tuple[str, ...] = ()  # the posts that are taken back after that one, in this order
    origins: Passages = ()  # where each passage of its words comes from; of a draft of an earlier version: not known
    split: Split = ONE  # where its words are cut into parts
    done: int = 0  # parts of this version that are done; 0 also when a draft of one part is sent
    posts: tuple[str, ...] = ()  # posts that the parts of all versions made or took back; of a single part: none
    dropped: int = 0  # parts that were never done, of a draft that has ended
    submitted_at: datetime | None = None
    spoken: Spoken | None = None  # the moment that the words promise and the writer wants to be held to
    approval: Approval | None = None
    attempt: Attempt | None = None
    id: int = 0

    @property
    def live(self) -> bool:
        """Return whether the draft can still become public."""
        return self.state not in OVER

    @property
    def again_at(self) -> datetime | None:
        """Return when the desk tries a refused reply again by itself; None where it does not."""
        return self.attempt.again_at if self.attempt and self.state == DraftState.FAILED else None

    @property
    def on_its_way(self) -> bool:
        """Return whether no person can act right now: the desk sends it, or will try again by itself."""
        return self.state in {DraftState.APPROVED, DraftState.SENDING} or self.again_at is not None

    def bars(self, who: str, *, four_eyes: bool) -> bool:
        """Return whether the four-eyes rule forbids this person to approve it, since they wrote too much of it."""
        return four_eyes and who in self.barred

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the texts of this version's posts, in order; of a draft that is not cut, its words."""
        return self.split.parts_of(self.text)

    @property
    def part_count(self) -> int:
        """Return how many posts this version makes, or takes back."""
        return 1 + len(self.also) if self.kind == DraftKind.TAKE_BACK else 1 + len(self.split.cuts)

    @property
    def all_parts(self) -> int:
        """Return how many parts there are with those of earlier versions that are public."""
        return len(self.posts) - self.done + self.part_count

    @property
    def more(self) -> bool:
        """Return whether another part follows the one at hand."""
        return self.done + 1 < self.part_count

    @property
    def in_parts(self) -> bool:
        """Return whether this draft makes, or has made, more than one post, or takes several back."""
        return self.part_count > 1 or bool(self.posts)

    @property
    def at_hand(self) -> str:
        """Return the exact text of the part at hand; of a draft that has ended, of its last part."""
        return self.parts[min(self.done, len(self.split.cuts))]

    @property
    def rest(self) -> str:
        """Return the words that are not public yet."""
        return self.split.rest_of(self.text, self.done)

    @property
    def acts_on(self) -> str:
        """Return the post that the part at hand corrects, changes or takes back."""
        return (self.corrects, *self.also)[min(self.done, len(self.also))]

    @property
    def goes_under(self) -> PostRef:
        """Return the post that the part at hand goes under.

        For a correction it is the reply that it corrects or changes, and for a further part our own one before it.
        """
        return self._place(min(self.done, self.part_count - 1))

    @property
    def approved_under(self) -> PostRef:
        """Return the post under which the first approved part goes."""
        return self._place(self.approval.done) if self.approval else self.goes_under

    def _place(self, done: int) -> PostRef:
        behind = len(self.posts) - self.done + done  # posts before that part
        if 0 < behind <= len(self.posts) and self.kind != DraftKind.TAKE_BACK:
            return replace(self.target, post_id=self.posts[behind - 1])
        corrects = self.kind in {DraftKind.CORRECTION, DraftKind.IN_PLACE}
        return replace(self.target, post_id=self.corrects) if corrects else self.target

    @property
    def last_post(self) -> str:
        """Return the id of the newest post that this draft made; "" without one."""
        if self.posts:
            return self.posts[-1]
        return self.attempt.post_id if self.attempt else ""

    @property
    def author(self) -> str:
        """Return the newest author, whose name is shown."""
        return self.authors[-1] if self.authors else ""


def refuse_if_overtaken(newest: Draft | None, *, opened_on: int | None, version: int) -> None:
    """Raise Outdated if the drafts changed since the form was opened.

    `opened_on` is the row of the form's newest draft (0: none; None: not given), `version` the version that the form
    edits, 0 for a new draft. The edit itself checks whether that version is still the newest.
    """
    if newest is None or not newest.live:
        if version:
            raise Outdated(
                "The draft you were editing is gone: it was sent or withdrawn. Your words are kept in the form."
            )
        if newest and newest.state == DraftState.SENT and opened_on not in {None, newest.id}:
            raise Outdated(f"{_who(newest)}'s reply went out since you opened the form. {_KEPT}")
    elif not version or opened_on not in {None, newest.id}:
        raise Outdated(f"{_who(newest)} has put up a draft since you opened the form. {_KEPT}")


_KEPT = "Your words are kept there: close it and open it again to see both."


def refuse_unless_may_approve(
    draft: Draft, by: str, *, version: int, seen: int, four_eyes: bool = True, others: Sequence[str] = ()
) -> None:
    """Raise a refusal unless `by` may approve the version that their button showed.

    Raises Outdated when the draft or the conversation changed, NotYours under the four-eyes rule (an
    author does not approve alone), naming the `others` who can approve.
    """
    if draft.approval is not None and draft.state != DraftState.IN_REVIEW:
        raise Outdated(f"<@{draft.approval.by}> approved this already. Nothing more to do here.")
    if draft.version != version:
        raise Outdated(
            f"This is version {version} of the draft; {_who(draft)} has written version {draft.version} since. "
            "Please read the newest one in the thread."
        )
    if draft.seen != seen:
        raise Outdated("The customer wrote again after this was shown to you. Please read the newest message first.")
    if draft.bars(by, four_eyes=four_eyes):
        raise NotYours(_of_another(draft, by, others))


def _of_another(draft: Draft, by: str, others: Sequence[str]) -> str:
    mine = "You wrote this draft" if set(draft.authors) <= {by} else "Too much of this draft is yours"
    who = " or ".join(f"<@{one}>" for one in others[:3])
    return f"{mine}; someone else has to approve it{': ' if who else ''}{who}."


def public_since(draft: Draft, said: datetime | None, now: datetime) -> datetime:
    """Return since when a found reply is public: the network's moment, limited to between the attempt and now.

    Without the network's moment the start of the attempt counts: a call takes seconds, finding it may take hours.
    """
    yes, tried = draft.approval, draft.attempt
    begun = tried.started_at if tried else yes.at if yes else now
    return min(max(said or begun, begun), now)


def approval_key(draft: Draft | None) -> str:
    """Return the idempotency key of an approved draft: one for all attempts at a part of it, and unique to that."""
    if draft is None or draft.approval is None:
        return ""
    yes = draft.approval
    part = f"\n{draft.done}" if draft.done else ""
    return sha256(f"{draft.id}\n{yes.id}\n{yes.at.isoformat()}\n{draft.digest}{part}".encode()).hexdigest()[:32]


def from_template(name: str, text: str, facts: Mapping[str, str]) -> tuple[StartingText, ...]:
    """Return a filled template as what a draft begins with; empty without one."""
    origin = TextOrigin(OriginKind.TEMPLATE, name)
    return (StartingText(text, origin, tuple(facts.values())),) if name and text else ()


def known_words(draft: Draft) -> KnownText:
    """Return a draft's words with their origins; those of a draft of an earlier version are found now."""
    starts = from_template(draft.template, draft.template_text, draft.facts)
    return KnownText(draft.text, draft.origins or origins(draft.text, draft.author, starts))


def rewritten(draft: Draft, text: str, digest: str, by: str, share: Share | None, *, cut: Split = ONE) -> Draft:
    """Return the next version of the draft, unapproved; without a `share` all its authors are barred.

    What is public of it stays so: the new version is the rest.
    """
    everybody = (*(one for one in draft.authors if one != by), by)
    share = share or Share(everybody, everybody)
    return replace(
        draft,
        version=draft.version + 1,
        text=text,
        digest=digest,
        split=cut,
        done=0,
        authors=share.authors,
        barred=share.barred,
        approval=None,
        asked="",
        note="",
        note_by="",
        stale=WhyStale.NOT_STALE,
        why="",
        submitted_at=None,
    )


def _who(draft: Draft) -> str:
    return f"<@{draft.author}>" if draft.author else "someone"
