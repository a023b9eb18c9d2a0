"""What people say a mention is, in the place of what its words told: kept, counted, and the case goes by it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import GOING_ON
from bot.domain.cases import events
from bot.domain.cases.case import Case, Priority
from bot.domain.triage.triage import Kind, Reason, Triage, Urgent
from bot.ports import Desk
from bot.services.cases.casework import reprioritise
from bot.services.cases.owed import priority_event


def correct_triage(
    desk: Desk, case_id: int, *, by: str, at: datetime, kind: Kind | None = None, urgent: Urgent | None = None
) -> Case:
    """Say what a case's newest post is, or how urgent the case is; its priority follows.

    Raises Outdated where the desk never told, and NotYours where `by` may not take urgency from it.
    """
    with desk.store.transaction():
        case, known = desk.store.case(case_id), desk.store.triages(case_id)
        if not known:
            raise Outdated(
                f"Nobody told what case {case_id} is, since it is older than that. There is nothing to correct."
            )
        changed = {one: after for one, after in _corrected(case, known, kind, urgent).items() if after != known[one]}
        if not changed:
            return case
        for mention, after in changed.items():
            desk.store.correct_triage(mention, replace(after, corrected_by=by), by, at)
        event = events.TriageCorrected(by=by, at=at, mention=max(changed), kind=kind, urgent=urgent)
        case = desk.store.record(case, event)
        return case if urgent is None else _by_urgency(desk, case, urgent, by, at)


def _corrected(
    case: Case, known: Mapping[int, Triage], kind: Kind | None, urgent: Urgent | None
) -> Mapping[int, Triage]:
    """Return what the posts are from now on: the newest has the kind; urgent is the case, by whichever post."""
    newest = case.latest if case.latest in known else max(known)
    after = dict(known)
    if kind is not None:
        after[newest] = replace(after[newest], kind=kind, kind_by=Reason(), sure=True)
    if urgent is not None:
        after = {one: replace(triage, urgent=Urgent.NO, urgent_by=Reason()) for one, triage in after.items()}
        after[newest] = replace(after[newest], urgent=urgent)
    return after


def _by_urgency(desk: Desk, case: Case, urgent: Urgent, by: str, at: datetime) -> Case:
    """Return the case with the priority that goes with it. To make it urgent is open to all who work here."""
    if case.state not in GOING_ON or bool(urgent) == (case.priority == Priority.URGENT):
        return case
    if urgent:
        return desk.store.record(case, priority_event(desk, replace(case, priority=Priority.URGENT), by=by, at=at))
    return reprioritise(desk, case.id, to=Priority.NORMAL, by=by, at=at)
