"""A customer's segment is found at intake, stays with the case, and changes only with the configuration."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.tables import CaseState
from bot.domain.cases.case import Priority
from bot.domain.mentions.mention import Author
from bot.domain.mentions.segments import Segment
from bot.ports import Desk, Route, Turnaround
from bot.services.cases import casework, owed
from tests.fakes import ANA, CARO, NOON, POLICY, a_post, our_post
from tests.services.journey import a_case, clock, only_case, receive, seen

HOUR = timedelta(hours=1)
PRESS = Segment(name="press", title="Press", handles=frozenset({("x", "priya")}))
REACH = Segment(name="reach", title="Reach", followers_at_least=50_000)
RULES = (
    Turnaround(within=HOUR),
    Turnaround(within=HOUR / 4, priority="urgent"),
    Turnaround(within=HOUR / 2, segment="press"),
    Turnaround(within=HOUR / 6, segment="press", priority="urgent"),
)
DECIDING = Route(channel="C0PRESS", segments=frozenset({"press"}), priority="urgent", topic="press")


def knowing(desk: Desk, *segments: Segment, routes: tuple[Route, ...] = ()) -> Desk:
    routes = (*routes, *POLICY.routes)
    return replace(desk, policy=replace(desk.policy, segments=segments, turnarounds=RULES, routes=routes))


def facts(desk: Desk) -> list[tuple[str, object]]:
    return [(line.verb, line.facts["segment"]) for line in desk.store.audit("case:1") if "segment" in line.facts]


def test_the_segment_of_a_new_case_decides_its_promise_and_stands_in_its_trail(desk: Desk) -> None:
    desk = knowing(desk, PRESS, REACH)
    a_case(desk, "Where is my parcel")
    case = only_case(desk)
    assert (case.segment, case.due_at, case.moved) == ("press", NOON + HOUR / 2, "")
    assert facts(desk) == [("opened", "press")]
    assert seen(desk, case).segment == "Press"


def test_somebody_in_no_segment_is_promised_what_everybody_is(desk: Desk) -> None:
    desk = knowing(desk, PRESS, REACH)
    receive(desk, a_post("100", "Where is my parcel", by="omar"))
    assert (only_case(desk).segment, only_case(desk).due_at, facts(desk)) == ("", NOON + HOUR, [])


def test_a_route_for_a_segment_decides_channel_priority_and_topic(desk: Desk) -> None:
    desk = knowing(desk, PRESS, routes=(DECIDING,))
    a_case(desk, "Where is my parcel")
    receive(desk, a_post("200", "Where is my parcel", by="omar"))
    case, other = only_case(desk), desk.store.case(2)
    assert (case.channel, case.priority, case.topic) == ("C0PRESS", Priority.URGENT, "press")
    assert case.due_at == NOON + HOUR / 6
    assert (other.channel, other.priority, other.topic) == (POLICY.channel, Priority.NORMAL, "")


def test_followers_that_come_later_change_nothing(desk: Desk) -> None:
    desk = knowing(desk, REACH)
    a_case(desk)
    famous = Author(id="id-priya", handle="priya", name="Priya N", followers=900_000)
    receive(desk, a_post("101", "hello?", root="100", author=famous))
    assert (only_case(desk).segment, facts(desk)) == ("", [])


def test_who_wrote_neither_brings_a_case_back_nor_makes_it_urgent_again(desk: Desk) -> None:
    desk = knowing(desk, PRESS, routes=(DECIDING,))
    a_case(desk, "Where is my parcel")
    casework.reprioritise(desk, 1, to=Priority.LOW, by=CARO, at=NOON)
    casework.set_aside(desk, 1, by=ANA, at=NOON, reason="Spam", until=NOON + 24 * HOUR)
    receive(desk, a_post("101", "well?", root="100"))
    assert (only_case(desk).state, only_case(desk).priority) == (CaseState.DISMISSED, Priority.LOW)


# --- another configuration ------------------------------------------------------------------------------------


def test_other_segments_move_what_is_owed_once_and_the_card_can_say_why(desk: Desk) -> None:
    plain = knowing(desk)
    owed.retime(plain, NOON)
    a_case(plain, "Where is my parcel")
    listed = knowing(desk, PRESS)
    assert [owed.retime(listed, NOON), owed.retime(listed, NOON)] == [1, 0]
    case = only_case(desk)
    assert (case.segment, case.due_at, case.moved) == ("press", NOON + HOUR / 2, "segment")
    assert owed.retime(plain, NOON) == 1
    case = only_case(desk)
    assert (case.segment, case.due_at, case.moved) == ("", NOON + HOUR, "segment")
    assert facts(desk) == [("retimed", "press"), ("retimed", "")]


def test_a_segment_without_a_rule_of_its_own_moves_nothing_and_is_still_shown(desk: Desk) -> None:
    owed.retime(knowing(desk), NOON)
    receive(knowing(desk), a_post("100", "Where is my parcel", by="omar"))
    large = replace(REACH, followers_at_least=1_000)
    assert owed.retime(knowing(desk, large), NOON) == 0
    assert (only_case(desk).segment, only_case(desk).due_at, only_case(desk).moved) == ("reach", NOON + HOUR, "")


@pytest.mark.parametrize("again", ["wrote", "reopened"])
def test_a_case_that_owed_nothing_meets_the_new_segments_when_it_comes_back(desk: Desk, again: str) -> None:
    plain, listed = knowing(desk), knowing(desk, PRESS)
    owed.retime(plain, NOON)
    a_case(plain, "Where is my parcel")
    if again == "wrote":
        receive(plain, our_post("150", "Here", to="100", root="100"), stream="own")
    else:
        casework.solve(plain, 1, by=ANA, at=NOON)
    assert (owed.retime(listed, NOON), only_case(desk).segment) == (0, "")
    at = clock(desk).move(hours=1)
    if again == "wrote":
        receive(listed, a_post("151", "and now?", root="100", at=at))
    else:
        casework.reopen(listed, 1, by=ANA, at=at)
    assert (only_case(desk).segment, only_case(desk).due_at) == ("press", at + HOUR / 2)


def test_a_miss_stays_a_miss_whatever_list_somebody_is_put_on(desk: Desk) -> None:
    plain, generous = knowing(desk, PRESS), knowing(desk)
    owed.retime(plain, NOON)
    a_case(plain, "Where is my parcel")
    late = clock(desk).move(minutes=45)
    assert owed.retime(generous, late) == 0
    assert (only_case(desk).segment, only_case(desk).due_at) == ("", NOON + HOUR / 2)
