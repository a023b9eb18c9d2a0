"""Who is on: shifts in their own zone, and what people say of themselves until it ends."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.shifts import Shift, ShiftChange, next_turn, off, on, on_shift

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
    here = on([EARLY], "BEN", at(20))
    assert here.until == at(32)
    assert on_shift([EARLY], [here], TEAM, at(31)) == {"BEN"}
    assert on_shift([EARLY], [here], TEAM, at(32)) == set()


def test_coming_on_before_ones_own_turn_lasts_to_the_end_of_that_turn() -> None:
    assert on([EARLY], "ANA", at(8)).until == at(17)


def test_without_shifts_a_word_holds_until_the_next_one() -> None:
    gone = off([], "ANA", at(10))
    assert (gone.until, on([], "ANA", at(10)).until) == (None, None)
    assert on_shift([], [gone], TEAM, at(24 * 300)) == {"BEN"}


def test_the_next_turn_is_named_across_a_weekend() -> None:
    assert next_turn([EARLY], "ANA", at(4 * 24 + 18)) == at(7 * 24 + 9)
    assert next_turn([EARLY], "BEN", at(10)) is None


def walked(shift: Shift, now: datetime) -> bool:
    """Judge one minute by the wall clock of the shift's zone alone."""
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
