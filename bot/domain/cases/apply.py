"""What each event makes of a case: the one place where the tables, the draft and what is owed meet."""

from collections.abc import Callable
from dataclasses import replace

from bot.domain.base import clock_set_back
from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import (
    ALSO,
    CASE,
    DRAFT,
    ENDS,
    GOING_ON,
    LETS_OUT,
    MAKES_STALE,
    WITHOUT_ASSIGNEE,
    CaseState,
    CaseVerb,
    DraftVerb,
    FactVerb,
)
from bot.domain.base.transitions import allows, step
from bot.domain.cases import apply_to_draft, apply_to_promises
from bot.domain.cases.case import Case, Event
from bot.domain.replies.draft import DraftKind
from bot.domain.replies.solo import Lane, refuse_while_it_waits


def apply(case: Case, event: Event) -> Case:
    """Return the case after the event; raise a Refusal when the tables or the rules forbid it."""
    if event.segment is not None:
        case = replace(case, segment=event.segment)
    if isinstance(event.verb, CaseVerb):
        after = _case_step(case, event.verb, apply_to_promises.since_public(event))
    elif isinstance(event.verb, DraftVerb):
        after = _draft_step(case, apply_to_promises.since_public(event))
    else:
        after = _FACTS[event.verb](case, event)
    if event.verb in MAKES_STALE:
        after = apply_to_draft.made_stale(after, event)
    after = apply_to_promises.own_accord_owed(after, event)
    return replace(after, version=case.version + 1)


def _case_step(case: Case, verb: CaseVerb, event: Event) -> Case:
    if verb in ENDS:
        case = apply_to_draft.without_draft(case, event)
    state = step(CASE, case.state, verb)
    after = _CASE_FACTS.get(verb, _no_facts)(case, event)
    if state in GOING_ON and after.ended_at is not None:
        after = replace(after, reason="", resurfaces_at=None, ended_at=None)
    if not after.assignee:
        state = WITHOUT_ASSIGNEE.get(state, state)
    return apply_to_promises.owing(replace(after, state=state), event)


def _draft_step(case: Case, event: Event) -> Case:
    verb = event.verb
    assert isinstance(verb, DraftVerb)  # noqa: S101 - apply() sends only draft verbs here; this tells the type checker
    draft = apply_to_draft.live(case)
    state = step(DRAFT, draft.state, verb)
    if verb in LETS_OUT and draft.approval:
        refuse_while_it_waits(draft.approval.sends_at, event.at)
    draft = apply_to_draft.drafted(draft, event, verb)
    after = replace(case, draft=replace(draft, state=state))
    if verb in ALSO and allows(CASE, case.state, ALSO[verb]) and draft.kind == DraftKind.REPLY:
        after = _case_step(after, ALSO[verb], event)
        after = _answered(after, replace(event, by=draft.author))
        yes = draft.approval
        return replace(after, approved_by=yes.by, answered_lane=yes.lane) if yes else after
    return apply_to_promises.reworded(after, event) if verb == DraftVerb.DELIVERED else after


def _no_facts(case: Case, _: Event) -> Case:
    return case


def _held_by(case: Case, who: str, event: Event) -> Case:
    since = case.assigned_at if case.assignee == who and case.assigned_at else event.at
    note = event.note if event.verb == CaseVerb.ASSIGN else ""
    return replace(case, assignee=who, assigned_at=since, assigned_by=event.by, assigned_note=note)


def _claimed(case: Case, event: Event) -> Case:
    if case.assignee and case.assignee != event.by:
        raise Outdated(f"<@{case.assignee}> holds this case already.")
    return _held_by(case, event.by, event)


def _released(case: Case, _: Event) -> Case:
    return replace(case, assignee="", assigned_at=None, assigned_by="", assigned_note="")


def _wrote(case: Case, event: Event) -> Case:
    newest = case.latest_at is None or event.posted_at is None or event.posted_at >= case.latest_at
    return replace(case, latest=event.mention, latest_at=event.posted_at, deleted_at=None) if newest else case


def _answered(case: Case, event: Event) -> Case:
    return replace(
        case,
        answered_at=event.at,
        first_response_at=case.first_response_at or event.at,
        answer_url=event.url,
        answered_by=event.by,
        approved_by="",
        answered_lane=Lane.USUAL,
    )


def _answered_elsewhere(case: Case, event: Event) -> Case:
    """Take an answer from the network's own app for the newest, unless a newer one is known: it was read late."""
    return case if case.answered_at is not None and event.at < case.answered_at else _answered(case, event)


def _parted(case: Case, event: Event) -> Case:
    """Leave the case as it was before the messages came that are another matter."""
    after = apply_to_draft.readdressed(replace(case, latest=event.mention, latest_at=event.posted_at), event.post)
    return apply_to_promises.without_their_promise(after, event)


def _ended(case: Case, event: Event) -> Case:
    return replace(case, reason=event.note, resurfaces_at=event.until, ended_at=event.at)


def _again(case: Case, event: Event) -> Case:
    back = replace(case, reason="", resurfaces_at=None, ended_at=None)
    return _held_by(back, event.by, event) if event.verb == CaseVerb.REOPEN else _released(back, event)


def _reopened(case: Case, event: Event) -> Case:
    after = _again(case, event)
    return _released(after, event) if case.state == CaseState.DISMISSED else after


_CASE_FACTS: dict[CaseVerb, Callable[[Case, Event], Case]] = {
    CaseVerb.CLAIM: _claimed,
    CaseVerb.ASSIGN: lambda case, event: _held_by(case, event.to, event),
    CaseVerb.RELEASE: _released,
    CaseVerb.AUTHOR_WROTE: _wrote,
    CaseVerb.ANSWERED_ELSEWHERE: _answered_elsewhere,
    CaseVerb.SOLVE: _ended,
    CaseVerb.DISMISS: _ended,
    CaseVerb.JOIN: _ended,
    CaseVerb.PART: _parted,
    CaseVerb.REOPEN: _reopened,
    CaseVerb.RESURFACE: _again,
}


def _deleted(case: Case, event: Event) -> Case:
    return replace(case, deleted_at=event.at) if event.mention == case.latest else case


def _came_in(case: Case, event: Event) -> Case:
    """Take the real post for what was known of it by its link; what people did stands."""
    post = event.post
    if post is None:
        return case
    after = replace(
        case,
        network=post.ref.network,
        account=post.ref.account,
        root_id=post.root_id,
        author=post.author,
        language=post.language or case.language,
        private=case.private or post.private,
        latest_at=post.posted_at if case.latest == event.mention else case.latest_at,
    )
    return apply_to_promises.owing(apply_to_draft.retargeted(after, event.mention, post.ref), event)


def _set_right(case: Case, event: Event) -> Case:
    return clock_set_back.set_right(case, event.promises, event.at)


_FACTS: dict[FactVerb, Callable[[Case, Event], Case]] = {
    FactVerb.OPENED: _no_facts,
    FactVerb.STARTED: apply_to_draft.started,
    FactVerb.REMINDED: apply_to_promises.reminded,
    FactVerb.PROMISED: apply_to_promises.promised,
    FactVerb.REPRIORITISED: apply_to_promises.reprioritised,
    FactVerb.RETIMED: apply_to_promises.retimed,
    FactVerb.SET_RIGHT: _set_right,
    FactVerb.ASKED: apply_to_draft.asked,
    FactVerb.CHECKED: _no_facts,
    FactVerb.STILL_ON_IT: _no_facts,
    FactVerb.ON_IT: apply_to_promises.answered_reminder,
    FactVerb.SNOOZED: apply_to_promises.answered_reminder,
    FactVerb.LOOKED: apply_to_draft.looked,
    FactVerb.LEFT: apply_to_draft.left,
    FactVerb.READ: apply_to_draft.read,
    FactVerb.POST_EDITED: _no_facts,
    FactVerb.FOLLOWED: _no_facts,
    FactVerb.CAME_IN: _came_in,
    FactVerb.PARTED: _parted,
    FactVerb.CONFIRMED: apply_to_draft.confirmed,
    FactVerb.POST_DELETED: _deleted,
}
