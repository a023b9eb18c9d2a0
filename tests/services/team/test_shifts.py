"""People go on and off by command; it is recorded, and it ends at the right time."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.blocks.team import shifts as drawn
from bot.domain.base.refusals import NotUsable
from bot.domain.team.shifts import Shift
from bot.ports import Desk
from bot.services.cases import casework
from bot.services.team import access, shifts
from tests.blocks.reading import read
from tests.fakes import ANA, APPROVERS, BEN, BILLING, CARE, CARO, DEE, GUS, NOON, STAN, teammate
from tests.services.journey import a_case, clock, slack

NOONS = Shift(
    days=frozenset({0}), hours=[(11 * 60, 13 * 60)], people=frozenset({ANA, APPROVERS}), zone=ZoneInfo("UTC")
)


def with_shifts(desk: Desk, *turns: Shift) -> Desk:
    return replace(desk, policy=replace(desk.policy, shifts=turns))


def test_without_shifts_the_whole_team_is_on_and_neither_guests_nor_strangers_are(desk: Desk) -> None:
    assert shifts.on_now(desk, NOON) == {ANA, BEN, CARO, DEE}
    assert shifts.at_work(desk, NOON) == {ANA, BEN, CARO, DEE, GUS}


EVA = "U0EVA"


def with_channel(desk: Desk, *people: str, rooms: tuple[str, ...] = (CARE, BILLING)) -> Desk:
    """Set the members of the cases' channels in Slack, and read them."""
    slack(desk).people[EVA] = teammate(EVA, "Eva")
    slack(desk).in_room.update({room: frozenset(people) for room in rooms})
    access.renew_directory(desk, NOON)
    return desk


def test_whoever_is_in_the_channel_is_on_though_they_never_pressed_anything(desk: Desk) -> None:
    found = shifts.who(with_channel(desk, ANA, DEE, EVA, GUS, STAN), NOON)
    assert [one for one, _ in found.on] == [ANA, BEN, CARO, DEE, EVA]  # approvers and leads are on wherever they are


def test_whoever_left_the_channel_is_not_counted_any_more(desk: Desk) -> None:
    with_channel(desk, ANA, DEE, EVA)
    assert DEE in shifts.on_now(desk, NOON)
    assert DEE not in shifts.on_now(with_channel(desk, ANA, EVA), NOON)


@pytest.mark.parametrize("rooms", [(), (CARE,)])
def test_where_slack_does_not_tell_who_is_in_every_channel_whoever_is_known_counts(
    desk: Desk, rooms: tuple[str, ...]
) -> None:
    assert shifts.on_now(with_channel(desk, EVA, rooms=rooms), NOON) >= {ANA, BEN, CARO, DEE}


def test_whoever_slack_did_not_describe_yet_is_counted_and_not_left_out_in_silence(desk: Desk) -> None:
    with_channel(desk, ANA, EVA, "U0FAY", "U0GIL")
    found = shifts.who(desk, NOON)
    assert found.unread == 2
    assert "Slack has not told yet who 2 more of the team are" in read(drawn.who(found, {}, NOON))
    assert shifts.who(with_channel(desk, ANA), NOON).unread == 0


def test_of_too_many_in_the_channels_whoever_is_known_counts_and_nobody_is_read_too_late(desk: Desk) -> None:
    with_channel(desk, ANA, EVA)
    crowd = [f"U0{n}" for n in range(150)]
    slack(desk).in_room.update({CARE: frozenset(crowd[:100]), BILLING: frozenset(f"{one}X" for one in crowd)})
    access.renew_directory(desk, NOON)
    assert shifts.on_now(desk, NOON) == {ANA, BEN, CARO, DEE, EVA}
    assert {one.id for one in desk.store.people()}.isdisjoint(crowd)


def test_a_named_team_is_the_team_whoever_is_in_the_channel(desk: Desk) -> None:
    roster = replace(desk.policy.roster, team=frozenset({ANA}))
    named = replace(desk, policy=replace(desk.policy, roster=roster))
    assert shifts.on_now(with_channel(named, EVA, DEE), NOON) == {ANA, BEN, CARO}


def test_whoever_a_shift_names_is_on_in_it_wherever_they_are(desk: Desk) -> None:
    assert shifts.on_now(with_shifts(with_channel(desk, DEE), NOONS), NOON) == {ANA, BEN, CARO}


def test_members_of_a_group_stay_on_while_slack_does_not_tell(desk: Desk) -> None:
    assert BEN in shifts.on_now(with_shifts(desk, NOONS), NOON + timedelta(minutes=40))


def test_a_guest_is_not_put_on_and_is_listed_with_what_they_hold(desk: Desk) -> None:
    with pytest.raises(NotUsable, match="Guests are not on duty"):
        shifts.go_on(desk, by=GUS, at=NOON)
    a_case(desk)
    casework.claim(desk, 1, by=GUS, at=NOON)
    found = shifts.who(desk, NOON)
    assert (found.guests, GUS in dict(found.on), GUS in dict(found.off)) == ([(GUS, 1)], False, False)
    assert "Gus, a guest, holds 1 case" in read(drawn.who(found, {GUS: "Gus"}, NOON))


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
    assert dict(found.on) == {ANA: 1, CARO: 0, DEE: 0}
    assert (found.approvers, found.leads) == ({CARO}, {CARO})
    assert found.off == [(BEN, NOON + timedelta(hours=2))]
