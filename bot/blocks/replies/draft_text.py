"""Texts about a draft: its words, length, remarks, changes and outcome."""

from collections.abc import Callable, Iterator, Mapping

from bot.blocks.base import limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Phrase, joined, quotation
from bot.blocks.base.wording import (
    LOCK,
    draft_noun,
    handle,
    looking,
    network,
    reply_noun,
    teammate,
    who_waits,
    writers,
)  # fmt: skip
from bot.blocks.cases.status_lines import do_by_hand, public_reply, waits_with_account, why
from bot.blocks.replies import part_lines
from bot.blocks.replies.changes_since_draft import aloud, changes_aloud, changes_since, said_aloud
from bot.blocks.replies.origin_lines import origin_line, quoted_by_origin
from bot.blocks.replies.part_lines import also_public
from bot.blocks.replies.solo import read_afterwards, who_let_out
from bot.domain.base.tables import UNDECIDED, DraftState
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Mention, Side
from bot.domain.mentions.moved_to_private import counts_from_message
from bot.domain.promises.spoken_promise import in_zone
from bot.domain.replies.draft import Draft, DraftKind, Outcome, WhyWithdrawn


def title(view: CaseView, draft: Draft) -> Phrase:
    """Return whose draft it is, which version, and for whom."""
    what = {
        DraftKind.REPLY: f"draft, version {draft.version}",
        DraftKind.CORRECTION: f"correction, version {draft.version}",
        DraftKind.IN_PLACE: f"new wording of the sent reply, version {draft.version}",
        DraftKind.TAKE_BACK: _take_back(draft),
        DraftKind.WARNING: f"warning of an impostor, version {draft.version}",
        DraftKind.CLOSING: f"public closing line, version {draft.version}",
        DraftKind.PRIVATE: f"private answer, version {draft.version}",
    }[draft.kind]
    where = f", {LOCK} privately on" if view.draft_is_private else " on"
    whom = f"   for {handle(view.case)}{where} {network(view)}"
    return [Bold(f"{writers(view, draft)}'s {what}"), whom]


def _take_back(draft: Draft) -> str:
    if draft.part_count == 1:
        return "request to take the reply back"
    return f"request to take back the {draft.part_count} parts of the reply, the last one first"


def stands_now(view: CaseView) -> list[Block]:
    """Return the newer draft, or the sent reply, for somebody who began to write before it was made."""
    draft = view.case.draft
    if draft is None or draft.state == DraftState.WITHDRAWN:
        return []
    return [parts.rich(parts.line(_overtook(view, draft), view.now), *_shortened(draft))]


def _overtook(view: CaseView, draft: Draft) -> Phrase:
    whose = writers(view, draft)
    if draft.live:
        there = Bold(f"{whose}'s {draft_noun(draft)}, version {draft.version}, came after you began to write.")
        return [there, " What you send replaces it:"]
    at: Phrase = [" at ", draft.attempt.ended_at] if draft.attempt and draft.attempt.ended_at else []
    went_out = Bold(f"{whose}'s {reply_noun(draft)} went out")
    return [went_out, *at, ", after you began to write. What you send goes out as a further reply:"]


def _shortened(draft: Draft) -> list[Block]:
    return [parts.quote(draft.text, limits.ADDED)] if draft.text.strip() else []


def in_private(view: CaseView) -> str:
    """Return ", in private", or "", for use after the customer's name."""
    return ", in private" if view.draft_is_private else ""


def words(view: CaseView, draft: Draft) -> list[Block]:
    """Return the exact words that would go out, as a quotation, or one for each part.

    A request to take a reply back may have none.
    """
    if part_lines.has_parts(draft):
        return part_lines.each_part(view, draft)
    return [quoted_by_origin(draft)] if draft.text.strip() else []


def numbers(view: CaseView, draft: Draft) -> list[Block]:
    """Return the line under the words: length, template, and remarks for the approver."""
    written = draft.kind != DraftKind.TAKE_BACK
    said = taken_room(view) if written else []
    if view.changes and written:  # _since_before names the template
        said.append(view.changes)
    if came_from := origin_line(view, draft):
        said.append(came_from)
    line = [parts.small(" · ".join([*said, *view.remarks]))] if said or view.remarks else []
    return [*line, *_since_before(view, draft), *promise_line(view, draft)]


def taken_room(view: CaseView) -> list[str]:
    """Return how much of the network's room the words take: "212 of 280", where there is a limit.

    Words in several parts have the length of each beside it.
    """
    in_parts = view.case.draft is not None and part_lines.has_parts(view.case.draft)
    return [part_lines.counted(view.length)] if view.length and not in_parts else []


def _since_before(view: CaseView, draft: Draft) -> list[Block]:
    """Return the requested changes to the previous version, and the differences from it, word by word."""
    return [parts.small(one) for one in _before(view, draft)]


def _before(view: CaseView, draft: Draft) -> Iterator[str]:
    if view.asked_for:
        yield f"Asked for: {quotation(view.asked_for)}"
    if view.since_version:
        yield f"Since version {draft.version - 1}: {view.since_version}."


def promise_line(view: CaseView, draft: Draft) -> list[Block]:
    """Return the moment that the words promise and the writer has confirmed, if there is one."""
    spoken = draft.spoken
    if spoken is None or not draft.live:
        return []
    if draft.kind == DraftKind.TAKE_BACK:
        return [parts.context(["It also ends our promise of an answer by ", spoken.due_at], view.now)]
    if spoken.due_at <= view.now and spoken.within is None:
        past: Phrase = ["The time that it promises is past: ", spoken.due_at, ". Please change the words."]
        return [parts.context(past, view.now)]
    if counts_from_message(draft.text, spoken):
        whom = f"{teammate(view, draft.author)} is reminded to answer"
        return [parts.context([f'{whom} "{spoken.phrase}" of when {who_waits(view.case)} writes'], view.now)]
    since = ", counted from when it goes out" if spoken.within else f", {in_zone(view.zone)}"  # the desk's zone
    counted = f' ("{spoken.phrase}"{since})'
    return [
        parts.context([f"{teammate(view, draft.author)} is reminded to answer by ", spoken.due_at, counted], view.now)
    ]


def draft_for_decision(view: CaseView, draft: Draft) -> list[Block]:
    """Return a draft's words with remarks for the approver, for messages that ask for a decision."""
    since = [*_corrected(view, draft), *changes_since(view, draft)] if draft.state == DraftState.IN_REVIEW else []
    return [
        parts.rich(parts.line(title(view, draft), view.now), *words(view, draft)),
        *goes_privately(view),
        *numbers(view, draft),
        *(replaced(view) if draft.state in UNDECIDED and draft.kind not in _CORRECTS else []),
        *([parts.rich(*since)] if since else []),
    ]


def goes_privately(view: CaseView) -> list[Block]:
    """Return who alone reads a private answer to a public post, and until when it is possible."""
    return [parts.rich(parts.line(_privately(view), view.now))] if view.privately else []


def _privately(view: CaseView) -> Phrase:
    until: Phrase = [", until ", view.private_until] if view.private_until else []
    whom = f"{LOCK} It goes to {who_waits(view.case)} alone, as a private message; possible once"
    return [whom, *until, "."]


def replaced(view: CaseView) -> list[Block]:
    """Return the reply of ours that is public now and that a further one replaces, where the network keeps one."""
    old = view.replaces
    if old is None:
        return []
    return [parts.rich(parts.line(_replaces(view, old), view.now), parts.quote(old.text, limits.REPLACED))]


def _replaces(view: CaseView, old: Mention) -> Phrase:
    return [f"{network(view)} shows one reply. This takes the place of ours of ", old.posted_at, ":"]


_CORRECTS: Mapping[DraftKind, str] = {
    DraftKind.CORRECTION: "It corrects what was sent at ",
    DraftKind.IN_PLACE: "It takes the place of these words, sent at ",
}


def _corrected(view: CaseView, draft: Draft) -> list[Block]:
    """Return the public words of the reply that a correction corrects."""
    wrong = [one for one in view.mentions if one.side == Side.OURS and one.ref.post_id == draft.corrects]
    if draft.kind not in _CORRECTS or not wrong:
        return []
    line: Phrase = [_CORRECTS[draft.kind], wrong[0].posted_at, ":"]
    return [parts.line(line, view.now), parts.quote(wrong[0].text)]


def answered_post(view: CaseView, draft: Draft) -> Mention | None:
    """Return the post that the draft answers."""
    return next((one for one in view.mentions if one.id == draft.target_mention), view.latest)


def both_aloud(view: CaseView, draft: Draft) -> Phrase:
    """Return the author's words and the words that would go out, for a fallback line: enough to decide on a phone.

    Empty once the draft is decided: its message then says the outcome.
    """
    if draft.state not in UNDECIDED:
        return []
    post = answered_post(view, draft)
    unsaid = post is not None and post not in said_aloud(view, draft)
    wrote = [f"{who_waits(view.case)}: {aloud(post.text)}"] if post and unsaid else []
    ours = _ours_aloud(view, draft)
    old = view.replaces
    instead: Phrase = [*_replaces(view, old), f" {aloud(old.text)}"] if old else []
    came_from = origin_line(view, draft)
    origin = [f"{came_from}."] if came_from else []
    remarked = [f"{' · '.join(view.remarks)}."] if view.remarks else []
    before: Iterator[Phrase] = ([one] for one in _before(view, draft))
    alone = _privately(view) if view.privately else []
    return joined([wrote, changes_aloud(view, draft), ours, origin, remarked, alone, *before, instead], " ")


def _ours_aloud(view: CaseView, draft: Draft) -> Phrase:
    if not draft.text.strip():
        return []
    if not part_lines.has_parts(draft):
        return [f"{writers(view, draft)}: {aloud(draft.text)}"]
    each = part_lines.each_part_aloud(view, draft, limits.SPOKEN // draft.all_parts)
    return joined([[f"{writers(view, draft)}:"], *each], " ")


def subject(view: CaseView, draft: Draft) -> str:
    """Return what has to be approved: "a reply to Priya"."""
    whom = who_waits(view.case)
    return {
        DraftKind.REPLY: f"a {'private ' if view.draft_is_private else ''}reply to {whom}",
        DraftKind.CORRECTION: f"a correction of the reply to {whom}",
        DraftKind.IN_PLACE: f"a new wording of the reply to {whom}",
        DraftKind.TAKE_BACK: f"taking back the reply to {whom}",
        DraftKind.WARNING: f"a warning of an impostor to {whom}",
        DraftKind.CLOSING: f"a public closing line to {whom}",
        DraftKind.PRIVATE: f"a private answer to {whom}",
    }[draft.kind]


def yours(view: CaseView, draft: Draft) -> str:
    """Return a draft's name for its writer: "Your reply to Priya"."""
    whom = who_waits(view.case)
    return {
        DraftKind.REPLY: f"Your {'private ' if view.draft_is_private else ''}reply to {whom}",
        DraftKind.CORRECTION: f"Your correction of the reply to {whom}",
        DraftKind.IN_PLACE: f"Your new wording of the reply to {whom}",
        DraftKind.TAKE_BACK: f"Your request to take back the reply to {whom}",
        DraftKind.WARNING: f"Your warning of an impostor to {whom}",
        DraftKind.CLOSING: f"Your public closing line to {whom}",
        DraftKind.PRIVATE: f"Your private answer to {whom}",
    }[draft.kind]


def outcome(view: CaseView, draft: Draft) -> Phrase:
    """Return the draft's outcome, or who has to act; empty while it is in review."""
    return _OUTCOME[draft.state](view, draft)


def changes_asked_for(view: CaseView, draft: Draft) -> Phrase:
    """Return who requested changes, and which."""
    who = f"{teammate(view, draft.note_by)} asks: " if draft.note_by else "Changes asked for: "
    return [Bold(who), parts.shown(draft.note, limits.FIELD)]


# --- outcomes ---------------------------------------------------------------------------------------------


def _writing(view: CaseView, draft: Draft) -> Phrase:
    if draft.note:
        return [*changes_asked_for(view, draft), f"\nBack with {teammate(view, draft.author)}."]
    return [f"{teammate(view, draft.author)} is writing this again.{also_public(draft)}"]


def _in_review(view: CaseView, draft: Draft) -> Phrase:
    asked = f"With {teammate(view, draft.asked)} for approval." if draft.asked else ""
    said = f"{asked}{also_public(draft)}".strip()
    return [said] if said else []


def _decided(view: CaseView, draft: Draft) -> Phrase:
    yes = draft.approval
    if yes is None:
        return ["Approved"]
    return who_let_out(view, yes) if yes.lane else [f"Approved by {teammate(view, yes.by)} at ", yes.at]


def _approved(view: CaseView, draft: Draft) -> Phrase:
    if view.halt:
        return [*_decided(view, draft), f". {view.halt.why} It waits for that.{also_public(draft)}"]
    if draft.approval is not None and draft.approval.sends_at is not None:
        return [*_decided(view, draft), ". It goes out at ", draft.approval.sends_at, " unless somebody stops it."]
    if view.hold:
        return [*_decided(view, draft), ". ", *waits_with_account(view, view.hold, "it"), f".{also_public(draft)}"]
    return [*_decided(view, draft), f".{also_public(draft)} It goes out next."]


def _sending(view: CaseView, draft: Draft) -> Phrase:
    return [*_decided(view, draft), f".{also_public(draft)} Sending it to {network(view)} now."]


def _failed(view: CaseView, draft: Draft) -> Phrase:
    absent = draft.attempt is not None and draft.attempt.outcome == Outcome.ABSENT
    if draft.again_at and view.halt:
        waits = f". {view.halt.why} The {reply_noun(draft)} waits for that."
        return [*_decided(view, draft), f"{waits}{also_public(draft)}"]
    if draft.again_at and absent:
        gone = f". It is not on {network(view)}, and goes out once more by itself.{also_public(draft)}"
        return [*_decided(view, draft), gone]
    if draft.again_at and view.hold:
        waits_for = waits_with_account(view, view.hold, f"the {reply_noun(draft)}")
        return [*_decided(view, draft), ". ", *waits_for, f".{also_public(draft)}"]
    if draft.again_at:
        waits = f". {network(view)} asks us to wait; the {reply_noun(draft)} goes out at "
        return [*_decided(view, draft), waits, draft.again_at, f" by itself.{also_public(draft)}"]
    if absent:
        return [*_decided(view, draft), f". It is not on {network(view)}.{also_public(draft)} Send it again?"]
    public = also_public(draft) or " Nothing went out."
    return [*_decided(view, draft), f". {network(view)} did not take {_it(draft)}.{why(draft)}{public}"]


def _it(draft: Draft) -> str:
    return f"the {reply_noun(draft)}" if draft.posts else "it"


def _unconfirmed(view: CaseView, draft: Draft) -> Phrase:
    unknown = f". We do not know whether {_it(draft)} went out.{also_public(draft)} "
    return [*_decided(view, draft), unknown, *looking(view, draft), "."]


def _by_hand(view: CaseView, draft: Draft) -> Phrase:
    do = do_by_hand(draft)
    press = f'{do} on {network(view)} yourself, then press "I posted it".'
    return [*_decided(view, draft), f".{why(draft)}{also_public(draft)} {press}"]


def _sent(view: CaseView, draft: Draft) -> Phrase:
    tried = draft.attempt
    gone = draft.kind == DraftKind.TAKE_BACK
    done = "taken back" if gone else "sent"
    at: Phrase = [f"{done} ", tried.ended_at] if tried and tried.ended_at else [done]
    link = [] if gone else public_reply(draft)
    said = joined([_decided(view, draft), at, link, read_afterwards(view, draft)], ", ")
    return [*said, f".{also_public(draft)}", why(draft)]


def _withdrawn(view: CaseView, draft: Draft) -> Phrase:
    because = _WITHDRAWN[draft.why_withdrawn].format(view.case.joined_into)
    return [f"Withdrawn{because}. It did not go out."]


_WITHDRAWN: Mapping[WhyWithdrawn, str] = {
    WhyWithdrawn.ON_REQUEST: "",
    WhyWithdrawn.SOLVED: ", because the case was solved",
    WhyWithdrawn.SET_ASIDE: ", because the case was set aside",
    WhyWithdrawn.CLOSED: ", because the case was closed",
    WhyWithdrawn.JOINED: ", because the case goes on as case {}",
    WhyWithdrawn.MISMATCH: " by the desk: its words were no longer what had been approved",
}


_OUTCOME: Mapping[DraftState, Callable[[CaseView, Draft], Phrase]] = {
    DraftState.WRITING: _writing,
    DraftState.IN_REVIEW: _in_review,
    DraftState.APPROVED: _approved,
    DraftState.SENDING: _sending,
    DraftState.FAILED: _failed,
    DraftState.UNCONFIRMED: _unconfirmed,
    DraftState.BY_HAND: _by_hand,
    DraftState.SENT: _sent,
    DraftState.WITHDRAWN: _withdrawn,
}
