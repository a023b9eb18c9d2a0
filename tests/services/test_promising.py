"""What our policy promises on a case: which rule decides, and how answers and solutions run beside each other."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.case import Priority
from bot.domain.errors import NotYours, Outdated
from bot.domain.turnaround import PromiseKind
from bot.ports import Desk, Turnaround
from bot.services import casework, reminding
from bot.services.routing import turnaround
from tests import builders
from tests.fakes import ANA, CARO, DEE, NOON, a_post, our_post
from tests.services.journey import a_case, clock, only_case, receive

HOUR = timedelta(hours=1)
ANSWERS = Turnaround(within=HOUR)
TO_SOLVE = Turnaround(within=8 * HOUR, kind="resolution")


def promising(desk: Desk, *rules: Turnaround) -> Desk:
    return replace(desk, policy=replace(desk.policy, turnarounds=rules))


@pytest.mark.parametrize(
    ("facts", "kind", "minutes"),
    [
        ({}, PromiseKind.FIRST_RESPONSE, 60),
        ({}, PromiseKind.NEXT_RESPONSE, 30),
        ({"priority": Priority.URGENT}, PromiseKind.FIRST_RESPONSE, 15),
        ({"priority": Priority.URGENT, "channel": "C0BILLING"}, PromiseKind.FIRST_RESPONSE, 10),
        ({"channel": "C0BILLING"}, PromiseKind.FIRST_RESPONSE, 60),
        ({}, PromiseKind.RESOLUTION, None),
        ({"network": "bluesky"}, PromiseKind.RESOLUTION, 480),
    ],
)
def test_the_rule_that_names_most_of_a_case_decides(
    desk: Desk, facts: dict[str, object], kind: PromiseKind, minutes: int | None
) -> None:
    policy = promising(
        desk,
        ANSWERS,
        Turnaround(within=HOUR / 2, kind="next_response"),
        Turnaround(within=HOUR / 4, kind="first_response", priority="urgent"),
        Turnaround(within=HOUR / 6, priority="urgent", channel="C0BILLING", kind="first_response"),
        replace(TO_SOLVE, network="bluesky"),
    ).policy
    found = turnaround(policy, builders.opened(**facts), kind)  # type: ignore[arg-type]
    assert found == (timedelta(minutes=minutes) if minutes else None)


def test_a_solution_is_promised_from_the_opening_and_waits_while_the_customer_has_the_word(desk: Desk) -> None:
    desk = promising(desk, ANSWERS, TO_SOLVE)
    a_case(desk)
    receive(desk, our_post("150", "On it", to="100", root="100", at=clock(desk).move(minutes=30)), stream="own")
    assert (only_case(desk).due_at, desk.store.next_reminder_at()) == (None, None)
    receive(desk, a_post("151", "and now?", root="100", at=clock(desk).move(hours=24)))
    case = only_case(desk)
    assert case.resolution is not None
    assert case.resolution.due_at == NOON + 32 * HOUR
    assert casework.solve(desk, case.id, by=ANA, at=clock(desk).move(hours=1)).resolution is not None
    solved = only_case(desk).resolution
    assert solved is not None
    assert (solved.lapsed_at, solved.running) == (None, False)


def test_a_solved_case_that_is_taken_up_again_is_promised_a_solution_of_its_own(desk: Desk) -> None:
    desk = promising(desk, ANSWERS, TO_SOLVE)
    a_case(desk)
    late = casework.solve(desk, 1, by=ANA, at=clock(desk).move(hours=9)).resolution
    again = casework.reopen(desk, 1, by=ANA, at=clock(desk).move(hours=1)).resolution
    assert late is not None
    assert again is not None
    assert (late.lapsed_at, again.started_at, again.running) == (NOON + 8 * HOUR, NOON + 10 * HOUR, True)
    assert again.id != late.id


def test_both_promises_are_reminded_of_each_at_its_time(desk: Desk) -> None:
    desk = promising(desk, ANSWERS, TO_SOLVE)
    a_case(desk)
    told = []
    for _ in range(9 * 60):
        now = clock(desk).move(minutes=1)
        before = len(desk.store.audit("case:1"))
        reminding.remind(desk, now)
        told += [(line.facts["level"], (now - NOON) // HOUR) for line in desk.store.audit("case:1")[before:]]
    assert told == [(50, 0), (75, 0), (90, 0), (100, 1), (50, 4), (75, 6), (90, 7), (100, 8)]


# --- other moments ------------------------------------------------------------------------------------------


def urgent_sooner(desk: Desk) -> Desk:
    return promising(desk, ANSWERS, Turnaround(within=HOUR / 4, priority="urgent"), TO_SOLVE)


def test_a_lead_or_the_holder_moves_what_is_owed_with_the_priority(desk: Desk) -> None:
    desk = urgent_sooner(desk)
    a_case(desk)
    after = casework.reprioritise(desk, 1, to=Priority.URGENT, by=CARO, at=NOON)
    assert (after.priority, after.due_at, after.moved) == (Priority.URGENT, NOON + HOUR / 4, "priority")
    casework.claim(desk, 1, by=ANA, at=NOON)
    back = casework.reprioritise(desk, 1, to=Priority.NORMAL, by=ANA, at=NOON)
    assert (back.priority, back.due_at) == (Priority.NORMAL, NOON + HOUR)
    assert desk.store.case(1) == back
    assert [(line.by, line.facts["priority"]) for line in desk.store.audit("case:1") if "priority" in line.facts] == [
        (CARO, "urgent"),
        (ANA, "normal"),
    ]


def test_anybody_else_is_told_who_can_set_the_priority(desk: Desk) -> None:
    before = a_case(desk).priority
    with pytest.raises(NotYours, match=r"Only whoever claims it or a lead can set the priority of case 1\."):
        casework.reprioritise(desk, 1, to=Priority.LOW, by=DEE, at=NOON)
    casework.claim(desk, 1, by=ANA, at=NOON)
    with pytest.raises(NotYours, match=f"Only <@{ANA}>, who holds it, or a lead"):
        casework.reprioritise(desk, 1, to=Priority.LOW, by=DEE, at=NOON)
    assert only_case(desk).priority == before


def test_an_ended_case_has_no_priority_to_set(desk: Desk) -> None:
    a_case(desk)
    casework.solve(desk, 1, by=CARO, at=NOON)
    with pytest.raises(Outdated, match="Reopen it"):
        casework.reprioritise(desk, 1, to=Priority.LOW, by=CARO, at=NOON)


def test_other_hours_at_a_start_move_what_is_owed_once_and_say_so(desk: Desk) -> None:
    desk = promising(desk, ANSWERS)
    assert casework.retime(desk, NOON) == 0
    a_case(desk)
    opened = only_case(desk)
    shorter = promising(desk, replace(ANSWERS, within=HOUR / 2))
    assert casework.retime(desk, NOON) == 0
    assert casework.retime(shorter, NOON) == 1
    assert casework.retime(shorter, NOON) == 0
    assert (only_case(desk).due_at, only_case(desk).moved, opened.moved) == (NOON + HOUR / 2, "hours", "")
    receive(desk, our_post("150", "On it", to="100", root="100", at=NOON), stream="own")
    assert only_case(desk).moved == ""
    assert casework.retime(desk, NOON) == 0
