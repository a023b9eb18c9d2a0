"""Hides a customer's public post under a post of ours, or shows it again, as somebody with the right wants it.

It ends no promise: a hidden post still waits for an answer. Hiding twice is hiding once. After an unknown outcome the
network is read, where it tells; else a person looks, and may ask for it again.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.accounts.holds import Use
from bot.domain.base.refusals import NotUsable, NotYours, Outdated
from bot.domain.base.text import clean, visible
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event
from bot.domain.mentions.hiding import ON_THE_NETWORK, Hiding, HidingState, is_hidden_now, newest_hiding
from bot.domain.mentions.hiding_events import (
    HideAsked,
    HidingFailed,
    PostHidden,
    PostShownAgain,
    ShowAsked,
)
from bot.domain.mentions.mention import Mention, Side
from bot.domain.replies.draft import UNDER_THEIR_POST, Draft, DraftKind
from bot.ports import Desk, HidesPosts, Network, NetworkTrouble, NotSent, OutcomeLost, SendOutcome, Sent
from bot.ports.leases import Turn, only_while
from bot.ports.network_kind import network_label
from bot.services.accounts.holds import hold_on, note_outcome, reading
from bot.services.base.change import change
from bot.services.base.sweeping import room, sweep
from bot.services.halts.gate import halt_on
from bot.services.team.access import lets_out_from

log = logging.getLogger(__name__)

AT_ONCE = 50  # wishes of unknown outcome that one round reads for
JUST_NOW = timedelta(minutes=2)  # a list that was read before a change may come after it
_PUBLIC = UNDER_THEIR_POST - {DraftKind.PRIVATE}
KNOWN_FOR = timedelta(days=30)  # for so long it is noticed that somebody shows a post again on its network


def hideable(desk: Desk, case: Case, mentions: Sequence[Mention]) -> Sequence[Mention]:
    """Return the customer's posts on a case that can be hidden, or shown again, the newest first."""
    public = [one for one in mentions if one.side == Side.THEIRS and not one.private and one.deleted_at is None]
    return [one for one in reversed(public) if _can_hide(desk, case, one)]


def _can_hide(desk: Desk, case: Case, post: Mention) -> bool:
    network = desk.network(post.ref)
    if network is None or not isinstance(network, HidesPosts):
        return False
    root, _ = desk.store.mention_of(case.network, post.root_id) or (None, 0)
    return network.can_hide(post, under_ours=root is not None and root.side == Side.OURS)


def ask_to_hide(
    desk: Desk, case_id: int, mention: int, reason: str, *, hide: bool, by: str, at: datetime
) -> Callable[[datetime], None]:
    """Record who wants a post hidden, or shown again, and why; return the function that asks its network.

    That function raises Outdated, which says what the network answered, unless it was done. Raises NotUsable without
    a reason, Outdated where it cannot be done now, NotYours where other approvers answer for the account.
    """
    words = clean(reason).strip()
    if not visible(words):
        raise NotUsable("Please write why. It stays with the case.", "note")

    def decide(case: Case) -> Event:
        _refuse_unless_possible(desk, case, mention, hide=hide)
        if not lets_out_from(desk, desk.store.mention(mention).ref, by, at):
            raise NotYours("Other approvers answer for this account. Please leave this one to them.")
        return (HideAsked if hide else ShowAsked)(by=by, at=at, mention=mention, reason=words)

    with desk.store.transaction():
        change(desk, case_id, decide)
        asked = newest_hiding(desk.store.hidings(case_id), mention)
    return lambda now: _carry_out(desk, asked.id if asked else 0, now)


def _refuse_unless_possible(desk: Desk, case: Case, mention: int, *, hide: bool) -> None:
    """Raise Outdated where a post of the case cannot be hidden, or shown again, now."""
    where, mentions = network_label(case.network), desk.store.mentions(case.id)
    post = next((one for one in hideable(desk, case, mentions) if one.id == mention), None)
    hidings = desk.store.hidings(case.id)
    before = newest_hiding(hidings, mention)
    if post is None:
        raise Outdated(f"{where} does not let us hide this post, or it is not there any more.")
    if before and before.state == HidingState.ASKED:
        raise Outdated(f"{where} is being asked about this post already. The card says what comes of it.")
    if is_hidden_now(hidings, mention) == hide and not (before and before.pending):
        raise Outdated(f"This post is {'hidden' if hide else 'shown'} on {where} already.")
    if not desk.sends:
        raise Outdated("Nothing is sent at the moment, so nothing is hidden or shown either.")
    if halt := halt_on(desk, post.ref):
        raise Outdated(halt.why)


def _carry_out(desk: Desk, hiding_id: int, now: datetime) -> None:
    """Ask the network once, and record what came of it; raise Outdated unless it was done."""
    with desk.store.turn(f"hiding {hiding_id}") as turn:
        its = desk.store.hiding(hiding_id)
        if turn is not None and its.state == HidingState.ASKED:
            _carry_out_alone(desk, its, now, turn)


def _carry_out_alone(desk: Desk, its: Hiding, now: datetime, turn: Turn) -> None:
    post = desk.store.mention(its.mention)
    with only_while(turn.left):  # a process that slept would undo what people wanted since
        outcome = _called(desk, post, its, now)
    answered_at = desk.clock.now()
    note_outcome(desk, post.ref, Use.WRITE, outcome, answered_at)
    _settle(desk, its, outcome, answered_at)
    if isinstance(outcome, OutcomeLost):
        _look(desk, its.id, answered_at)
    after = desk.store.hiding(its.id)
    if after.state != HidingState.DONE:
        raise Outdated(after.why)


def _called(desk: Desk, post: Mention, its: Hiding, now: datetime) -> SendOutcome:
    network = desk.network(post.ref)
    if network is None or not isinstance(network, HidesPosts):
        return NotSent(f"The desk cannot hide posts on {network_label(post.ref.network)} any more.")
    if hold := hold_on(desk, post.ref.network, post.ref.account, Use.WRITE, now):
        return NotSent(f"{hold.why} Please try again later.")
    if halt := halt_on(desk, post.ref):
        return NotSent(halt.why)
    try:
        return network.set_hidden(post.ref.post_id, hidden=its.hide)
    except Exception as trouble:  # an unexpected error: it is unknown whether it was done
        log.exception("hiding.broken case=%d", its.case_id)
        return OutcomeLost(f"Something unexpected came in between ({type(trouble).__name__}).")


def _settle(desk: Desk, its: Hiding, outcome: SendOutcome, now: datetime) -> None:
    """Record an outcome, unless it is known already."""
    where = network_label(desk.store.mention(its.mention).ref.network)
    undone = f"The post is not {'hidden' if its.hide else 'shown again'}."

    def decide(_: Case) -> Event | None:
        fresh = desk.store.hiding(its.id)
        if not fresh.pending:
            return None
        if isinstance(outcome, Sent):
            return done_by(fresh, now)
        if isinstance(outcome, NotSent):
            return HidingFailed(
                by="network", at=now, mention=its.mention, hiding=its.id, why=f"{outcome.why} {undone}"
            )
        why = f"{outcome.why} Nobody knows whether the post is hidden. Please look on {where}."
        failed = HidingFailed(
            by="network", at=now, mention=its.mention, hiding=its.id, why=why, unknown=True, look_at=now
        )
        return None if fresh.state == HidingState.UNKNOWN else failed

    change(desk, its.case_id, decide)


def done_by(its: Hiding, now: datetime) -> Event:
    """Return the event that a wish was carried out."""
    done = PostHidden if its.hide else PostShownAgain
    return done(by="network", at=now, mention=its.mention, hiding=its.id)


# --- what the network shows -------------------------------------------------------------------------------


def look_for_hidings(desk: Desk, now: datetime) -> int:
    """Read the networks for wishes of unknown outcome that are due, also those that a kill left; return how many."""
    due = desk.store.hidings_to_look(now, room(desk, "hidings", AT_ONCE))
    return sweep(desk, "hidings", due, lambda one: _look(desk, one, now))


def _look(desk: Desk, hiding_id: int, now: datetime) -> bool:
    its = desk.store.hiding(hiding_id)
    if its.state == HidingState.ASKED:
        _settle(desk, its, OutcomeLost("The desk stopped while the network was asked."), now)
    told = _told(desk, desk.store.mention(its.mention), now)
    if told is its.hide:
        _settle(desk, its, Sent("", ""), now)
    elif told is not None and its.next_look(now) is None:
        _settle(desk, its, NotSent(f"{network_label(desk.store.case(its.case_id).network)} has not done it."), now)
    else:
        desk.store.note_hiding_look(its.id, its.next_look(now))
    return True


def _told(desk: Desk, post: Mention, now: datetime) -> bool | None:
    """Return whether the network shows a post as hidden; None: it does not tell, or cannot be read."""
    network = desk.network(post.ref)
    if network is None or not isinstance(network, HidesPosts):
        return None
    try:
        with reading(desk, network, Use.LOOK, now, posts=1):
            return network.is_hidden(post.ref.post_id)
    except NetworkTrouble:
        return None


def hidden_target(desk: Desk, network: Network, draft: Draft | None) -> NotSent | None:
    """Return that a reply does not go out under a hidden post, where the network takes none there; or None."""
    if draft is None or draft.kind not in _PUBLIC or not isinstance(network, HidesPosts):
        return None
    hidden = not network.answers_hidden and is_hidden_now(desk.store.hidings(draft.case_id), draft.target_mention)
    where = network_label(network.name)
    why = (
        f"{where} takes no reply to a comment that is hidden. Show it again from the card's menu, then send it again."
    )
    return NotSent(why) if hidden else None


def note_hidden(desk: Desk, network: Network, told: Mapping[str, bool], now: datetime) -> None:
    """Record that somebody hid posts on their network, or showed them again. Call it within a transaction."""
    if not told:
        return
    here = desk.store.hidden_posts(network.name, now - KNOWN_FOR)
    for post_id, hidden in told.items():
        if hidden != (post_id in here):
            _note_hidden(desk, network, post_id, now, hidden=hidden)


def _note_hidden(desk: Desk, network: Network, post_id: str, now: datetime, *, hidden: bool) -> None:
    known, case_id = desk.store.mention_of(network.name, post_id) or (None, 0)
    if known is None or known.side == Side.OURS or not case_id:
        return
    hidings = desk.store.hidings(case_id)
    newest = newest_hiding(hidings, known.id)
    settled = newest.settled_at if newest else None
    if newest and (newest.pending or (settled is not None and now - settled < JUST_NOW)):
        return
    if is_hidden_now(hidings, known.id) != hidden:
        done = PostHidden if hidden else PostShownAgain
        desk.store.record(desk.store.case(case_id), done(by=ON_THE_NETWORK, at=now, mention=known.id))
