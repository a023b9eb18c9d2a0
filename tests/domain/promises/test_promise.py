"""Desk hours and reminders: golden vectors of other tools, daylight saving, and an oracle that walks the minutes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.promises.promise import LEVELS, DeskHours, PromiseKind, always_open, promise, reminders_due
from tests.long import examples

BERLIN, LONDON, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
OFFICE = dict.fromkeys(range(5), ((540, 1020),))  # Monday to Friday, 09:00 to 17:00
MINUTE = timedelta(minutes=1)


def at(zone, *when):
    return datetime(*when, tzinfo=zone)


def local(moment, zone):
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


# --- golden vectors (FIELD 2.3, 2.6) ------------------------------------------------------------------------


def test_half_an_hour_before_the_weekend_is_due_on_monday_morning():
    hours = DeskHours(BERLIN, OFFICE)
    friday = at(BERLIN, 2026, 1, 9, 16, 45)
    assert local(hours.after(friday, 30 * MINUTE), BERLIN) == "2026-01-12 09:15"


@pytest.mark.parametrize(
    ("closed", "due"),
    [
        ({date(2016, 11, 13)}, "2016-11-14 21:00"),
        ({date(2016, 11, 11), date(2016, 11, 13)}, "2016-11-15 21:00"),
    ],
)
def test_forty_eight_hours_of_twelve_hour_days_pass_over_holidays(closed, due):
    hours = DeskHours(BERLIN, dict.fromkeys(range(7), ((540, 1260),)), frozenset(closed))
    assert local(hours.after(at(BERLIN, 2016, 11, 9, 23, 0), timedelta(hours=48)), BERLIN) == due


# --- plain cases --------------------------------------------------------------------------------------------


def test_a_day_that_never_closes_has_1440_minutes():
    hours = always_open("Europe/Berlin")
    monday = at(BERLIN, 2026, 1, 5)
    assert hours.between(monday, monday + timedelta(days=1)) == 1440 * MINUTE
    assert hours.after(monday, 1440 * MINUTE) == monday + timedelta(days=1)


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 6, 1), 24)])
def test_an_open_day_is_as_long_as_daylight_saving_makes_it(day, hours):
    midnight = at(BERLIN, *day)
    following = datetime.combine(date(*day) + timedelta(days=1), datetime.min.time(), BERLIN)
    assert always_open("Europe/Berlin").between(midnight, following) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("zone", "saturday", "due"),
    [(BERLIN, (2026, 3, 27, 16), "2026-03-30 10:00"), (BERLIN, (2026, 10, 23, 16), "2026-10-26 10:00")],
)
def test_a_weekend_in_which_the_clock_changes_costs_nobody_an_hour(zone, saturday, due):
    assert local(DeskHours(zone, OFFICE).after(at(zone, *saturday), timedelta(hours=2)), zone) == due


def test_a_night_shift_across_the_change_is_an_hour_shorter_in_spring_and_longer_in_autumn():
    hours = DeskHours(BERLIN, dict.fromkeys(range(7), ((1320, 1800),)))  # 22:00 to 06:00 of the next day
    nights = {(2026, 3, 28): 7, (2026, 10, 24): 9, (2026, 6, 1): 8}
    for evening, length in nights.items():
        begins = at(BERLIN, *evening, 22)
        assert hours.between(begins, begins.astimezone(UTC) + timedelta(hours=12)) == timedelta(hours=length)


def test_two_periods_a_day_leave_the_lunch_break_out():
    hours = DeskHours(BERLIN, {0: ((540, 720), (780, 1020))})
    assert local(hours.after(at(BERLIN, 2026, 1, 5, 11, 30), timedelta(hours=1)), BERLIN) == "2026-01-05 13:30"


def test_a_length_that_ends_at_closing_time_is_due_then_and_not_at_the_next_opening():
    assert local(DeskHours(BERLIN, OFFICE).after(at(BERLIN, 2026, 1, 9, 16), timedelta(hours=1)), BERLIN) == (
        "2026-01-09 17:00"
    )


def test_no_length_is_due_at_once_even_at_night():
    night = at(BERLIN, 2026, 1, 10, 3)
    assert DeskHours(BERLIN, OFFICE).after(night, timedelta()) == night


def test_a_desk_that_hardly_ever_opens_is_said_to_be_hopeless():
    with pytest.raises(ValueError, match="never open long enough"):
        DeskHours(BERLIN, {0: ((540, 541),)}).after(at(BERLIN, 2026, 1, 5), timedelta(hours=100))


def test_the_desk_is_open_from_its_first_minute_and_closed_from_its_closing_time():
    hours = DeskHours(BERLIN, OFFICE)
    said = [hours.is_open(at(BERLIN, 2026, 1, 5, *when)) for when in ((8, 59), (9, 0), (16, 59), (17, 0))]
    assert said == [False, True, True, False]


def test_the_turn_of_the_year_is_no_border():
    hours = DeskHours(BERLIN, OFFICE)
    assert local(hours.after(at(BERLIN, 2026, 12, 31, 16), timedelta(hours=2)), BERLIN) == "2027-01-01 10:00"


def test_the_night_shift_of_new_years_eve_goes_on_in_the_new_year():
    hours = DeskHours(BERLIN, {3: ((1320, 1800),)})  # Thursdays from 22:00 to 06:00
    night = at(BERLIN, 2027, 1, 1, 2)
    assert at(BERLIN, 2026, 12, 31, 22).weekday() == 3
    assert hours.is_open(night)
    assert hours.between(night, night + timedelta(days=1)) == timedelta(hours=4)
    assert hours.after(night, timedelta(hours=1)) == night + timedelta(hours=1)


# --- an oracle that walks the minutes -----------------------------------------------------------------------

# No period begins or ends in the hours that some clock skips or repeats; nobody can say what "opens at 02:30" means then.
EDGES = st.sampled_from([*range(0, 60, 15), *range(240, 1441, 15)])


@st.composite
def desk_hours(draw):
    zone = draw(st.sampled_from([BERLIN, LONDON, NEW_YORK, ZoneInfo("UTC"), ZoneInfo("Asia/Kathmandu")]))
    periods = {}
    for weekday in draw(st.sets(st.integers(0, 6), min_size=1)):
        edges = sorted(draw(st.sets(EDGES, min_size=2, max_size=4)))
        periods[weekday] = tuple(zip(edges[::2], edges[1::2], strict=False))
    closed = frozenset(draw(st.sets(st.dates(date(2026, 3, 20), date(2026, 4, 10)), max_size=3)))
    return DeskHours(zone, periods, closed)


def is_open_by_hand(hours, moment):
    wall = moment.astimezone(hours.zone)
    minute = wall.hour * 60 + wall.minute
    if wall.date() in hours.closed:
        return False
    return any(opens <= minute < closes for opens, closes in hours.periods.get(wall.weekday(), ()))


def walked(hours, start, minutes, steps=60 * 24 * 40):
    """Return the moment after so many open minutes, found by checking every minute."""
    moment = start
    for _ in range(steps):
        if minutes == 0:
            return moment
        minutes -= is_open_by_hand(hours, moment)
        moment += MINUTE
    return None


# Around both changes of the clock in Europe and America.
STARTS = st.one_of(
    st.datetimes(datetime.fromisoformat("2026-03-05"), datetime.fromisoformat("2026-04-02")),
    st.datetimes(datetime.fromisoformat("2026-10-22"), datetime.fromisoformat("2026-11-03")),
)


@settings(deadline=None, max_examples=examples(120))
@given(desk_hours(), STARTS, st.integers(1, 2000))
def test_a_due_moment_is_where_walking_the_minutes_ends(hours, start, minutes):
    start = start.replace(second=0, microsecond=0, tzinfo=UTC)
    expected = walked(hours, start, minutes)
    assume(expected is not None)
    assert hours.after(start, minutes * MINUTE) == expected


@settings(deadline=None, max_examples=examples(60))
@given(desk_hours(), STARTS, st.integers(0, 6000))
def test_open_time_between_two_moments_is_what_walking_counts(hours, start, length):
    start = start.replace(second=0, microsecond=0, tzinfo=UTC)
    counted = sum(is_open_by_hand(hours, start + n * MINUTE) for n in range(length))
    assert hours.between(start, start + length * MINUTE) == counted * MINUTE


@settings(deadline=None, max_examples=examples(60))
@given(desk_hours(), STARTS, st.integers(1, 3000))
def test_no_more_and_no_less_than_the_length_is_open_until_the_due_moment(hours, start, minutes):
    start = start.replace(tzinfo=UTC)
    assert hours.between(start, hours.after(start, minutes * MINUTE)) == minutes * MINUTE


# --- promises and reminders ---------------------------------------------------------------------------------

MONDAY = at(UTC, 2026, 1, 5, 9)
HOURS = DeskHours(ZoneInfo("UTC"), OFFICE)


def a_promise(within=timedelta(hours=4), hours=HOURS, started=MONDAY):
    return promise(PromiseKind.FIRST_RESPONSE, started, within, hours)


def test_a_promise_is_due_after_its_length_and_reminds_first_at_half_of_it():
    owed = a_promise()
    assert (owed.due_at, owed.next_level, owed.remind_at) == (
        MONDAY + timedelta(hours=4),
        50,
        MONDAY + timedelta(hours=2),
    )


def test_reminders_come_at_their_share_of_the_time_each_once():
    owed, told = a_promise(), []
    for minute in range(60 * 6):
        now = MONDAY + minute * MINUTE
        levels, owed = reminders_due(owed, HOURS, now)
        told += [(level, minute) for level in levels]
    assert told == [(50, 120), (75, 180), (90, 216), (100, 240)]
    assert (owed.next_level, owed.remind_at, owed.lapsed_at) == (0, None, owed.due_at)


def test_a_desk_that_was_away_gets_all_levels_at_once_lowest_first():
    levels, owed = reminders_due(a_promise(), HOURS, MONDAY + timedelta(days=3))
    assert (levels, owed.remind_at) == (LEVELS, None)


def test_a_reminder_at_night_waits_for_the_opening():
    owed = a_promise(timedelta(hours=2), started=at(UTC, 2026, 1, 9, 16, 30))
    assert owed.remind_at == at(UTC, 2026, 1, 12, 9, 30)
    assert reminders_due(owed, HOURS, at(UTC, 2026, 1, 11, 2))[0] == ()


def test_the_hundred_per_cent_reminder_is_the_due_moment_itself():
    _, owed = reminders_due(a_promise(timedelta(minutes=7)), HOURS, MONDAY + 6.5 * MINUTE)
    assert (owed.next_level, owed.remind_at) == (100, owed.due_at)


@pytest.mark.parametrize("end", ["kept", "dropped"])
def test_a_promise_that_is_over_reminds_nobody(end):
    owed = getattr(a_promise(), end)(MONDAY)
    assert reminders_due(owed, HOURS, MONDAY + timedelta(days=9)) == ((), owed)


@pytest.mark.parametrize("end", ["kept", "dropped"])
@pytest.mark.parametrize(("late", "lapsed"), [(timedelta(), False), (timedelta(microseconds=1), True)])
def test_an_answer_in_the_due_moment_is_in_time_and_one_after_it_is_a_miss(end, late, lapsed):
    owed = a_promise()
    over = getattr(owed, end)(owed.due_at + late)
    assert over.lapsed_at == (owed.due_at if lapsed else None)
    assert not over.unsettled


@settings(deadline=None, max_examples=examples(100))
@given(st.lists(st.integers(0, 400), max_size=12), st.integers(1, 2000))
def test_however_the_sweeps_fall_each_level_is_told_once_and_never_early(sweeps, length):
    owed, told = a_promise(timedelta(minutes=length)), []
    now = MONDAY
    for gap in [*sweeps, 60 * 24 * 30]:
        now += gap * MINUTE
        armed_for = owed.remind_at
        levels, owed = reminders_due(owed, HOURS, now)
        assert not levels or armed_for <= now
        assert owed.remind_at is None or owed.remind_at > now
        told += levels
    assert tuple(told) == LEVELS
