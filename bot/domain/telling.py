"""What Slack has to show: one message per telling, redrawn whole from the state of its case."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from bot.domain.case import Case, Event, Priority
from bot.domain.tables import ANSWERS, MAKES_STALE, CaseVerb, DraftVerb, FactVerb


class Told(StrEnum):
    """The kinds of message the desk keeps in Slack."""

    CARD = "card"  # the head of a case's thread
    MENTION = "mention"  # a further post of the author, in the thread
    DRAFT = "draft"  # a draft up for decision, in the thread
    ASK = "ask"  # the same, as a direct message to the approver whose turn it is
    BACK = "back"  # a direct message to the writer: the draft came back
    NAG = "nag"  # a reminder, in the thread
    NUDGE = "nudge"  # the same to one person by direct message, or to the leads' channel
    CHECK = "check"  # still on it? To the holder by direct message; in the thread, that the claim ended over it
    DIGEST = "digest"  # many reminders for one person as one direct message
    SWAP = "swap"  # a turn that somebody is asked to take, and what became of it, to both by direct message
    HANDOVER = "handover"  # what people hold at the end of their turn, in the team's channel
    NOTICE = "notice"  # a sentence about the desk itself, in a channel


LISTED = frozenset({Told.NUDGE, Told.DIGEST})  # what is a line of a digest; other messages stand in it whole
NEWEST = 2**62  # above every version of a case; shown: only that the channel is shared (bot/services/rooms.py)
RETRIED_WITHIN = timedelta(minutes=10)  # the longest that a message waits until it is tried again


class Urgency(IntEnum):
    """Which message goes first when Slack's limits allow only some; lower goes first."""

    CLICK = 0  # somebody pressed a button and looks at this message
    NAG = 1
    DECISION = 2
    URGENT = 3
    HIGH = 4
    NORMAL = 5
    LOW = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """A message that has to show its case's new version. `new`: it is posted if it is not there yet."""

    kind: Told
    about: int = 0  # row of the post (0: each private one), draft, promise; not `new`: of what was answered; 0: card
    level: int = 0  # nags: which reminder
    recipient: str = ""  # direct messages: the Slack user id
    urgency: Urgency = Urgency.NORMAL
    new: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A message as the store knows it: where it stands, which version it shows and which it should."""

    id: int
    case_id: int
    kind: Told
    about: int
    recipient: str
    channel: str  # Slack channel id; empty for a direct message that was never opened
    ts: str  # empty until posted
    thread_ts: str  # of the case's card; empty for a card itself
    wanted: int
    shown: int
    urgency: Urgency
    started_at: datetime | None  # a post was begun and its outcome is unknown while this is set
    tries: int
    retry_at: datetime | None
    due_at: datetime | None  # of its case when it was wanted last; of a message about the desk: when it was
    since: datetime  # since when it has been behind, where it is


_BY_PRIORITY = {
    Priority.URGENT: Urgency.URGENT,
    Priority.HIGH: Urgency.HIGH,
    Priority.NORMAL: Urgency.NORMAL,
    Priority.LOW: Urgency.LOW,
}
# What takes a case off the list of those that somebody left behind.
_MOVES_ON = frozenset(
    {
        CaseVerb.CLAIM,
        CaseVerb.ASSIGN,
        CaseVerb.RELEASE,
        CaseVerb.ANSWERED_ELSEWHERE,
        CaseVerb.SOLVE,
        CaseVerb.DISMISS,
        DraftVerb.DELIVERED,
    }
)
# What happens without anybody at a button; everything else was a click, and its card goes first.
_UNASKED = frozenset({"author", "network", "desk"})


def wants(case: Case, event: Event) -> Iterator[Want]:
    """Yield the messages that must show `case` as it is after `event`."""
    usual = _BY_PRIORITY[case.priority]
    clicked = Urgency.CLICK if event.by not in _UNASKED else usual
    yield Want(kind=Told.CARD, urgency=clicked)
    yield from _of_posts(case, event, usual)
    if event.verb == FactVerb.REMINDED:  # a question about the claim stands as it was
        unheld = Urgency(min(usual + 1, Urgency.LOW))  # new cards go before what nobody is asked by name
        yield from _of_reminder(event, Urgency.NAG if case.assignee or _is_drafted(case) else unheld)
    elif event.verb != FactVerb.OPENED:
        # The newest, and the one that was answered, each with the nudge beside it.
        yield Want(kind=Told.NAG, about=event.nag, recipient="*", urgency=clicked, new=False)
        yield from _of_checks(event, clicked)
        yield Want(kind=Told.DIGEST, recipient="*", urgency=usual, new=False)  # the newest that lists the case
        if event.verb in _MOVES_ON:
            yield Want(kind=Told.HANDOVER, recipient="*", urgency=clicked, new=False)
    if case.draft is not None and case.draft.id:
        yield from _about_the_draft(case.draft.id, case, event)


def _of_posts(case: Case, event: Event, usual: Urgency) -> Iterator[Want]:
    """Yield the further posts of the author that are told, or read otherwise from now on."""
    if event.verb == CaseVerb.AUTHOR_WROTE:
        yield Want(kind=Told.MENTION, about=event.mention, urgency=usual)
    elif event.verb in {FactVerb.POST_EDITED, FactVerb.POST_DELETED}:
        yield Want(kind=Told.MENTION, about=event.mention, urgency=usual, new=False)
    elif event.verb in ANSWERS and not case.private:  # what went on in private is no other matter any more
        yield Want(kind=Told.MENTION, urgency=usual, new=False)
    for parted in event.moved:
        yield Want(kind=Told.MENTION, about=parted, urgency=usual, new=False)


def _is_drafted(case: Case) -> bool:
    return case.draft is not None and case.draft.live


def _of_reminder(event: Event, in_thread: Urgency) -> Iterator[Want]:
    """Yield the messages of a new reminder; `in_thread`: how urgent the one in its thread is."""
    if not event.level or event.promise is None:
        return
    if event.told:
        yield Want(kind=Told.NAG, about=event.promise.id, level=event.level, urgency=in_thread)
    if event.direct:
        about, level = event.promise.id, event.level
        yield Want(kind=Told.NUDGE, about=about, level=level, recipient=event.to, urgency=Urgency.NAG)


def _of_checks(event: Event, clicked: Urgency) -> Iterator[Want]:
    """Yield the question about a claim, the same again once something happened, and that the claim ended over it."""
    if event.verb == FactVerb.CHECKED:
        yield Want(kind=Told.CHECK, recipient=event.to, urgency=Urgency.NAG)
    elif event.verb == CaseVerb.RELEASE and event.check:
        yield Want(kind=Told.CHECK, urgency=Urgency.NAG)
        yield Want(kind=Told.CHECK, recipient="*", urgency=clicked, new=False)
    else:
        yield Want(kind=Told.CHECK, about=event.check, recipient="*", urgency=clicked, new=False)


def _about_the_draft(draft_id: int, case: Case, event: Event) -> Iterator[Want]:
    shown = {*MAKES_STALE, FactVerb.LOOKED, FactVerb.LEFT, FactVerb.READ}
    moved = isinstance(event.verb, DraftVerb) or event.verb in shown
    asked = case.draft.asked if case.draft else ""
    if event.verb == DraftVerb.SUBMIT:
        yield Want(kind=Told.DRAFT, about=draft_id, urgency=Urgency.DECISION)
    elif moved:
        yield Want(kind=Told.DRAFT, about=draft_id, urgency=Urgency.DECISION, new=False)
    if event.verb in {DraftVerb.SUBMIT, FactVerb.ASKED} and asked and event.told:
        yield Want(kind=Told.ASK, about=draft_id, recipient=asked, urgency=Urgency.DECISION)
    if event.verb == DraftVerb.REQUEST_CHANGES and case.draft:
        yield Want(kind=Told.BACK, about=draft_id, recipient=case.draft.author, urgency=Urgency.DECISION)
    elif moved:
        yield Want(kind=Told.BACK, about=draft_id, recipient="*", urgency=Urgency.DECISION, new=False)
    if moved:
        yield Want(kind=Told.ASK, about=draft_id, recipient="*", urgency=Urgency.DECISION, new=False)
