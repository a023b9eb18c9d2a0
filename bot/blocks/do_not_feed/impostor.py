"""The lines and buttons of cards about impostors of our support, and about those whom they wrote to."""

from collections.abc import Mapping

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block, shortened
from bot.blocks.base.phrases import Link, Phrase, joined
from bot.blocks.base.wording import full_name, network
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.cases.view import CaseView
from bot.domain.do_not_feed.impostor import WroteTo
from bot.domain.mentions.mention import Side
from bot.domain.replies.draft import DraftKind
from bot.domain.triage.triage import Kind

NAMED = 5  # customers on a card

_WARNING: Mapping[DraftState, str] = {
    DraftState.WRITING: "the warning is being changed",
    DraftState.IN_REVIEW: "the warning waits for approval",
    DraftState.APPROVED: "the warning goes out",
    DraftState.SENDING: "the warning goes out",
    DraftState.FAILED: "the warning did not go out",
    DraftState.UNCONFIRMED: "nobody knows yet whether the warning went out",
    DraftState.BY_HAND: "the warning has to be posted by hand",
    DraftState.SENT: "warned",
    DraftState.WITHDRAWN: "the warning was withdrawn",
}


def impostor_lines(view: CaseView) -> list[Phrase]:
    """Return whom this impostor wrote to, or which impostor wrote to this customer."""
    case = view.case
    if view.hidden or not case.impostor:
        return []
    if case.impostor != case.id:
        number = f"case {case.impostor}"
        way = Link(number, view.impostor_link) if view.impostor_link else number
        return [["somebody who pretends to be our support wrote in this conversation: ", way, _warned(view)]]
    direct = _named("wrote to ", [one for one in view.wrote_to if one.direct])
    around = _named("others in the conversation: ", [one for one in view.wrote_to if not one.direct])
    found = [one for one in (direct, around) if one] or [["wrote to no customer that the desk knows"]]
    seems: list[Phrase] = [] if case.state == CaseState.DISMISSED else [["seems to pretend to be our support"]]
    return [joined([*seems, *found], "; ")]


def _warned(view: CaseView) -> str:
    draft = view.case.draft
    told = draft is not None and draft.kind == DraftKind.WARNING and draft.state == DraftState.SENT
    return "; we warned them" if told else ""


def _named(head: str, some: list[WroteTo]) -> Phrase:
    if not some:
        return []
    named = [_customer(one) for one in some[:NAMED]]
    more: list[Phrase] = [[f"{len(some) - NAMED} more"]] if len(some) > NAMED else []
    return [head, *joined([*named, *more], ", ")]


def _customer(one: WroteTo) -> Phrase:
    name = shortened(one.name, limits.HANDLE)
    told = _WARNING[one.warning] if one.warning else one.why_not
    return [Link(name, one.link) if one.link else name, f" ({told})" if told else ""]


def hides_triage(view: CaseView) -> bool:
    """Return whether a person called the author an impostor, so that another guess at the post is not shown."""
    told = view.triage is not None and view.triage.kind == Kind.IMPOSTOR
    return view.case.impostor == view.case.id and view.case.state == CaseState.DISMISSED and not told


def impostor_buttons(view: CaseView, secret: bytes) -> list[Block | None]:
    """Return the buttons of an impostor's card: warn the customers, and look at the account to report it."""
    if view.hidden or view.case.impostor != view.case.id:
        return []
    left = [one for one in view.wrote_to if one.can_be_warned]
    value = ids.button_value(ids.CASE, view.case.id, view.case.version, secret)
    label = f"Warn those whom {full_name(view.case)} wrote to, case {view.case.id}"
    sure = parts.confirm("Warn them?", _will(left), "Write the warnings", "Not yet") if left else None
    warn = parts.button("Warn them", ids.IMPOSTOR_WARN, value, label, confirm=sure) if left else None
    return [warn, _report(view)]


def _will(left: list[WroteTo]) -> str:
    who = ", ".join(shortened(one.name, limits.HANDLE) for one in left[:NAMED])
    more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
    each = "A draft each" if len(left) > 1 else "A draft"
    return f"{each} for {who}{more}, in the words of your template. Nothing goes out before a second person approves."


def _report(view: CaseView) -> Block | None:
    post = next((one for one in reversed(view.mentions) if one.side == Side.THEIRS and not one.deleted_at), None)
    words = f"Report it on {network(view)}"
    return parts.link_button(words, ids.OPEN_POST, post.url, f"{words}, case {view.case.id}") if post else None
