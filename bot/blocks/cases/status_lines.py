"""The status of a case in sentences, for cards, lists and fallback lines."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.blocks.base import limits
from bot.blocks.base.parts import shortened
from bot.blocks.base.phrases import Link, Phrase, Piece, joined
from bot.blocks.base.wording import (
    draft_noun,
    form_noun,
    is_teammate,
    length,
    looking,
    network,
    reply_noun,
    teammate,
    writers,
)  # fmt: skip
from bot.blocks.cases.circumstances import circumstances
from bot.blocks.promises.due_lines import due_line
from bot.blocks.replies.part_lines import public_so_far
from bot.domain.accounts.holds import AccountHold
from bot.domain.base.tables import NEEDS_A_PERSON, CaseState, DraftState
from bot.domain.cases.view import CaseView
from bot.domain.halts.halt import Halt
from bot.domain.replies.draft import Draft, DraftKind, Outcome, WhyStale
from bot.domain.replies.solo import Lane

FOR_EVER = timedelta(days=5 * 365)  # a term of at least this length means: until somebody reopens the case


def status_phrases(view: CaseView) -> list[Phrase]:
    """Return one phrase per line: the current work, what is due, and further notes."""
    draft = view.case.draft
    lines = _CASE[view.case.state](view)
    if draft is not None and draft.live:
        says, due = _DRAFT[draft.state](view, draft), due_line(view)
        lines = [says, joined([due, held(view)])] if draft.state in NEEDS_A_PERSON else [joined([says, due])]
        lines += _BESIDE_A_DRAFT.get(view.case.state, _nothing)(view)
    elif draft is not None and draft.dropped:
        lines = [*lines, [public_so_far(draft)]]
    return [*lines, *circumstances(view)]


def held(view: CaseView) -> Phrase:
    """Return who holds the case, and since when."""
    case = view.case
    if not case.assignee:
        return ["nobody has taken it yet"] if case.due_at else ["held by nobody"]
    if case.assigned_by == "desk" and case.assigned_at:
        return [f"given to {teammate(view, case.assignee)}, who was on, at ", case.assigned_at]
    since: list[Piece] = [" since ", case.assigned_at] if case.assigned_at else []
    return [f"held by {teammate(view, case.assignee)}", *since]


def public_reply(draft: Draft) -> Phrase:
    """Return a link to the public reply, or words when there is no address."""
    if draft.attempt is None or not draft.attempt.url:
        return []
    return [Link("see the reply", draft.attempt.url)]


def approved_by(view: CaseView, draft: Draft) -> str:
    """Return ", approved by Ben", or the words for a solo reply, or ""."""
    if draft.approval is None:
        return ""
    return _ALONE.get(draft.approval.lane) or f", approved by {teammate(view, draft.approval.by)}"


_ALONE: Mapping[Lane, str] = {
    Lane.TEMPLATE: ", in prepared words without a second reader",
    Lane.REASON: ", solo",
}


def why(draft: Draft) -> str:
    """Return the reason of a failure as a sentence with a space before it, or ""."""
    words = shortened(draft.why or (draft.attempt.why if draft.attempt else ""), limits.REASON)
    return f" {words[:1].upper()}{words[1:].rstrip('.')}." if words else ""


def waits_with_account(view: CaseView, hold: AccountHold, what: str) -> Phrase:
    """Return why an approved reply waits with its account, and until when; `what` goes out then."""
    if hold.needs_a_person:
        return [f"{hold.why} {what[:1].upper()}{what[1:]} goes out by itself once that is settled"]
    return [f"{network(view)} asks us to wait; {what} goes out after ", hold.until]


# --- a case without a current draft ------------------------------------------------------------------------


def _new(view: CaseView) -> list[Phrase]:
    return [joined([due_line(view), held(view)])]


def _open(view: CaseView) -> list[Phrase]:
    return [joined([held(view), due_line(view)])]


def _pending(view: CaseView) -> list[Phrase]:
    due = due_line(view)
    return [_answer(view), joined([due, held(view)])] if due else [joined([_answer(view), _holder(view)])]


def _holder(view: CaseView) -> Phrase:
    """Return who holds an answered case, unless they are named already."""
    case = view.case
    if not case.assignee or case.assignee in {case.answered_by, case.approved_by}:
        return []
    return [f"held by {teammate(view, case.assignee)}"]


def _answer(view: CaseView) -> Phrase:
    case = view.case
    if case.answered_at is None:
        return ["answered"]
    link: Phrase = [Link("see the reply", case.answer_url)] if case.answer_url else []
    if not case.approved_by:
        return joined([_elsewhere(view), link])
    return joined([_took(view), [_let_out(view)], link, *_on_word(view)])


def _on_word(view: CaseView) -> list[Phrase]:
    """Return a note when only a person's word says that the reply is public."""
    draft = view.case.draft
    said = why(draft).strip().rstrip(".") if draft is not None and draft.state == DraftState.SENT else ""
    return [[said]] if said else []


def _let_out(view: CaseView) -> str:
    case, by = view.case, teammate(view, view.case.approved_by)
    if case.answered_lane == Lane.TEMPLATE:
        return f"a prepared text, sent by {by} without a second reader"
    if case.answered_lane == Lane.REASON:
        return f"sent solo by {by}"
    return f"written by {_written_by(view)}, approved by {by}"


def _elsewhere(view: CaseView) -> Phrase:
    case = view.case
    assert case.answered_at is not None  # noqa: S101 - _answer calls this only for an answered case
    app = f"from the {network(view)} app at "
    if is_teammate(case.answered_by):
        return [f"{teammate(view, case.answered_by)} answered {app}", case.answered_at]
    return [f"answered {app}", case.answered_at]


def _written_by(view: CaseView) -> str:
    draft = view.case.draft
    if draft is not None and draft.state == DraftState.SENT:
        return writers(view, draft)
    return teammate(view, view.case.answered_by)


def _took(view: CaseView) -> Phrase:
    case = view.case
    assert case.answered_at is not None  # noqa: S101 - see _elsewhere
    kept = case.promise if case.promise and case.promise.started_at <= case.answered_at else None
    if kept is None and case.answered_at != case.first_response_at:  # the next promise is for a later answer
        return ["answered at ", case.answered_at]
    began = kept.started_at if kept else case.opened_at
    late = kept is not None and kept.lapsed_at is not None
    return [f"answered in {length(case.answered_at - began)}{', later than promised' if late else ''}"]


def _solved(view: CaseView) -> list[Phrase]:
    since: Phrase = ["solved at ", view.case.ended_at] if view.case.ended_at else ["solved"]
    return [joined([since, _reason(view)])]


def _dismissed(view: CaseView) -> list[Phrase]:
    case = view.case
    since: Phrase = ["set aside at ", case.ended_at] if case.ended_at else ["set aside"]
    until = case.resurfaces_at
    back: Phrase = ["comes back ", until] if until and until - view.now < FOR_EVER else ["until somebody reopens it"]
    return [joined([since, _reason(view), back])]


def _reason(view: CaseView) -> Phrase:
    reason = shortened(view.case.reason, limits.REASON)
    return [f"reason: {reason}"] if reason else []


def _closed(view: CaseView) -> list[Phrase]:
    answered = [_answer(view)] if view.case.answered_at else []
    if view.case.joined_into:
        number = f"case {view.case.joined_into}"
        way: Phrase = ["it goes on in ", Link(number, view.joined_link) if view.joined_link else number]
        return [joined([["closed"], way, *answered])]
    after = view.history.followed_by
    goes_on = [f"it goes on in case {after}"] if after else []
    return [joined([["closed"], goes_on, *answered])]


_CASE: Mapping[CaseState, Callable[[CaseView], list[Phrase]]] = {
    CaseState.NEW: _new,
    CaseState.OPEN: _open,
    CaseState.PENDING: _pending,
    CaseState.SOLVED: _solved,
    CaseState.DISMISSED: _dismissed,
    CaseState.CLOSED: _closed,
}


def _nothing(_: CaseView) -> list[Phrase]:
    return []


_BESIDE_A_DRAFT: Mapping[CaseState, Callable[[CaseView], list[Phrase]]] = {
    CaseState.PENDING: lambda view: [_answer(view)],
    CaseState.SOLVED: _solved,
    CaseState.DISMISSED: _dismissed,
    CaseState.CLOSED: _closed,
}


# --- a current draft --------------------------------------------------------------------------------------


def _writing(view: CaseView, draft: Draft) -> Phrase:
    if draft.note:
        if draft.note_by:
            return [f"{teammate(view, draft.note_by)} asked {writers(view, draft)} to change the draft"]
        return [f"{writers(view, draft)} was asked to change the draft"]
    return [f"{writers(view, draft)} is writing a {form_noun(view.case)}{_partly(draft)}"]


def _in_review(view: CaseView, draft: Draft) -> Phrase:
    whose = f"{writers(view, draft)}'s {draft_noun(draft)}"
    asked = f"with {teammate(view, draft.asked)}" if draft.asked else "waiting"
    if draft.stale:
        return [f"{whose} needs another look: {_MOVED[draft.stale]}{_partly(draft)}"]
    return [f"{whose} is {asked} for approval{_partly(draft)}"]


def _partly(draft: Draft) -> str:
    """Return what is public of a draft in parts, to be added to a sentence; or ""."""
    said = public_so_far(draft)
    return f". {said}" if said else ""


def _approved(view: CaseView, draft: Draft) -> Phrase:
    if view.halt:
        return _halted(view, draft, view.halt)
    if draft.approval is not None and draft.approval.sends_at is not None:
        whose = f"{writers(view, draft)}'s {reply_noun(draft)} in prepared words"
        return [f"{whose} goes out at ", draft.approval.sends_at, " unless somebody stops it"]
    if view.hold:
        whose = f"{writers(view, draft)}'s {reply_noun(draft)}{approved_by(view, draft)},"
        return [*waits_with_account(view, view.hold, whose), _partly(draft)]
    whose = f"{writers(view, draft)}'s {reply_noun(draft)}{approved_by(view, draft)}"
    return [f"{whose}, is about to go out{_partly(draft)}"]


def _halted(view: CaseView, draft: Draft, halt: Halt) -> Phrase:
    whose = f"{writers(view, draft)}'s {reply_noun(draft)}{approved_by(view, draft)}"
    return [f"{halt.why} {whose}, waits for that{_partly(draft)}"]


def _sending(view: CaseView, draft: Draft) -> Phrase:
    return [f"sending {writers(view, draft)}'s {reply_noun(draft)}{approved_by(view, draft)}{_partly(draft)}"]


def _failed(view: CaseView, draft: Draft) -> Phrase:
    absent = draft.attempt is not None and draft.attempt.outcome == Outcome.ABSENT
    if draft.again_at and view.halt:
        return _halted(view, draft, view.halt)
    if draft.again_at and absent:
        return [
            f"the {reply_noun(draft)} is not on {network(view)}, and goes out once more by itself{_partly(draft)}"
        ]
    if draft.again_at and view.hold:
        whose = f"{writers(view, draft)}'s {reply_noun(draft)}"
        return [*waits_with_account(view, view.hold, whose), _partly(draft)]
    if draft.again_at:
        waits = f"{network(view)} asks us to wait; {writers(view, draft)}'s {reply_noun(draft)} goes out at "
        return [waits, draft.again_at, f" by itself{_partly(draft)}"]
    if absent:
        where = f"the {reply_noun(draft)} is not on {network(view)}{_partly(draft)}"
        return [f"{where}. Please decide whether it is sent again"]
    public, whose = public_so_far(draft) or "Nothing went out", f"{writers(view, draft)}'s {reply_noun(draft)}"
    return [f"{network(view)} did not take {whose}.{why(draft)} {public}"]


def _unconfirmed(view: CaseView, draft: Draft) -> Phrase:
    return [f"we do not know whether the {reply_noun(draft)} went out{_partly(draft)}. ", *looking(view, draft)]


_DO_BY_HAND = {
    DraftKind.TAKE_BACK: "Delete the reply",
    DraftKind.PRIVATE: "Send it as a private message",
    DraftKind.IN_PLACE: "Change the reply",
}


def do_by_hand(draft: Draft) -> str:
    """Return what a person does on the network with a draft that goes by hand: "Post it"."""
    if draft.posts and draft.kind != DraftKind.TAKE_BACK:
        return f"Post part {len(draft.posts) + 1} in answer to our own part before it"
    if draft.part_count > 1 and draft.kind != DraftKind.TAKE_BACK:
        return f"Post part 1 of {draft.part_count}, and the next one when its link is here"
    return _DO_BY_HAND.get(draft.kind, "Post it")


def _by_hand(view: CaseView, draft: Draft) -> Phrase:
    where, press = network(view), 'then press "I posted it"'
    do = do_by_hand(draft)
    if draft.kind == DraftKind.TAKE_BACK:
        return [f"{why(draft).strip()} {do} on {where} yourself, {press}".strip()]
    if draft.attempt is not None and draft.attempt.outcome == Outcome.LOST:
        unknown = f"we could not find out whether the {reply_noun(draft)} went out{_partly(draft)}.{why(draft)}"
        return [f"{unknown} Look on {where} first; if it is missing, {do[0].lower()}{do[1:]} yourself, {press}"]
    because = f"{why(draft).strip() or 'This reply has to go out by hand.'}{_partly(draft).removeprefix('.')}"
    because = f"{because}." if draft.posts else because
    return [f"{because} {do} on {where} yourself, {press}"]


_DRAFT: Mapping[DraftState, Callable[[CaseView, Draft], Phrase]] = {
    DraftState.WRITING: _writing,
    DraftState.IN_REVIEW: _in_review,
    DraftState.APPROVED: _approved,
    DraftState.SENDING: _sending,
    DraftState.FAILED: _failed,
    DraftState.UNCONFIRMED: _unconfirmed,
    DraftState.BY_HAND: _by_hand,
}
_MOVED: Mapping[WhyStale, str] = {
    WhyStale.AUTHOR_WROTE: "the customer wrote again",
    WhyStale.WROTE_LIGHTLY: "the customer wrote again",
    WhyStale.ANSWERED_ELSEWHERE: "somebody answered from the network's own app",
    WhyStale.POST_EDITED: "the customer changed the post",
    WhyStale.POST_DELETED: "the customer deleted the post",
    WhyStale.SPLIT_OFF: "the private messages are another matter",
    WhyStale.SPLIT_OFF_BESIDE: "the private messages are another matter",
    WhyStale.LINKED_POST_ARRIVED: "the network brought the post that was added by link",
    WhyStale.AGE: "the approval is too old",
    WhyStale.UPDATE: "it was approved before the desk was updated",
    WhyStale.STOP: "somebody stopped it before it went out",
    WhyStale.PART_DELIVERED: "a part of it that had been called missing is public",
}
