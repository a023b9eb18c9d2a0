"""Submit, approve, edit and send back drafts: one person writes, another approves."""

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.tables import EDITABLE, ENDED, CaseState, DraftState
from bot.domain.base.text import clean, sha256_of, tag_in, visible
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event
from bot.domain.mentions.mention import Mention
from bot.domain.mentions.moved_to_private import to_answer
from bot.domain.promises.spoken_promise import Spoken, first_spoken, recognised
from bot.domain.replies import draft_events
from bot.domain.replies.draft import Draft, DraftKind, refuse_if_overtaken, refuse_unless_may_approve
from bot.domain.replies.origins import StartingText
from bot.domain.replies.parts import ONE
from bot.domain.replies.seen_mark import shown_mark
from bot.domain.replies.writers import Share, Written, share
from bot.ports import Desk
from bot.ports.network_kind import network_kind
from bot.services.base.change import change
from bot.services.cases.casework import claim, refuse_if_held
from bot.services.cases.owed import decided_for
from bot.services.cases.view import remarks
from bot.services.replies.after_return import doubts_after_return
from bot.services.replies.approval_age import remember_approval
from bot.services.replies.doubts import doubt_about, doubt_about_words
from bot.services.replies.in_parts import cut_to_send
from bot.services.replies.last_check import refuse_unless_sound
from bot.services.replies.private_answers import refuse_other_way, refuse_unless_privately
from bot.services.replies.starting_texts import machines_read
from bot.services.team.access import approver_for, barred, others_for, refuse_other_account


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a reply form, with their template and the draft on which it was opened.

    `replaces` is the version that it edits, 0: none; `newest` the row of the newest draft then, None: not given.
    """

    text: str
    template: str = ""
    template_text: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    replaces: int = 0
    newest: int | None = None
    spoken: Spoken | None = None  # the moment promised in the words, as confirmed by the writer
    privately: bool = False  # they answer a public post by a private message
    in_parts: bool = False  # they may go out in parts if they are too long for one post
    starts: tuple[StartingText, ...] = ()  # what the writer began with, beside the template


def begin_writing(desk: Desk, case_id: int, *, by: str, at: datetime) -> Case:
    """Prepare a case for writing: claim it if nobody holds it. Raises a Refusal with the reason."""
    case = desk.store.case(case_id)
    refuse_if_ended(case)
    if case.draft and case.draft.live and case.draft.state not in EDITABLE:
        raise Outdated(_BUSY[case.draft.state])
    if _warns(case):
        return case
    _refuse_if_held(case, by, at)
    return case if case.assignee == by or case.state in ENDED else claim(desk, case_id, by=by, at=at)


def _warns(case: Case) -> bool:
    """Return whether the live draft is a warning: it is written beside whoever holds the case."""
    return case.draft is not None and case.draft.live and case.draft.kind == DraftKind.WARNING


_BUSY = {
    DraftState.SENDING: "A reply is being sent right now. The card says in a moment what became of it.",
    DraftState.UNCONFIRMED: "We do not know yet whether the last reply went out. Then you can write again.",
    DraftState.BY_HAND: "A reply waits to be posted by hand. Post it and press “I posted it”, or withdraw it.",
}


def refuse_if_ended(case: Case) -> None:
    """Raise Outdated if the conversation is over, unless the live draft is a correction."""
    corrects = case.draft and case.draft.live and case.draft.kind != DraftKind.REPLY
    if case.state in ENDED and not corrects:
        said = "set aside" if case.state == CaseState.DISMISSED else case.state.value
        raise Outdated(f"Case {case.id} is {said}. Reopen it from the card's menu to write again.")


def _refuse_if_held(case: Case, by: str, at: datetime) -> None:
    if case.state not in ENDED:  # an ended case cannot be claimed
        refuse_if_held(case, by, at)


def target_of(desk: Desk, case: Case) -> Mention:
    """Return the author's newest existing answerable post, or their newest without one (ARCHITECTURE 6)."""
    found = to_answer(desk.store.mentions(case.id))
    if found is None:
        raise Outdated("There is no post of the customer on this case any more. The card shows what can be done.")
    return found


def submit(
    desk: Desk,
    case_id: int,
    words: Words,
    *,
    by: str,
    at: datetime,
    told: bool = True,
    to: str = "",
    kind: DraftKind = DraftKind.REPLY,
) -> Case:
    """Submit words for approval, and delete the stored form; raise NotUsable naming the field, or Outdated.

    `to`: whom to ask; "": whose turn it is. `told`: False: they get no message about this draft alone; somebody who
    is asked in their place, since they may not approve it, does.
    `kind`: of a new draft; a warning can be written beside whoever holds the case, and after it has ended.
    """
    before = desk.store.case(case_id)
    text = words_to_send(desk, before, words.text, at, private=words.privately or None, in_parts=words.in_parts)

    def put_up(case: Case) -> Case:
        if kind != DraftKind.WARNING and not _warns(case):
            refuse_if_ended(case)
            _refuse_if_held(case, by, at)
        written = write(desk, case, words, text=text, by=by, at=at, kind=kind)
        desk.store.drop_words(case.id, by)
        up = submission(desk, written, at, by, to)
        another = bool(to and up.to and up.to != to)  # whom the one message about several drafts does not reach
        return desk.store.record(written, replace(up, told=told or another))

    return in_one(desk, case_id, put_up, text=text, by=by)


def in_one(desk: Desk, case_id: int, work: Callable[[Case], Case], *, text: str = "", by: str = "") -> Case:
    """Record several events on a fresh reading of the case, all or nothing.

    `text` is what `by` wrote. Computing its writers can take long, so it is done before the transaction, and cached;
    within it all other clicks would wait.
    """
    if text:
        weigh(desk, desk.store.case(case_id), text, by)
    with desk.store.transaction():
        return work(desk.store.case(case_id))


def weigh(desk: Desk, case: Case, text: str, by: str) -> None:
    """Compute who wrote these words, and what they promise, ahead of the transaction that needs it."""
    draft = case.draft if case.draft and case.draft.live else None
    share_now(desk, case, draft, text, by)
    for one in (text, draft.text if draft else ""):
        first_spoken(one)


def words_to_send(
    desk: Desk,
    case: Case,
    given: str,
    now: datetime,
    *,
    private: bool | None = None,
    in_parts: bool = False,
    offered: bool = False,
) -> str:
    """Return the exact words to be sent; raise NotUsable if they cannot be sent.

    `private`: whether only the author would read them; None: as for a reply to their newest post. `in_parts`,
    `offered`: as of `cut_to_send`.
    """
    text = as_it_goes_out(given)
    if not text:
        raise NotUsable("Please write the reply first.", "words")
    for remark in remarks(desk, case, text, now, private=private):
        if remark.blocking:
            raise NotUsable(remark.sentence, "words")
    if (kind := network_kind(case.network)) and kind.removes_tags and (tag := tag_in(text)):
        raise NotUsable(f"{kind.label} would leave “{tag}” out. Please write it without angle brackets.", "words")
    cut_to_send(desk, case, text, in_parts=in_parts and not private, offered=offered and not private)
    return text


def as_it_goes_out(given: str) -> str:
    """Return words from a form or a template, byte for byte as they would be published."""
    return visible(clean(given)).strip()


def write(
    desk: Desk,
    case: Case,
    words: Words,
    *,
    text: str,
    by: str,
    at: datetime,
    kind: DraftKind = DraftKind.REPLY,
) -> Case:
    """Start a draft with these words, or replace those of the live one; raise Outdated if it changed."""
    draft = case.draft if case.draft and case.draft.live else None
    closes = draft is not None and draft.kind == DraftKind.CLOSING
    if closes and case.state != CaseState.SOLVED:  # words that answer the customer would go out as that line
        raise Outdated("A closing line is still here, and the case is solved no more. Please withdraw it first.")
    target = desk.store.mention(draft.target_mention) if draft and closes else target_of(desk, case)
    refuse_if_overtaken(case.draft, opened_on=words.newest, version=words.replaces)
    if words.privately or (draft and draft.kind == DraftKind.PRIVATE):
        kind = DraftKind.PRIVATE
        refuse_other_way(draft, privately=words.privately)
        refuse_unless_privately(desk, case, target, at)
    worded = draft_events.Wording(
        text=text,
        digest=sha256_of(text),
        template=words.template,
        template_text=words.template_text,
        facts=words.facts,
        target=target.ref,
        mention=target.id,
        seen=case.latest,
        spoken=words.spoken,
        split=cut_to_send(desk, case, text, in_parts=True) if words.in_parts else ONE,
        share=share_now(desk, case, draft, text, by),
        starts=words.starts or machines_read(desk, case, text, by=by),
    )
    if draft is None:
        return desk.store.record(case, draft_events.Started(by=by, at=at, words=worded, kind=kind))
    if draft.state not in EDITABLE:
        raise Outdated(_BUSY[draft.state])
    return desk.store.record(case, draft_events.Edited(by=by, at=at, version=words.replaces, words=worded))


def share_now(desk: Desk, case: Case, draft: Draft | None, text: str, by: str) -> Share:
    """Return the writers of a text submitted now, as the next version of a draft or as a new one."""
    return share([*desk.store.written(case.id), Written(draft.id if draft else _NEW, by, text)])


_NEW = 0  # no draft in the store has this number


def submission(desk: Desk, case: Case, at: datetime, by: str, to: str = "") -> draft_events.Submitted:
    """Return the event that submits the new words to an approver, `to` if they may approve them."""
    draft = _draft(case)
    owed = decided_for(desk, case, at)
    asked = to if to and not barred(desk, draft, to, at) else approver_for(desk, draft, at)
    return draft_events.Submitted(by=by, at=at, to=asked, own_accord=owed)


def _draft(case: Case) -> Draft:
    if case.draft is None:
        raise Outdated("That draft is no longer there. The card shows what can be done.")
    return case.draft


def approve(
    desk: Desk,
    draft_id: int,
    *,
    version: int,
    seen: int,
    by: str,
    at: datetime,
    still_right: bool = True,
    sure: bool = False,
    shown: str = "",
) -> Case:
    """Approve a draft: these words, in this state of the conversation. Raises Outdated or NotYours.

    `still_right`: the person saw what happened since the draft was submitted, and approves it all the same. `sure`:
    they were asked about the doubt that there is, such as a card number in it.
    `shown` is the mark of the conversation that they saw; "": not given.
    """

    def yes(case: Case) -> Event:
        is_newest(case, draft_id)
        _may_approve(desk, _draft(case), by, at, version=version, seen=seen)
        refuse_unless_sound(desk, _draft(case))
        if (_draft(case).stale and not still_right) or _moved_on(desk, case, shown):
            raise Outdated(_MOVED_ON)
        if not sure and (doubt := doubt_about(desk, case)):
            raise Outdated(f"{doubt.why} {doubt.instead}, {_ASKS_FIRST}")
        return draft_events.Approved(by=by, at=at, seen=seen)

    return remember_approval(desk, change(desk, desk.store.case_of_draft(draft_id).id, yes), at)


_ASKS_FIRST = "use the approving button of the draft's newest message, which asks about it."


def _may_approve(desk: Desk, draft: Draft, by: str, at: datetime, *, version: int, seen: int) -> None:
    refuse_other_account(desk, draft, by, at)
    others = others_for(desk, draft, at)
    refuse_unless_may_approve(draft, by, version=version, seen=seen, four_eyes=desk.policy.four_eyes, others=others)


def _moved_on(desk: Desk, case: Case, shown: str) -> bool:
    return shown not in {"", shown_mark(case, desk.store.mentions(case.id))}


_MOVED_ON = "Something happened after this was shown to you. The draft's message shows it now; please look once more."


def is_newest(case: Case, draft_id: int) -> None:
    """Raise Outdated unless this is the case's live draft."""
    if case.draft is None or case.draft.id != draft_id:
        raise Outdated("A newer draft has taken the place of this one. Please look at it in the thread.")
    if not case.draft.live:
        raise Outdated(
            "This draft is settled already: "
            + ("it was sent." if case.draft.state == "sent" else "it was withdrawn.")
        )


def edit_and_approve(
    desk: Desk, draft_id: int, text: str, *, version: int, seen: int, by: str, at: datetime, shown: str = ""
) -> Case:
    """Approve with changed words. The writer stays named; if little of their text is left, another person decides.

    `shown` is the mark of the conversation in the form; "": not given.
    """
    case = desk.store.case_of_draft(draft_id)
    cut = _draft(case).split != ONE
    new = words_to_send(desk, case, text, at, in_parts=cut)
    if new == _draft(case).rest:
        _may_approve(desk, _draft(case), by, at, version=version, seen=seen)
        if _moved_on(desk, case, shown):
            raise Outdated(_MEANWHILE)
        return approve(desk, draft_id, version=version, seen=seen, by=by, at=at, shown=shown)

    def rewrite(fresh: Case) -> Case:
        is_newest(fresh, draft_id)
        draft = _draft(fresh)
        refuse_unless_may_approve(draft, by, version=version, seen=seen, four_eyes=False)
        if _moved_on(desk, fresh, shown):
            raise Outdated(_MEANWHILE)
        if draft.state != DraftState.IN_REVIEW:
            raise Outdated("Somebody asked for changes since you opened this. The writer puts it up again.")
        words = Words(
            text=new,
            template=draft.template,
            template_text=draft.template_text,
            facts=draft.facts,
            replaces=version,
            spoken=_still_spoken(desk, draft, new, at),
            privately=draft.kind == DraftKind.PRIVATE,
            in_parts=draft.split != ONE,
        )
        written = write(desk, fresh, words, text=new, by=by, at=at)
        submitted = desk.store.record(written, submission(desk, written, at, by))
        unseen = _draft(submitted).split != ONE or any(doubts_after_return(desk, submitted))
        if unseen or barred(desk, _draft(submitted), by, at):
            return submitted  # nobody has seen yet where the new words are cut, or was asked what the button asks
        if doubt := doubt_about_words(desk, submitted, seen=draft.text):
            raise NotUsable(f"{doubt.why} Please take it out, or request changes instead.", "words")
        yes = draft_events.Approved(by=by, at=at, seen=seen)
        return desk.store.record(submitted, yes)

    return remember_approval(desk, in_one(desk, case.id, rewrite, text=new, by=by), at)


_MEANWHILE = "Something happened on the network since you opened this. Please read the thread again."


def _still_spoken(desk: Desk, draft: Draft, new: str, at: datetime) -> Spoken | None:
    """Return the promise in changed words; the writer's answer about it stays while the phrase stays."""
    found, old = recognised(new, at, desk.policy.hours.zone), first_spoken(draft.text)
    if found is None and not old and draft.spoken:  # it came from a filled-in fact
        return draft.spoken if draft.spoken.phrase in new else None
    return draft.spoken if found and found.phrase == old else found


def request_changes(
    desk: Desk, draft_id: int, note: str, *, version: int, by: str, at: datetime, told: bool = True
) -> Case:
    """Send a draft back to its writer with what to change; `told`: False: they get no message about it."""
    asked = clean(note).strip()
    if not asked:
        raise NotUsable("Please say what should change, so that the writer knows.", "note")

    def back(case: Case) -> Event:
        is_newest(case, draft_id)
        _same_version(case, version)
        return draft_events.ChangesRequested(by=by, at=at, note=asked, told=told)

    return change(desk, desk.store.case_of_draft(draft_id).id, back)


def _same_version(case: Case, version: int) -> None:
    if _draft(case).version != version:
        raise Outdated(f"<@{_draft(case).author}> has rewritten this draft since. Please look at the newest version.")


def withdraw(desk: Desk, draft_id: int, *, by: str, at: datetime) -> Case:
    """Withdraw a draft; do nothing if it is withdrawn already."""

    def off(case: Case) -> Event | None:
        if case.draft is None or case.draft.id != draft_id or not case.draft.live:
            return None
        return draft_events.Withdrawn(by=by, at=at)

    return change(desk, desk.store.case_of_draft(draft_id).id, off)
