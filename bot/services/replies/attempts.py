"""Begins an attempt at a reply: one desk and one thread at a time, recorded before the call."""

from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import DraftState
from bot.domain.cases.case import Case
from bot.domain.replies import draft_events
from bot.domain.replies.draft import Attempt, Draft, approval_key
from bot.ports import Desk
from bot.ports.leases import Turn
from bot.services.halts.gate import refuse_halted


def reply_turn(case: Case) -> str:
    """Return the piece of work that a case's reply is: one desk at a time sends it."""
    return f"reply {case.id}"


@dataclass(frozen=True, slots=True)
class BegunAttempt:
    """A recorded attempt, and the right to carry it out."""

    case: Case
    turn: Turn


def begin_attempt(desk: Desk, case: Case, *, by: str, at: datetime) -> BegunAttempt:
    """Record that an attempt begins; the caller must then call `carry_out`.

    Raises Outdated where it is paused, or where another desk is at it.
    """
    turn = desk.store.claim(reply_turn(case))
    if turn is None:
        raise Outdated("The desk is at this reply in this moment. The card shows what becomes of it.")
    try:
        return BegunAttempt(record_attempt(desk, case, by=by, at=at), turn)
    except BaseException:
        desk.store.drop(turn)
        raise


def record_attempt(desk: Desk, case: Case, *, by: str, at: datetime) -> Case:
    """Record that an attempt begins of a reply whose turn is taken; return the case."""
    with desk.store.transaction():
        refuse_halted(desk, case.draft)
        if case.draft and (who := desk.store.paused_by(case.draft.id)):
            raise Outdated(f"<@{who}> has paused this holding reply. Resume it first.")
        begun = desk.store.record(case, draft_events.SendingBegun(by=by, at=at, key=approval_key(case.draft)))
        desk.in_flight.add(case.id)
        return begun


def is_in_hand(case: Case, tried: Attempt) -> bool:
    """Return whether this attempt is still on its way: nobody has recorded an outcome, or begun another one."""
    draft = case.draft
    return draft is not None and draft.state == DraftState.SENDING and draft.attempt == tried


def is_same_part(case: Case, tried: Attempt) -> bool:
    """Return whether what is public of this attempt is what the newest one is about: same approval, same part."""
    newest = case.draft.attempt if case.draft else None
    return newest is not None and newest.key == tried.key


def is_last_attempt(case: Case, tried: Attempt) -> bool:
    """Return whether no other attempt began since: only then a reading that found nothing says something."""
    newest = case.draft.attempt if case.draft else None
    return newest is not None and (newest.key, newest.n) == (tried.key, tried.n)


def draft_of(case: Case) -> Draft:
    """Return the draft of a case that has one."""
    if case.draft is None:
        raise ValueError("there is no draft on this case")
    return case.draft


def attempt_of(case: Case) -> Attempt:
    """Return the newest attempt of a draft that has one."""
    tried = draft_of(case).attempt
    if tried is None:
        raise ValueError("nothing is being sent on this case")
    return tried
