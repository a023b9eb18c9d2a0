"""Solo replies: what somebody can do while nobody else can approve, and how it is stopped."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.domain.base.refusals import NotUsable, NotYours, Outdated
from bot.domain.base.tables import DRAFT, DraftState, DraftVerb
from bot.domain.base.text import clean
from bot.domain.base.transitions import allows
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import PostRef
from bot.domain.mentions.moved_to_private import to_answer
from bot.domain.replies import draft_events
from bot.domain.replies.origins import OriginKind
from bot.domain.replies.seen_mark import conversation_mark
from bot.domain.replies.solo import (
    Lane,
    SoloChoice,
    allowed,
    next_on,
    refuse_unless_bounded,
    refuse_unless_solo,
    refuse_words_of_ones_own,
)
from bot.domain.team import coverage
from bot.domain.team.people import Act
from bot.ports import Desk
from bot.services.cases.casework import refuse_if_held
from bot.services.cases.owed import decided_for
from bot.services.replies import approval_age
from bot.services.replies.after_return import told_after_return
from bot.services.replies.approval_stands import was_unknown
from bot.services.replies.doubts import doubt_about_words
from bot.services.replies.reply_form import template_text
from bot.services.replies.review import Words, as_it_goes_out, in_one, refuse_if_ended, words_to_send, write
from bot.services.team.access import (
    allow,
    approver_for,
    approvers,
    lets_out_from,
    lets_out_to,
    refuse_other_account,
    sure,
)
from bot.services.team.shifts import given_turns, on_now

_NEEDS = {Lane.TEMPLATE: Act.SEND_PREPARED, Lane.REASON: Act.APPROVE}


def offered(desk: Desk, case: Case, *, by: str, at: datetime) -> SoloChoice | None:
    """Return this person's solo options; None while somebody else can approve, or no second person is needed."""
    if not desk.policy.four_eyes or not sure(desk, at) or _others_on(desk, case, by, at):
        return None
    shifts = coverage.resolved(desk.policy.shifts, {one.id: one.members for one in desk.store.groups()})
    changes = {one.who: one for one in desk.store.shift_changes()}
    others = _others(desk, case, by, at)
    return SoloChoice(
        lanes=tuple(_open(desk, case, by, at)), until=next_on(shifts, changes, others, at, given_turns(desk, at))
    )


def _others(desk: Desk, case: Case, by: str, at: datetime) -> list[str]:
    """Return the other approvers of the account from which the case is answered."""
    able, account = [one for one in approvers(desk, at) if one != by], _account_of(desk, case)
    able = [one for one in able if lets_out_from(desk, account, one, at)]
    return [one for one in able if lets_out_to(desk, case.id, one, at)]


def _account_of(desk: Desk, case: Case) -> PostRef:
    """Return the post that would be answered: its author may have turned to another account of ours since."""
    answered = to_answer(desk.store.mentions(case.id))
    return answered.ref if answered else PostRef(case.network, case.account, "")


def _others_on(desk: Desk, case: Case, by: str, at: datetime) -> list[str]:
    here = on_now(desk, at)
    return [one for one in _others(desk, case, by, at) if one in here]


def _open(desk: Desk, case: Case, by: str, at: datetime) -> Iterator[Lane]:
    """Yield the lanes that leads allow for this topic and that this person may use.

    Prepared words are agreed, so every full member of the team may send them. Other words need an approver, and so
    does a further reply while one may be public already, also from a time that the database has lost. Guests cannot
    send.
    """
    again = was_unknown(desk, case) or bool(told_after_return(desk, case))
    for lane in sorted(allowed(desk.policy.solo, case.topic), reverse=True):
        act = Act.APPROVE if again else _NEEDS[lane]
        try:
            allow(desk, act, by, at)
        except NotYours:
            continue
        if act != Act.APPROVE or _lets_out(desk, case, by, at):
            yield lane


def _lets_out(desk: Desk, case: Case, by: str, at: datetime) -> bool:
    return lets_out_from(desk, _account_of(desk, case), by, at) and lets_out_to(desk, case.id, by, at)


def let_out(
    desk: Desk, case_id: int, words: Words, lane: Lane, *, why: str, seen: str, by: str, at: datetime
) -> Case:
    """Write, submit and approve a reply solo; raise NotUsable or Outdated if that is not possible.

    `seen` is the mark of the conversation in the form; `why` is the reason, for other than prepared words.
    """
    text = words_to_send(desk, desk.store.case(case_id), words.text, at, private=words.privately or None)
    reason = clean(why).strip()

    def out(case: Case) -> Case:
        filled = replace(words, template_text=_filled(desk, case, words, lane, by))
        refuse_if_ended(case)
        refuse_if_held(case, by, at)
        _refuse_if_moved(desk, case, seen)
        _refuse_unless_open(desk, case, lane, by, at)
        refuse_unless_bounded(lane, text=text, prepared=filled.template_text, reason=reason)
        written = write(desk, case, filled, text=text, by=by, at=at)
        _refuse_words_of_a_machine(written)
        if lane == Lane.REASON:
            refuse_other_account(desk, written.draft, by, at)
        if doubt := doubt_about_words(desk, written, seen=filled.template_text):
            raise NotUsable(f"{doubt.why} Please take it out: alone nobody sends that.", "words")
        desk.store.drop_words(case.id, by)
        asked = approver_for(desk, written.draft, at) if written.draft else ""
        owed = decided_for(desk, written, at)
        up = draft_events.Submitted(by=by, at=at, to=asked, told=False, own_accord=owed)
        submitted = desk.store.record(written, up)
        yes = draft_events.Approved(by=by, at=at, seen=submitted.latest, lane=lane, reason=reason)
        return desk.store.record(submitted, yes)

    return approval_age.remember_approval(desk, in_one(desk, case_id, out, text=text, by=by), at)


def _refuse_words_of_a_machine(case: Case) -> None:
    if case.draft and any(one.origin.kind == OriginKind.MACHINE for one in case.draft.origins):
        sentence = "A machine's words need a second person. Choose “Leave it for approval”, or write your own."
        raise NotUsable(sentence, "lane")


def _filled(desk: Desk, case: Case, words: Words, lane: Lane, by: str) -> str:
    """Return the prepared words as the desk fills them now; raise NotUsable if a fact is free text."""
    if lane != Lane.TEMPLATE:
        return as_it_goes_out(words.template_text)
    refuse_words_of_ones_own(words.facts, desk.policy.allowed_links)
    return as_it_goes_out(template_text(desk, case, words.template, words.facts, words=words.text, by=by))


def _refuse_if_moved(desk: Desk, case: Case, seen: str) -> None:
    if conversation_mark(case, desk.store.mentions(case.id)) != seen:
        raise Outdated(
            "Something was said or changed on the network after this form was drawn. Please open it again and read "
            "it first; your words are kept."
        )


def _refuse_unless_open(desk: Desk, case: Case, lane: Lane, by: str, at: datetime) -> None:
    if not sure(desk, at):
        sentence = "I could not check with Slack who else can approve. Please try again in a minute."
        raise NotUsable(sentence, "lane")
    found = offered(desk, case, by=by, at=at)
    refuse_unless_solo(lane, found.lanes if found else (), _others_on(desk, case, by, at))


def stop(desk: Desk, draft_id: int, *, by: str, at: datetime) -> Case:
    """Stop a reply that waits to be sent: it returns to review, and an approver is asked."""

    def halt(case: Case) -> Case:
        draft = case.draft
        if draft is None or draft.id != draft_id or not allows(DRAFT, draft.state, DraftVerb.STOP):
            raise Outdated(_gone(case))
        stopped = desk.store.record(case, draft_events.Stopped(by=by, at=at))
        asked = approver_for(desk, draft, at)
        if not asked:
            return stopped
        return desk.store.record(stopped, draft_events.ApproverAsked(by="desk", at=at, to=asked))

    return in_one(desk, desk.store.case_of_draft(draft_id).id, halt)


def _gone(case: Case) -> str:
    if case.draft is not None and case.draft.state == DraftState.IN_REVIEW:
        return "This was stopped already, or something changed since. It waits for approval now."
    return "It is too late to stop this one. The card says what became of it."
