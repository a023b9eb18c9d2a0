"""Applies events to cases: the one place that combines the tables, the draft and the promises."""

from bot.domain.base import clock_set_back
from bot.domain.base.refusals import Outdated
from bot.domain.base.replaced import replace
from bot.domain.base.tables import (
    CASE,
    DRAFT,
    ENDS,
    GOING_ON,
    LETS_OUT,
    MAKES_STALE,
    WITHOUT_ASSIGNEE,
    CaseState,
)
from bot.domain.base.transitions import allows, next_state
from bot.domain.cases import apply_to_draft, apply_to_promises, author_events, events, inquiry_events
from bot.domain.cases.case import Case
from bot.domain.cases.events import CaseEvent, DraftEvent, Event, row_for
from bot.domain.mentions import hiding_events
from bot.domain.reminders import reminder_events
from bot.domain.replies import draft_events
from bot.domain.replies.draft import ANSWERS_THEM, Draft, DraftKind
from bot.domain.replies.solo import Lane, refuse_while_it_waits


def apply(case: Case, event: Event) -> Case:
    """Return the case after the event; raise a Refusal when the tables or the rules forbid it."""
    after = _happened(case, event)
    if event.verb in MAKES_STALE:
        after = apply_to_draft.made_stale(after, event)
    after = apply_to_promises.own_accord_owed(after, event)
    if after.assignee and after.storm:  # whoever holds a case has it in a thread of its own
        after = replace(after, storm=0)
    return replace(after, version=case.version + 1)


def _happened(case: Case, event: Event) -> Case:
    if isinstance(event, CaseEvent):
        return _case_transition(case, apply_to_promises.since_public(event))
    if isinstance(event, DraftEvent):
        return _draft_transition(case, apply_to_promises.since_public(event))
    return _FACTS[type(event)](case, event)


def _case_transition(case: Case, event: CaseEvent) -> Case:
    if event.verb in ENDS:
        case = apply_to_draft.without_draft(case, event)
    state = next_state(CASE, case.state, event.verb)
    if state != CaseState.SOLVED:
        case = apply_to_draft.without_closing_line(case)
    after = _CASE_FACTS[type(event)](case, event)
    if state in GOING_ON and after.ended_at is not None:
        after = replace(after, reason="", resurfaces_at=None, ended_at=None)
    if not after.assignee:
        state = WITHOUT_ASSIGNEE.get(state, state)
    if state != CaseState.PENDING:
        after = _not_asked_privately(after)
    return apply_to_promises.with_answer_owed(replace(after, state=state), event)


def _not_asked_privately(case: Case) -> Case:
    if case.asked_privately_at is None:
        return case
    return replace(case, asked_privately_at=None, private_silence_at=None)


def _asked_privately(case: Case, event: events.AskedPrivately) -> Case:
    return replace(case, asked_privately_at=event.at, private_silence_at=None)


def _private_silence(case: Case, event: events.PrivateSilence) -> Case:
    return replace(case, private_silence_at=event.at)


def _draft_transition(case: Case, event: DraftEvent) -> Case:
    draft = apply_to_draft.live_draft(case)
    state = next_state(DRAFT, draft.state, event.verb)
    if event.verb in LETS_OUT and draft.approval:
        refuse_while_it_waits(draft.approval.sends_at, event.at)
    draft = apply_to_draft.drafted(draft, event)
    after = replace(case, draft=apply_to_draft.ended(draft, state))
    return _public(after, draft, event) if isinstance(event, _ANSWERS) else after


_ANSWERS = draft_events.Delivered | draft_events.LeftAsItIs


def _public(case: Case, draft: Draft, event: draft_events.Delivered | draft_events.LeftAsItIs) -> Case:
    """Apply a public reply to its case; a public correction only changes the promise made in its words."""
    if draft.kind == DraftKind.IN_PLACE:
        case = _moved(case, draft, event.url)
    if draft.kind not in ANSWERS_THEM or not allows(CASE, case.state, events.ReplySent.verb):
        return apply_to_promises.reworded(case, event)
    after = _case_transition(case, events.ReplySent(by=draft.author, at=event.at, url=event.url))
    yes = draft.approval
    if yes is None:  # what was public counts as the reply by the word of whoever left it so
        return replace(after, approved_by=event.by) if isinstance(event, draft_events.LeftAsItIs) else after
    return replace(after, approved_by=yes.by, answered_lane=yes.lane)


def _moved(case: Case, changed: Draft, url: str) -> Case:
    """Return the case with the address of a changed reply, which its network may have moved, if it is our answer."""
    is_answer = bool(changed.corrects) and changed.corrects in case.answer_url
    return replace(case, answer_url=url) if is_answer and url else case


def _no_facts(case: Case, _: Event) -> Case:
    return case


def _held_by(case: Case, who: str, event: Event, note: str = "") -> Case:
    since = case.assigned_at if case.assignee == who and case.assigned_at else event.at
    return replace(case, assignee=who, assigned_at=since, assigned_by=event.by, assigned_note=note)


def _claimed(case: Case, event: events.Claimed) -> Case:
    if case.assignee and case.assignee != event.by:
        raise Outdated(f"<@{case.assignee}> holds this case already.")
    return _held_by(case, event.by, event)


def _assigned(case: Case, event: events.Assigned) -> Case:
    return _held_by(case, event.to, event, event.note)


def _released(case: Case, _: Event) -> Case:
    return replace(case, assignee="", assigned_at=None, assigned_by="", assigned_note="")


def _wrote(case: Case, event: events.AuthorWrote) -> Case:
    return _wrote_lightly(_in_segment(case, event.segment), event)


def _wrote_lightly(case: Case, event: events.AuthorWrote | events.WroteLightly) -> Case:
    newest = case.latest_at is None or event.posted_at >= case.latest_at
    return replace(case, latest=event.mention, latest_at=event.posted_at, deleted_at=None) if newest else case


def _in_segment(case: Case, segment: str | None) -> Case:
    return case if segment is None else replace(case, segment=segment)


def _answered(case: Case, event: events.ReplySent | events.AnsweredElsewhere) -> Case:
    return replace(
        _not_asked_privately(case),
        answered_at=event.at,
        first_response_at=case.first_response_at or event.at,
        answer_url=event.url,
        answered_by=event.by,
        approved_by="",
        answered_lane=Lane.USUAL,
    )


def _answered_elsewhere(case: Case, event: events.AnsweredElsewhere) -> Case:
    """Set the answer from the network's own app as the newest, unless a newer one is known already."""
    return case if case.answered_at is not None and event.at < case.answered_at else _answered(case, event)


def _parted(case: Case, event: events.MessagesSplitOff) -> Case:
    """Return the case to its state before the messages that were split off."""
    after = apply_to_draft.readdressed(replace(case, latest=event.mention, latest_at=event.posted_at), event.post)
    return apply_to_promises.without_their_promise(after, event)


def _joined(case: Case, event: events.Joined) -> Case:
    return replace(case, reason="", joined_into=event.into, resurfaces_at=None, ended_at=event.at)


def _unjoined(case: Case, event: events.Unjoined) -> Case:
    if not case.joined_into:
        raise Outdated(f"Case {case.id} is not merged into another case, so there is nothing to take apart.")
    after = replace(_again(case, event), joined_into=0, latest=event.mention, latest_at=event.posted_at)
    return _released(after, event)


def _solved(case: Case, event: events.Solved) -> Case:
    return replace(case, reason=event.reason, resurfaces_at=None, ended_at=event.at)


def _dismissed(case: Case, event: events.Dismissed) -> Case:
    return replace(case, reason=event.reason, resurfaces_at=event.until, ended_at=event.at)


def _again(case: Case, event: events.BackToUs) -> Case:
    return replace(_in_segment(case, event.segment), reason="", resurfaces_at=None, ended_at=None)


def _resurfaced(case: Case, event: events.Resurfaced) -> Case:
    return _released(_again(case, event), event)


def _reopened(case: Case, event: events.Reopened) -> Case:
    after = _again(case, event)
    return _released(after, event) if case.state == CaseState.DISMISSED else _held_by(after, event.by, event)


_CASE_FACTS = dict(
    [
        row_for(events.Claimed, _claimed),
        row_for(events.Assigned, _assigned),
        row_for(events.Released, _released),
        row_for(events.ReplySent, _answered),
        row_for(events.AnsweredElsewhere, _answered_elsewhere),
        row_for(events.AuthorWrote, _wrote),
        row_for(events.Solved, _solved),
        row_for(events.Dismissed, _dismissed),
        row_for(events.AnswerTakenBack, _again),
        row_for(events.Resurfaced, _resurfaced),
        row_for(events.Reopened, _reopened),
        row_for(events.Joined, _joined),
        row_for(events.Unjoined, _unjoined),
        row_for(events.SplitOff, _parted),
        row_for(events.Closed, _no_facts),
    ]
)


def _deleted(case: Case, event: events.PostDeleted) -> Case:
    return replace(case, deleted_at=event.at) if event.mention == case.latest else case


def _came_in(case: Case, event: events.LinkedPostArrived) -> Case:
    """Replace what was known by link with the real post; what people did stays."""
    post = event.post
    after = replace(
        _in_segment(case, event.segment),
        network=post.ref.network,
        account=post.ref.account,
        root_id=post.root_id,
        author=post.author,
        language=post.language or case.language,
        private=case.private or post.private,
        latest_at=post.posted_at if case.latest == event.mention else case.latest_at,
    )
    return apply_to_promises.with_answer_owed(apply_to_draft.retargeted(after, event.mention, post.ref), event)


def _folded(case: Case, event: events.Folded) -> Case:
    """Return the case in the storm. Raises Outdated where it is in one, somebody holds it, or it has a draft."""
    if case.storm:
        raise Outdated(f"This case is folded into storm {case.storm} already.")
    if case.assignee or (case.draft and case.draft.live) or case.private or case.state not in GOING_ON:
        raise Outdated("Somebody works on this case by now, so it is not folded.")
    return replace(case, storm=event.storm)


def _came_out(case: Case, _: events.CameOut) -> Case:
    if not case.storm:
        raise Outdated("This case has its own thread already.")
    return replace(case, storm=0)


def _set_right(case: Case, event: events.MomentsCorrected) -> Case:
    return clock_set_back.set_right(case, event.promises, event.at)


def _called_impostor(case: Case, _: author_events.CalledImpostor) -> Case:
    return replace(case, impostor=case.id)


def _impostor_wrote(case: Case, event: author_events.ImpostorWrote) -> Case:
    return replace(case, impostor=event.other)


def _no_impostor(case: Case, event: author_events.NoImpostor) -> Case:
    return replace(case, impostor=0) if case.impostor in {case.id, event.other} else case


_FACTS = dict(
    [
        row_for(events.Opened, _no_facts),
        row_for(author_events.PeopleJoined, _no_facts),
        row_for(author_events.PeopleParted, _no_facts),
        row_for(author_events.CalledImpostor, _called_impostor),
        row_for(author_events.ImpostorWrote, _impostor_wrote),
        row_for(author_events.WroteAsUs, _no_facts),
        row_for(author_events.NoImpostor, _no_impostor),
        row_for(author_events.Erased, _no_facts),
        row_for(events.Followed, _no_facts),
        row_for(events.AskedPrivately, _asked_privately),
        row_for(events.PrivateSilence, _private_silence),
        row_for(events.WroteLightly, _wrote_lightly),
        row_for(events.PostEdited, _no_facts),
        row_for(events.TriageCorrected, _no_facts),
        row_for(events.PostDeleted, _deleted),
        row_for(events.LinkedPostArrived, _came_in),
        row_for(events.SplitOffBeside, _parted),
        row_for(events.Folded, _folded),
        row_for(events.CameOut, _came_out),
        row_for(inquiry_events.Inquired, _no_facts),
        row_for(inquiry_events.InquiryAnswered, _no_facts),
        row_for(inquiry_events.InquiryWithdrawn, _no_facts),
        row_for(inquiry_events.InquiryLate, _no_facts),
        row_for(hiding_events.HideAsked, _no_facts),
        row_for(hiding_events.ShowAsked, _no_facts),
        row_for(hiding_events.PostHidden, _no_facts),
        row_for(hiding_events.PostShownAgain, _no_facts),
        row_for(hiding_events.HidingFailed, _no_facts),
        row_for(events.Promised, apply_to_promises.with_spoken_promise),
        row_for(events.Reprioritised, apply_to_promises.reprioritised),
        row_for(events.TookIn, apply_to_promises.took_in),
        row_for(events.Retimed, apply_to_promises.retimed),
        row_for(events.MomentsCorrected, _set_right),
        row_for(reminder_events.Reminded, apply_to_promises.reminded),
        row_for(reminder_events.OnIt, apply_to_promises.on_it),
        row_for(reminder_events.Snoozed, apply_to_promises.snoozed),
        row_for(reminder_events.ClaimChecked, _no_facts),
        row_for(reminder_events.StillOnIt, _no_facts),
        row_for(draft_events.Started, apply_to_draft.started),
        row_for(draft_events.ApproverAsked, apply_to_draft.with_approver_asked),
        row_for(draft_events.OutcomeChecked, apply_to_draft.with_outcome_checked),
        row_for(draft_events.PastedLinkConfirmed, apply_to_draft.confirmed),
        row_for(draft_events.RetryGivenUp, apply_to_draft.without_retry),
        row_for(draft_events.SoloRead, apply_to_draft.with_solo_read),
    ]
)
