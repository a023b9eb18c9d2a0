"""Answers a public post by a private message, on a network that takes one such message for each post."""

from dataclasses import replace
from datetime import datetime

from bot.domain.base.refusals import Outdated
from bot.domain.cases.case import Case
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Mention, Side
from bot.domain.mentions.moved_to_private import to_answer
from bot.domain.replies.draft import Draft, DraftKind
from bot.ports import AnswersInPrivate, Desk, Network, NetworkTrouble, NotSent, SendOutcome
from bot.ports.network_kind import network_label


def private_until(desk: Desk, mention: int) -> datetime | None:
    """Return until when the network takes a private answer to this post; None: it takes none."""
    post = desk.store.mention(mention)
    network = desk.network(post.ref)
    if network is None or not isinstance(network, AnswersInPrivate):
        return None
    return network.private_answer_until(post)


def why_not_privately(desk: Desk, case_id: int, post: Mention, now: datetime) -> str:
    """Return why this post cannot be answered in private now; "" if it can, as far as is known here."""
    where, until = network_label(post.ref.network), private_until(desk, post.id)
    if post.private:
        return "The conversation goes on in private already."
    if _answered_so(desk, case_id, post):
        return f"This post was answered in private already, and {where} takes one such message for a post."
    if until is None:
        return f"{where} takes no private answer to this post."
    if until <= now:
        return f"The time in which {where} takes a private answer to this post has passed."
    return ""


def _answered_so(desk: Desk, case_id: int, post: Mention) -> bool:
    ours = (one for one in desk.store.mentions(case_id) if one.side == Side.OURS and one.private)
    return any(one.parent_id == post.ref.post_id for one in ours)


def can_answer_privately(desk: Desk, case: Case, now: datetime) -> bool:
    """Return whether the form of this case can write a private answer to its customer's newest post."""
    post, draft = to_answer(desk.store.mentions(case.id)), case.draft
    if post is None or (draft is not None and draft.live and draft.kind != DraftKind.PRIVATE):
        return False
    return not why_not_privately(desk, case.id, post, now)


def refuse_unless_privately(desk: Desk, case: Case, post: Mention, now: datetime) -> None:
    """Raise Outdated where this post cannot be answered in private."""
    if why := why_not_privately(desk, case.id, post, now):
        raise Outdated(f"{why} Use Reply to write where the customer reads it now.")


def refuse_other_way(draft: Draft | None, *, privately: bool) -> None:
    """Raise Outdated if words meant for one person would replace words for everybody, or the other way round."""
    if draft is not None and privately != (draft.kind == DraftKind.PRIVATE):
        raise Outdated("A draft for other readers waits on this case. Withdraw it first; your words are kept.")


def as_privately(desk: Desk, view: CaseView) -> CaseView:
    """Return the view for a form whose words answer the newest public post in private."""
    post = to_answer(view.mentions)
    return replace(view, privately=True, private_until=private_until(desk, post.id) if post else None)


def send_privately(network: Network, draft: Draft, key: str) -> SendOutcome:
    """Send a private answer; the network is never asked twice by the desk itself."""
    if not isinstance(network, AnswersInPrivate):
        return NotSent(f"{network_label(network.name)} takes no private answer to a public post.")
    return network.answer_in_private(draft.target, draft.text, key)


def refuse_to_read(draft: Draft) -> None:
    """Raise NetworkTrouble for a private answer: it stands in no list that the desk can read, so a person looks."""
    if draft.kind == DraftKind.PRIVATE:
        where = network_label(draft.target.network)
        raise NetworkTrouble(f"Whether a private answer went out shows only in the inbox of {where} itself.")
