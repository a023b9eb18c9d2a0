"""What a person says of a reply that is not certain: it is there, it is not, try again, I post it myself."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.case import Case, Event
from bot.domain.errors import NotUsable, Outdated, Refusal
from bot.domain.mention import Side
from bot.domain.tables import DraftState, DraftVerb
from bot.ports import Desk, Sent
from bot.services.again import held_back, still_stands
from bot.services.bound import differs
from bot.services.casework import change, once_public
from bot.services.links import reply_behind
from bot.services.our_posts import remember_our_post
from bot.services.sending import begin, carry_out, obstacle
from bot.services.viewing import label

_SETTLED = "This reply is settled already; the card says how."


def seen_by_hand(desk: Desk, draft_id: int, link: str, *, by: str, at: datetime) -> Case:
    """Take a person's word, with the link, that the reply is public: after an unknown outcome or a post by hand."""
    case = desk.store.case_of_draft(draft_id)
    post_id = reply_behind(desk, case, link)
    known = desk.store.mention_of(case.network, post_id)
    if known and known[0].side == Side.THEIRS:
        raise NotUsable("That is the customer's own post. Please paste the link of our reply to it.", "link")

    def posted(fresh: Case) -> Event:
        if fresh.draft is None or fresh.draft.state not in {DraftState.UNCONFIRMED, DraftState.BY_HAND}:
            raise Outdated(_SETTLED)
        return Event(verb=DraftVerb.DELIVERED, by=by, at=at, post_id=post_id, url=link.strip())

    with desk.store.transaction():
        after = once_public(desk, change(desk, case.id, posted), at)
        remember_our_post(desk, after, Sent(post_id, link.strip(), at), at)
    desk.changed()
    return after


def missing(desk: Desk, draft_id: int, *, by: str, at: datetime) -> Case:
    """Take a person's word that the reply is not there; nothing is sent until they ask for it."""

    def absent(case: Case) -> Event:
        if case.draft is None or case.draft.state != DraftState.UNCONFIRMED:
            raise Outdated(_SETTLED)
        return Event(verb=DraftVerb.ABSENT, by=by, at=at, note="It was not there when we looked.")

    return change(desk, desk.store.case_of_draft(draft_id).id, absent)


def send_again(desk: Desk, draft_id: int, *, version: int, by: str, at: datetime) -> Case:
    """Try the same approved words once more, after a certain refusal; an approval that moved on is asked again."""
    begin_again(desk, draft_id, version=version, by=by, at=at)()
    return desk.store.case_of_draft(draft_id)


def begin_again(desk: Desk, draft_id: int, *, version: int, by: str, at: datetime) -> Callable[[], None]:
    """Write down that the same approved words are tried once more; return what calls the network.

    Killed in between, the desk looks for the reply on the network like for any other of unknown outcome.
    """
    case = desk.store.case_of_draft(draft_id)
    draft = case.draft
    if draft is None or draft.state != DraftState.FAILED or draft.version != version:
        raise Outdated(_SETTLED)
    if draft.again_at:
        raise Refusal(
            f"{label(draft.target.network)} asks us to wait. The card says when the reply goes out by itself."
        )
    if why_held := held_back(desk):
        raise Refusal(why_held)
    still_stands(desk, case, draft, at)
    network = desk.network(draft.target)
    why_not = obstacle(desk, draft, network)
    if network is None or why_not:
        raise Outdated(why_not)
    begun = begin(desk, case, by=by, at=at)
    return lambda: carry_out(desk, network, begun)


def hand_over(desk: Desk, draft_id: int, *, version: int, by: str, at: datetime) -> Case:
    """Give an approved or failed reply to a person who posts it on the network themselves."""

    def over(case: Case) -> Event:
        draft = case.draft
        if draft is None or draft.version != version:
            raise Outdated(_SETTLED)
        if draft.state == DraftState.FAILED:
            still_stands(desk, case, draft, at)
        if why := differs(desk, case):
            raise Outdated(f"This is not what was approved: {why}. Please write it once more.")
        return Event(verb=DraftVerb.HAND_OVER, by=by, at=at, note=draft.why)

    return change(desk, desk.store.case_of_draft(draft_id).id, over)
