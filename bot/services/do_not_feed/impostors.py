"""Finds the customers whom somebody wrote to who pretends to be our support, and says so on both cards."""

from datetime import datetime

from bot.domain.base.tables import CaseState
from bot.domain.cases import author_events
from bot.domain.cases.case import Case
from bot.domain.do_not_feed.impostor import AT_MOST, RECENTLY
from bot.domain.mentions.mention import Mention
from bot.domain.triage.triage import Kind, Triage
from bot.ports import Desk
from bot.services.cases import casework


def look_beside(desk: Desk, case: Case | None, post: Mention, triage: Triage, now: datetime) -> None:
    """Link a case that got a post to the impostors of its conversation, or, if it is an impostor's, to customers."""
    if case is None or case.private:
        return
    if case.impostor == case.id or triage.kind == Kind.IMPOSTOR:
        called_impostor(desk, case.id, by="desk", at=now)
    elif post.root_id != post.ref.post_id:  # in a conversation that somebody else may be in
        _in_conversation(desk, case, now)


def _in_conversation(desk: Desk, case: Case, now: datetime) -> None:
    if desk.store.is_impostor(case.network, case.author.id):
        called_impostor(desk, case.id, by="desk", at=now)
        return
    for number in desk.store.impostors_beside(case):
        find_customers(desk, desk.store.case(number), now)


def called_impostor(desk: Desk, case_id: int, *, by: str, at: datetime) -> None:
    """Take the author of a case for an impostor of our support, and find whom they wrote to."""
    with desk.store.transaction():
        case = desk.store.case(case_id)
        if case.impostor != case.id:
            case = desk.store.record(case, author_events.CalledImpostor(by=by, at=at))
        find_customers(desk, case, at)


def find_customers(desk: Desk, impostor: Case, now: datetime) -> None:
    """Link an impostor's case to the customers whom they wrote to since the last look."""
    known = {one.case_id: one.direct for one in desk.store.impostor_customers(impostor.id)}
    for number, direct in desk.store.written_to(impostor, now - RECENTLY, AT_MOST):
        if number in known and known[number] >= direct:
            continue
        wrote = author_events.ImpostorWrote(by="desk", at=now, other=impostor.id, direct=direct)
        desk.store.record(desk.store.case(number), wrote)
        desk.store.record(desk.store.case(impostor.id), author_events.WroteAsUs(by="desk", at=now, other=number))


def no_impostor(desk: Desk, case_id: int, *, by: str, at: datetime) -> None:
    """Take back that a case is an impostor's: nobody's card says so any more."""
    with desk.store.transaction():
        case = desk.store.case(case_id)
        if case.impostor != case.id:
            return
        gone = author_events.NoImpostor(by=by, at=at, other=case.id)
        for one in desk.store.impostor_customers(case.id):
            desk.store.record(desk.store.case(one.case_id), gone)
        desk.store.record(desk.store.case(case.id), gone)


def bring_back(desk: Desk, case_id: int, *, by: str, at: datetime) -> Case:
    """Reopen a case; one that was set aside as an impostor's is none any more."""
    with desk.store.transaction():
        if desk.store.case(case_id).state == CaseState.DISMISSED:
            no_impostor(desk, case_id, by=by, at=at)
        return casework.reopen(desk, case_id, by=by, at=at)
