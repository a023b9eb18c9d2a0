"""Corrects the triage of mentions: keeps and counts what people say a mention is, and lets its case follow."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import GOING_ON, CaseState
from bot.domain.cases import events
from bot.domain.cases.case import Case, Priority
from bot.domain.mentions.mention import Side
from bot.domain.triage.triage import LIGHT, Kind, Reason, Triage, Urgent
from bot.ports import Desk
from bot.services.cases.casework import reprioritise, solve
from bot.services.cases.owed import priority_event
from bot.services.do_not_feed.impostors import called_impostor, no_impostor
from bot.services.light_lane.gathering import gather, is_light, opened_by_hand


def correct_triage(
    desk: Desk, case_id: int, *, by: str, at: datetime, kind: Kind | None = None, urgent: Urgent | None = None
) -> Case:
    """Say what a case's newest post is, or how urgent the case is; its priority follows.

    A case of nothing but light posts about which nobody has done anything goes to the light lane.
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
        case = _as_impostor(desk, desk.store.record(case, event), kind, by, at)
        if urgent is not None:
            return _by_urgency(desk, case, urgent, by, at)
        return _to_the_light_lane(desk, case, kind, by, at) if kind in LIGHT else case


def _as_impostor(desk: Desk, case: Case, kind: Kind | None, by: str, at: datetime) -> Case:
    """Look for the customers of somebody who pretends to be our support; who is called something else does not."""
    if kind == Kind.IMPOSTOR:
        called_impostor(desk, case.id, by=by, at=at)
    elif kind is not None:
        no_impostor(desk, case.id, by=by, at=at)
    return desk.store.case(case.id)


def opened_by_a_person(desk: Desk, mention_id: int, case: Case, *, by: str, at: datetime) -> Case:
    """Count the opening of a light mention as a correction of its triage; return the case."""
    told = desk.store.triage(mention_id)
    if told is None or not told.light:
        return case
    desk.store.correct_triage(mention_id, replace(opened_by_hand(told), corrected_by=by), by, at)
    return desk.store.record(case, events.TriageCorrected(by=by, at=at, mention=mention_id, kind=Kind.COMPLAINT))


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


def _to_the_light_lane(desk: Desk, case: Case, kind: Kind, by: str, at: datetime) -> Case:
    """End a case that nobody began to work on, and let its posts wait in the light lane; return the case."""
    if case.state != CaseState.NEW or case.priority == Priority.URGENT or _is_begun(desk, case):
        return case
    posts = [one for one in desk.store.mentions(case.id) if one.side == Side.THEIRS]
    told = desk.store.triages(case.id)
    if not all(one.id in told and is_light(desk, one, told[one.id]) for one in posts):
        return case
    if any(desk.store.light(one.id) for one in posts):  # somebody opened it from there
        return case
    for one in posts:
        gather(desk, one, told[one.id], at)
    return solve(desk, case.id, by=by, at=at, reason=kind.value)


def _is_begun(desk: Desk, case: Case) -> bool:
    """Return whether somebody did something about a case, or a storm answers it."""
    return bool(case.draft or case.answered_at or case.storm or desk.store.inquiries(case.id))


def _by_urgency(desk: Desk, case: Case, urgent: Urgent, by: str, at: datetime) -> Case:
    """Return the case with the priority that goes with it. To make it urgent is open to all who work here."""
    if case.state not in GOING_ON or bool(urgent) == (case.priority == Priority.URGENT):
        return case
    if urgent:
        return desk.store.record(case, priority_event(desk, replace(case, priority=Priority.URGENT), by=by, at=at))
    return reprioritise(desk, case.id, to=Priority.NORMAL, by=by, at=at)
