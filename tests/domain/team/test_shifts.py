"""Who is on: by shifts in their own time zone, and by people's own `/care on` and `off` until they end."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.team.shifts import Shift, ShiftChange, coming_on, next_turn, off, on_shift, turns
from bot.domain.team.swaps import Swap, SwapState, swap_changes
from tests.long import examples

TEAM = frozenset({"ANA", "BEN"})
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
EARLY = Shift(days=frozenset(range(5)), hours=[(9 * 60, 17 * 60)], people=frozenset({"ANA"}), zone=LONDON)


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def test_without_any_shift_everybody_on_the_team_is_on() -> None:
    assert on_shift([], [], TEAM, at(3)) == TEAM


def test_a_shift_holds_from_its_first_minute_until_its_last_in_its_own_zone() -> None:
    seen = [bool(on_shift([EARLY], [], TEAM, at(hour))) for hour in (8.99, 9, 16.99, 17)]
    assert seen == [False, True, True, False]
    summer = datetime(2026, 7, 6, 8, 0, tzinfo=UTC)  # nine in London
    assert on_shift([EARLY], [], TEAM, summer) == {"ANA"}
    assert on_shift([EARLY], [], TEAM, summer + timedelta(hours=8)) == set()


def test_somebody_who_is_not_on_the_team_is_never_on() -> None:
    assert on_shift([EARLY], [ShiftChange(who="ZED", on=True, since=at(9))], {"BEN"}, at(10)) == set()


def test_going_off_lasts_until_the_next_turn_begins() -> None:
    gone = off([EARLY], "ANA", at(10))
    assert gone.until == at(24 + 9)
    assert on_shift([EARLY], [gone], TEAM, at(12)) == set()
    assert on_shift([EARLY], [gone], TEAM, at(24 + 9)) == {"ANA"}


def test_going_away_ends_at_the_time_that_was_said() -> None:
    gone = off([EARLY], "ANA", at(10), until=at(14))
    assert [on_shift([EARLY], [gone], TEAM, at(hour)) for hour in (13, 14)] == [set(), {"ANA"}]


def test_coming_on_outside_a_shift_ends_by_itself() -> None:
    here = coming_on([EARLY], "BEN", at(20))
    assert here.until == at(32)
    assert on_shift([EARLY], [here], TEAM, at(31)) == {"BEN"}
    assert on_shift([EARLY], [here], TEAM, at(32)) == set()


def test_coming_on_before_ones_own_turn_lasts_to_the_end_of_that_turn() -> None:
    assert coming_on([EARLY], "ANA", at(8)).until == at(17)


def test_without_shifts_a_word_holds_until_the_next_one() -> None:
    gone = off([], "ANA", at(10))
    assert (gone.until, coming_on([], "ANA", at(10)).until) == (None, None)
    assert on_shift([], [gone], TEAM, at(24 * 300)) == {"BEN"}


def test_the_next_turn_is_named_across_a_weekend() -> None:
    assert next_turn([EARLY], "ANA", at(4 * 24 + 18)) == at(7 * 24 + 9)
    assert next_turn([EARLY], "BEN", at(10)) is None


def walked(shift: Shift, now: datetime) -> bool:
    """Return whether the shift runs in this minute, by the wall clock of its zone only."""
    local = now.astimezone(shift.zone)
    minute = local.hour * 60 + local.minute
    return local.weekday() in shift.days and any(begin <= minute < end for begin, end in shift.hours)


@given(
    st.sampled_from(["Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata"]),
    st.integers(0, 2 * 366 * 24 * 4),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(5, 22),
    st.integers(1, 90),
)
def test_a_shift_is_what_the_wall_clock_says(
    zone: str, quarter: int, days: frozenset[int], hour: int, long: int
) -> None:
    spans = [(hour * 60, min(hour * 60 + long, 1440))]
    shift = Shift(days=days, hours=spans, people=TEAM, zone=ZoneInfo(zone))
    now = MONDAY + timedelta(minutes=15 * quarter)
    assert shift.covers(now) == walked(shift, now)


# --- swaps of turns ----------------------------------------------------------------------------------------------


def swap(begin: float, end: float, decided: float = 0, **more: object) -> Swap:
    facts: dict[str, object] = {"asker": "ANA", "taker": "BEN", "asked_at": at(0), "state": SwapState.ACCEPTED}
    return Swap(begins=at(begin), ends=at(end), decided_at=at(decided), **(facts | more))  # type: ignore[arg-type]


TUESDAY = swap_changes([swap(24 + 9, 24 + 17)])


def on_at(hour: float, *said: ShiftChange) -> set[str]:
    return on_shift([EARLY], [*TUESDAY, *said], TEAM, at(hour))


def test_a_turn_given_away_counts_for_its_taker_for_that_turn_alone() -> None:
    assert [on_at(hour) for hour in (10, 33 - 0.01, 33, 41 - 0.01, 41, 58)] == [
        {"ANA"}, set(), {"BEN"}, {"BEN"}, set(), {"ANA"},
    ]  # fmt: skip


def test_the_next_turn_passes_over_one_that_was_given_away_and_names_one_that_was_taken() -> None:
    assert next_turn([EARLY], "ANA", at(18), TUESDAY) == at(48 + 9)
    assert next_turn([EARLY], "BEN", at(18), TUESDAY) == at(24 + 9)
    assert next_turn([EARLY], "BEN", at(24 + 10), TUESDAY) is None


def test_whoever_goes_off_is_back_for_a_turn_that_they_took() -> None:
    gone = off([EARLY], "BEN", at(18), given=TUESDAY)
    assert gone.until == at(24 + 9)
    assert on_at(34, gone) == {"BEN"}


def test_a_word_said_later_counts_more_than_a_swap_and_one_said_before_counts_less() -> None:
    away = ShiftChange(who="BEN", on=False, since=at(32), until=at(36))
    assert [on_at(hour, away) for hour in (35, 36)] == [set(), {"BEN"}]
    before = ShiftChange(who="BEN", on=False, since=at(-1))
    assert on_at(35, before) == {"BEN"}


def test_the_rest_of_a_running_turn_can_be_given_away() -> None:
    given = swap_changes([swap(9, 17, decided=12)])
    assert [on_shift([EARLY], given, TEAM, at(hour)) for hour in (11.99, 12, 16.99, 17)] == [
        {"ANA"}, {"BEN"}, {"BEN"}, set(),
    ]  # fmt: skip
    assert turns([EARLY], "ANA", at(13), given)[0] == (at(24 + 9), at(24 + 17))


@pytest.mark.parametrize("state", [SwapState.ASKED, SwapState.DECLINED, SwapState.EXPIRED])
def test_only_an_accepted_swap_changes_anything(state: SwapState) -> None:
    assert swap_changes([swap(33, 41, state=state)]) == []


def test_a_change_to_come_counts_once_it_begins() -> None:
    later = ShiftChange(who="BEN", on=True, since=at(20), until=at(22), said_at=at(1))
    assert [on_shift([EARLY], [later], TEAM, at(hour)) for hour in (19.99, 20, 22)] == [set(), {"BEN"}, set()]


ZONES = ["Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata"]
rotas = st.lists(
    st.builds(
        lambda zone, days, hour, long, who: Shift(
            days=days, hours=[(hour * 60, min(hour * 60 + long, 1440))], people=frozenset({who}), zone=ZoneInfo(zone)
        ),
        st.sampled_from(ZONES),
        st.frozensets(st.integers(0, 6), min_size=1),
        st.integers(0, 22),
        st.integers(30, 600),
        st.sampled_from(sorted(TEAM)),
    ),
    max_size=4,
)
swapped = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from([("ANA", "BEN"), ("BEN", "ANA")]), st.integers(-2000, 30)),
    max_size=3,
)


@settings(max_examples=examples(60), deadline=None)
@given(rotas, swapped, st.integers(0, 2 * 366 * 24 * 4))
def test_the_next_turn_is_the_first_moment_at_which_somebody_comes_on(
    rota: list[Shift], wishes: list[tuple[int, tuple[str, str], int]], quarter: int
) -> None:
    now = MONDAY + timedelta(minutes=15 * quarter)
    swaps: list[Swap] = []
    for which, (asker, taker), before in wishes:
        theirs = turns(rota, asker, now, swap_changes(swaps))
        if theirs:
            begins, ends = theirs[which % len(theirs)]
            decided = min(now, begins) + timedelta(minutes=min(before, 0))
            swaps.append(
                Swap(
                    asker=asker,
                    taker=taker,
                    begins=begins,
                    ends=ends,
                    asked_at=decided,
                    state=SwapState.ACCEPTED,
                    decided_at=decided + timedelta(microseconds=len(swaps)),
                )
            )
    given_away = swap_changes(swaps)
    for who in sorted(TEAM):
        following = next_turn(rota, who, now, given_away)
        assert following is None or who in on_shift(rota, given_away, TEAM, following)
        seen = [
            who in on_shift(rota, given_away, TEAM, now + timedelta(minutes=30 * n))
            for n in range(2 * 24 * 6)
            if following is None or now + timedelta(minutes=30 * n) < following
        ]
        assert seen == sorted(seen, reverse=True), "somebody came on before their next turn"


NIGHT = [
    Shift(days=frozenset(range(7)), hours=[(22 * 60, 24 * 60)], people=frozenset({"ANA"}), zone=ZoneInfo("UTC")),
    Shift(days=frozenset(range(7)), hours=[(0, 6 * 60)], people=frozenset({"ANA"}), zone=ZoneInfo("UTC")),
]


@pytest.mark.parametrize("hour", [22.5, 24, 25])
def test_a_night_of_two_periods_is_one_turn(hour: float) -> None:
    assert turns(NIGHT, "ANA", at(hour))[0] == (at(22), at(30))
    assert off(NIGHT, "ANA", at(hour)).until == at(46)
    assert coming_on(NIGHT, "ANA", at(21.5)).until == at(30)


def test_a_night_is_given_away_whole() -> None:
    swap = Swap(
        asker="ANA",
        taker="BEN",
        begins=at(22),
        ends=at(30),
        asked_at=at(9),
        state=SwapState.ACCEPTED,
        decided_at=at(10),
    )
    assert turns(NIGHT, "ANA", at(12), swap_changes([swap]))[0] == (at(46), at(54))
    assert on_shift(NIGHT, swap_changes([swap]), TEAM, at(25)) == {"BEN"}


def test_whoever_is_always_on_has_a_turn_each_day() -> None:
    always = Shift(days=frozenset(range(7)), hours=[(0, 24 * 60)], people=frozenset({"ANA"}), zone=LONDON)
    assert off([always], "ANA", at(9)).until == at(24)
