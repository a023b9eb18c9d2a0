"""The buttons of a draft and of a case, derived from the transition tables."""

from collections.abc import Sequence

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.wording import language, network, teammate, who_waits
from bot.blocks.replies.part_lines import public_so_far
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import CASE, DRAFT, GOING_ON, NEEDS_A_PERSON, ON_ITS_WAY, CaseVerb, DraftState, DraftVerb
from bot.domain.base.transitions import allows
from bot.domain.cases.case import Case
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Mention, Side
from bot.domain.replies.doubt import Doubt
from bot.domain.replies.draft import ANSWERS_THEM, Draft, DraftKind
from bot.domain.replies.outcome_checks import Missing, can_be_called_missing

_S, _V = DraftState, DraftVerb


@dataclass(frozen=True, slots=True)
class Offer:
    """A button of a draft: it shows in `states` while the table allows `verb`."""

    action_id: str
    words: str
    verb: DraftVerb
    states: frozenset[DraftState]
    style: str = ""


OFFERS = (
    Offer(ids.DRAFT_APPROVE, "Approve & send", _V.APPROVE, frozenset({_S.IN_REVIEW}), "primary"),
    Offer(ids.DRAFT_EDIT_APPROVE, "Edit & approve", _V.EDIT, frozenset({_S.IN_REVIEW})),
    Offer(ids.DRAFT_REQUEST_CHANGES, "Request changes", _V.REQUEST_CHANGES, frozenset({_S.IN_REVIEW})),
    Offer(ids.DRAFT_STOP, "Stop it", _V.STOP, frozenset({_S.APPROVED, _S.FAILED}), "danger"),
    Offer(ids.SEND_AGAIN, "Send again", _V.SEND, frozenset({_S.FAILED}), "primary"),
    Offer(ids.DRAFT_OPEN, "Edit", _V.EDIT, frozenset({_S.WRITING, _S.FAILED})),
    Offer(ids.HAND_OVER, "Post by hand", _V.HAND_OVER, frozenset({_S.FAILED})),
    Offer(ids.DRAFT_LEAVE, "Leave it at that", _V.LEAVE, frozenset({_S.IN_REVIEW, _S.FAILED, _S.BY_HAND})),
    Offer(ids.UNKNOWN_SEEN, "I can see it (paste the link)", _V.DELIVERED, frozenset({_S.UNCONFIRMED})),
    Offer(ids.UNKNOWN_MISSING, "It is missing: ask me before sending again", _V.ABSENT, frozenset({_S.UNCONFIRMED})),
    Offer(ids.UNKNOWN_ON_WORD, "I looked: it is missing", _V.ABSENT, frozenset({_S.UNCONFIRMED})),
    Offer(ids.HAND_POSTED, "I posted it", _V.DELIVERED, frozenset({_S.BY_HAND}), "primary"),
)

TRANSLATE = "Translate"

_AFTER_READING = frozenset(
    {ids.CASE_REPLY, ids.DRAFT_STILL_RIGHT, ids.DRAFT_BACK, ids.OPEN_POST, *(one.action_id for one in OFFERS)}
    | {ids.DRAFT_APPROVE_SURE, ids.DRAFT_STILL_RIGHT_SURE}
)


def draft_buttons(view: CaseView, secret: bytes) -> list[Block | None]:
    """Return the buttons for the decisions that are possible on the draft in its present state."""
    draft = view.case.draft
    if draft is None:
        return []
    offered = [_offered(view, draft, one, secret) for one in OFFERS if _shows(view, draft, one)]
    return [*offered, _open_network(view, draft)]


def pressable_unread(view: CaseView, buttons: Sequence[Block | None]) -> list[Block | None]:
    """Return the buttons that are allowed without reading the case: only some of them when it is hidden."""
    return [one for one in buttons if one and not (view.hidden and one.get("action_id") in _AFTER_READING)]


def withdraw_button(view: CaseView, secret: bytes) -> Block | None:
    """Return Withdraw for the writer, when the table allows it."""
    draft = view.case.draft
    if draft is None or not allows(DRAFT, draft.state, DraftVerb.WITHDRAW):
        return None
    stays = "The case stays open, and a new reply can be written."
    text = f"It will not go out. {stays if draft.kind in ANSWERS_THEM else 'What was sent stays as it is.'}"
    words, what = "Withdraw", "this draft"
    if draft.posts:
        words, what = "Withdraw the rest", "the rest"
        text = f"{public_so_far(draft)}. That stays so, and {who_waits(view.case)} still waits for an answer."
    sure = parts.confirm(f"Withdraw {what}?", text, "Withdraw", "Keep it")
    return parts.button(words, ids.DRAFT_WITHDRAW, _value(draft, secret), _label(words, view.case), confirm=sure)


def translate_button(view: CaseView, secret: bytes) -> Block | None:
    """Return the button that shows the customer's words and the draft beside a translation by a machine."""
    if not view.translates or view.hidden:
        return None
    return parts.button(TRANSLATE, ids.CASE_TRANSLATE, case_value(view.case, secret), _label(TRANSLATE, view.case))


def not_me_button(view: CaseView, secret: bytes) -> Block | None:
    """Return the button with which the asked approver passes the request on, while the draft is in review."""
    draft = view.case.draft
    if draft is None or draft.state != DraftState.IN_REVIEW:
        return None
    return parts.button(
        "Not me", ids.DRAFT_NOT_ME, _value(draft, secret), _label("Not me: ask somebody else", view.case)
    )


def correct_button(view: CaseView, secret: bytes) -> Block | None:
    """Return the button that corrects or takes back a sent reply, by a new draft that is approved like any other."""
    draft = view.case.draft
    if draft is None or draft.state != DraftState.SENT or draft.kind in {DraftKind.TAKE_BACK, DraftKind.PRIVATE}:
        return None
    label = _label("Correct or take back", view.case)
    return parts.button("Correct or take back", ids.CORRECT_REPLY, _value(draft, secret), label)


def case_buttons(view: CaseView, secret: bytes) -> list[Block | None]:
    """Return the row under a card."""
    case = view.case
    first = [*_first_buttons(view, secret), take_private_button(view, secret)]
    return [*first, claim_button(case, secret), _menu(view, secret)]


def take_private_button(view: CaseView, secret: bytes) -> Block | None:
    """Return the button that asks the customer, in public, to write privately: of a held case that is all public."""
    case = view.case
    if reply_button(case, secret) is None or not case.assignee or view.private or view.hidden or not view.latest:
        return None
    if view.one_reply:  # a review, whose author can write to us nowhere else
        return None
    words = "Take it private"
    return parts.button(words, ids.CASE_TAKE_PRIVATE, case_value(case, secret), _label(words, case))


def claim_button(case: Case, secret: bytes) -> Block | None:
    """Return Claim, when nobody holds the case and the table allows it."""
    if case.assignee or not allows(CASE, case.state, CaseVerb.CLAIM):
        return None
    return parts.button("Claim", ids.CASE_CLAIM, case_value(case, secret), _label("Claim", case))


CLOSING = "Say publicly that it is solved…"


def closing_button(view: CaseView, secret: bytes) -> Block | None:
    """Return the button that opens a public closing line, after what began in public was solved in private."""
    if not view.can_close_in_public:
        return None
    return parts.button(CLOSING, ids.CASE_CLOSING, case_value(view.case, secret), f"{CLOSING} Case {view.case.id}")


def another_matter_button(view: CaseView, post: Mention, secret: bytes) -> Block | None:
    """Return the button that moves a private message from its public case, until it is answered there."""
    answers = [one for one in view.mentions if one.side == Side.OURS and one.private]
    if view.went_private is None or not post.private or any(one.posted_at >= post.posted_at for one in answers):
        return None
    value = ids.button_value(ids.MESSAGE, post.id, view.case.id, secret)
    text = "It becomes a case of its own, with a promise that counts from when it was written."
    sure = parts.confirm("Is this another matter?", text, "Another matter", "Leave it here")
    words = "This is another matter"
    return parts.button(words, ids.CASE_APART, value, _label(words, view.case), confirm=sure)


def reply_button(case: Case, secret: bytes) -> Block | None:
    """Return Reply, when a reply could go out and nobody is writing one."""
    writing = case.draft is not None and case.draft.live
    open_ = allows(CASE, case.state, CaseVerb.REPLY_SENT) or allows(CASE, case.state, CaseVerb.CLAIM)
    if writing or not open_:
        return None
    value = case_value(case, secret)
    return parts.button("Reply", ids.CASE_REPLY, value, _label("Reply to", case), style="primary")


def see_draft_button(case: Case, secret: bytes) -> Block | None:
    """Return the button that shows the draft's words, while they can still be changed."""
    draft = case.draft
    if draft is None or draft.kind == DraftKind.TAKE_BACK or not allows(DRAFT, draft.state, DraftVerb.EDIT):
        return None
    return parts.button("See draft", ids.DRAFT_OPEN, _value(draft, secret), _label("See draft", case))


def case_value(case: Case, secret: bytes) -> str:
    """Return the value of a case's buttons."""
    return ids.button_value(ids.CASE, case.id, case.version, secret)


def _first_buttons(view: CaseView, secret: bytes) -> Sequence[Block | None]:
    draft = view.case.draft
    if draft is None or not draft.live:
        return [reply_button(view.case, secret)]
    if draft.state in NEEDS_A_PERSON:
        return draft_buttons(view, secret)
    if draft.state == DraftState.APPROVED:
        return [*draft_buttons(view, secret), see_draft_button(view.case, secret)]
    return [see_draft_button(view.case, secret)]


_SAYS_MISSING = {ids.UNKNOWN_MISSING: Missing.AS_READ, ids.UNKNOWN_ON_WORD: Missing.ON_THEIR_WORD}


def _may_be_said(view: CaseView, draft: Draft, offer: Offer) -> bool:
    """Return whether the button may be shown: calling a reply missing is possible only after the visibility_delay."""
    return (
        draft.attempt is not None
        and can_be_called_missing(draft.attempt, view.now, view.visibility_delay) == _SAYS_MISSING[offer.action_id]
    )


def _shows(view: CaseView, draft: Draft, offer: Offer) -> bool:
    if offer.verb == DraftVerb.ABSENT and not _may_be_said(view, draft, offer):
        return False
    if offer.verb == DraftVerb.STOP and not _can_be_stopped(draft):
        return False
    if offer.verb == DraftVerb.LEAVE and (not draft.posts or draft.kind == DraftKind.TAKE_BACK):
        return False
    if offer.verb == DraftVerb.SEND and draft.again_at:  # the desk tries again by itself
        return False
    nothing_to_edit = draft.kind == DraftKind.TAKE_BACK and offer.verb == DraftVerb.EDIT
    return draft.state in offer.states and allows(DRAFT, draft.state, offer.verb) and not nothing_to_edit


def _can_be_stopped(draft: Draft) -> bool:
    """Return whether the reply will go out by itself later, so that it can still be stopped."""
    if draft.state == DraftState.FAILED:
        return draft.again_at is not None
    return draft.approval is not None and draft.approval.sends_at is not None


def _offered(view: CaseView, draft: Draft, offer: Offer, secret: bytes) -> Block:
    action_id, words = offer.action_id, offer.words
    if draft.kind == DraftKind.TAKE_BACK and action_id == ids.DRAFT_APPROVE:
        words = "Approve & take back"
    if draft.stale and action_id == ids.DRAFT_APPROVE:
        action_id, words = ids.DRAFT_STILL_RIGHT, "Still right: send"
    if draft.posts and action_id in _OF_THE_REST:
        words = _OF_THE_REST[action_id]
    if draft.stale and action_id == ids.DRAFT_REQUEST_CHANGES:
        action_id, words = ids.DRAFT_BACK, f"Back to {teammate(view, draft.author)}"
    label = _label(words.partition(" (")[0].partition(": ")[0], view.case)
    sure = _sure(view) if action_id == ids.UNKNOWN_ON_WORD else None
    if action_id == ids.DRAFT_LEAVE:
        text = f"{public_so_far(draft)}. It counts as our answer to {who_waits(view.case)}, and nothing more is sent."
        sure = parts.confirm("Leave it at that?", text, "Leave it", "Not yet")
    if view.doubt and action_id in ASKS_FIRST:
        action_id, sure = ASKS_FIRST[action_id], asked_first(view.doubt)
    return parts.button(
        words, action_id, _value(draft, secret, view.mark, view.ask), label, style=offer.style, confirm=sure
    )


_OF_THE_REST = {
    ids.SEND_AGAIN: "Send the rest again",
    ids.DRAFT_OPEN: "Edit the rest",
    ids.DRAFT_STILL_RIGHT: "Still right: send the rest",
    ids.DRAFT_APPROVE: "Approve & send the rest",
}
ASKS_FIRST = {ids.DRAFT_APPROVE: ids.DRAFT_APPROVE_SURE, ids.DRAFT_STILL_RIGHT: ids.DRAFT_STILL_RIGHT_SURE}


def asked_first(doubt: Doubt) -> Block:
    """Return the question before words are approved about which there is a doubt."""
    return parts.confirm(doubt.title, f"{doubt.why} {doubt.question}", "Yes, send it", "Not yet")


def _sure(view: CaseView) -> Block:
    where, draft = network(view), view.case.draft
    place = "in the inbox" if draft is not None and draft.kind == DraftKind.PRIVATE else "under the post"
    text = f"{where} could not be read, so the desk cannot check. Did you look there yourself, {place}?"
    return parts.confirm("Is it really missing?", text, "I looked", "Not yet")


def _open_network(view: CaseView, draft: Draft) -> Block | None:
    """Return the link to the network: with the reply filled in when a person posts it, else only to read."""
    words = f"Open {network(view)}"
    label, post = _label(words, view.case), _latest_url(view)
    if draft.state == DraftState.UNCONFIRMED:
        return parts.link_button(words, ids.OPEN_POST, post, label)
    if draft.state != DraftState.BY_HAND:
        return None
    filled_in = parts.link_button(words, ids.OPEN_POST, view.web_reply_url, label)
    return filled_in or parts.link_button(words, ids.OPEN_POST, post, label)


def _latest_url(view: CaseView) -> str:
    return view.latest.url if view.latest else ""


def _menu(view: CaseView, secret: bytes) -> Block | None:
    """Return the card's menu; what it has no room for is offered in a form behind its last option."""
    first, rest = in_menu(view)
    offered = [*first, (ids.MORE_REST, "More…")] if rest else first
    value = case_value(view.case, secret)
    return parts.menu(
        ids.CASE_MORE, [parts.option(words, ids.menu_value(option, value)) for option, words in offered]
    )


def in_menu(view: CaseView) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return which options stand in the menu of a card and which in the form behind it, each with its words."""
    offered = _menu_options(view)
    usual = [one for one in offered if one[0] != ids.MORE_TAKE]  # "Assign" does that, too
    if len(offered) <= limits.MENU_OPTIONS:
        return offered, []
    if len(usual) <= limits.MENU_OPTIONS:
        return usual, []
    first = usual[: limits.MENU_OPTIONS - 1]
    return first, [one for one in offered if one not in first]


def _menu_options(view: CaseView) -> list[tuple[str, str]]:
    """Return what the card offers beside its buttons."""
    case, held = view.case, bool(view.case.assignee)
    may_end = case.draft is None or case.draft.state not in ON_ITS_WAY
    offers = (
        (ids.MORE_TAKE, "Take it over", held and allows(CASE, case.state, CaseVerb.ASSIGN)),
        (ids.MORE_ASSIGN, "Assign or set priority", allows(CASE, case.state, CaseVerb.ASSIGN)),
        (ids.MORE_RELEASE, "Hand back to the team", held and allows(CASE, case.state, CaseVerb.RELEASE)),
        (ids.MORE_SOLVED, "Solved", may_end and allows(CASE, case.state, CaseVerb.SOLVE)),
        (ids.MORE_SET_ASIDE, "Set aside", may_end and allows(CASE, case.state, CaseVerb.DISMISS)),
        (ids.MORE_REOPEN, "Reopen", allows(CASE, case.state, CaseVerb.REOPEN)),
        (ids.MORE_TRANSLATE, TRANSLATE, view.translates),
        (ids.MORE_CUSTOMER, "Customer", view.looks_up and not view.hidden and case.state in GOING_ON),
        (ids.MORE_INQUIRE, "Ask another team", bool(view.other_teams) and case.state in GOING_ON),
        (ids.MORE_READER, _ask_reader(view), bool(view.readers) and case.state in GOING_ON),
        (ids.MORE_MERGE, "Merge with another case", bool(view.mergeable)),
        (ids.MORE_TAKE_APART, "Take it apart again", bool(case.joined_into)),
        (ids.MORE_SOMETHING_ELSE, "It is something else", view.triage is not None and case.state in GOING_ON),
        (ids.MORE_SAME_PERSON, "Same person as…", _joinable(view)),
        (ids.MORE_NOT_THE_SAME, "Not the same person", bool(view.also)),
        (ids.MORE_HIDE, "Hide a post…", any(not one for _, one in view.hideable)),
        (ids.MORE_SHOW, "Show a hidden post…", any(one for _, one in view.hideable)),
        (ids.MORE_CLOSING, CLOSING, view.can_close_in_public),
        (ids.MORE_HISTORY, "History", True),
    )
    return [(option, words) for option, words, offered in offers if offered]


def _joinable(view: CaseView) -> bool:
    return view.several_networks and not view.hidden and not view.case.private and bool(view.case.author.id)


def _ask_reader(view: CaseView) -> str:
    who = teammate(view, view.readers[0]) if view.readers else ""
    return parts.shortened(f"Ask {who}, who reads {language(view.case.language)}", limits.OPTION)


def _value(draft: Draft, secret: bytes, mark: str = "", ask: int = 0) -> str:
    return ids.button_value(ids.DRAFT, draft.id, ids.draft_version(draft, mark, ask), secret)


def _label(words: str, case: Case) -> str:
    joint = " " if words.endswith(" to") else ", "
    who = parts.shortened(who_waits(case), 25)
    return f"{words}{joint}{who}, case {case.id}" if joint == " " else f"{words}, case {case.id}, {who}"
