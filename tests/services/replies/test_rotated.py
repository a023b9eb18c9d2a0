"""Drafts that are not ready do not block those after them: each run goes on where the last one ended."""

from dataclasses import replace

import pytest

from bot.domain.team.skills import Skill
from bot.ports import Desk, Route
from bot.services.base.sweeping import rotated
from bot.services.cases import assigning, casework
from bot.services.reminders import claim_checks
from bot.services.slack import shared_channels
from tests.fakes import ANA, BEN, CARE, CARO, DEE, GUS, NOON, a_post
from tests.services.journey import clock, receive, slack

MANY = 1_010  # more than one run reads


@pytest.mark.parametrize("count", [0, 3, 7, 10])
def test_everything_is_looked_at_within_a_few_looks_and_nothing_twice_in_one(desk: Desk, count: int) -> None:
    looks = [rotated(desk, "look", list(range(count)), 3) for _ in range(4)]
    assert {one for look in looks for one in look} == set(range(count))
    assert all(len(set(look)) == len(look) == min(3, count) for look in looks)


def test_looks_of_another_kind_have_their_own_turn(desk: Desk) -> None:
    rotated(desk, "check", [1, 2, 3, 4], 2)
    assert rotated(desk, "give_out", [1, 2, 3, 4], 2) == [1, 2]
    assert rotated(desk, "check", [1, 2, 3, 4], 2) == [3, 4]


def many_cases(desk: Desk, count: int, language: str = "en") -> None:
    for start in range(1, count + 1, 100):
        numbers = range(start, min(start + 100, count + 1))
        posts = [a_post(str(n), "late", by=f"c{n}", language=language) for n in numbers]
        receive(desk, *posts)


def test_a_claim_behind_a_thousand_that_are_answered_for_is_asked_about(desk: Desk) -> None:
    many_cases(desk, MANY)
    for number in range(1, MANY + 1):
        casework.claim(desk, number, by=ANA, at=clock(desk).move(milliseconds=1))
    slack(desk).resting[ANA] = (NOON, NOON.replace(hour=23))
    desk.store.put_people([replace(slack(desk).people[ANA], dnd_from=NOON, dnd_until=NOON.replace(hour=23))], [])
    casework.assign(desk, MANY, to=DEE, by=ANA, at=desk.clock.now())
    now = clock(desk).move(minutes=25)
    assert [claim_checks.check_claims(desk, now) for _ in range(2)] == [0, 1]


def test_a_channel_behind_twenty_others_is_looked_at(desk: Desk) -> None:
    last = "C0LAST"
    routes = tuple(Route(channel=f"C0{n:02}") for n in range(25))
    many = replace(desk, policy=replace(desk.policy, routes=(*routes, Route(channel=last))))
    slack(desk).shared_rooms.add(last)
    for _ in range(2):
        shared_channels.check_channels(many, desk.clock.now())
    assert many.rooms.held == {last}
    assert CARE not in many.rooms.held


def test_a_case_behind_a_thousand_that_suit_nobody_is_given_out(desk: Desk) -> None:
    many_cases(desk, MANY - 1, language="da")
    receive(desk, a_post(str(MANY), "late", by="omar", at=clock(desk).move(minutes=1)))
    english = Skill(people=frozenset({ANA, BEN, CARO, DEE, GUS}), languages=frozenset({"en"}))
    giving = replace(desk, policy=replace(desk.policy, gives_out=True, skills=(english,)))
    assert [assigning.give_out_waiting(giving, desk.clock.now()) for _ in range(2)] == [0, 1]
