"""Checks whether the post behind a pasted link is our reply: by the store, the network, or a person's word."""

from datetime import datetime

from bot.domain.accounts.holds import Use
from bot.domain.base.refusals import NotUsable
from bot.domain.base.tables import DraftState
from bot.domain.base.text import comparable
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Side
from bot.domain.replies.draft import Draft, DraftKind
from bot.ports import Desk, EditsReplies, NetworkTrouble, ProvenAbsent, ReadsBack, ReplyNow, Shown, ShowsPosts
from bot.ports.network_kind import network_label
from bot.services.accounts.holds import reading
from bot.services.replies.in_place import as_named_now, is_changed_reply

_PASTE = "Please paste the link of our reply to this customer."


def refuse_known(desk: Desk, case: Case, draft: Draft, post_id: str) -> bool:
    """Raise NotUsable for a post known to be something else; return whether it is known to be our reply."""
    if draft.kind in {DraftKind.TAKE_BACK, DraftKind.IN_PLACE}:
        may_be = draft.kind == DraftKind.IN_PLACE and is_changed_reply(desk, draft, post_id)
        if post_id != draft.acts_on and not may_be:
            raise _another(draft)
        return False
    known, its_case = desk.store.mention_of(case.network, post_id) or (None, 0)
    if known is None:
        return False
    if known.side == Side.THEIRS:
        raise NotUsable("That is the customer's own post. Please paste the link of our reply to it.", "link")
    if desk.store.is_another_reply(its_case, post_id, draft.attempt.id if draft.attempt else 0):
        raise NotUsable(f"That is another reply of ours. {_PASTE}", "link")
    if known.parent_id and known.parent_id not in _places(desk, case, draft):
        raise NotUsable(f"That post of ours answers somebody else. {_PASTE}", "link")
    return bool(known.parent_id)


def on_word(desk: Desk, case: Case, draft: Draft, post_id: str, now: datetime) -> str:
    """Return why the post could not be read, or "" if it is our reply; raise NotUsable if it is not.

    It calls the network, so do not call it within a transaction.
    """
    if draft.kind == DraftKind.IN_PLACE:
        return _change_on_word(desk, draft, post_id, now)
    network = desk.network(draft.target)
    if network is None:
        return f"the desk cannot read {network_label(case.network)}"
    try:
        with reading(desk, network, Use.LOOK, now, insists=True, posts=1):
            shown = network.shown(post_id) if isinstance(network, ShowsPosts) else None
            if shown is not None:
                _judge(desk, case, draft, shown)
                return ""
            if isinstance(network, ReadsBack) and draft.state == DraftState.UNCONFIRMED and draft.attempt:
                under = as_named_now(desk, draft).goes_under
                ours = network.is_our_reply(post_id, under, draft.at_hand, draft.attempt.key)
                if ours is False:
                    raise NotUsable(f"That is not the reply that the desk sent. {_PASTE}", "link")
                if ours:
                    return ""
    except NetworkTrouble as trouble:
        return f"it could not be read there ({trouble.sentence.rstrip('.')})"
    return f"the desk cannot read single posts on {network_label(network.name)}"


def _change_on_word(desk: Desk, draft: Draft, post_id: str, now: datetime) -> str:
    """Do the same for a changed reply; a person's word counts only for the id that is known here."""
    unread, network = "the desk cannot read single posts there", desk.network(draft.target)
    if network is not None and isinstance(network, EditsReplies):
        try:
            with reading(desk, network, Use.LOOK, now, insists=True, posts=1):
                return _judge_change(draft, post_id, network.reply_now(draft.corrects, draft.text))
        except NetworkTrouble as trouble:
            unread = f"it could not be read there ({trouble.sentence.rstrip('.')})"
    if post_id != draft.corrects:
        raise _another(draft)
    return unread


def _another(draft: Draft) -> NotUsable:
    done = "taken back" if draft.kind == DraftKind.TAKE_BACK else "changed"
    return NotUsable(f"That is another post. Please paste the link of the reply that was {done}.", "link")


def _judge_change(draft: Draft, post_id: str, there: ReplyNow | None) -> str:
    where = network_label(draft.target.network)
    if post_id not in {draft.corrects, there.post_id if there else ""}:
        raise _another(draft)
    if there is None or not there.says:
        raise NotUsable(f"That reply does not have the new words on {where}. Please change it there first.", "link")
    return ""


def _judge(desk: Desk, case: Case, draft: Draft, shown: Shown | ProvenAbsent) -> None:
    where = network_label(case.network)
    if draft.kind == DraftKind.TAKE_BACK:
        if isinstance(shown, Shown):
            raise NotUsable(f"That reply is still public on {where}. Please delete it there first.", "link")
        return
    if isinstance(shown, ProvenAbsent):
        raise NotUsable(f"{where} shows no such post. Please look there once more. {_PASTE}", "link")
    if not shown.ours:
        raise NotUsable(f"That post on {where} is not from our account. {_PASTE}", "link")
    if shown.parent_id not in _places(desk, case, draft):
        raise NotUsable(f"That post of ours does not answer this customer. {_PASTE}", "link")
    if draft.state == DraftState.UNCONFIRMED and comparable(shown.text) != comparable(draft.at_hand):
        raise NotUsable(f"That post of ours has other words than the reply that the desk sent. {_PASTE}", "link")


def _places(desk: Desk, case: Case, draft: Draft) -> set[str]:
    """Return the possible targets of our reply: its draft's target, or another post of this customer."""
    under = {draft.goes_under.post_id, as_named_now(desk, draft).goes_under.post_id}
    if draft.kind == DraftKind.CORRECTION:
        return under
    theirs = {one.ref.post_id for one in desk.store.mentions(case.id) if one.side == Side.THEIRS}
    return under | theirs
