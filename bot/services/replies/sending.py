"""Sends an approved reply at most once: stores the attempt before the call; without an answer, reads the network."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.domain.base.moments import is_ahead
from bot.domain.base.tables import ON_ITS_WAY, DraftState
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event
from bot.domain.replies import draft_events
from bot.domain.replies.approval_terms import row_differs
from bot.domain.replies.draft import Attempt, Draft, DraftKind, approval_key
from bot.domain.replies.outcome_checks import VisibilityDelay, first_look, is_unread, next_look
from bot.ports import Desk, Network, NetworkTrouble, NotSent, OutcomeLost, ProvenAbsent, SendOutcome, Sent
from bot.ports.leases import Holder, Turn, only_while
from bot.ports.network_kind import network_label
from bot.services.accounts.holds import hold_on_draft, note_outcome, use_of
from bot.services.accounts.spending import note_sent
from bot.services.backups.returning import begin_call
from bot.services.base.change import change
from bot.services.base.sweeping import sweep
from bot.services.cases.owed import once_public
from bot.services.halts.gate import halt_on, halted, may_send
from bot.services.mentions.hiding import hidden_target
from bot.services.replies import approval_age, in_place, last_check
from bot.services.replies.approval_stands import is_due, is_sent_again, overtaken_event, refused
from bot.services.replies.attempts import (
    BegunAttempt,
    attempt_of,
    draft_of,
    is_in_hand,
    is_last_attempt,
    is_same_part,
    record_attempt,
    reply_turn,
)
from bot.services.replies.obstacles import obstacle
from bot.services.replies.one_reply import would_overwrite
from bot.services.replies.own_posts import note_our_post, went_public
from bot.services.replies.own_reply_check import believed
from bot.services.replies.private_answers import send_privately
from bot.services.replies.read_back import found_first, read_back, unforeseen
from bot.services.replies.reread_before_send import CatchingUp
from bot.services.replies.visibility import visibility_delay_of

log = logging.getLogger(__name__)

AT_ONCE = 20  # drafts per round; those of an account without an answer do not count
LEASE = timedelta(minutes=2)  # longer than any call to a network takes


def recover(desk: Desk, now: datetime) -> int:
    """After a start: give every reply that no other desk is sending an unknown outcome; return how many."""
    return sweep(desk, "recover", desk.store.sending(), lambda case_id: mark_lost(desk, case_id, now))


def recover_late(desk: Desk, now: datetime) -> int:
    """Mark attempts as unknown that no thread can still be making; return how many.

    This happens when the answer could not be stored, for instance because the disk was full, and when the desk that
    made it is not heard of any more.
    """
    return sweep(desk, "recover", desk.store.sending(), lambda case_id: mark_lost(desk, case_id, now, within=LEASE))


def mark_lost(desk: Desk, case_id: int, now: datetime, within: timedelta = timedelta()) -> bool:
    """Give a reply on its way an unknown outcome, unless it began within that time; return whether it was done."""
    case = desk.store.case(case_id)
    begun = case.draft.attempt.started_at if case.draft and case.draft.attempt else now
    holder = desk.store.holder(reply_turn(case))
    if holder == Holder.OTHERS or (holder == Holder.US and abs(now - begun) < within):
        return False  # a start far ahead was written by a wrong clock
    _settle(desk, case, OutcomeLost("The desk stopped while this was being sent."), now)
    return True


def send_due(desk: Desk, now: datetime) -> int:
    """Send every draft that may be sent now, first or again; return how many were tried.

    Each is checked with the time and the network's posts of its own turn, since earlier ones may take minutes. If a
    network gives no answer, its other replies wait for the next round, so that other networks do not wait. If it asks
    us to wait, also while reading, all replies of the account wait (see `bot/services/accounts/holds.py`).
    """
    catching_up, silent, left = CatchingUp(desk), set[tuple[str, str]](), AT_ONCE

    def one(case_id: int) -> bool:
        nonlocal left
        if not left or _where(desk.store.case(case_id)) in silent:
            return False
        turn = desk.store.claim(reply_turn(desk.store.case(case_id)))
        if turn is None:
            return False
        tried = False
        try:
            while left and _where(desk.store.case(case_id)) not in silent:
                left -= 1
                catching_up.before(case_id, desk.clock.now())
                called, after = send(desk, case_id, at := desk.clock.now(), turn), desk.store.case(case_id)
                if after.draft is not None and _is_silent(desk, after.draft, at):
                    silent.add(_where(after))
                tried = tried or called
                if not (called and after.draft and after.draft.state == DraftState.APPROVED):  # no further part
                    break
        finally:
            desk.store.drop(turn)
        return tried

    return sweep(desk, "send", desk.store.to_send(now), one)


def _is_silent(desk: Desk, draft: Draft, now: datetime) -> bool:
    waits = draft.again_at or hold_on_draft(desk, draft, now) or halt_on(desk, draft.target)
    return draft.state == DraftState.UNCONFIRMED or bool(waits)


def _where(case: Case) -> tuple[str, str]:
    return case.network, case.account


def send(desk: Desk, case_id: int, now: datetime, turn: Turn) -> bool:
    """Send one draft that is this desk's for now, first or again; return whether the network was called."""
    case = desk.store.case(case_id)
    draft = case.draft
    if draft is None or not is_due(draft, now) or hold_on_draft(desk, draft, now):
        return False
    if moved := overtaken_event(desk, case, now):
        desk.store.record(case, moved)
        return False
    if (
        desk.store.paused_by(draft.id)
        or not may_send(desk, draft.target)
        or (draft.approval and approval_age.still_waits(desk, draft.approval, now))
    ):
        return False
    if why := last_check.differs(desk, case):
        last_check.withdraw_mismatched(desk, case, why, now)
        return False
    network = desk.network(draft.target)
    why_not = obstacle(desk, draft, network, now)
    if network is None or why_not:
        desk.store.record(case, draft_events.HandedOver(by="desk", at=now, why=why_not))
        return False
    _carry_out(desk, network, record_attempt(desk, case, by="desk", at=now), now, turn)
    return True


def carry_out(desk: Desk, network: Network, begun: BegunAttempt, now: datetime) -> None:
    """Carry out a recorded attempt, unless it was marked lost meanwhile, or soon will be."""
    case, tried = begun.case, attempt_of(begun.case)
    try:
        if not is_in_hand(desk.store.case(case.id), tried):
            return
        if abs(now - tried.started_at) > LEASE / 2:
            _settle(desk, case, NotSent("The desk could not send it in time, so nothing was sent."), now)
            return
        _carry_out(desk, network, case, now, begun.turn)
    finally:
        desk.store.drop(begun.turn)


def _carry_out(desk: Desk, network: Network, begun: Case, now: datetime, turn: Turn) -> None:
    """Call the network with the stored reply, only if it equals the approved one."""
    case = desk.store.case(begun.id)
    if why := _stray(desk, network, case):
        if is_in_hand(case, attempt_of(begun)):
            last_check.withdraw_mismatched(desk, case, why, now)
        return
    try:
        first = in_place.before_change(desk, network, case, now) or found_first(desk, network, case, now)
        first = first or hidden_target(desk, network, case.draft) or would_overwrite(desk, network, case, now)
        first = first or halted(desk, network, turn) or _forgotten(desk, case, now)
        with only_while(turn.left):
            outcome = first or believed(desk, network, case, _call(desk, network, case), now)
    except Exception as trouble:  # an unexpected error: it is unknown whether the reply went out
        log.exception("send.broken case=%d", begun.id)
        first, outcome = None, OutcomeLost(unforeseen(trouble))
    _settle(desk, begun, outcome, desk.clock.now(), called=first is None)


def _forgotten(desk: Desk, case: Case, now: datetime) -> OutcomeLost | None:
    """Return that no call is made, where the database forgot one of this approval; its key stays the same."""
    tried, draft = attempt_of(case), draft_of(case)
    return None if draft.kind == DraftKind.TAKE_BACK else begin_call(desk, tried.key, tried.n, now)


def _stray(desk: Desk, network: Network, case: Case) -> str:
    """Return in words how the reply to be sent differs from the approved one; "" if it does not."""
    if why := last_check.differs(desk, case):
        return why
    draft = case.draft
    if draft is None or draft.attempt is None or desk.network(draft.goes_under) is not network:
        return "it would go out by another account"
    return "" if draft.attempt.key == approval_key(draft) else "its attempt is not one of this approval"


def _call(desk: Desk, network: Network, case: Case) -> SendOutcome:
    draft = case.draft
    if draft is None or draft.attempt is None or draft.approval is None:
        raise ValueError("nothing is being sent on this case")
    if draft.kind == DraftKind.PRIVATE:
        return send_privately(network, draft, draft.attempt.key)
    return in_place.call(network, in_place.as_named_now(desk, draft), draft.attempt.key)


def _settle(desk: Desk, case: Case, outcome: SendOutcome, now: datetime, *, called: bool = True) -> None:
    """Record the outcome of an attempt; `called`: unless the network was only read. Only it can end `sending`."""
    if isinstance(outcome, Sent) and outcome.at is None:
        outcome = replace(outcome, at=now)
    with desk.store.transaction():
        after = desk.store.case(case.id)
        if after.draft is not None:
            note_sent(desk, after.draft, outcome, now, called=called)
            note_outcome(desk, after.draft.target, use_of(after.draft), outcome, now)
        for event in _consequences(desk, after, attempt_of(case), outcome, now):
            after = once_public(desk, desk.store.record(after, event), event.at)
        if isinstance(outcome, Sent):
            note_our_post(desk, case, outcome, now)
    desk.in_flight.discard(case.id)


def _consequences(desk: Desk, case: Case, tried: Attempt, outcome: SendOutcome, now: datetime) -> list[Event]:
    settled = _settled(desk, case, tried, outcome, now)
    if settled is None:
        return []
    if isinstance(outcome, NotSent) and outcome.by_hand:
        return [settled, draft_events.HandedOver(by="desk", at=now, why=outcome.why)]
    return [settled]


def _settled(desk: Desk, case: Case, tried: Attempt, outcome: SendOutcome, now: datetime) -> Event | None:
    draft = case.draft
    if draft is None or draft.attempt is None or draft.state not in ON_ITS_WAY:
        return None
    if isinstance(outcome, Sent):  # also after the attempt was marked unknown, since this is certain
        return went_public(draft, outcome, now) if is_same_part(case, tried) else None
    if not is_in_hand(case, tried):
        return None
    if isinstance(outcome, NotSent):
        return refused(desk, case, outcome, now)
    if draft.kind == DraftKind.TAKE_BACK:
        why = f"{outcome.why} It may still be there: deleting can be repeated safely."
        return draft_events.Refused(by="network", at=now, why=why)
    look_at = first_look(draft.attempt.started_at, now, visibility_delay_of(desk, draft))
    return draft_events.Lost(by="network", at=now, why=outcome.why, until=look_at)


def void_old_approvals(desk: Desk, now: datetime) -> int:
    """Ask again for approvals that waited too long, as after an outage; return how many."""
    old = [
        case
        for case, row, given in desk.store.waiting_approvals()
        if approval_age.is_too_old(desk, row, given, now) or is_ahead(given, now)
    ]
    return sweep(
        desk, "void", old, lambda case_id: change(desk, case_id, lambda case: overtaken_event(desk, case, now))
    )


# --- unknown outcomes -------------------------------------------------------------------------------------


def check_due_outcomes(desk: Desk, now: datetime) -> int:
    """Read the networks for replies of unknown outcome that are due; return how many.

    If a network cannot be read, its other replies wait for the next round.
    """
    silent, left = set[tuple[str, str]](), AT_ONCE

    def one(case_id: int) -> bool:
        nonlocal left
        before = desk.store.case(case_id)
        turn = None if not left or _where(before) in silent else desk.store.claim(reply_turn(before))
        if turn is None:
            return False
        left -= 1
        try:
            after, _ = check_outcome(desk, case_id, desk.clock.now())
        finally:
            desk.store.drop(turn)
        if _looks(after) == _looks(before):
            silent.add(_where(before))
        return True

    return sweep(desk, "look", desk.store.to_look_for(now), one)


def _looks(case: Case) -> int | None:
    """Return the number of checks of a reply of unknown outcome; None if it is known."""
    draft = case.draft
    return draft.attempt.looks if draft and draft.attempt and draft.state == DraftState.UNCONFIRMED else None


def check_outcome(desk: Desk, case_id: int, now: datetime) -> tuple[Case, str | None]:
    """Read the network for a reply of unknown outcome, and record the result.

    Returns the case, and why the network could not be read; None: it was read.
    """
    case = desk.store.case(case_id)
    draft = case.draft
    if draft is None or draft.attempt is None or draft.state != DraftState.UNCONFIRMED:
        return case, None
    network = desk.network(draft.target)
    if network is None:
        why = "The desk has no account there any more."
        return _could_not_look(desk, case_id, now, why), why
    try:
        _refuse_other_words(draft)
        found = read_back(desk, network, case, now)
    except NetworkTrouble as trouble:
        return _could_not_look(desk, case_id, now, trouble.sentence), trouble.sentence
    tried = draft.attempt
    if not isinstance(found, Sent):
        absent = partial(_not_found, desk, network, now=now, proof=found)
        return change(desk, case_id, lambda fresh: absent(fresh) if is_last_attempt(fresh, tried) else None), None
    with desk.store.transaction():
        fresh = desk.store.case(case_id)
        if fresh.draft is not None and fresh.draft.state == DraftState.UNCONFIRMED and is_same_part(fresh, tried):
            once_public(desk, desk.store.record(fresh, went_public(fresh.draft, found, now)), now)
        note_our_post(desk, case, found, now)
    return desk.store.case(case_id), None


def _refuse_other_words(draft: Draft) -> None:
    if why := row_differs(draft):  # it is unknown what was sent, so no found post can be recognised
        raise NetworkTrouble(f"It cannot be looked for, since {why}.")


def _could_not_look(desk: Desk, case_id: int, now: datetime, why: str) -> Case:
    """Record a failed reading; after a long time a person is asked to look."""
    with desk.store.transaction():
        after = change(desk, case_id, lambda fresh: _looked(fresh, now, visibility_delay_of(desk, fresh.draft), why))
        draft = after.draft
        if draft and draft.attempt and draft.state == DraftState.UNCONFIRMED and is_unread(draft.attempt, now):
            where = network_label(draft.target.network)
            sentence = (
                f"Nobody knows whether the reply on case {case_id} went out: {where} could not be "
                f"read often enough to tell. Please look there once; an approver settles it on the card. {why}"
            )
            key = f"unknown:{draft.id}:{draft.attempt.n}:{draft.attempt.started_at.isoformat()}"
            desk.store.notice(key, desk.policy.leads_channel, sentence, now)
    return after


def _not_found(desk: Desk, network: Network, case: Case, now: datetime, proof: ProvenAbsent | None) -> Event | None:
    """Return the event of a reading that found no reply: absent, where that is known or a repeat is safe."""
    looked = _looked(case, now, network.visibility_delay)
    if looked is None:
        return None
    again = is_sent_again(desk, network, case, now)
    if proof:
        return draft_events.Absent(by="network", at=now, why="The network knows of no such reply.", again=again)
    if again and looked.until is None:  # no further check is planned
        return draft_events.Absent(by="network", at=now, why="The network does not show it.", again=True)
    return looked


def _looked(
    case: Case, now: datetime, visibility_delay: VisibilityDelay, not_taken: str | None = None
) -> draft_events.OutcomeChecked | None:
    draft = case.draft
    if draft is None or draft.attempt is None or draft.state != DraftState.UNCONFIRMED:
        return None
    look_at, missed_at = next_look(draft.attempt, now, visibility_delay, taken=not_taken is None)
    return draft_events.OutcomeChecked(by="desk", at=now, not_taken=not_taken, until=look_at, since=missed_at)
