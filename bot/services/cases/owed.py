"""Computes the promises of a case: when it opens, is answered or comes back, and when rules change."""

from datetime import datetime
from hashlib import sha256

from bot.domain.base.replaced import replace
from bot.domain.base.tables import GOING_ON, OURS, CaseState, DraftState
from bot.domain.cases import events
from bot.domain.cases.case import Case, WhyMoved, kind_owed
from bot.domain.cases.events import Event
from bot.domain.mentions.mention import Mention, Side
from bot.domain.mentions.moved_to_private import asks_in_private, counts_from_message
from bot.domain.mentions.segments import segment_of
from bot.domain.promises.promise import Promise, PromiseKind, promise, resumed, retimed, spoken_promise
from bot.domain.replies.draft import ANSWERS_THEM, Draft, DraftKind
from bot.ports import Desk
from bot.services.base.change import change
from bot.services.base.sweeping import sweep
from bot.services.base.turnaround_rule import turnaround

_RULES = "rules.seen"  # the stored setting with the rules by which the promises were computed


def owed_to(desk: Desk, case: Case, since: datetime) -> Promise:
    """Return the policy's promise of an answer to this case's author, who waits since then."""
    kind = kind_owed(case)
    within = turnaround(desk.policy, case, kind)
    if within is None:
        raise ValueError("a policy has a turnaround for every answer")
    return promise(kind, since, within, desk.policy.hours)


def solved_for(desk: Desk, case: Case, since: datetime) -> Promise | None:
    """Return the promise of a solution: a new one since then, or the old one running again; None without a rule."""
    old = case.resolution
    if old is not None and old.unsettled:
        return resumed(old, since, desk.policy.hours) if old.paused else old
    within = turnaround(desk.policy, case, PromiseKind.RESOLUTION)
    return promise(PromiseKind.RESOLUTION, since, within, desk.policy.hours) if within else None


def decided_for(desk: Desk, case: Case, since: datetime) -> Promise | None:
    """Return the promise of a decision on a draft submitted then, if no customer waits."""
    within = turnaround(desk.policy, case, PromiseKind.OWN_ACCORD)
    return promise(PromiseKind.OWN_ACCORD, since, within, desk.policy.hours) if within else None


def once_public(desk: Desk, case: Case, at: datetime) -> Case:
    """Apply the effects of a public reply: its promise, posts that it did not answer, and an answer that is gone."""
    after = _waits_again(desk, _asked_privately(desk, hold_to(desk, case, at), at), at)
    draft = after.draft
    taken_back = draft is not None and draft.kind == DraftKind.TAKE_BACK and draft.state == DraftState.SENT
    return once_gone(desk, after, at) if taken_back else after


def _asked_privately(desk: Desk, case: Case, at: datetime) -> Case:
    """Record that a public reply asked for a private message, for which the case waits now."""
    draft = case.draft
    if draft is None or draft.state != DraftState.SENT or draft.kind in {DraftKind.TAKE_BACK, DraftKind.PRIVATE}:
        return case
    in_public = case.state == CaseState.PENDING and not desk.store.mention(draft.target_mention).private
    if not in_public or not asks_in_private(_said_in_public(desk, draft)):
        return case
    return desk.store.record(case, events.AskedPrivately(by=draft.author, at=at))


def _said_in_public(desk: Desk, draft: Draft) -> str:
    """Return the words of a sent draft: those of each version that are public, without parts that never went out."""
    before = draft.posts[: len(draft.posts) - draft.done]
    known = (desk.store.mention_of(draft.target.network, one) for one in before)
    newest = draft.text.removesuffix(draft.rest) if draft.dropped else draft.text
    return "\n\n".join([*(found[0].text for found in known if found), newest.rstrip()])


def once_gone(desk: Desk, case: Case, at: datetime) -> Case:
    """Return a case to us if the post of ours that is gone was our only answer to its author's newest one."""
    if case.state != CaseState.PENDING or _is_answered(desk, case):
        return case
    return desk.store.record(case, back_to_us(desk, case, events.AnswerTakenBack, by="desk", at=at))


def _is_answered(desk: Desk, case: Case) -> bool:
    """Return whether a post of ours stands that is newer than the author's newest one."""
    ours = (one for one in desk.store.mentions(case.id) if one.side == Side.OURS and one.deleted_at is None)
    newer = (one for one in ours if case.latest_at is None or one.posted_at >= case.latest_at)
    return any(not desk.store.taken_back(case.id, one.ref.post_id) for one in newer)


def _waits_again(desk: Desk, case: Case, at: datetime) -> Case:
    """Return a case to us if its author wrote posts that the approver had not seen."""
    unread = _unread(desk, case)
    if not unread:
        return case
    event = events.AuthorWrote(
        by="author",
        at=at,
        mention=unread[-1].id,
        posted_at=unread[-1].posted_at,
        promise=owed_to(desk, case, min(unread[0].posted_at, at)),
        resolution=solved_for(desk, case, at),
    )
    return hold_from(desk, case, desk.store.record(case, event), min(unread[0].posted_at, at), at)


def _unread(desk: Desk, case: Case) -> list[Mention]:
    draft = case.draft
    if draft is None or draft.state != DraftState.SENT or draft.kind not in ANSWERS_THEM or draft.approval is None:
        return []
    just_now = draft.attempt is not None and draft.attempt.ended_at == case.answered_at
    if case.state != CaseState.PENDING or not just_now or case.latest == draft.approval.seen:
        return []
    read = desk.store.mention(draft.approval.seen)
    theirs = [one for one in desk.store.mentions(case.id) if one.side == Side.THEIRS and one.deleted_at is None]
    unread = [one for one in theirs if one.id > read.id and one.posted_at >= read.posted_at]
    return [one for one in unread if not _asks_for_nothing(desk, one)]


def _asks_for_nothing(desk: Desk, post: Mention) -> bool:
    triage = desk.store.triage(post.id)
    return triage is not None and triage.light


def hold_to(desk: Desk, case: Case, at: datetime) -> Case:
    """Record the promise made in the words of a public reply or correction.

    If a correction was taken back, the corrected reply counts again.
    """
    draft = _newest_words(desk, case)
    if draft is None or draft.spoken is None or draft.state != DraftState.SENT or draft.kind == DraftKind.TAKE_BACK:
        return case
    if counts_from_message(_said_in_public(desk, draft), draft.spoken):
        return case  # it begins when the customer writes
    since = draft.attempt.ended_at if draft.attempt and draft.attempt.ended_at else at
    if case.state not in GOING_ON or (case.spoken and case.spoken.started_at == since and case.spoken.unsettled):
        return case
    owed = spoken_promise(since, draft.spoken.at(since), desk.policy.hours)
    return desk.store.record(case, events.Promised(by=draft.author, at=at, promise=owed))


def hold_from(desk: Desk, before: Case, after: Case, since: datetime, now: datetime) -> Case:
    """Start a promise that counts from the customer's private message."""
    draft = _newest_words(desk, before)
    waited = before.state not in OURS and after.state in OURS  # otherwise an earlier post started it
    if draft is None or draft.spoken is None or draft.state != DraftState.SENT or not waited:
        return after
    if not counts_from_message(_said_in_public(desk, draft), draft.spoken):
        return after
    owed = spoken_promise(since, draft.spoken.at(since), desk.policy.hours)
    return desk.store.record(after, events.Promised(by=draft.author, at=now, promise=owed))


def _newest_words(desk: Desk, case: Case) -> Draft | None:
    """Return the draft of our newest valid words; after a correction was taken back, the corrected reply."""
    draft = case.draft
    if draft is None or draft.kind != DraftKind.TAKE_BACK or draft.state != DraftState.SENT or draft.spoken is None:
        return draft
    corrected = desk.store.reply_posted(case.id, draft.corrects)
    if corrected is None or corrected.kind != DraftKind.CORRECTION:
        return draft
    first = desk.store.reply_posted(case.id, corrected.corrects)
    return draft if first is None or desk.store.taken_back(case.id, corrected.corrects) else first


def priority_event(desk: Desk, case: Case, *, by: str, at: datetime) -> events.Reprioritised:
    """Return the event that sets the case's priority as given here, with its promises computed anew."""
    answer, solution, unasked = _owed_by_todays_rules(desk, case, at)
    return events.Reprioritised(
        by=by, at=at, priority=case.priority, promise=answer, resolution=solution, own_accord=unasked
    )


def _owed_by_todays_rules(desk: Desk, case: Case, at: datetime) -> list[Promise | None]:
    owed = (case.promise, case.resolution, case.own_accord)
    return [_by_todays_rules(desk, case, one, at) for one in owed]


def _by_todays_rules(desk: Desk, case: Case, owed: Promise | None, at: datetime) -> Promise | None:
    within = turnaround(desk.policy, case, owed.kind) if owed else None
    return retimed(owed, within, desk.policy.hours, at) if owed and within else owed


def retime(desk: Desk, now: datetime) -> int:
    """After a start with other hours or turnarounds: compute promises anew; return on how many cases they changed."""
    hours = desk.policy.hours
    days = (hours.zone.key, sorted((day, tuple(spans)) for day, spans in hours.periods.items()), sorted(hours.closed))
    segments = [
        (one.name, sorted(one.handles), one.followers_at_least, sorted(one.networks), one.of_record)
        for one in desk.policy.segments
    ]
    rules = sha256(repr((days, desk.policy.turnarounds, segments)).encode()).hexdigest()
    before = desk.store.setting(_RULES)
    if before == rules:
        return 0
    count = sweep(desk, "retime", desk.store.owed_cases(), lambda one: _retime(desk, one, now)) if before else 0
    desk.store.put_setting(_RULES, rules)
    return count


def moved_to_segment(desk: Desk, case: Case, segment: str, *, by: str, at: datetime) -> Event:
    """Return the event that puts a case into another segment, with the promises that count there."""
    answer, solution, unasked = _owed_by_todays_rules(desk, replace(case, segment=segment), at)
    why = WhyMoved.SEGMENT
    return events.Retimed(
        by=by, at=at, why=why, segment=segment, promise=answer, resolution=solution, own_accord=unasked
    )


def _retime(desk: Desk, case_id: int, now: datetime) -> bool:
    case = desk.store.case(case_id)
    placed, segment = in_todays_segment(desk, case)
    answer, solution, unasked = _owed_by_todays_rules(desk, placed, now)
    other = (answer, solution, unasked) != (case.promise, case.resolution, case.own_accord)
    if segment is None and not other:
        return False
    why = WhyMoved.HOURS if segment is None else WhyMoved.SEGMENT
    moved = events.Retimed(
        by="desk", at=now, why=why, segment=segment, promise=answer, resolution=solution, own_accord=unasked
    )
    desk.store.record(case, moved)
    return other


def owe_decisions(desk: Desk, now: datetime) -> int:
    """After a start: add the promise of a decision to drafts of an earlier version without one; return how many."""

    def owe(case: Case) -> Event:
        owed = decided_for(desk, case, now)
        return events.Retimed(by="desk", at=now, why=WhyMoved.AS_IT_BEGAN, own_accord=owed)

    return sweep(desk, "owe", desk.store.undecided(), lambda case_id: change(desk, case_id, owe))


def back_to_us(
    desk: Desk,
    case: Case,
    how: type[events.AnswerTakenBack | events.Reopened | events.Resurfaced],
    *,
    by: str,
    at: datetime,
) -> Event:
    """Return the event that brings an ended case back, with its new promises."""
    case, segment = in_todays_segment(desk, case)
    owed, solved = owed_to(desk, case, at), solved_for(desk, case, at)
    return how(by=by, at=at, segment=segment, promise=owed, resolution=solved)


def in_todays_segment(desk: Desk, case: Case) -> tuple[Case, str | None]:
    """Return the case with its author's segment by today's configuration, and that segment if it changed."""
    segment = segment_of(desk.policy.segments, case.network, case.author, case.segment)
    return (case, None) if segment == case.segment else (replace(case, segment=segment), segment)
