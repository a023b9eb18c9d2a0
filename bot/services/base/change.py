"""Reads, decides and stores one change of a case; repeats it if somebody else changed the case first."""

from collections.abc import Callable

from bot.domain.base.refusals import Outdated
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event
from bot.ports import Conflict, Desk

TRIES = 5  # tries before the case counts as too busy


def change(desk: Desk, case_id: int, decide: Callable[[Case], Event | None]) -> Case:
    """Read, decide and record; read and decide again after a Conflict. Raises Refusal."""
    for _ in range(TRIES):
        case = desk.store.case(case_id)
        event = decide(case)
        if event is None:
            return case
        try:
            after = desk.store.record(case, event)
        except Conflict:
            continue
        return after
    raise Outdated("Several people are changing this case at once. Please look at the card and press again.")
