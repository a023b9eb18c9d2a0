"""Applies events to the facts of a draft; its state is set in apply.py."""

from bot.domain.base.refusals import Outdated, Refusal
from bot.domain.base.replaced import replace
from bot.domain.base.tables import DRAFT, ON_ITS_WAY, OVER, DraftState, DraftVerb
from bot.domain.base.transitions import allows, next_state
from bot.domain.cases.case import Case
from bot.domain.cases.events import DraftEvent, Event, row_for
from bot.domain.mentions.mention import Mention, PostRef
from bot.domain.promises.spoken_promise import Spoken
from bot.domain.replies import draft_events
from bot.domain.replies.draft import (
    Approval,
    Attempt,
    Draft,
    DraftKind,
    Outcome,
    WhyStale,
    WhyWithdrawn,
    known_words,
    rewritten,
)
from bot.domain.replies.origins import origins
from bot.domain.replies.solo import STOP_WITHIN, Lane, refuse_unless_bounded
from bot.domain.replies.writers import Share


def live_draft(case: Case) -> Draft:
    """Return the draft that is under way; raise Outdated where there is none."""
    if case.draft is None or not case.draft.live:
        raise Outdated("That draft is no longer there. The card shows what can be done.")
    return case.draft


def drafted(draft: Draft, event: DraftEvent) -> Draft:
    """Return the draft after the event, except its state; raise a Refusal where the rules forbid it."""
    return _DRAFT_FACTS[type(event)](draft, event)


def _same(draft: Draft, _: Event) -> Draft:
    return draft


def _edited(draft: Draft, event: draft_events.Edited) -> Draft:
    if event.version and event.version != draft.version:
        raise Outdated(
            f"<@{draft.author}> has rewritten this draft since you opened it. Your words are kept in the form."
        )
    words = event.words
    after = rewritten(draft, words.text, words.digest, event.by, words.share, cut=words.split)
    if words.template:
        after = replace(after, template=words.template, facts=words.facts)
    return replace(
        after,
        template_text=words.template_text or draft.template_text,
        seen=words.seen,
        target=words.target,
        target_mention=words.mention,
        spoken=words.spoken or _promised_in_public(draft),
        origins=origins(words.text, event.by, words.begun_with, known_words(draft)),
    )


def _submitted(draft: Draft, event: draft_events.Submitted) -> Draft:
    return replace(draft, submitted_at=event.at, asked=event.to, note="", note_by="")


def _approved(draft: Draft, event: draft_events.Approved) -> Draft:
    refuse_unless_bounded(event.lane, text=draft.text, prepared=draft.template_text, reason=event.reason)
    yes = Approval(
        by=event.by,
        at=event.at,
        version=draft.version,
        digest=draft.digest,
        target=draft.goes_under,
        seen=event.seen,
        done=draft.done,
        lane=event.lane,
        reason=event.reason if event.lane == Lane.REASON else "",
        sends_at=event.at + STOP_WITHIN if event.lane == Lane.TEMPLATE else None,
    )
    return replace(draft, approval=yes, stale=WhyStale.NOT_STALE, attempt=None)


def _sending(draft: Draft, event: draft_events.SendingBegun) -> Draft:
    n = draft.attempt.n + 1 if draft.attempt else 1
    return replace(draft, why="", attempt=Attempt(n=n, key=event.key, started_at=event.at, part=part_at_hand(draft)))


def part_at_hand(draft: Draft) -> int:
    """Return which part is at hand, from 1; 0 for a draft of one part."""
    return draft.done + 1 if draft.part_count > 1 else 0


def _ended(draft: Draft, event: DraftEvent, outcome: Outcome) -> Attempt:
    """Return the attempt with its outcome; a reply posted by hand gets an attempt here."""
    tried = draft.attempt
    if tried is None or tried.part != part_at_hand(draft):  # posted by hand
        n = tried.n + 1 if tried else 1
        tried = Attempt(n=n, key="by hand", started_at=event.at, part=part_at_hand(draft))
    return replace(tried, outcome=outcome, ended_at=event.at, post_id="", url="", why="", look_at=None, again_at=None)


def _delivered(draft: Draft, event: draft_events.Delivered | draft_events.PartDelivered) -> Draft:
    tried = replace(_ended(draft, event, Outcome.DELIVERED), post_id=event.post_id, url=event.url, why=event.why)
    if not draft.in_parts:
        return replace(draft, attempt=tried, why=event.why)
    return replace(draft, attempt=tried, why=event.why, done=draft.done + 1, posts=(*draft.posts, event.post_id))


def _part_delivered(draft: Draft, event: draft_events.PartDelivered) -> Draft:
    if not draft.more:
        raise Outdated("That was the last part of this reply.")
    after = _delivered(draft, replace(event, at=event.posted_at or event.at))
    if draft.state != DraftState.FAILED:
        return after
    return replace(after, approval=None, stale=WhyStale.PART_DELIVERED, why="")  # a person decides about the rest


def _left(draft: Draft, _: draft_events.LeftAsItIs) -> Draft:
    if not draft.posts or draft.kind == DraftKind.TAKE_BACK:
        raise Outdated("Nothing of this draft is public, so there is nothing to leave as it is. Withdraw it instead.")
    return replace(draft, spoken=_promised_in_public(draft))


def _promised_in_public(draft: Draft) -> Spoken | None:
    """Return the promise of a draft in parts if the words with it are public already."""
    return draft.spoken if draft.posts and draft.spoken and draft.spoken.phrase not in draft.rest else None


def ended(draft: Draft, state: DraftState) -> Draft:
    """Return the draft in this state; if a part of it is public, it ends as sent, without its rest."""
    if not draft.posts:
        return replace(draft, state=state)
    if state == DraftState.WITHDRAWN:  # what is public cannot be withdrawn
        state = DraftState.SENT
    return replace(draft, state=state, dropped=draft.part_count - draft.done if state in OVER else 0)


def _refused(draft: Draft, event: draft_events.Refused) -> Draft:
    tried = replace(_ended(draft, event, Outcome.REFUSED), why=event.why, wait_until=event.until)
    tried = replace(tried, again_at=event.until if event.again else None)
    return replace(draft, attempt=tried, why=event.why)


def _lost(draft: Draft, event: draft_events.Lost) -> Draft:
    tried = replace(_ended(draft, event, Outcome.LOST), why=event.why, look_at=event.until)
    return replace(draft, attempt=tried, why=event.why)


def _absent(draft: Draft, event: draft_events.Absent) -> Draft:
    tried = replace(_ended(draft, event, Outcome.ABSENT), why=event.why, again_at=event.at if event.again else None)
    return replace(draft, attempt=tried, why=event.why)


def _changes_requested(draft: Draft, event: draft_events.ChangesRequested) -> Draft:
    return replace(draft, note=event.note, note_by=event.by, asked="", submitted_at=None, approval=None)


def _by_hand(draft: Draft, event: draft_events.HandedOver) -> Draft:
    return replace(draft, why=event.why)


def _stale(draft: Draft, event: draft_events.WentStale) -> Draft:
    return replace(draft, stale=event.why, approval=None, seen=event.seen or draft.seen)


def _stopped(draft: Draft, _: draft_events.Stopped) -> Draft:
    return replace(draft, stale=WhyStale.STOP, approval=None, why="")


def _mismatched(draft: Draft, event: draft_events.Mismatched) -> Draft:
    begun = draft.attempt is not None and draft.attempt.outcome is None
    tried = replace(_ended(draft, event, Outcome.REFUSED), wait_until=None) if begun else draft.attempt
    bare = replace(draft, attempt=tried, approval=None, stale=WhyStale.NOT_STALE, why="")
    return replace(bare, why_withdrawn=WhyWithdrawn.MISMATCH)


_DRAFT_FACTS = dict(
    [
        row_for(draft_events.Edited, _edited),
        row_for(draft_events.Submitted, _submitted),
        row_for(draft_events.Withdrawn, _same),
        row_for(draft_events.Approved, _approved),
        row_for(draft_events.WentStale, _stale),
        row_for(draft_events.Stopped, _stopped),
        row_for(draft_events.Mismatched, _mismatched),
        row_for(draft_events.ChangesRequested, _changes_requested),
        row_for(draft_events.SendingBegun, _sending),
        row_for(draft_events.HandedOver, _by_hand),
        row_for(draft_events.Delivered, _delivered),
        row_for(draft_events.PartDelivered, _part_delivered),
        row_for(draft_events.LeftAsItIs, _left),
        row_for(draft_events.Refused, _refused),
        row_for(draft_events.Lost, _lost),
        row_for(draft_events.Absent, _absent),
    ]
)


def without_draft(case: Case, event: Event) -> Case:
    """Withdraw the live draft; refuse while its reply may be on its way."""
    draft = case.draft
    if draft is None or not draft.live:
        return case
    if draft.state in ON_ITS_WAY:
        raise Refusal("A reply is on its way, or may be. Please wait until the card says what became of it.")
    state = next_state(DRAFT, draft.state, DraftVerb.WITHDRAW)
    withdrawn = replace(ended(draft, state), why="", why_withdrawn=WhyWithdrawn(event.verb))
    return replace(case, draft=withdrawn)


def without_closing_line(case: Case) -> Case:
    """Withdraw a line that says that the case is solved, unless it may be on its way: it is solved no more."""
    draft = case.draft
    if draft is None or draft.kind != DraftKind.CLOSING or not allows(DRAFT, draft.state, DraftVerb.WITHDRAW):
        return case
    state = next_state(DRAFT, draft.state, DraftVerb.WITHDRAW)
    return replace(case, draft=replace(ended(draft, state), why=""))


def retargeted(case: Case, mention: int, ref: PostRef) -> Case:
    """Return the case with the draft's target under the id that its network uses."""
    draft = case.draft
    if draft is None or draft.target_mention != mention or draft.state in ON_ITS_WAY:
        return case
    return replace(case, draft=replace(draft, target=ref))


def readdressed(case: Case, post: Mention | None) -> Case:
    """Return the case with its live draft in answer to another post; None: unchanged."""
    draft = case.draft
    if post is None or draft is None or not draft.live or draft.state in ON_ITS_WAY:
        return case
    return replace(case, draft=replace(draft, target=post.ref, target_mention=post.id))


def confirmed(case: Case, event: draft_events.PastedLinkConfirmed) -> Case:
    """Return the case with our reply under the network's id, where a person had pasted its link."""
    draft = case.draft
    if draft is None or draft.attempt is None or event.post_id not in {draft.attempt.post_id, *draft.posts}:
        return case
    now = event.post.ref.post_id
    named = replace(draft, posts=tuple(now if one == event.post_id else one for one in draft.posts))
    if draft.attempt.post_id != event.post_id:
        return replace(case, draft=named)
    shown = replace(draft.attempt, post_id=now, url=event.post.url or draft.attempt.url)
    return replace(case, draft=replace(named, attempt=shown))


def made_stale(case: Case, event: Event) -> Case:
    """Void the approval, or the request for one, after the conversation changed; the words stay."""
    draft = case.draft
    if draft is None or not allows(DRAFT, draft.state, DraftVerb.STALE):
        return _not_again(case)
    state = next_state(DRAFT, draft.state, DraftVerb.STALE)
    moved = replace(draft, state=state, stale=WhyStale(event.verb), approval=None, seen=case.latest or draft.seen)
    return replace(case, draft=moved)


def started(case: Case, event: draft_events.Started) -> Case:
    """Begin a draft; raise Outdated where one is under way."""
    if case.draft is not None and case.draft.live:
        raise Outdated(f"<@{case.draft.author}> has a draft on this case already. Open it from the thread.")
    words = event.words
    share = words.share or Share((event.by,), (event.by,))
    public = known_words(case.draft) if case.draft and event.kind in _CHANGES_PUBLIC_WORDS else None
    draft = Draft(
        case_id=case.id,
        state=DraftState.WRITING,
        version=1,
        text=words.text,
        digest=words.digest,
        authors=share.authors,
        barred=share.barred,
        target=words.target,
        target_mention=words.mention,
        seen=words.seen,
        template=words.template,
        template_text=words.template_text,
        facts=words.facts,
        kind=event.kind,
        corrects=event.corrects,
        also=event.also,
        split=words.split,
        spoken=words.spoken,
        origins=origins(words.text, event.by, words.begun_with, public),
    )
    return replace(case, draft=draft)


_CHANGES_PUBLIC_WORDS = frozenset({DraftKind.CORRECTION, DraftKind.IN_PLACE, DraftKind.TAKE_BACK})


def with_approver_asked(case: Case, event: draft_events.ApproverAsked) -> Case:
    """Return the case with this approver asked."""
    return replace(case, draft=replace(live_draft(case), asked=event.to))


def with_outcome_checked(case: Case, event: draft_events.OutcomeChecked) -> Case:
    """Record a check of a reply of unknown outcome, and the moment of the next; a failed reading does not count."""
    draft = live_draft(case)
    if draft.attempt is None:
        return case
    before, taken = draft.attempt, event.not_taken is None
    why = before.why if event.not_taken is None else event.not_taken
    tried = replace(before, looks=before.looks + taken, look_at=event.until, missed_at=event.since, why=why)
    return replace(case, draft=replace(draft, attempt=tried))


def without_retry(case: Case, event: draft_events.RetryGivenUp) -> Case:
    """Stop the automatic retry of a refused reply: a person decides."""
    after = _not_again(case)
    if after.draft is None or after is case or not event.why:
        return after
    return replace(after, draft=replace(after.draft, why=event.why))


def _not_again(case: Case) -> Case:
    draft = case.draft
    if draft is None or draft.attempt is None or draft.again_at is None:
        return case
    return replace(case, draft=replace(draft, attempt=replace(draft.attempt, again_at=None)))


def with_solo_read(case: Case, event: draft_events.SoloRead) -> Case:
    """Record who read a reply that was sent solo."""
    draft = case.draft
    if draft is None or draft.approval is None or draft.approval.id != event.approval:
        return case  # an older reply of the case
    return replace(case, draft=replace(draft, approval=replace(draft.approval, read_by=event.by, read_at=event.at)))
