"""The messages that an event requires: new ones by its row in hearing.py, and redraws of those that may change."""

from collections.abc import Iterator

from bot.domain.cases import events
from bot.domain.cases.apply_to_promises import Answer
from bot.domain.cases.author_events import Erased
from bot.domain.cases.case import Case, Priority
from bot.domain.cases.events import Event
from bot.domain.cases.inquiry_events import Inquired, InquiryAnswered, InquiryLate, OfInquiry
from bot.domain.reminders.reminder_events import (
    AnswersCheck,
    AnswersReminder,
    ClaimChecked,
    OnIt,
    Reminded,
    Snoozed,
    StillOnIt,
)
from bot.domain.replies import draft_events
from bot.domain.slack.hearing import HEARD, directly
from bot.domain.slack.telling import TellingKind, Urgency, Want

_BY_PRIORITY = {
    Priority.URGENT: Urgency.URGENT,
    Priority.HIGH: Urgency.HIGH,
    Priority.NORMAL: Urgency.NORMAL,
    Priority.LOW: Urgency.LOW,
}
# Events that remove a case from a handover list.
_MOVES_ON = (
    events.Claimed,
    events.Assigned,
    events.Released,
    events.AnsweredElsewhere,
    events.Solved,
    events.Dismissed,
    draft_events.Delivered,
    draft_events.LeftAsItIs,
)
# Events that change the message to another team: the question itself, the end of the case, the quoted post.
_SHOWN_IN_INQUIRIES = (
    OfInquiry,
    events.Solved,
    events.Dismissed,
    events.Closed,
    events.Joined,
    events.BackToUs,
    events.MessagesSplitOff,
    events.PostEdited,
    events.PostDeleted,
    events.LinkedPostArrived,
    Erased,
)
# Events without a click; after all others the card goes first.
_UNASKED = frozenset({"author", "network", "desk"})
# Events that do not change how a draft is shown: reminders, and the answers to them.
_BESIDE = (Reminded, ClaimChecked, StillOnIt, OnIt, Snoozed, events.Followed)
_URGENCY = {TellingKind.DIRECT_REMINDER: Urgency.REMINDER, TellingKind.CLAIM_CHECK: Urgency.REMINDER}
_OF_A_DRAFT = (TellingKind.DRAFT, TellingKind.BACK, TellingKind.ASK)


def wants(before: Case, case: Case, event: Event) -> Iterator[Want]:
    """Yield the messages that must show `case` after `event`: existing ones first, then new ones."""
    usual = _BY_PRIORITY[case.priority]
    clicked, decided = (usual, Urgency.DECISION) if event.by in _UNASKED else (Urgency.CLICK, Urgency.CLICK)
    yield Want(kind=TellingKind.CARD, urgency=clicked, new=not case.storm)
    yield from _standing(case, event, clicked)
    yield from _drawn_anew(before, case, event, decided)
    yield from _in_thread(case, event, usual, decided)
    yield from _to_other_teams(event, usual, clicked)
    for kind, person in directly(before, case, event):
        yield _direct(case, event, kind, person, decided)


def _standing(case: Case, event: Event, clicked: Urgency) -> Iterator[Want]:
    """Yield the messages besides the card that may be outdated; only the newest of each kind has buttons."""
    if isinstance(event, events.Opened):
        return
    yield Want(kind=TellingKind.NEWS, recipient="*", urgency=clicked, new=False)
    yield from _posts(case, event)
    if isinstance(event, Reminded):  # the older reminder asks nobody any more
        yield Want(kind=TellingKind.REMINDER, recipient="*", urgency=Urgency.LOW, new=False)
        return
    # The newest, and the one that was answered, each with its direct message.
    reminder = event.reminder if isinstance(event, AnswersReminder) else 0
    yield Want(kind=TellingKind.REMINDER, about=reminder, recipient="*", urgency=clicked, new=False)
    if not isinstance(event, ClaimChecked):
        check = event.check if isinstance(event, AnswersCheck) else 0
        yield Want(kind=TellingKind.CLAIM_CHECK, about=check, recipient="*", urgency=clicked, new=False)
    # The newest message about the case: it may be the approver's. Lists follow; that of the person who clicked first.
    yield Want(kind=TellingKind.DIGEST, recipient="*", urgency=Urgency.DECISION, new=False)
    if event.by not in _UNASKED:
        yield Want(kind=TellingKind.DIGEST, recipient=event.by, urgency=Urgency.CLICK, new=False)
    if isinstance(event, _MOVES_ON):
        yield Want(kind=TellingKind.LIGHT, urgency=Urgency.LOW, new=False)
        yield Want(kind=TellingKind.HANDOVER, recipient="*", urgency=clicked, new=False)


def _posts(case: Case, event: Event) -> Iterator[Want]:
    """Yield the messages of the author's further posts whose text changes."""
    usual = _BY_PRIORITY[case.priority]
    if isinstance(event, events.PostEdited | events.PostDeleted):
        yield Want(kind=TellingKind.MENTION, about=event.mention, urgency=usual, new=False)
    elif isinstance(event, Answer) and not case.private:  # messages moved to another case are no longer shown here
        yield Want(kind=TellingKind.MENTION, urgency=usual, new=False)
    for parted in event.moved if isinstance(event, events.MessagesSplitOff) else ():
        yield Want(kind=TellingKind.MENTION, about=parted, urgency=usual, new=False)


def _drawn_anew(before: Case, case: Case, event: Event, decided: Urgency) -> Iterator[Want]:
    """Yield the messages about the draft while it is live and when it ends; for a sent solo reply, that it was read.

    Writer and approver decide by these messages, so they are as urgent as the card after a click.
    """
    draft = case.draft
    if draft is None or not draft.id or isinstance(event, _BESIDE):
        return
    was_live = before.draft is not None and before.draft.live
    if draft.live or was_live or isinstance(event, draft_events.SoloRead):
        for kind in (*_OF_A_DRAFT, TellingKind.JOINT, TellingKind.HOLDING):
            yield Want(kind=kind, about=draft.id, recipient="*", urgency=decided, new=False)


def _in_thread(case: Case, event: Event, usual: Urgency, decided: Urgency) -> Iterator[Want]:
    for kind in HEARD[event.verb].thread:
        if kind == TellingKind.MENTION and isinstance(event, events.AuthorWrote | events.WroteLightly):
            yield from _further_post(event, usual)
        elif kind == TellingKind.DRAFT:
            yield Want(kind=kind, about=_draft(case), urgency=decided)
        elif kind == TellingKind.REMINDER and isinstance(event, Reminded) and event.level and event.told:
            yield Want(kind=kind, about=event.promise.id, level=event.level, urgency=_of_reminder(case, usual))
        elif kind == TellingKind.ANSWER and isinstance(event, InquiryAnswered):
            yield Want(kind=kind, about=event.inquiry, urgency=decided)
        elif kind == TellingKind.CLAIM_CHECK and isinstance(event, AnswersCheck) and event.check:
            yield Want(kind=kind, urgency=Urgency.REMINDER)


def _further_post(event: events.AuthorWrote | events.WroteLightly, usual: Urgency) -> Iterator[Want]:
    """Yield the message in the thread that shows a further post: of a burst there is one, or the card shows it."""
    if event.burst is None or not event.burst.opens:
        yield Want(kind=TellingKind.MENTION, about=event.burst.first if event.burst else event.mention, urgency=usual)


def _to_other_teams(event: Event, usual: Urgency, clicked: Urgency) -> Iterator[Want]:
    """Yield a new question or reminder in another team's channel; what stands there is redrawn when it changes.

    The row of a new question is known in the store only, so `about` is 0 here.
    """
    if isinstance(event, Inquired):
        yield Want(kind=TellingKind.INQUIRY, recipient=event.channel, urgency=clicked)
    elif isinstance(event, InquiryLate):
        yield Want(kind=TellingKind.INQUIRY_LATE, about=event.inquiry, recipient=event.channel, urgency=usual)
    if isinstance(event, _SHOWN_IN_INQUIRIES):
        yield Want(kind=TellingKind.INQUIRY, recipient="*", urgency=clicked, new=False)


def _of_reminder(case: Case, usual: Urgency) -> Urgency:
    """Return the urgency of a reminder in a thread: new cards go before a reminder that names nobody."""
    drafted = case.draft is not None and case.draft.live
    return Urgency.REMINDER if case.assignee or drafted else Urgency(min(usual + 1, Urgency.LOW))


def _direct(case: Case, event: Event, kind: TellingKind, person: str, decided: Urgency) -> Want:
    about = {TellingKind.NEWS: case.version, TellingKind.ASK: _draft(case), TellingKind.BACK: _draft(case)}.get(
        kind, 0
    )
    urgency, level = _URGENCY.get(kind, decided), 0
    told = _told(event) if kind == TellingKind.NEWS and person == case.assignee else 0
    if told:
        return Want(kind=kind, about=told, recipient=person, urgency=urgency, joins=True)
    if isinstance(event, Reminded) and kind == TellingKind.DIRECT_REMINDER:
        about, level = event.promise.id, event.level
    return Want(kind=kind, about=about, level=level, recipient=person, urgency=urgency)


def _told(event: Event) -> int:
    """Return the version whose news told the assignee of the burst that goes on; 0: none did."""
    goes_on = isinstance(event, events.AuthorWrote | events.WroteLightly) and event.burst
    return goes_on.told if goes_on else 0


def _draft(case: Case) -> int:
    return case.draft.id if case.draft else 0
