"""Applies events to the promises of a case: an answer, a solution, a moment in our words, a decision on a draft."""

from typing import TypeVar

from bot.domain.base.refusals import Outdated
from bot.domain.base.replaced import replace
from bot.domain.base.tables import GOING_ON, OURS, CaseState, DraftState
from bot.domain.cases import events
from bot.domain.cases.case import Case, WhyMoved, with_promise
from bot.domain.cases.events import Event
from bot.domain.promises.promise import Promise, PromiseKind
from bot.domain.reminders import reminder_events
from bot.domain.replies import draft_events
from bot.domain.replies.draft import DraftKind

E = TypeVar("E", bound=Event)
# Events that find a public answer; the moment of its publication counts.
Answer = draft_events.Delivered | events.AnsweredElsewhere
_OwesDecision = draft_events.Submitted | events.AnsweredElsewhere | events.OtherMoments


def since_public(event: E) -> E:
    """Return the event at the moment when the answer became public, not when it was found."""
    return replace(event, at=event.posted_at) if isinstance(event, Answer) and event.posted_at else event


def with_answer_owed(case: Case, event: Event) -> Case:
    """Keep the invariant: the promise of an answer runs exactly while the author waits for us."""
    answer, solution, spoken = _answer_owed(case, event), _resolution_owed(case, event), _spoken_owed(case, event)
    moved = case.moved if case.state in OURS else WhyMoved.AS_IT_BEGAN
    as_before = answer is case.promise and solution is case.resolution and spoken is case.spoken
    if as_before and moved == case.moved:
        return case
    return replace(case, promise=answer, resolution=solution, spoken=spoken, moved=moved)


def _answer_owed(case: Case, event: Event) -> Promise | None:
    owed = case.promise if case.promise and case.promise.unsettled else None
    if case.state in OURS:
        other = event.promise if isinstance(event, events.BackToUs | events.LinkedPostArrived) else None
        return _earliest(case, owed, event) if owed else other
    if owed is None:
        return case.promise
    if isinstance(event, events.SplitOff):
        return owed.dropped(event.at)
    return owed.kept(event.at) if case.state == CaseState.PENDING else owed.dropped(event.at)


def _earliest(case: Case, owed: Promise, event: Event) -> Promise:
    """Return the running promise, from the earliest unanswered post even where that arrived last."""
    other = event.promise if isinstance(event, events.AuthorWrote | events.LinkedPostArrived) else None
    if other is None or other.started_at >= owed.started_at or owed.next_level != other.next_level:
        return owed
    answered = case.answered_at is not None and other.started_at <= case.answered_at
    return owed if answered else replace(other, kind=owed.kind, id=owed.id)


def _resolution_owed(case: Case, event: Event) -> Promise | None:
    owed = case.resolution if case.resolution and case.resolution.unsettled else None
    if case.state in OURS:
        other = event.resolution if isinstance(event, events.BackToUs) else None
        return other if other is not None and (owed is None or owed.paused) else case.resolution
    if owed is None:
        return case.resolution
    if case.state == CaseState.PENDING:
        return owed if owed.paused else owed.pause(event.at)
    return owed.kept(event.at) if case.state == CaseState.SOLVED else owed.dropped(event.at)


def _spoken_owed(case: Case, event: Event) -> Promise | None:
    """Return the promise made in our words. The next public reply keeps it."""
    owed = case.spoken if case.spoken and case.spoken.unsettled else None
    if owed is None:
        return case.spoken
    if isinstance(event, events.ReplySent | events.AnsweredElsewhere):
        return owed.kept(event.at)
    return owed if case.state in GOING_ON else owed.dropped(event.at)


def without_their_promise(case: Case, event: events.MessagesSplitOff) -> Case:
    """End a promise that counted from a message which was split off."""
    owed = case.spoken if case.spoken and case.spoken.unsettled else None
    theirs = owed is not None and owed.started_at >= event.since
    return replace(case, spoken=owed.dropped(event.at)) if owed is not None and theirs else case


def reworded(case: Case, event: draft_events.Delivered | draft_events.LeftAsItIs) -> Case:
    """End the promise made in our words when newer public words name another moment, or take it back.

    A correction without a moment leaves it unchanged. Taking a reply back ends the promise of that reply.
    """
    owed = case.spoken if case.spoken and case.spoken.unsettled else None
    words = case.draft.spoken if case.draft else None
    if owed is None or words is None or case.draft is None:
        return case
    kept_back = case.draft.kind == DraftKind.TAKE_BACK and words.at(owed.started_at) != owed.due_at
    return case if kept_back else replace(case, spoken=owed.dropped(event.at))


def own_accord_owed(case: Case, event: Event) -> Case:
    """Keep the invariant: a draft has a promise of a decision, also where no customer waits for an answer.

    Where a customer waits, the promise of an answer reminds the same person, so no second one is needed.
    """
    draft = case.draft
    owed = case.own_accord if case.own_accord and case.own_accord.unsettled else None
    if draft and draft.live and not (case.promise and case.promise.unsettled):
        begins = owed is None and draft.state != DraftState.WRITING
        unasked = event.own_accord if begins and isinstance(event, _OwesDecision) else None
        return replace(case, own_accord=unasked) if unasked else case
    if owed is None:
        return case
    public = draft is not None and draft.state == DraftState.SENT
    at = since_public(event).at
    return replace(case, own_accord=owed.kept(at) if public else owed.dropped(at))


def reminded(case: Case, event: reminder_events.Reminded) -> Case:
    """Return the case with this promise, whose next reminder is set."""
    return with_promise(case, event.promise)


def on_it(case: Case, _: reminder_events.OnIt) -> Case:
    """Accept that somebody works on it; raise Outdated where nothing is owed."""
    if case.due_first is None:
        raise Outdated("Nothing is owed to this customer now, so there is nothing to be reminded of.")
    return case


def snoozed(case: Case, event: reminder_events.Snoozed) -> Case:
    """Move the next reminder for somebody who asked for more time; raise Outdated where nothing is owed."""
    if case.due_first is None:
        raise Outdated("Nothing is owed to this customer now, so there is nothing to be reminded of.")
    return with_promise(case, event.promise)


def with_spoken_promise(case: Case, event: events.Promised) -> Case:
    """Return the case with the promise made in a public reply."""
    ours = event.promise.kind == PromiseKind.SPOKEN and case.state in GOING_ON
    return replace(case, spoken=event.promise) if ours else case


def reprioritised(case: Case, event: events.Reprioritised) -> Case:
    """Set the priority, and the promises that depend on it."""
    return _moved(replace(case, priority=event.priority), event, WhyMoved.PRIORITY)


def took_in(case: Case, event: events.TookIn) -> Case:
    """Return the case with the promises of both cases: of two of a kind, the one that is due first.

    An answer is owed only while the author waits for us here; where they do not, the next event says so.
    """
    return replace(
        case,
        promise=_due_first(case.promise, event.promise) if case.state in OURS else case.promise,
        resolution=_due_first(case.resolution, event.resolution),
        spoken=_due_first(case.spoken, event.spoken) if case.state in GOING_ON else case.spoken,
    )


def _due_first(owed: Promise | None, other: Promise | None) -> Promise | None:
    if other is None or not other.unsettled:
        return owed
    if owed is None or not owed.unsettled:
        return replace(other, id=0)
    return owed if owed.due_at <= other.due_at else replace(other, id=owed.id, kind=owed.kind)


def retimed(case: Case, event: events.Retimed) -> Case:
    """Set the promises by today's hours, turnarounds and segments."""
    return _moved(case if event.segment is None else replace(case, segment=event.segment), event, event.why)


def _moved(case: Case, event: events.OtherMoments, why: WhyMoved) -> Case:
    """Replace running promises by ones with new moments; the card says why the shown moment changed."""
    after = replace(
        case,
        promise=_instead(case.promise, event.promise),
        resolution=_instead(case.resolution, event.resolution),
        own_accord=_instead(case.own_accord, event.own_accord),
    )
    return replace(after, moved=why if after.due_at != case.due_at else case.moved)


def _instead(owed: Promise | None, other: Promise | None) -> Promise | None:
    return replace(other, id=owed.id, kind=owed.kind) if owed and owed.unsettled and other else owed
