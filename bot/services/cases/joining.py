"""Ends a case that goes on in another one of its author, and takes two such cases apart again."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.tables import GOING_ON, OURS, CaseState
from bot.domain.cases import events
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import BY_LINK
from bot.ports import Desk

CAN_GO_ON = GOING_ON | {CaseState.SOLVED}  # states in which a case can take another one in


def goes_on_in(desk: Desk, case: Case, into: Case, *, by: str, at: datetime) -> Case:
    """End a case and move its posts to another one, and its assignee where that has none; return the other case."""
    moved = tuple(one.id for one in desk.store.mentions(case.id))
    desk.store.move_mentions(moved, into.id)
    desk.store.record(case, events.Joined(by=by, at=at, into=into.id, moved=moved))
    if not case.assignee or into.assignee or into.state not in OURS:
        return into
    return desk.store.record(into, events.Assigned(by=by, at=at, to=case.assignee))


def goes_on_now(desk: Desk, case: Case) -> Case:
    """Return the case in which an ended one goes on, over all merges; itself where it was not merged."""
    while case.joined_into:
        case = desk.store.case(case.joined_into)
    return case


def posts_at_merge(desk: Desk, case: Case) -> Sequence[int]:
    """Return the rows of the posts with which a case was merged; empty for what an earlier version joined."""
    lines = [one for one in desk.store.audit(f"case:{case.id}") if one.verb == events.Joined.verb]
    moved = lines[-1].facts.get("moved", []) if lines else []
    return [one for one in moved if isinstance(one, int)] if isinstance(moved, list) else []


def others_of(desk: Desk, case: Case) -> Sequence[Case]:
    """Return the cases into which this one can be merged: those of the same author, public or private as it is."""
    if case.state not in GOING_ON or case.storm or case.network == BY_LINK:
        return ()
    return [one for one in desk.store.live_cases(case.network, case.author.id) if _fits(case, one)]


def _fits(case: Case, into: Case) -> bool:
    same = (into.account, into.private) == (case.account, case.private) and into.author.id == case.author.id
    return same and into.id != case.id and into.network == case.network and into.state in CAN_GO_ON and not into.storm
