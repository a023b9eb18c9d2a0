"""A case with its live promise and draft, and what each event makes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.alone import STOP_WITHIN, Lane, refuse_unless_bounded, refuse_while_it_waits
from bot.domain.errors import Outdated, Refusal
from bot.domain.machine import allows, step
from bot.domain.mention import Author, PostRef
from bot.domain.moments import utc
from bot.domain.reply import Approval, Attempt, Draft, DraftKind, Outcome, rewritten
from bot.domain.spoken import Spoken
from bot.domain.tables import (
    ALSO,
    CASE,
    DRAFT,
    ENDS,
    GOING_ON,
    LETS_OUT,
    MAKES_STALE,
    ON_ITS_WAY,
    OURS,
    WITHOUT_ASSIGNEE,
    CaseState,
    CaseVerb,
    DraftState,
    DraftVerb,
    FactVerb,
    Verb,
)
from bot.domain.turnaround import Promise, PromiseKind


class Priority(StrEnum):
    """How much it hurts; decides the promise and the order in which things are told."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One author's complaint in one conversation, from first mention to closed."""

    id: int
    network: str
    account: str
    root_id: str
    author: Author
    state: CaseState
    version: int
    opened_at: datetime
    channel: str
    priority: Priority = Priority.NORMAL
    topic: str = ""
    language: str = ""
    segment: str = ""  # of the author, by the configuration; decides the promise with the priority
    assignee: str = ""
    assigned_at: datetime | None = None
    assigned_by: str = ""  # who gave it to its assignee: they themselves, somebody else, or "desk"
    latest: int = 0  # the author's newest mention (our row)
    latest_at: datetime | None = None
    first_response_at: datetime | None = None
    answered_at: datetime | None = None  # newest public answer, ours by draft or from elsewhere
    answer_url: str = ""
    answered_by: str = ""  # who answered elsewhere, or who wrote the delivered draft
    approved_by: str = ""
    answered_lane: Lane = Lane.USUAL  # by which way the delivered draft was let out
    follows: int = 0
    private: bool = False  # held in private messages: the reply reaches its author and nobody else
    reason: str = ""  # why it was set aside or solved
    resurfaces_at: datetime | None = None
    ended_at: datetime | None = None  # solved or set aside since
    deleted_at: datetime | None = None  # the author deleted the newest post
    moved: str = ""  # why a promise that runs has another moment than it began with: "priority", "segment", "hours"
    promise: Promise | None = None  # the newest answer promised, the first or a next one
    resolution: Promise | None = None  # the newest promise that it is solved
    spoken: Promise | None = None  # the newest moment that a reply of ours promised in words
    own_accord: Promise | None = None  # the newest decision owed on a draft that no customer waits for
    draft: Draft | None = None

    @property
    def promises(self) -> tuple[Promise, ...]:
        """Return the newest promise of each sort, running or over."""
        return tuple(one for one in (self.promise, self.resolution, self.spoken, self.own_accord) if one)

    @property
    def owed(self) -> Promise | None:
        """Return the promise that falls due first among those whose time is running, or None."""
        return min((one for one in self.promises if one.owed), key=lambda one: one.due_at, default=None)

    @property
    def due_at(self) -> datetime | None:
        """Return when the earliest promise still owed falls due, or None while nobody waits for us."""
        return self.owed.due_at if self.owed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to a case or its draft: who, what, when, and the facts that verb needs.

    `by` is a Slack user id, or "author", "network" or "desk" where no teammate caused it.
    """

    verb: Verb
    by: str
    at: datetime
    to: str = ""  # assign, asked: to whom
    note: str = ""  # free words: reason, request, what went wrong. Never part of the audit trail
    until: datetime | None = None
    mention: int = 0  # the row of the post that this is about
    posted_at: datetime | None = None  # of that post; delivered, answered elsewhere: since when our reply is public
    promise: Promise | None = None  # what is owed from now on, computed by the caller
    resolution: Promise | None = None  # the same of being solved: made, or running again after a pause
    own_accord: Promise | None = None  # what is owed for the draft, if no customer waits for it
    priority: Priority | None = None
    segment: str | None = None  # the author's by today's configuration; None: as it was
    spoken: Spoken | None = None  # the moment that the text promises, as its writer confirmed it
    text: str = ""
    digest: str = ""
    template: str = ""
    template_text: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)  # what was filled into the template
    target: PostRef | None = None
    version: int = 0
    seen: int = 0
    key: str = ""
    post_id: str = ""
    url: str = ""
    kind: DraftKind = DraftKind.REPLY
    level: int = 0
    levels: tuple[int, ...] = ()  # every level that has passed; `level` is the one that is told
    nag: int = 0  # the row of the reminder that somebody answers
    approval: int = 0  # the row of the approval that somebody read
    lane: Lane = Lane.USUAL  # approve: on one pair of eyes; `note` is the reason
    check: int = 0  # the row of the question about a claim that this answers or ends
    since: datetime | None = None  # since when nothing was heard of a claim, or seen of a reply
    told: bool = True  # False: nothing is posted for this by itself
    direct: bool = False  # a reminder also goes to `to` by direct message
    gathered: int = 0  # the row of the digest that tells it
    keep_authors: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", utc(self.at))


def apply(case: Case, event: Event) -> Case:
    """Return the case after the event; raise a Refusal when the tables or the rules forbid it."""
    if event.segment is not None:
        case = replace(case, segment=event.segment)
    if isinstance(event.verb, CaseVerb):
        after = _case_step(case, event.verb, _since_public(event))
    elif isinstance(event.verb, DraftVerb):
        after = _draft_step(case, _since_public(event))
    else:
        after = _FACTS[event.verb](case, event)
    if event.verb in MAKES_STALE:
        after = _made_stale(after, event)
    after = _own_accord_owed(after, event)
    return replace(after, version=case.version + 1)


# --- the case ---------------------------------------------------------------------------------------------


def _case_step(case: Case, verb: CaseVerb, event: Event) -> Case:
    if verb in ENDS:
        case = _without_draft(case, event)
    state = step(CASE, case.state, verb)
    after = _CASE_FACTS.get(verb, _no_facts)(case, event)
    if state in GOING_ON and after.ended_at is not None:
        after = replace(after, reason="", resurfaces_at=None, ended_at=None)
    if not after.assignee:
        state = WITHOUT_ASSIGNEE.get(state, state)
    return _owing(replace(after, state=state), event)


def _no_facts(case: Case, _: Event) -> Case:
    return case


def _held_by(case: Case, who: str, event: Event) -> Case:
    return replace(case, assignee=who, assigned_at=event.at, assigned_by=event.by)


def _claimed(case: Case, event: Event) -> Case:
    if case.assignee and case.assignee != event.by:
        raise Outdated(f"<@{case.assignee}> holds this case already.")
    return _held_by(case, event.by, event)


def _released(case: Case, _: Event) -> Case:
    return replace(case, assignee="", assigned_at=None, assigned_by="")


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
    CaseVerb.REOPEN: _reopened,
    CaseVerb.RESURFACE: _again,
}


def _owing(case: Case, event: Event) -> Case:
    """Keep the invariant: the promise of an answer runs exactly while the ball is with us."""
    answer, solution, spoken = _answer_owed(case, event), _resolution_owed(case, event), _spoken_owed(case, event)
    moved = case.moved if case.state in OURS else ""
    as_before = answer is case.promise and solution is case.resolution and spoken is case.spoken
    if as_before and moved == case.moved:
        return case
    return replace(case, promise=answer, resolution=solution, spoken=spoken, moved=moved)


def _answer_owed(case: Case, event: Event) -> Promise | None:
    owed = case.promise if case.promise and case.promise.running else None
    if case.state in OURS:
        return _earliest(case, owed, event) if owed else event.promise
    if owed is None:
        return case.promise
    return owed.kept(event.at) if case.state == CaseState.PENDING else owed.dropped(event.at)


def _earliest(case: Case, owed: Promise, event: Event) -> Promise:
    """Return the running promise, from the earliest unanswered post even where that arrived last."""
    other = event.promise if event.verb == CaseVerb.AUTHOR_WROTE else None
    if other is None or other.started_at >= owed.started_at or owed.nag_level != other.nag_level:
        return owed
    answered = case.answered_at is not None and other.started_at <= case.answered_at
    return owed if answered else replace(other, kind=owed.kind, id=owed.id)


def _resolution_owed(case: Case, event: Event) -> Promise | None:
    owed = case.resolution if case.resolution and case.resolution.running else None
    if case.state in OURS:
        again = event.resolution is not None and (owed is None or owed.paused)
        return event.resolution if again else case.resolution
    if owed is None:
        return case.resolution
    if case.state == CaseState.PENDING:
        return owed if owed.paused else owed.pause(event.at)
    return owed.kept(event.at) if case.state == CaseState.SOLVED else owed.dropped(event.at)


def _spoken_owed(case: Case, event: Event) -> Promise | None:
    """Return the promise of our own words: the next public reply keeps it, whoever the ball is with."""
    owed = case.spoken if case.spoken and case.spoken.running else None
    if owed is None:
        return case.spoken
    if event.verb in _ANSWERS:
        return owed.kept(event.at)
    return owed if case.state in GOING_ON else owed.dropped(event.at)


def _own_accord_owed(case: Case, event: Event) -> Case:
    """Keep the invariant: what we put up is decided on in time, also where no customer waits for an answer.

    Where one does, that promise reminds the same person, and one of them is enough.
    """
    draft = case.draft
    owed = case.own_accord if case.own_accord and case.own_accord.running else None
    if draft and draft.live and not (case.promise and case.promise.running):
        begins = owed is None and event.own_accord is not None and draft.state != DraftState.WRITING
        return replace(case, own_accord=event.own_accord) if begins else case
    if owed is None:
        return case
    public = draft is not None and draft.state == DraftState.SENT
    at = _since_public(event).at
    return replace(case, own_accord=owed.kept(at) if public else owed.dropped(at))


_ANSWERS = frozenset({DraftVerb.DELIVERED, CaseVerb.ANSWERED_ELSEWHERE})


# --- the draft --------------------------------------------------------------------------------------------


def _live(case: Case) -> Draft:
    if case.draft is None or not case.draft.live:
        raise Outdated("That draft is no longer there. The card shows what can be done.")
    return case.draft


def _draft_step(case: Case, event: Event) -> Case:
    verb = event.verb
    assert isinstance(verb, DraftVerb)  # noqa: S101 - apply() sends only draft verbs here; this tells the type checker
    draft = _live(case)
    state = step(DRAFT, draft.state, verb)
    if verb in LETS_OUT and draft.approval:
        refuse_while_it_waits(draft.approval.sends_at, event.at)
    draft = _DRAFT_FACTS.get(verb, _same)(draft, event)
    after = replace(case, draft=replace(draft, state=state))
    if verb in ALSO and allows(CASE, case.state, ALSO[verb]) and draft.kind == DraftKind.REPLY:
        after = _case_step(after, ALSO[verb], event)
        after = _answered(after, replace(event, by=draft.author))
        yes = draft.approval
        return replace(after, approved_by=yes.by, answered_lane=yes.lane) if yes else after
    return after


def _since_public(event: Event) -> Event:
    """A reply answers from when it is public, and not from when that was found out."""
    return replace(event, at=event.posted_at) if event.verb in _ANSWERS and event.posted_at else event


def _same(draft: Draft, _: Event) -> Draft:
    return draft


def _edited(draft: Draft, event: Event) -> Draft:
    if event.version and event.version != draft.version:
        raise Outdated(
            f"<@{draft.author}> has rewritten this draft since you opened it. Your words are kept in the form."
        )
    after = rewritten(draft, event.text, event.digest, event.by, keep_authors=event.keep_authors)
    if event.template:
        after = replace(after, template=event.template, facts=event.facts)
    return _aimed(replace(after, spoken=event.spoken), event)


def _aimed(draft: Draft, event: Event) -> Draft:
    return replace(
        draft,
        template_text=event.template_text or draft.template_text,
        seen=event.seen or draft.seen,
        target=event.target or draft.target,
        target_mention=event.mention or draft.target_mention,
    )


def _submitted(draft: Draft, event: Event) -> Draft:
    return replace(draft, submitted_at=event.at, asked=event.to, note="", note_by="")


def _approved(draft: Draft, event: Event) -> Draft:
    refuse_unless_bounded(event.lane, text=draft.text, prepared=draft.template_text, reason=event.note)
    yes = Approval(
        by=event.by,
        at=event.at,
        version=draft.version,
        digest=draft.digest,
        target=draft.place,
        seen=event.seen,
        lane=event.lane,
        reason=event.note if event.lane == Lane.REASON else "",
        sends_at=event.at + STOP_WITHIN if event.lane == Lane.TEMPLATE else None,
    )
    return replace(draft, approval=yes, stale="", attempt=None)


def _sending(draft: Draft, event: Event) -> Draft:
    n = draft.attempt.n + 1 if draft.attempt else 1
    return replace(draft, why="", attempt=Attempt(n=n, key=event.key, started_at=event.at))


def _tried(outcome: Outcome) -> Callable[[Draft, Event], Draft]:
    def after(draft: Draft, event: Event) -> Draft:
        tried = draft.attempt
        if tried is None:  # by hand: a person posted it, no attempt of ours
            tried = Attempt(n=1, key="by hand", started_at=event.at)
        tried = replace(
            tried,
            outcome=outcome,
            ended_at=event.at,
            post_id=event.post_id,
            url=event.url,
            why=event.note,
            look_at=event.until,
        )
        return replace(draft, attempt=tried, why=event.note)

    return after


def _changes_requested(draft: Draft, event: Event) -> Draft:
    return replace(draft, note=event.note, note_by=event.by, asked="", submitted_at=None, approval=None)


def _by_hand(draft: Draft, event: Event) -> Draft:
    return replace(draft, why=event.note)


def _stale(draft: Draft, event: Event) -> Draft:
    return replace(draft, stale=event.note or "age", approval=None, seen=event.seen or draft.seen)


def _stopped(draft: Draft, _: Event) -> Draft:
    return replace(draft, stale=str(DraftVerb.STOP), approval=None)


_DRAFT_FACTS: dict[DraftVerb, Callable[[Draft, Event], Draft]] = {
    DraftVerb.EDIT: _edited,
    DraftVerb.SUBMIT: _submitted,
    DraftVerb.APPROVE: _approved,
    DraftVerb.REQUEST_CHANGES: _changes_requested,
    DraftVerb.STALE: _stale,
    DraftVerb.STOP: _stopped,
    DraftVerb.SEND: _sending,
    DraftVerb.HAND_OVER: _by_hand,
    DraftVerb.GIVE_UP: _by_hand,
    DraftVerb.DELIVERED: _tried(Outcome.DELIVERED),
    DraftVerb.REFUSED: _tried(Outcome.REFUSED),
    DraftVerb.LOST: _tried(Outcome.LOST),
    DraftVerb.ABSENT: _tried(Outcome.ABSENT),
}


def _without_draft(case: Case, event: Event) -> Case:
    """Withdraw the live draft; refuse while its reply may be on its way."""
    draft = case.draft
    if draft is None or not draft.live:
        return case
    if draft.state in ON_ITS_WAY:
        raise Refusal("A reply is on its way, or may be. Please wait until the card says what became of it.")
    state = step(DRAFT, draft.state, DraftVerb.WITHDRAW)
    return replace(case, draft=replace(draft, state=state, why=str(event.verb)))


def _made_stale(case: Case, event: Event) -> Case:
    """Void the approval, or the request for one, when the conversation moved; the words stay."""
    draft = case.draft
    if draft is None or not allows(DRAFT, draft.state, DraftVerb.STALE):
        return case
    state = step(DRAFT, draft.state, DraftVerb.STALE)
    moved = _stale(draft, replace(event, note=str(event.verb), seen=case.latest))
    return replace(case, draft=replace(moved, state=state))


# --- facts beside the tables ------------------------------------------------------------------------------


def _started(case: Case, event: Event) -> Case:
    if case.draft is not None and case.draft.live:
        raise Outdated(f"<@{case.draft.author}> has a draft on this case already. Open it from the thread.")
    if event.target is None:
        raise ValueError("a draft needs the post that it answers")
    draft = Draft(
        case_id=case.id,
        state=DraftState.WRITING,
        version=1,
        text=event.text,
        digest=event.digest,
        authors=(event.by,),
        target=event.target,
        target_mention=event.mention,
        seen=event.seen,
        template=event.template,
        template_text=event.template_text,
        facts=event.facts,
        kind=event.kind,
        corrects=event.post_id,
        spoken=event.spoken,
    )
    return replace(case, draft=draft)


def _reminded(case: Case, event: Event) -> Case:
    return with_promise(case, event.promise) if event.promise else case


def _answered_reminder(case: Case, event: Event) -> Case:
    """Somebody answered a reminder: they are on it, or ask for time, which moves the next one."""
    if case.owed is None:
        raise Outdated("Nothing is owed to this customer now, so there is nothing to be reminded of.")
    return _reminded(case, event)


def _promised(case: Case, event: Event) -> Case:
    ours = event.promise is not None and event.promise.kind == PromiseKind.SPOKEN and case.state in GOING_ON
    return replace(case, spoken=event.promise) if ours else case


def _reprioritised(case: Case, event: Event) -> Case:
    return _retimed(replace(case, priority=event.priority or case.priority), replace(event, note="priority"))


def _retimed(case: Case, event: Event) -> Case:
    """Put promises with other moments in the place of those that run; the card says why the shown one moved."""
    after = replace(
        case,
        promise=_instead(case.promise, event.promise),
        resolution=_instead(case.resolution, event.resolution),
        own_accord=_instead(case.own_accord, event.own_accord),
    )
    return replace(after, moved=event.note if after.due_at != case.due_at else case.moved)


def _instead(owed: Promise | None, other: Promise | None) -> Promise | None:
    return replace(other, id=owed.id, kind=owed.kind) if owed and owed.running and other else owed


def _asked(case: Case, event: Event) -> Case:
    return replace(case, draft=replace(_live(case), asked=event.to))


def _looked(case: Case, event: Event) -> Case:
    draft = _live(case)
    if draft.attempt is None:
        return case
    looks = draft.attempt.looks + (0 if event.note else 1)  # a look that could not be taken proves nothing
    why = event.note or draft.attempt.why
    looked = replace(draft.attempt, looks=looks, look_at=event.until, missed_at=event.since, why=why)
    return replace(case, draft=replace(draft, attempt=looked))


def _read(case: Case, event: Event) -> Case:
    draft = case.draft
    if draft is None or draft.approval is None or draft.approval.id != event.approval:
        return case  # an older reply of the case
    return replace(case, draft=replace(draft, approval=replace(draft.approval, read_by=event.by, read_at=event.at)))


def _deleted(case: Case, event: Event) -> Case:
    return replace(case, deleted_at=event.at) if event.mention == case.latest else case


_FACTS: dict[FactVerb, Callable[[Case, Event], Case]] = {
    FactVerb.OPENED: _no_facts,
    FactVerb.STARTED: _started,
    FactVerb.REMINDED: _reminded,
    FactVerb.PROMISED: _promised,
    FactVerb.REPRIORITISED: _reprioritised,
    FactVerb.RETIMED: _retimed,
    FactVerb.ASKED: _asked,
    FactVerb.CHECKED: _no_facts,
    FactVerb.STILL_ON_IT: _no_facts,
    FactVerb.ON_IT: _answered_reminder,
    FactVerb.SNOOZED: _answered_reminder,
    FactVerb.LOOKED: _looked,
    FactVerb.READ: _read,
    FactVerb.POST_EDITED: _no_facts,
    FactVerb.POST_DELETED: _deleted,
}


def kind_owed(case: Case) -> PromiseKind:
    """Return which promise a waiting author is owed: the first answer, or the next one."""
    return PromiseKind.NEXT_RESPONSE if case.first_response_at else PromiseKind.FIRST_RESPONSE


def with_promise(case: Case, owed: Promise) -> Case:
    """Return the case with this promise in the place of its sort."""
    if owed.kind == PromiseKind.RESOLUTION:
        return replace(case, resolution=owed)
    if owed.kind == PromiseKind.OWN_ACCORD:
        return replace(case, own_accord=owed)
    return replace(case, spoken=owed) if owed.kind == PromiseKind.SPOKEN else replace(case, promise=owed)


def same_sort(case: Case, owed: Promise) -> Promise | None:
    """Return the case's promise of the same sort as this one, or None."""
    sorts = {PromiseKind.RESOLUTION: case.resolution, PromiseKind.SPOKEN: case.spoken}
    return (sorts | {PromiseKind.OWN_ACCORD: case.own_accord}).get(owed.kind, case.promise)
