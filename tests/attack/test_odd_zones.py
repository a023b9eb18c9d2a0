"""A time zone of a person in Slack that this machine does not know affects only that person."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.base.moments import zone_named, zone_of
from bot.domain.promises.promise import always_open
from bot.gateways.odd_zones import odd_zones
from bot.ports import Desk
from bot.services.promises import weekly
from bot.services.reminders import remind
from bot.services.team import handover, shifts
from tests.fakes import ANA, BEN, CARO, NOON, teammate
from tests.services.journey import a_case, clock, verbs

LONDON = ZoneInfo("Europe/London")
ODD = [
    "America/Newtown", "America", "America/", "/etc/localtime", "../UTC", "Europe/London/", "tzdata.zi", "UTC+99", " ",
    "x" * 5_000, "\ud800", "a\0b", "Zürich", "\u202eUTC", ".", "..", "Europe\\London",
]  # fmt: skip


@pytest.mark.parametrize("zone", ODD)
def test_a_zone_that_is_none_is_replaced_by_the_desks(zone: str) -> None:
    assert zone_of(zone, LONDON) == LONDON


def test_a_zone_that_is_known_is_taken() -> None:
    assert zone_of("America/New_York", LONDON).key == "America/New_York"


@given(st.text())
def test_no_name_of_a_zone_breaks_anything(name: str) -> None:
    assert zone_of(name, LONDON).key in {name, "Europe/London"}


@pytest.mark.parametrize("zone", [*ODD, ""])
def test_whoever_has_an_odd_zone_is_reminded_like_the_others(desk: Desk, zone: str) -> None:
    kept = zone.encode("utf-8", "replace").decode()  # a lone surrogate cannot be stored
    for who in (ANA, BEN, CARO):
        desk.store.put_people([replace(teammate(who, who), zone=kept)], [])
        shifts.go_on(desk, by=who, at=NOON)
    a_case(desk)
    now = clock(desk).move(hours=2)
    assert remind.remind(desk, now) == 1
    assert verbs(desk)[-1] == "reminded"
    handover.hand_over_ended(desk, now)
    weekly.tell_weekly_digest(desk, now)


def test_away_until_is_then_by_the_desks_own_clock(desk: Desk) -> None:
    there = replace(desk, policy=replace(desk.policy, hours=always_open("America/New_York")))
    desk.store.put_people([replace(teammate(ANA, "Ana"), zone="America/Newtown")], [])
    change = shifts.go_away(there, "until 14:00", by=ANA, at=NOON)
    assert change.until is not None
    assert change.until.astimezone(ZoneInfo("America/New_York")).hour == 14


def test_an_odd_zone_is_named_once_with_everybody_who_has_it() -> None:
    people = [replace(teammate(f"U0{n}", f"Person {n}"), zone="Mars/\x1b[31mCrater") for n in range(7)]
    [fact] = odd_zones([*people, replace(teammate(ANA, "Ana"), zone="UTC"), replace(teammate(BEN, "Ben"), zone="")])
    assert fact.what == (
        "Slack gives Person 0, Person 1, Person 2, Person 3, Person 4 and 2 more the time zone “Mars/[31mCrater”, "
        "which is not known here. The desk's own zone counts for them meanwhile."
    )
    assert zone_named("Mars/Crater") is None
