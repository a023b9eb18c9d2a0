"""Handovers: at the end of a turn the cases still held are listed for the team, once for each turn."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.cases import events
from bot.domain.cases.case import Case, Priority
from bot.domain.team.handover import BREAK, NEWS_FOR
from bot.domain.team.shifts import ON_FOR, ShiftChange, Turn
from bot.ports import Desk
from bot.services.base.change import change
from bot.services.base.sweeping import sweep
from bot.services.cases import casework
from bot.services.replies import reply_form
from bot.services.team import access, shifts

HELD = 200  # cases of one person that are read


def go_off(desk: Desk, *, by: str, at: datetime) -> ShiftChange:
    """Take somebody off until their next turn, and list their cases for the team, all or nothing."""
    with desk.store.transaction():
        was_on = by in shifts.at_work(desk, at)
        change = shifts.go_off(desk, by=by, at=at)
        left = _left(desk, by, at) if was_on and not _is_break(at, change.until) else []
        if left:
            desk.store.write_handover(at, left, desk.policy.channel, at)
    return change


def go_on(desk: Desk, *, by: str, at: datetime) -> ShiftChange:
    """Put somebody on, and stop offering their cases. Raises NotUsable for a guest."""
    with desk.store.transaction():
        change = shifts.go_on(desk, by=by, at=at)
        desk.store.renew_handovers(by, at)
    return change


def look_who_is_on(desk: Desk, now: datetime) -> int:
    """Redraw the handovers of people who came on or went off since the last check; return how many people."""
    present = shifts.at_work(desk, now)
    moved = sorted(present ^ desk.seen_on)
    for who in moved:
        desk.store.renew_handovers(who, now)
    desk.seen_on.symmetric_difference_update(moved)
    return len(moved)


def hand_over_ended(desk: Desk, now: datetime) -> int:
    """Post a handover for everybody whose turn has ended; return how many turns."""
    present, ended = shifts.at_work(desk, now), defaultdict[datetime, list[tuple[int, str]]](list)

    def look(who: str) -> None:
        turn = _ended(desk, who, now) if who not in present else None
        if turn is not None and not desk.store.handed_over(who, *turn):
            ended[turn[1]] += _left(desk, who, turn[1])

    sweep(desk, "hand_over", desk.store.cases_held(), look)
    told = {end: left for end, left in ended.items() if left}
    with desk.store.transaction():
        for end, left in sorted(told.items()):
            desk.store.write_handover(end, left, desk.policy.channel, now)
    return len(told)


def _ended(desk: Desk, who: str, now: datetime) -> Turn | None:
    """Return their last ended turn, if recent and not followed by another within two hours."""
    over = [turn for turn in _turns(desk, who, now) if now - NEWS_FOR < turn[1] <= now]
    last = max(over, key=lambda turn: turn[1], default=None)
    return None if last is None or _is_break(last[1], shifts.next_turn(desk, who, last[1])) else last


def _turns(desk: Desk, who: str, now: datetime) -> Iterator[Turn]:
    """Yield the periods in which somebody was on, by turns, own changes and given turns."""
    yield from shifts.turns(desk, who, now - NEWS_FOR)
    for one in shifts.known_shift_changes(desk, now - NEWS_FOR):
        if one.who != who:
            continue
        if one.on and one.until is not None:
            yield one.since, one.until
        elif not one.on and one.said_at is not None:
            yield one.since - ON_FOR, one.since


def _is_break(end: datetime, back: datetime | None) -> bool:
    return back is not None and back - end <= BREAK


def _left(desk: Desk, who: str, end: datetime) -> list[tuple[int, str]]:
    held = desk.store.queue(assignee=who, limit=HELD)
    return [(case.id, who) for case in held if case.due_at and case.assigned_at and case.assigned_at <= end]


def give(desk: Desk, case_id: int, *, to: str, note: str, priority: str, by: str, at: datetime) -> None:
    """Assign a case, with a note, and set its priority; both if both are given, or nothing.

    A note is stored for its writer until then. Raises NotUsable if `to` may not hold a case, or a note has no
    recipient.
    """
    if note:
        reply_form.keep_note(desk, case_id, note, by=by, at=at)  # a refusal must not lose the words
    if note.strip() and not to:
        raise NotUsable("Please choose who takes the case: your note goes to them.", "assignee")
    if to:
        access.must_work_here(desk, to, at)
    with desk.store.transaction():
        if priority in set(Priority):
            casework.reprioritise(desk, case_id, to=Priority(priority), by=by, at=at)
        if to:
            casework.assign(desk, case_id, to=to, by=by, at=at, note=note)
        if note:
            reply_form.keep_note(desk, case_id, "", by=by, at=at)


def put_back(desk: Desk, handover_id: int, case_id: int, *, by: str, at: datetime) -> Case:
    """Release a case of a handover; raise Outdated if another person holds it."""
    held_by = left_by(desk, handover_id, case_id)

    def decide(case: Case) -> events.Released:
        if case.assignee != held_by:
            raise Outdated(f"Case {case.id} is in other hands by now. Nothing more to do here.")
        return events.Released(by=by, at=at)

    return change(desk, case_id, decide)


def left_by(desk: Desk, handover_id: int, case_id: int) -> str:
    """Return who held a case in this handover; "" if it is not in it."""
    return dict(desk.store.handover(handover_id).cases).get(case_id, "")
