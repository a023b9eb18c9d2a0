"""Events of a case: one class per verb of the tables, each with only the facts of that verb.

What happens to its draft is in replies/draft_events.py, what people are asked in reminders/reminder_events.py; what
each makes of a case is in apply.py. Free words of people never enter the audit trail (storage/audit/lines.py).
"""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, TypeVar, cast

from bot.domain.base.moments import utc
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import CaseVerb, DraftVerb, FactVerb, Verb
from bot.domain.cases.case import Priority, WhyMoved
from bot.domain.do_not_feed.aside import AsideKind
from bot.domain.mentions.bursts import Burst
from bot.domain.mentions.mention import Mention
from bot.domain.promises.promise import Promise
from bot.domain.storms.storm import Standout
from bot.domain.triage.triage import Kind, Urgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, with who caused it and when.

    `by` is a Slack user id, or "author", "network" or "desk" where no teammate caused it.
    """

    verb: ClassVar[Verb]
    by: str
    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", utc(self.at))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent(Event):
    """A transition of the case's table."""

    verb: ClassVar[CaseVerb]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftEvent(Event):
    """A transition of the draft's table."""

    verb: ClassVar[DraftVerb]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactEvent(Event):
    """Something written down beside the two tables."""

    verb: ClassVar[FactVerb]


E = TypeVar("E", bound=Event)
T = TypeVar("T")


def row_for(kind: type[E], does: Callable[[T, E], T]) -> tuple[type[Event], Callable[[T, Event], T]]:
    """Return a table row: a class of event, and the function that applies it.

    Tables are looked up by the event's exact class, so each function gets only events of that class.
    """
    return kind, cast("Callable[[T, Event], T]", does)


# --- transitions of a case ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed(CaseEvent):
    """Somebody took a case that nobody held."""

    verb = CaseVerb.CLAIM
    to: str = ""  # themselves, where they took it from a reminder
    reminder: int = 0  # the row of that reminder


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned(CaseEvent):
    """A case was given to somebody."""

    verb = CaseVerb.ASSIGN
    to: str
    note: str = ""  # what they are to know
    reminder: int = 0  # the row of the reminder from which they took it


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(CaseEvent):
    """A case went back to the team."""

    verb = CaseVerb.RELEASE
    check: int = 0  # the row of the question about the claim that nobody answered


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySent(CaseEvent):
    """Our reply is public. apply.py makes it from `Delivered`; it is never recorded by itself."""

    verb = CaseVerb.REPLY_SENT
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredElsewhere(CaseEvent):
    """A teammate answered from the network's own app."""

    verb = CaseVerb.ANSWERED_ELSEWHERE
    url: str = ""
    posted_at: datetime | None = None  # since when that answer is public
    own_accord: Promise | None = None  # what is owed for the draft, if no customer waits for it


@dataclass(frozen=True, slots=True, kw_only=True)
class BackToUs(CaseEvent):
    """The customer waits for us again; the caller computes the promises by today's rules."""

    promise: Promise | None = None  # an answer
    resolution: Promise | None = None  # that it is solved: made, or running again after a pause
    segment: str | None = None  # the author's by today's configuration; None: as it was


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorWrote(BackToUs):
    """The author wrote another post."""

    verb = CaseVerb.AUTHOR_WROTE
    mention: int  # its row
    posted_at: datetime
    burst: Burst | None = None  # of which it is a further post


@dataclass(frozen=True, slots=True, kw_only=True)
class Resurfaced(BackToUs):
    """A case that was set aside came back to the team."""

    verb = CaseVerb.RESURFACE


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened(BackToUs):
    """Somebody reopened a case that had ended."""

    verb = CaseVerb.REOPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTakenBack(BackToUs):
    """Our only answer to the author's newest post is gone, so the author waits again."""

    verb = CaseVerb.ANSWER_TAKEN_BACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved(CaseEvent):
    """Somebody called a case solved."""

    verb = CaseVerb.SOLVE
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismissed(CaseEvent):
    """Somebody set a case aside."""

    verb = CaseVerb.DISMISS
    reason: str
    kind: AsideKind = AsideKind.OTHER
    until: datetime | None = None  # when it comes back by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(CaseEvent):
    """The case goes on in another one of its author."""

    verb = CaseVerb.JOIN
    into: int
    moved: tuple[int, ...] = ()  # the rows of its posts, which are on that case now


@dataclass(frozen=True, slots=True, kw_only=True)
class Unjoined(BackToUs, CaseEvent):
    """Somebody took a case apart from the one into which it was merged."""

    verb = CaseVerb.UNJOIN
    mention: int  # the row of the author's newest post on it
    posted_at: datetime
    other: int  # the case in which it had gone on
    moved: tuple[int, ...] = ()  # the rows of the posts that came back


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesSplitOff(Event):
    """Private messages on a public case are about something else, and move to a case of their own."""

    mention: int  # the row of the author's newest post that stays
    posted_at: datetime
    post: Mention | None = None  # what a draft in answer to one of them answers now; None: it answers what it did
    moved: tuple[int, ...] = ()  # the rows of the messages
    since: datetime  # when the first of them was posted


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitOff(MessagesSplitOff, CaseEvent):
    """Nothing else waits for an answer."""

    verb = CaseVerb.SPLIT_OFF


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitOffBeside(MessagesSplitOff, FactEvent):
    """Something else waits for an answer, or the case has ended: its state stays."""

    verb = FactVerb.SPLIT_OFF_BESIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(CaseEvent):
    """A solved case had no new post for a set time."""

    verb = CaseVerb.CLOSE


# --- facts beside the transitions ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(FactEvent):
    """A case began."""

    verb = FactVerb.OPENED
    mention: int  # the row of its first post


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised(FactEvent):
    """The reply that went out promised a moment in words."""

    verb = FactVerb.PROMISED
    promise: Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherMoments(FactEvent):
    """Running promises get new moments, computed by the caller; None: unchanged."""

    promise: Promise | None = None
    resolution: Promise | None = None
    own_accord: Promise | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprioritised(OtherMoments):
    """Somebody set how much a case matters."""

    verb = FactVerb.REPRIORITISED
    priority: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Retimed(OtherMoments):
    """The desk hours, the turnarounds or the segments changed."""

    verb = FactVerb.RETIMED
    why: WhyMoved
    segment: str | None = None  # the author's by today's configuration; None: as it was


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentsCorrected(FactEvent):
    """Moments written while the clock was ahead are corrected."""

    verb = FactVerb.MOMENTS_CORRECTED
    promises: tuple[Promise, ...] = ()  # those with other moments


@dataclass(frozen=True, slots=True, kw_only=True)
class TookIn(OtherMoments):
    """Another case of the author goes on in this one, with promises of which the earliest stand."""

    verb = FactVerb.TOOK_IN
    other: int
    spoken: Promise | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WroteLightly(FactEvent):
    """The author wrote another post in which nothing asks for an answer: the case stays as it is."""

    verb = FactVerb.WROTE_LIGHTLY
    mention: int  # its row
    posted_at: datetime
    burst: Burst | None = None  # of which it is a further post


@dataclass(frozen=True, slots=True, kw_only=True)
class PostEdited(FactEvent):
    """The author changed a post."""

    verb = FactVerb.POST_EDITED
    mention: int  # its row


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDeleted(FactEvent):
    """The author deleted a post."""

    verb = FactVerb.POST_DELETED
    mention: int  # its row


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedPostArrived(FactEvent):
    """The network brought the post of a case that was added by link."""

    verb = FactVerb.LINKED_POST_ARRIVED
    mention: int  # its row
    post: Mention  # as the network tells it
    promise: Promise | None = None  # an answer, owed since it was posted
    segment: str | None = None  # the author's by today's configuration; None: as it was


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageCorrected(FactEvent):
    """Somebody said that a post is something else than its words told."""

    verb = FactVerb.TRIAGE_CORRECTED
    mention: int  # its row
    kind: Kind | None = None  # None: as it was
    urgent: Urgent | None = None  # None: as it was


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded(FactEvent):
    """The case is one of many about the same: its promise hangs on those of its storm."""

    verb = FactVerb.FOLDED
    storm: int  # its row


@dataclass(frozen=True, slots=True, kw_only=True)
class CameOut(FactEvent):
    """The case is not folded any more: it has a card and reminders of its own, its promise as it began."""

    verb = FactVerb.CAME_OUT
    why: Standout


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPrivately(FactEvent):
    """A public reply asked the author to write privately; the case waits for that message."""

    verb = FactVerb.ASKED_PRIVATELY


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateSilence(FactEvent):
    """No private message came for days; whoever holds the case is told."""

    verb = FactVerb.PRIVATE_SILENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed(FactEvent):
    """A case was opened that follows this closed one."""

    verb = FactVerb.FOLLOWED
