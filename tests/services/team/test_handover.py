"""At the end of a turn the team gets one list of held cases; none without such cases, or in a break."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.base.refusals import Outdated
from bot.domain.slack.telling import TellingKind
from bot.domain.team.shifts import Shift
from bot.gateways.drawing import draw
from bot.ports import Desk
from bot.services.cases import casework
from bot.services.team import access, handover, shifts, swaps
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import ANA, BEN, CARE, DEE, NOON, POLICY, a_desk, a_post
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import clock, delivered, receive, verbs

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DAY = Shift(days=frozenset(range(5)), hours=[(9 * 60, 17 * 60)], people=frozenset({ANA, BEN}), zone=ZoneInfo("UTC"))
LATE = replace(DAY, hours=[(17 * 60, 20 * 60)], people=frozenset({DEE}))
FIVE = NOON + 5 * HOUR


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    return a_desk(store, policy=replace(POLICY, shifts=(DAY, LATE)))


def holding(desk: Desk, who: str, number: int, at: datetime = NOON) -> int:
    clock(desk).at = at
    receive(desk, a_post(str(number), "parcel?", by=f"c{number}", at=at))
    case = desk.store.live_case("x", str(number), f"id-c{number}")
    assert case is not None
    casework.claim(desk, case.id, by=who, at=at)
    return case.id


def sweep(desk: Desk, at: datetime) -> int:
    clock(desk).at = at
    access.renew_directory(desk, at)
    return handover.hand_over_ended(desk, at)


def told(desk: Desk) -> list[str]:
    """Return the lists in the team's channel."""
    found = [one for one in desk.store.to_tell(desk.clock.now(), 100) if one.kind == TellingKind.HANDOVER]
    assert all((one.channel, one.recipient) == (CARE, "") for one in found)
    return [read(drawn[0]) for one in found if (drawn := draw(desk, one, desk.clock.now()))]


def test_what_is_held_at_the_end_of_a_turn_is_told_once_with_what_is_owed(desk: Desk) -> None:
    holding(desk, ANA, 1, FIVE - HOUR / 2)
    assert sweep(desk, FIVE - MINUTE) == 0
    assert [sweep(desk, FIVE + late * MINUTE) for late in (0, 1, 60, 239, 241)] == [1, 0, 0, 0, 0]
    clock(desk).at = FIVE
    [words] = told(desk)
    assert words.splitlines() == [
        "Ana went off at 17:00 UTC and still holds 1 case. On at 17:00 UTC: Dee.",
        'Case 1 · C1 N on X · "parcel?" · Held by Ana since 16:30 UTC · first reply due 17:30 UTC',
        "[ Hand over ]  [ Back to the team ]",
    ]


def test_those_who_go_off_together_are_one_message_most_urgent_first(desk: Desk) -> None:
    holding(desk, BEN, 1, FIVE - HOUR / 4)
    holding(desk, ANA, 2, FIVE - HOUR / 2)
    assert sweep(desk, FIVE) == 1
    [words] = told(desk)
    assert words.startswith("Ben and Ana went off at 17:00 UTC and still hold 2 cases.")
    assert words.index("Case 2") < words.index("Case 1")


def test_nothing_is_said_where_nothing_is_held_or_owed(desk: Desk) -> None:
    delivered(desk)
    assert (sweep(desk, FIVE), told(desk)) == (0, [])


def test_a_case_that_came_after_the_end_is_nobodys_to_hand_over(desk: Desk) -> None:
    holding(desk, ANA, 1, FIVE + MINUTE)
    assert sweep(desk, FIVE + 2 * MINUTE) == 0


def test_a_break_is_no_end(desk: Desk) -> None:
    lunch = replace(DAY, hours=[(9 * 60, 12 * 60 + 30), (13 * 60 + 30, 17 * 60)])
    split = replace(desk, policy=replace(desk.policy, shifts=(lunch,)))
    holding(split, ANA, 1)
    assert [sweep(split, NOON + hours * HOUR) for hours in (0.5, 1, 5)] == [0, 0, 1]


def test_who_goes_on_into_the_next_turn_or_stays_on_hands_nothing_over_yet(desk: Desk) -> None:
    holding(desk, ANA, 1, FIVE - HOUR / 2)
    shifts.go_on(desk, by=ANA, at=FIVE - MINUTE)
    stays = shifts.on_now(desk, FIVE - MINUTE)
    assert ANA in stays
    shifts.go_on(replace(desk, policy=POLICY), by=ANA, at=FIVE)  # on until she says otherwise
    assert sweep(desk, FIVE + HOUR) == 0


def test_going_off_early_tells_it_at_once_and_the_planned_end_does_not_tell_it_again(desk: Desk) -> None:
    holding(desk, ANA, 1)
    handover.go_off(desk, by=ANA, at=NOON + HOUR)
    clock(desk).at = NOON + HOUR
    assert [one.splitlines()[0] for one in told(desk)] == [
        "Ana went off at 13:00 UTC and still holds 1 case. On at 13:00 UTC: Ben."
    ]
    assert sweep(desk, FIVE) == 0


def test_going_off_twice_or_with_nothing_in_hand_is_quiet(desk: Desk) -> None:
    handover.go_off(desk, by=BEN, at=NOON)
    holding(desk, ANA, 1)
    for minutes in (0, 1, 2):
        handover.go_off(desk, by=ANA, at=NOON + minutes * MINUTE)
    assert len(told(desk)) == 1


def test_coming_on_for_a_while_ends_with_a_list_too(desk: Desk) -> None:
    shifts.go_on(desk, by=DEE, at=NOON - 11 * HOUR)  # until her turn ends at 20:00
    holding(desk, DEE, 1)
    assert [sweep(desk, NOON + hours * HOUR) for hours in (7.9, 8)] == [0, 1]


def test_who_gives_the_rest_of_a_turn_away_hands_over_then(desk: Desk) -> None:
    holding(desk, ANA, 1)
    swap = swaps.ask_for_swap(desk, "@dee", by=ANA, at=NOON)
    swaps.accept(desk, swap.id, by=DEE, at=NOON + HOUR)
    assert [sweep(desk, NOON + hours * HOUR) for hours in (1, 1.1, 5, 5.1)] == [1, 0, 0, 0]


def test_the_list_shrinks_as_cases_go_into_other_hands(desk: Desk) -> None:
    first, second = (holding(desk, ANA, number, FIVE - HOUR / 2) for number in (1, 2))
    sweep(desk, FIVE)
    [telling] = [one for one in desk.store.to_tell(FIVE, 100) if one.kind == TellingKind.HANDOVER]
    desk.store.mark_told(telling.id, CARE, "5.0", telling.wanted)
    assert told(desk) == []
    handover.put_back(desk, telling.about, first, by=DEE, at=FIVE)
    assert verbs(desk, first)[-1] == "release"
    assert "still holds 1 case." in told(desk)[0]
    casework.assign(desk, second, to=DEE, by=BEN, at=FIVE)
    [words] = told(desk)
    assert words == "Ana went off at 17:00 UTC. Every case is in other hands now, or done."


def standing(desk: Desk) -> None:
    """Publish the list."""
    for telling in [one for one in desk.store.to_tell(desk.clock.now(), 100) if one.kind == TellingKind.HANDOVER]:
        desk.store.mark_told(telling.id, CARE, "5.0", telling.wanted)
    assert told(desk) == []


def comes_on(desk: Desk, who: str) -> None:
    handover.go_on(desk, by=who, at=desk.clock.now())


def takes_a_turn(desk: Desk, who: str) -> None:
    swap = swaps.ask_for_swap(desk, f"<@{who}>", by=DEE, at=desk.clock.now())
    swaps.accept(desk, swap.id, by=who, at=desk.clock.now())
    handover.look_who_is_on(desk, desk.clock.now())


def begins_the_next_turn(desk: Desk, _: str) -> None:
    clock(desk).at = FIVE + 16 * HOUR
    access.renew_directory(desk, desk.clock.now())
    handover.look_who_is_on(desk, desk.clock.now())


@pytest.mark.parametrize("back", [comes_on, takes_a_turn, begins_the_next_turn])
def test_whoever_came_back_is_said_to_be_back_and_their_cases_are_not_offered(
    desk: Desk, back: Callable[[Desk, str], None]
) -> None:
    holding(desk, ANA, 1, FIVE - HOUR / 2)
    sweep(desk, FIVE)
    handover.look_who_is_on(desk, desk.clock.now())
    standing(desk)
    back(desk, ANA)
    [words] = told(desk)
    assert words.endswith("17:00 UTC and is on again. Nothing is left to take over.")


def test_of_two_the_one_who_came_back_is_told_from_the_one_who_did_not(desk: Desk) -> None:
    holding(desk, ANA, 1, FIVE - HOUR / 2)
    holding(desk, BEN, 2, FIVE - HOUR / 2)
    sweep(desk, FIVE)
    standing(desk)
    comes_on(desk, ANA)
    [words] = told(desk)
    assert words.startswith(
        "Ana and Ben went off at 17:00 UTC; Ana is on again. Ben still holds 1 case. On at 17:00 UTC:"
    )
    standing(desk)
    handover.go_off(desk, by=ANA, at=desk.clock.now())
    handover.look_who_is_on(desk, desk.clock.now())
    assert "still hold 2 cases" in told(desk)[0]


def test_a_list_is_not_written_anew_where_nobody_of_it_came_or_went(desk: Desk) -> None:
    holding(desk, ANA, 1, FIVE - HOUR / 2)
    sweep(desk, FIVE)
    handover.look_who_is_on(desk, desk.clock.now())
    standing(desk)
    assert handover.look_who_is_on(desk, desk.clock.now()) == 0
    comes_on(desk, BEN)
    assert told(desk) == []


def test_an_old_list_takes_a_case_from_nobody_else(desk: Desk) -> None:
    case = holding(desk, ANA, 1, FIVE - HOUR / 2)
    sweep(desk, FIVE)
    [telling] = [one for one in desk.store.to_tell(FIVE, 100) if one.kind == TellingKind.HANDOVER]
    casework.assign(desk, case, to=DEE, by=DEE, at=FIVE)
    with pytest.raises(Outdated, match="in other hands"):
        handover.put_back(desk, telling.about, case, by=BEN, at=FIVE)
    assert desk.store.case(case).assignee == DEE


@pytest.mark.parametrize("after", ["write_handover", "handed_over", "queue"])
def test_a_kill_while_it_is_written_leaves_all_of_it_or_nothing(store: SqlStore, desk: Desk, after: str) -> None:
    holding(desk, ANA, 1, FIVE - HOUR / 2)
    holding(desk, BEN, 2, FIVE - HOUR / 2)
    broken = replace(desk, store=BreakingStore(store, **{after: at_call(1, Killed())}))  # type: ignore[arg-type]
    with suppress(Killed):
        sweep(broken, FIVE)
    assert told(desk) == []
    assert [sweep(desk, FIVE + late * MINUTE) for late in (1, 2)] == [1, 0]
    assert "2 cases" in told(desk)[0]


def test_a_kill_between_going_off_and_the_list_leaves_somebody_on(store: SqlStore, desk: Desk) -> None:
    holding(desk, ANA, 1)
    broken = replace(desk, store=BreakingStore(store, write_handover=at_call(1, Killed())))  # type: ignore[arg-type]
    with suppress(Killed):
        handover.go_off(broken, by=ANA, at=NOON)
    assert ANA in shifts.on_now(desk, NOON)
    assert desk.store.audit("desk") == []
