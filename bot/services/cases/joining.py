"""Ends a case whose conversation goes on in another one of its author's."""

from datetime import datetime

from bot.domain.base.tables import OURS
from bot.domain.cases import events
from bot.domain.cases.case import Case
from bot.ports import Desk


def goes_on_in(desk: Desk, case: Case, into: Case, *, by: str, at: datetime) -> Case:
    """End a case and move its posts to another one, and its assignee where that has none; return the other case."""
    desk.store.move_mentions([one.id for one in desk.store.mentions(case.id)], into.id)
    desk.store.record(case, events.Joined(by=by, at=at, into=into.id))
    if not case.assignee or into.assignee or into.state not in OURS:
        return into
    return desk.store.record(into, events.Assigned(by=by, at=at, to=case.assignee))
