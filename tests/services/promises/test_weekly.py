"""The weekly digest: once, at the week's first opening, and only when there is something to report."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.promises.promise import DeskHours
from bot.domain.team.people import Group, Roster
from bot.domain.team.shifts import Shift
from bot.domain.team.skills import Skill
from bot.ports import Desk, Route
from bot.services.promises import weekly
from bot.services.team import swaps
from storage import SqlStore
from tests.fakes import ANA, APPROVERS, BEN, CARE, CARO, DEE, GUS, LEADS, NOON, POLICY, a_desk, a_post, teammate
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import clock, delivered, notices, receive

WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
NINE_TO_FIVE = DeskHours(ZoneInfo("Europe/London"), dict.fromkeys(range(5), ((540, 1020),)))
MONDAYS = DeskHours(ZoneInfo("Europe/London"), {0: ((540, 1020),)})
NEXT_MONDAY = NOON + WEEK


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    return a_desk(store, policy=replace(POLICY, hours=NINE_TO_FIVE))


def test_last_weeks_promises_are_told_once_in_the_leads_channel(desk: Desk) -> None:
    delivered(desk)
    assert weekly.tell_weekly_digest(desk, NEXT_MONDAY) == "Last week 1 of 1 promises were kept (100 %)."
    assert weekly.tell_weekly_digest(desk, NEXT_MONDAY + HOUR) == ""
    assert weekly.tell_weekly_digest(desk, NEXT_MONDAY + DAY) == ""
    assert notices(desk) == [(LEADS, "Last week 1 of 1 promises were kept (100 %).")]


@pytest.mark.parametrize("before", ["kept_and_lapsed", "put_setting", "notice"])
def test_a_kill_while_it_is_told_loses_no_week(desk: Desk, before: str) -> None:
    delivered(desk)
    store = BreakingStore(desk.store, **{before: at_call(1, Killed())})
    with pytest.raises(Killed):
        weekly.tell_weekly_digest(replace(desk, store=store), NEXT_MONDAY)  # type: ignore[arg-type]
    assert weekly.tell_weekly_digest(desk, NEXT_MONDAY) != ""
    assert len(notices(desk)) == 1


def test_it_waits_until_the_desk_opens(desk: Desk) -> None:
    delivered(desk)
    assert weekly.tell_weekly_digest(desk, NEXT_MONDAY - 4 * HOUR) == ""
    assert weekly.tell_weekly_digest(desk, NEXT_MONDAY - 3 * HOUR) != ""


def test_a_week_without_anything_to_say_stays_quiet(desk: Desk) -> None:
    assert weekly.tell_weekly_digest(desk, clock(desk).now()) == ""
    assert notices(desk) == []


def test_hours_with_too_few_approvers_are_named_and_left_out_where_one_pair_of_eyes_is_enough(
    store: SqlStore,
) -> None:
    shift = Shift(days=frozenset({0}), hours=((540, 720),), people=frozenset({BEN}), zone=ZoneInfo("Europe/London"))
    policy = replace(POLICY, hours=replace(NINE_TO_FIVE, periods={0: ((540, 1020),)}), shifts=(shift,))
    assert weekly.tell_weekly_digest(a_desk(store, policy=policy), NOON - 3 * HOUR) == (
        "In the coming 7 days (desk time, Europe/London) fewer than two people who can approve are on: "
        "Mon 09:00-12:00 (1), Mon 12:00-17:00 (nobody)."
    )
    alone = replace(policy, four_eyes=False, roster=Roster(approvers=frozenset({BEN})))
    assert weekly.tell_weekly_digest(a_desk(store, policy=alone), NOON + WEEK) == ""


def test_a_turn_that_was_swapped_counts_for_whoever_took_it(store: SqlStore) -> None:
    day = Shift(
        days=frozenset({0}), hours=((540, 1020),), people=frozenset({BEN, CARO}), zone=ZoneInfo("Europe/London")
    )
    english = Skill(people=frozenset({CARO, DEE}), languages=frozenset({"en"}))
    german = Skill(people=frozenset({BEN}), languages=frozenset({"de"}))
    skills, routes = (english, german), (Route(channel=CARE, languages=frozenset({"de"})),)
    desk = a_desk(store, policy=replace(POLICY, hours=MONDAYS, shifts=(day,), skills=skills, routes=routes))
    asked = swaps.ask_for_swap(desk, "dee", by=BEN, at=NEXT_MONDAY - DAY)
    swaps.accept(desk, asked.id, by=DEE, at=NEXT_MONDAY - DAY)
    assert asked.begins == NEXT_MONDAY - 3 * HOUR
    assert weekly.tell_weekly_digest(desk, asked.begins) == (
        "In the coming 7 days (desk time, Europe/London) fewer than two people who can approve are on: Mon 09:00-17:00 (1). "
        "In the coming 7 days (desk time, Europe/London) nobody who is on reads German (Mon 09:00-17:00)."
    )


def test_a_turn_of_this_morning_that_was_swapped_is_not_taken_for_the_old_one(store: SqlStore) -> None:
    early = Shift(days=frozenset({0}), hours=((540, 600),), people=frozenset({BEN}), zone=ZoneInfo("Europe/London"))
    day = replace(early, hours=((540, 1020),), people=frozenset({CARO}))
    late = replace(early, hours=((660, 1020),))
    desk = a_desk(store, policy=replace(POLICY, hours=MONDAYS, shifts=(early, day, late)))
    asked = swaps.ask_for_swap(desk, "dee", by=BEN, at=NEXT_MONDAY - DAY)
    swaps.accept(desk, asked.id, by=DEE, at=NEXT_MONDAY - DAY)
    assert weekly.tell_weekly_digest(desk, NEXT_MONDAY).endswith("are on: Mon 09:00-11:00 (1).")


def test_hours_in_which_nobody_reads_what_came_in_are_named(store: SqlStore) -> None:
    day = Shift(
        days=frozenset({0}), hours=((540, 1020),), people=frozenset({BEN, CARO}), zone=ZoneInfo("Europe/London")
    )
    english = Skill(people=frozenset({APPROVERS}), languages=frozenset({"en"}))
    desk = a_desk(store, policy=replace(POLICY, hours=MONDAYS, shifts=(day,), skills=(english,)))
    receive(desk, a_post("1", "Paket?", language="de"), a_post("2", "colis?", by="luc", language="fr"))
    receive(desk, a_post("3", "Wo?", by="uli", language="de"), a_post("4", "parcel?", by="tom"))
    assert weekly.tell_weekly_digest(desk, NEXT_MONDAY).endswith(
        "In the coming 7 days (desk time, Europe/London) nobody who is on reads German (Mon 09:00-17:00), French (Mon 09:00-17:00)."
    )


def test_a_language_that_a_route_names_counts_before_anybody_wrote_in_it(store: SqlStore) -> None:
    french = Route(channel=CARE, languages=frozenset({"fr"}))
    english = Skill(people=frozenset({ANA, BEN, CARO, DEE, GUS}), languages=frozenset({"en"}))
    desk = a_desk(store, policy=replace(POLICY, hours=MONDAYS, routes=(french,), skills=(english,)))
    expected = "In the coming 7 days (desk time, Europe/London) nobody who is on reads French (Mon 09:00-17:00)."
    assert weekly.tell_weekly_digest(desk, NEXT_MONDAY) == expected
    assert weekly.tell_weekly_digest(replace(desk, policy=replace(desk.policy, skills=())), NEXT_MONDAY + WEEK) == ""


def test_nothing_is_said_of_approvers_before_slack_was_read_once(desk: Desk) -> None:
    delivered(desk)
    unread = replace(desk, policy=replace(desk.policy, roster=Roster(approvers=frozenset({"S0NEVER"}))))
    assert weekly.tell_weekly_digest(unread, NEXT_MONDAY) == ""
    assert weekly.tell_weekly_digest(desk, NEXT_MONDAY) != ""


NEW = frozenset({"U0NEW", "U0NEWER"})


@pytest.fixture
def new_desk(store: SqlStore) -> Desk:
    """Return a desk whose approvers and shift were not read from Slack yet."""
    shift = Shift(days=frozenset({0}), hours=((540, 1020),), people=frozenset({"S0DAY"}), zone=MONDAYS.zone)
    return a_desk(store, policy=replace(POLICY, hours=MONDAYS, shifts=(shift,), roster=Roster(approvers=NEW)))


def test_a_new_desk_waits_until_people_and_groups_were_read(new_desk: Desk) -> None:
    assert weekly.tell_weekly_digest(new_desk, NEXT_MONDAY) == ""
    new_desk.store.put_people([], [Group(id="S0DAY", members=NEW, fetched_at=NOON)])
    assert weekly.tell_weekly_digest(new_desk, NEXT_MONDAY) == ""
    assert notices(new_desk) == []
    new_desk.store.put_people([teammate(who, who) for who in NEW], [])
    assert (
        weekly.tell_weekly_digest(new_desk, NEXT_MONDAY) == ""
    )  # two are on all day, and there is nothing else to report
    assert notices(new_desk) == []
    assert new_desk.store.setting("week.said") == "2026-03-09"


def test_somebody_whom_slack_does_not_know_is_waited_for_an_hour(new_desk: Desk) -> None:
    new_desk.store.put_people([teammate("U0NEW", "Nell")], [Group(id="S0DAY", members=NEW, fetched_at=NOON)])
    assert weekly.tell_weekly_digest(new_desk, NEXT_MONDAY) == ""
    assert weekly.tell_weekly_digest(new_desk, NEXT_MONDAY + HOUR - timedelta(minutes=1)) == ""
    assert weekly.tell_weekly_digest(new_desk, NEXT_MONDAY + HOUR).endswith("are on: Mon 09:00-17:00 (1).")
