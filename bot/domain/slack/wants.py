"""Which messages an event makes the desk want: the new ones that its row names, and all that it may make untrue."""

from collections.abc import Iterator

from bot.domain.base.tables import ANSWERS, CaseVerb, DraftVerb, FactVerb
from bot.domain.cases.case import Case, Event, Priority
from bot.domain.slack.hearing import HEARD, directly
from bot.domain.slack.telling import Told, Urgency, Want

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
# What leaves a draft as it is shown: reminders, and what people say to them.
_BESIDE = frozenset(
    {FactVerb.REMINDED, FactVerb.CHECKED, FactVerb.STILL_ON_IT, FactVerb.ON_IT, FactVerb.SNOOZED, FactVerb.FOLLOWED}
)
_URGENCY = {Told.NUDGE: Urgency.NAG, Told.CHECK: Urgency.NAG}
_OF_A_DRAFT = (Told.DRAFT, Told.BACK, Told.ASK)


def wants(before: Case, case: Case, event: Event) -> Iterator[Want]:
    """Yield the messages that must show `case` as it is after `event`: what stands first, then what is new."""
    usual = _BY_PRIORITY[case.priority]
    clicked, decided = (usual, Urgency.DECISION) if event.by in _UNASKED else (Urgency.CLICK, Urgency.CLICK)
    yield Want(kind=Told.CARD, urgency=clicked)
    yield from _standing(case, event, clicked)
    yield from _drawn_anew(before, case, event, decided)
    yield from _in_thread(case, event, usual, decided)
    for kind, person in directly(before, case, event):
        yield _direct(case, event, kind, person, decided)


def _standing(case: Case, event: Event, clicked: Urgency) -> Iterator[Want]:
    """Yield what stands beside the card and may have become untrue; only the newest of each kind still asks."""
    if event.verb == FactVerb.OPENED:
        return
    yield Want(kind=Told.NEWS, recipient="*", urgency=clicked, new=False)
    yield from _posts(case, event)
    if event.verb == FactVerb.REMINDED:  # what it reminded of before asks nobody any more
        yield Want(kind=Told.NAG, recipient="*", urgency=Urgency.LOW, new=False)
        return
    # The newest, and the one that was answered, each with the nudge beside it.
    yield Want(kind=Told.NAG, about=event.nag, recipient="*", urgency=clicked, new=False)
    if event.verb != FactVerb.CHECKED:
        yield Want(kind=Told.CHECK, about=event.check, recipient="*", urgency=clicked, new=False)
    # The newest that tells the case: it may be the approver's message.
    yield Want(kind=Told.DIGEST, recipient="*", urgency=Urgency.DECISION, new=False)
    if event.verb in _MOVES_ON:
        yield Want(kind=Told.HANDOVER, recipient="*", urgency=clicked, new=False)


def _posts(case: Case, event: Event) -> Iterator[Want]:
    """Yield the further posts of the author that read otherwise from now on."""
    usual = _BY_PRIORITY[case.priority]
    if event.verb in {FactVerb.POST_EDITED, FactVerb.POST_DELETED}:
        yield Want(kind=Told.MENTION, about=event.mention, urgency=usual, new=False)
    elif event.verb in ANSWERS and not case.private:  # what went on in private is no other matter any more
        yield Want(kind=Told.MENTION, urgency=usual, new=False)
    for parted in event.moved:
        yield Want(kind=Told.MENTION, about=parted, urgency=usual, new=False)


def _drawn_anew(before: Case, case: Case, event: Event, decided: Urgency) -> Iterator[Want]:
    """Yield what is shown of the draft, while it is live and when it ends; of what was sent, that it was read.

    Writer and approver look at these, and decide by them, as whoever clicked looks at the card.
    """
    draft = case.draft
    if draft is None or not draft.id or event.verb in _BESIDE:
        return
    was_live = before.draft is not None and before.draft.live
    if draft.live or was_live or event.verb == FactVerb.READ:
        for kind in _OF_A_DRAFT:
            yield Want(kind=kind, about=draft.id, recipient="*", urgency=decided, new=False)


def _in_thread(case: Case, event: Event, usual: Urgency, decided: Urgency) -> Iterator[Want]:
    for kind in HEARD[event.verb].thread:
        if kind == Told.MENTION:
            yield Want(kind=kind, about=event.mention, urgency=usual)
        elif kind == Told.DRAFT:
            yield Want(kind=kind, about=_draft(case), urgency=decided)
        elif kind == Told.NAG and event.level and event.promise is not None and event.told:
            yield Want(kind=kind, about=event.promise.id, level=event.level, urgency=_of_reminder(case, usual))
        elif kind == Told.CHECK and event.check:
            yield Want(kind=kind, urgency=Urgency.NAG)


def _of_reminder(case: Case, usual: Urgency) -> Urgency:
    """Return how urgent a reminder in its thread is: new cards go before what nobody is asked by name."""
    drafted = case.draft is not None and case.draft.live
    return Urgency.NAG if case.assignee or drafted else Urgency(min(usual + 1, Urgency.LOW))


def _direct(case: Case, event: Event, kind: Told, person: str, decided: Urgency) -> Want:
    about = {Told.NEWS: case.version, Told.ASK: _draft(case), Told.BACK: _draft(case)}.get(kind, 0)
    if kind == Told.NUDGE and event.promise is not None:
        about = event.promise.id
    urgency = _URGENCY.get(kind, decided)
    level = event.level if kind == Told.NUDGE else 0
    return Want(kind=kind, about=about, level=level, recipient=person, urgency=urgency)


def _draft(case: Case) -> int:
    return case.draft.id if case.draft else 0
