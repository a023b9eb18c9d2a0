"""People go on and off by themselves; it is written down, and it ends when it should."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import NotUsable
from bot.domain.shifts import Shift
from bot.ports import Desk
from bot.services import casework, shifts
from tests.fakes import ANA, APPROVERS, BEN, CARO, DEE, GUS, NOON
from tests.services.journey import a_case, clock

NOONS = Shift(
    days=frozenset({0}), hours=[(11 * 60, 13 * 60)], people=frozenset({ANA, APPROVERS}), zone=ZoneInfo("UTC")
)


def with_shifts(desk: Desk, *turns: Shift) -> Desk:
    return replace(desk, policy=replace(desk.policy, shifts=turns))


def test_without_shifts_the_whole_team_is_on_and_strangers_are_not(desk: Desk) -> None:
    assert shifts.on_now(desk, NOON) == {ANA, BEN, CARO, DEE, GUS}


def test_a_shift_names_people_and_groups(desk: Desk) -> None:
    assert shifts.on_now(with_shifts(desk, NOONS), NOON) == {ANA, BEN, CARO}


def test_going_off_is_written_down_and_holds(desk: Desk) -> None:
    shifts.go_off(desk, by=BEN, at=NOON)
    assert BEN not in shifts.on_now(desk, NOON + timedelta(days=3))
    [line] = desk.store.audit("desk")
    assert (line.verb, line.by, line.facts) == ("shift_changed", BEN, {"on": False, "until": ""})
    shifts.go_on(desk, by=BEN, at=NOON)
    assert BEN in shifts.on_now(desk, NOON)


@pytest.mark.parametrize(("zone", "hours"), [("UTC", 2), ("Europe/Berlin", 1), ("Asia/Tokyo", 17)])
def test_away_until_is_meant_in_ones_own_zone(desk: Desk, zone: str, hours: int) -> None:
    ben = desk.store.person(BEN)
    assert ben is not None
    desk.store.put_people([replace(ben, zone=zone)], [])
    assert shifts.go_away(desk, "until 14:00", by=BEN, at=NOON).until == NOON + timedelta(hours=hours)


@pytest.mark.parametrize("words", ["", "until", "until 25:00", "until 14:61", "until tomorrow", "14:00 sharp"])
def test_away_without_a_time_says_what_to_write(desk: Desk, words: str) -> None:
    with pytest.raises(NotUsable, match="/care away until 14:00"):
        shifts.go_away(desk, words, by=BEN, at=NOON)


def test_who_tells_load_roles_and_when_somebody_is_back(desk: Desk) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    shifts.go_away(desk, "14:00", by=BEN, at=NOON)
    found = shifts.who(desk, clock(desk).now())
    assert dict(found.on) == {ANA: 1, CARO: 0, DEE: 0, GUS: 0}
    assert (found.approvers, found.leads) == ({CARO}, {CARO})
    assert found.off == [(BEN, NOON + timedelta(hours=2))]
