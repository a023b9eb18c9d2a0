"""What an event makes of a draft, beside its state."""

from collections.abc import Callable
from dataclasses import replace

from bot.domain.base.refusals import Outdated, Refusal
from bot.domain.base.tables import DRAFT, ON_ITS_WAY, DraftState, DraftVerb, FactVerb
from bot.domain.base.transitions import allows, step
from bot.domain.cases.case import Case, Event
from bot.domain.mentions.mention import Mention, PostRef
from bot.domain.replies.draft import Approval, Attempt, Draft, Outcome, rewritten
from bot.domain.replies.solo import STOP_WITHIN, Lane, refuse_unless_bounded
from bot.domain.replies.writers import Share


def live(case: Case) -> Draft:
    """Return the draft that is under way; raise Outdated where there is none."""
    if case.draft is None or not case.draft.live:
        raise Outdated("That draft is no longer there. The card shows what can be done.")
    return case.draft


def drafted(draft: Draft, event: Event, verb: DraftVerb) -> Draft:
    """Return what the event makes of a draft but for its state; raise a Refusal where the rules forbid it."""
    return _DRAFT_FACTS.get(verb, _same)(draft, event)


def _same(draft: Draft, _: Event) -> Draft:
    return draft


def _edited(draft: Draft, event: Event) -> Draft:
    if event.version and event.version != draft.version:
        raise Outdated(
            f"<@{draft.author}> has rewritten this draft since you opened it. Your words are kept in the form."
        )
    after = rewritten(draft, event.text, event.digest, event.by, event.share)
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
            look_at=event.until if outcome == Outcome.LOST else None,
            again_at=event.until if event.again else None,
        )
        if outcome == Outcome.REFUSED:
            tried = replace(tried, wait_until=event.until)
        return replace(draft, attempt=tried, why=event.note)

    return after


def _changes_requested(draft: Draft, event: Event) -> Draft:
    return replace(draft, note=event.note, note_by=event.by, asked="", submitted_at=None, approval=None)


def _by_hand(draft: Draft, event: Event) -> Draft:
    return replace(draft, why=event.note)


def _stale(draft: Draft, event: Event) -> Draft:
    return replace(draft, stale=event.note or "age", approval=None, seen=event.seen or draft.seen)


def _stopped(draft: Draft, _: Event) -> Draft:
    return replace(draft, stale=str(DraftVerb.STOP), approval=None, why="")


def _mismatched(draft: Draft, event: Event) -> Draft:
    begun = draft.attempt is not None and draft.attempt.outcome is None
    stopped = _tried(Outcome.REFUSED)(draft, event) if begun else draft
    return replace(stopped, approval=None, stale="", why=str(DraftVerb.MISMATCH))


_DRAFT_FACTS: dict[DraftVerb, Callable[[Draft, Event], Draft]] = {
    DraftVerb.EDIT: _edited,
    DraftVerb.SUBMIT: _submitted,
    DraftVerb.APPROVE: _approved,
    DraftVerb.REQUEST_CHANGES: _changes_requested,
    DraftVerb.STALE: _stale,
    DraftVerb.STOP: _stopped,
    DraftVerb.MISMATCH: _mismatched,
    DraftVerb.SEND: _sending,
    DraftVerb.HAND_OVER: _by_hand,
    DraftVerb.DELIVERED: _tried(Outcome.DELIVERED),
    DraftVerb.REFUSED: _tried(Outcome.REFUSED),
    DraftVerb.LOST: _tried(Outcome.LOST),
    DraftVerb.ABSENT: _tried(Outcome.ABSENT),
}


def without_draft(case: Case, event: Event) -> Case:
    """Withdraw the live draft; refuse while its reply may be on its way."""
    draft = case.draft
    if draft is None or not draft.live:
        return case
    if draft.state in ON_ITS_WAY:
        raise Refusal("A reply is on its way, or may be. Please wait until the card says what became of it.")
    state = step(DRAFT, draft.state, DraftVerb.WITHDRAW)
    return replace(case, draft=replace(draft, state=state, why=str(event.verb)))


def retargeted(case: Case, mention: int, ref: PostRef) -> Case:
    """Let a draft answer the same post under the name by which its network knows it."""
    draft = case.draft
    if draft is None or draft.target_mention != mention or draft.state in ON_ITS_WAY:
        return case
    return replace(case, draft=replace(draft, target=ref))


def readdressed(case: Case, post: Mention | None) -> Case:
    """Let a live draft answer another post; None: it answers what it did."""
    draft = case.draft
    if post is None or draft is None or not draft.live or draft.state in ON_ITS_WAY:
        return case
    return replace(case, draft=replace(draft, target=post.ref, target_mention=post.id))


def confirmed(case: Case, event: Event) -> Case:
    """Know our reply, of which somebody gave the link, by the id that its network gives it."""
    draft = case.draft
    if draft is None or draft.attempt is None or event.post is None or draft.attempt.post_id != event.post_id:
        return case
    shown = replace(draft.attempt, post_id=event.post.ref.post_id, url=event.post.url or draft.attempt.url)
    return replace(case, draft=replace(draft, attempt=shown))


def made_stale(case: Case, event: Event) -> Case:
    """Void the approval, or the request for one, when the conversation moved; the words stay."""
    draft = case.draft
    if draft is None or not allows(DRAFT, draft.state, DraftVerb.STALE):
        return left(case, event)
    state = step(DRAFT, draft.state, DraftVerb.STALE)
    moved = _stale(draft, replace(event, note=str(event.verb), seen=case.latest))
    return replace(case, draft=replace(moved, state=state))


def started(case: Case, event: Event) -> Case:
    """Begin a draft in answer to `event.target`; raise Outdated where one is under way."""
    if case.draft is not None and case.draft.live:
        raise Outdated(f"<@{case.draft.author}> has a draft on this case already. Open it from the thread.")
    if event.target is None:
        raise ValueError("a draft needs the post that it answers")
    share = event.share or Share((event.by,), (event.by,))
    draft = Draft(
        case_id=case.id,
        state=DraftState.WRITING,
        version=1,
        text=event.text,
        digest=event.digest,
        authors=share.authors,
        barred=share.barred,
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


def asked(case: Case, event: Event) -> Case:
    """Note who is asked to approve."""
    return replace(case, draft=replace(live(case), asked=event.to))


def looked(case: Case, event: Event) -> Case:
    """Note a look for a reply of unknown outcome, and when the next one is."""
    draft = live(case)
    if draft.attempt is None:
        return case
    looks = draft.attempt.looks + (0 if event.note else 1)  # a look that could not be taken proves nothing
    why = event.note or draft.attempt.why
    looked = replace(draft.attempt, looks=looks, look_at=event.until, missed_at=event.since, why=why)
    return replace(case, draft=replace(draft, attempt=looked))


def left(case: Case, event: Event) -> Case:
    """Leave a refused reply to a person where it was to go out again by itself; the note says why, or nothing."""
    draft = case.draft
    if draft is None or draft.attempt is None or draft.again_at is None:
        return case
    why = event.note if event.verb == FactVerb.LEFT and event.note else draft.why
    return replace(case, draft=replace(draft, attempt=replace(draft.attempt, again_at=None), why=why))


def read(case: Case, event: Event) -> Case:
    """Note that somebody read a reply that went out on one pair of eyes."""
    draft = case.draft
    if draft is None or draft.approval is None or draft.approval.id != event.approval:
        return case  # an older reply of the case
    return replace(case, draft=replace(draft, approval=replace(draft.approval, read_by=event.by, read_at=event.at)))
