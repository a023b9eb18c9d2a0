"""Replies in parts: which words may go out so, how they are cut, and when what is public of one is left as it is."""

from datetime import datetime

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event
from bot.domain.mentions.mention import Mention
from bot.domain.mentions.moved_to_private import to_answer
from bot.domain.replies import draft_events
from bot.domain.replies.draft import DraftKind
from bot.domain.replies.parts import MOST, ONE, CutText, Split, split
from bot.domain.replies.text_length import tightest
from bot.ports import Desk, Network
from bot.ports.network_kind import network_kind, network_label
from bot.services.base.change import change
from bot.services.cases.owed import once_public
from bot.services.team.access import refuse_other_account


def cut_to_send(desk: Desk, case: Case, text: str, *, in_parts: bool, offered: bool = False) -> Split:
    """Return where words are cut that are too long for one post; raise NotUsable where they cannot go out.

    `in_parts`: the writer wants them in parts. `offered`: their form lets them choose that.
    """
    network = desk.networks.get((case.network, case.account))
    length = tightest(network.lengths(text, case.author)) if network else None
    if network is None or length is None or not length.over:
        return ONE
    possible = possible_cut(desk, case, text) if in_parts or offered else None
    if in_parts and possible is not None:
        return possible
    most, where = f"{length.limit} {length.unit}".strip(), network_label(case.network)
    said = f"This is {length.over} over the {most} that {where} allows."
    if possible is not None:
        said = f"{said} Shorten it, or tick below that it goes out in {len(possible.cuts) + 1} parts."
    elif in_parts:
        said = f"{said} It does not fit into {MOST} parts either. Please shorten it."
    raise NotUsable(said, "words")


def cut_offer(desk: Desk, case: Case, text: str) -> CutText | None:
    """Return what a form offers for words too long for one post; None where they fit, or cannot be cut."""
    network, cut = desk.networks.get((case.network, case.account)), possible_cut(desk, case, text)
    if network is None or cut is None:
        return None
    whole, *each = (tightest(network.lengths(one, case.author)) for one in (text, *cut.parts_of(text)))
    return CutText(whole, cut.parts_of(text), tuple(each))


def possible_cut(desk: Desk, case: Case, text: str) -> Split | None:
    """Return how these words can go out in parts; None: they fit into one post, or cannot."""
    network = desk.networks.get((case.network, case.account))
    if network is None or not takes_parts(desk, case):
        return None
    own = desk.policy.accounts.get((case.network, case.account))
    numbered = own is not None and own.numbers_parts
    found = split(text, lambda one: _fits(network, case, one), numbered=numbered)
    return None if found == ONE else found


def _fits(network: Network, case: Case, text: str) -> bool:
    return not any(one.over for one in network.lengths(text, case.author))


def takes_parts(desk: Desk, case: Case) -> bool:
    """Return whether a reply written now may go out in parts: in public, where the desk can answer its own reply.

    A warning, a closing line, and what changes or corrects a reply fit into one post.
    """
    if case.draft is not None and case.draft.live and case.draft.kind != DraftKind.REPLY:
        return False
    kind, answered = network_kind(case.network), to_answer(desk.store.mentions(case.id))
    return kind is not None and kind.answers_itself and answered is not None and not answered.private


def leave(desk: Desk, draft_id: int, *, version: int, by: str, at: datetime) -> Case:
    """Let what is public of a reply count as the whole of it; raise Outdated if the customer wrote again since."""

    def left(case: Case) -> Event:
        draft = case.draft
        if draft is None or draft.id != draft_id or draft.version != version:
            raise Outdated("This reply is settled already, or was written anew. The newest message shows it.")
        refuse_other_account(desk, draft, by, at)
        newest, _ = desk.store.mention_of(draft.target.network, draft.last_post) or (None, 0)
        _refuse_if_they_wrote_since(case, newest)
        return draft_events.LeftAsItIs(by=by, at=at, url=newest.url if newest else "")

    with desk.store.transaction():
        return once_public(desk, change(desk, desk.store.case_of_draft(draft_id).id, left), at)


def _refuse_if_they_wrote_since(case: Case, ours: Mention | None) -> None:
    if ours is not None and case.latest_at is not None and case.latest_at > ours.posted_at:
        raise Outdated("The customer wrote again since. Withdraw the rest and answer that, or edit the rest.")
