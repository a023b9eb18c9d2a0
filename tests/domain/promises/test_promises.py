"""Several promises on one case: which one applies, pauses, and simulated years compared with a simple oracle."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.base.tables import OURS, CaseState, CaseVerb
from bot.domain.cases.case import kind_owed, with_promise
from bot.domain.promises.promise import (
    LEVELS,
    DeskHours,
    PromiseKind,
    always_open,
    promise,
    reckoned,
    reminders_due,
    resumed,
    retimed,
)
from tests import builders
from tests.builders import ANA, NOW, do, owed
from tests.domain.promises.test_promise import is_open_by_hand
from tests.long import examples

HOUR = timedelta(hours=1)
HOURS = always_open()
QUARTER = timedelta(minutes=15)


def to_solve(at=NOW, within=8 * HOUR, hours=HOURS):
    return promise(PromiseKind.RESOLUTION, at, within, hours)


def a_case(**facts):
    return builders.claimed(resolution=to_solve(), **facts)


def answered(case, at):
    return do(None, case, CaseVerb.ANSWERED_ELSEWHERE, by="network", at=at)


def wrote(case, at, hours=HOURS, within=HOUR, posted=None):
    again = case.resolution
    if again is not None:
        again = resumed(again, at, hours) if again.paused else again if again.unsettled else to_solve(at, hours=hours)
    return do(
        None, case, CaseVerb.AUTHOR_WROTE, by="author", at=at, posted_at=posted or at, mention=case.latest + 1,
        promise=promise(kind_owed(case), posted or at, within, hours), resolution=again,
    )  # fmt: skip


def solved(case, at):
    return do(None, case, CaseVerb.SOLVE, at=at)


# --- which promise counts -----------------------------------------------------------------------------------


def test_the_shown_moment_is_that_of_the_earliest_promise_still_owed():
    case = a_case()
    assert (case.due_at, case.due_first.kind) == (NOW + HOUR, PromiseKind.FIRST_RESPONSE)
    soon = builders.claimed(resolution=to_solve(within=timedelta(minutes=20)))
    assert (soon.due_at, soon.due_first.kind) == (NOW + timedelta(minutes=20), PromiseKind.RESOLUTION)


def test_a_next_answer_that_is_short_never_overrules_the_first_answer():
    case = wrote(a_case(), NOW + timedelta(minutes=5), within=timedelta(minutes=1))
    assert (case.due_at, case.due_first.kind) == (NOW + HOUR, PromiseKind.FIRST_RESPONSE)


def test_a_next_answer_is_owed_from_the_earliest_unanswered_post():
    case = answered(a_case(), NOW + HOUR / 2)
    for minutes in (60, 65, 70):
        case = wrote(case, NOW + timedelta(minutes=minutes))
    assert (case.promise.kind, case.promise.started_at) == (PromiseKind.NEXT_RESPONSE, NOW + HOUR)


def test_an_earlier_post_that_arrives_last_moves_the_promise_to_where_it_belongs():
    case = answered(a_case(), NOW + HOUR / 2)
    case = wrote(case, NOW + 2 * HOUR)
    case = wrote(case, NOW + 2 * HOUR, posted=NOW + HOUR)
    assert (case.promise.started_at, case.promise.kind) == (NOW + HOUR, PromiseKind.NEXT_RESPONSE)


def test_an_earlier_post_that_was_answered_already_moves_nothing():
    case = answered(a_case(), NOW + HOUR / 2)
    case = wrote(case, NOW + 2 * HOUR)
    late = wrote(case, NOW + 2 * HOUR, posted=NOW + timedelta(minutes=10))
    assert late.promise == case.promise


def test_ten_angry_posts_while_overdue_are_one_miss_and_one_series_of_reminders():
    case, told = builders.claimed(), []
    for minute in range(0, 200, 10):
        now = NOW + timedelta(minutes=minute)
        levels, armed = reminders_due(case.promise, HOURS, now)
        told += levels
        case = with_promise(case, armed)
        if minute > 90:
            case = wrote(case, now)
    assert tuple(told) == LEVELS
    assert case.promise.lapsed_at == NOW + HOUR


def test_a_late_first_answer_stays_a_miss_when_the_next_ones_are_in_time():
    case = answered(a_case(), NOW + 2 * HOUR)
    first = case.promise
    case = answered(wrote(case, NOW + 3 * HOUR), NOW + 3 * HOUR)
    assert (first.lapsed_at, case.promise.lapsed_at) == (NOW + HOUR, None)


def test_a_late_solution_stays_a_miss_whatever_swept_in_between():
    case = solved(a_case(), NOW + 9 * HOUR)
    assert (case.resolution.kept_at, case.resolution.lapsed_at) == (NOW + 9 * HOUR, NOW + 8 * HOUR)


# --- pausing ------------------------------------------------------------------------------------------------


def test_a_solution_is_not_owed_while_the_ball_is_with_the_author():
    case = answered(a_case(), NOW + HOUR)
    assert (case.resolution.paused, case.resolution.remind_at, case.due_at) == (True, None, None)
    assert reminders_due(case.resolution, HOURS, NOW + 99 * HOUR)[0] == ()


def test_the_time_of_a_pause_is_given_back_to_the_minute():
    case = wrote(answered(a_case(), NOW + 3 * HOUR), NOW + 10 * HOUR)
    assert (case.resolution.due_at, case.resolution.remind_at) == (NOW + 15 * HOUR, NOW + 11 * HOUR)


def test_a_solution_in_a_pause_is_in_time_however_long_the_pause_was():
    assert solved(answered(a_case(), NOW + HOUR), NOW + 90 * HOUR).resolution.lapsed_at is None


def test_a_pause_that_came_too_late_mends_nothing():
    case = answered(a_case(), NOW + 9 * HOUR)
    case = solved(wrote(case, NOW + 20 * HOUR), NOW + 21 * HOUR)
    assert case.resolution.lapsed_at == NOW + 8 * HOUR


def test_a_case_that_was_set_aside_owes_no_solution():
    case = do(None, a_case(), CaseVerb.DISMISS, reason="spam")
    assert (case.resolution.dropped_at is not None, case.due_at) == (True, None)


def test_a_reminder_told_before_the_pause_is_not_told_again_after_it():
    case = a_case()
    levels, armed = reminders_due(case.resolution, HOURS, NOW + 5 * HOUR)
    case = wrote(answered(with_promise(case, armed), NOW + 5 * HOUR), NOW + 20 * HOUR)
    assert (levels, case.resolution.next_level, case.resolution.remind_at) == ((50,), 75, NOW + 21 * HOUR)


def test_a_pause_over_a_closed_weekend_costs_no_desk_time():
    hours = DeskHours(ZoneInfo("Europe/Berlin"), dict.fromkeys(range(5), ((540, 1020),)))
    friday, monday = datetime(2026, 3, 27, 15, tzinfo=UTC), datetime(2026, 3, 30, 7, tzinfo=UTC)  # 16:00, 09:00
    owed_ = promise(PromiseKind.RESOLUTION, friday - HOUR, 4 * HOUR, hours)
    assert resumed(owed_.pause(friday), monday, hours).due_at == monday + 3 * HOUR  # 15 to 16, then 09 to 12


def test_working_it_out_afresh_under_the_same_hours_changes_nothing():
    case = wrote(answered(a_case(), NOW + 3 * HOUR), NOW + 10 * HOUR)
    assert reckoned(case.resolution, HOURS) == case.resolution


# --- simulated years against an oracle that walks ------------------------------------------------------------

ZONES = [ZoneInfo(name) for name in ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")]
EDGES = st.sampled_from([*range(0, 60, 15), *range(240, 1441, 15)])
GAPS = st.lists(st.integers(1, 4 * 24 * 50), min_size=2, max_size=14)  # in quarters of an hour: up to 50 days each


@st.composite
def hours_of(draw, zone):
    periods = {}
    for weekday in draw(st.sets(st.integers(0, 6), min_size=2)):
        edges = sorted(draw(st.sets(EDGES, min_size=2, max_size=4)))
        periods[weekday] = tuple(zip(edges[::2], edges[1::2], strict=False))
    return DeskHours(
        zone, periods, frozenset(draw(st.sets(st.dates(date(2026, 1, 1), date(2028, 1, 1)), max_size=9)))
    )


def walked(hours, start, within, steps):
    """Walk the quarters of the simulated time; return when the promise was used up, None if it never was.

    `steps` are (moment, whether we have to act from then on), the first one at the start.
    """
    used, reached = timedelta(), None
    for (since, ours), (until, _) in pairwise(steps):
        at = since
        while ours and at < until and reached is None:
            used += QUARTER * is_open_by_hand(hours, at)
            at += QUARTER
            reached = at if used >= within else None
    return reached


@pytest.mark.parametrize("zone", ZONES, ids=str)
@settings(deadline=None, max_examples=examples(25))
@given(st.data())
def test_years_of_talk_give_the_due_moment_and_the_misses_that_walking_gives(zone, data):
    hours = data.draw(hours_of(zone))
    start = data.draw(st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-06-01")))
    now = start.replace(minute=start.minute // 15 * 15, second=0, microsecond=0, tzinfo=UTC)
    within = QUARTER * data.draw(st.integers(4, 400))
    case = builders.claimed(at=now, promise=owed(at=now), resolution=to_solve(now, within, hours))
    steps, told = [(now, True)], []
    for gap in data.draw(GAPS):
        now += QUARTER * gap
        levels, case = swept(case, hours, now)
        told += levels
        ours = case.state in OURS
        case = answered(case, now) if ours else wrote(case, now, hours)
        steps.append((now, case.state in OURS))
    end = now + QUARTER * data.draw(st.integers(1, 900))
    reached = walked(hours, steps[0][0], within, [*steps, (end, False)])
    counted = end if case.state in OURS else steps[-1][0]
    over = solved(case, end).resolution
    assert (over.lapsed_at is not None) == (reached is not None and reached < counted)
    assert over.lapsed_at is None or over.lapsed_at == reached
    assert tuple(told) == LEVELS[: len(told)]


def swept(case, hours, now):
    levels, armed = (
        reminders_due(case.resolution, hours, now) if case.resolution.clock_runs else ((), case.resolution)
    )
    return levels, with_promise(case, armed)


def test_the_author_is_answered_by_whoever_and_the_case_keeps_both_promises_apart():
    case = answered(a_case(), NOW + HOUR / 2)
    assert (case.state, case.promise.kept_at, case.resolution.unsettled) == (CaseState.PENDING, NOW + HOUR / 2, True)
    assert replace(case, assignee=ANA).promises == (case.promise, case.resolution)


# --- other moments: priority, hours -------------------------------------------------------------------------

OFFICE = DeskHours(ZoneInfo("UTC"), dict.fromkeys(range(5), ((540, 1020),)))  # NOW is Monday, 09:00
FIRST = PromiseKind.FIRST_RESPONSE


@pytest.mark.parametrize(
    ("within", "minutes", "due"),
    [
        (30, 10, 30),  # shorter, and in the future
        (240, 10, 240),  # longer
        (30, 40, 70),  # shorter, in the past: counts from now
        (30, 110, 120),  # the same, where the old moment is earlier
    ],
)
def test_another_length_moves_the_due_moment_and_never_into_the_past(within, minutes, due):
    old = promise(FIRST, NOW, 2 * HOUR, HOURS)
    moved = retimed(old, timedelta(minutes=within), HOURS, NOW + timedelta(minutes=minutes))
    assert moved.due_at == NOW + timedelta(minutes=due)


def test_other_hours_move_the_due_moment():
    old = promise(FIRST, NOW + 6 * HOUR, 4 * HOUR, HOURS)
    assert retimed(old, 4 * HOUR, OFFICE, NOW + 7 * HOUR).due_at == NOW + 26 * HOUR


@pytest.mark.parametrize("swept", [True, False])
def test_no_other_length_makes_a_miss_undone(swept):
    old = promise(FIRST, NOW, HOUR, HOURS)
    old = reminders_due(old, HOURS, NOW + 2 * HOUR)[1] if swept else old
    assert retimed(old, 9 * HOUR, HOURS, NOW + 2 * HOUR) == old
    kept = old.kept(NOW + 3 * HOUR)
    assert retimed(kept, 9 * HOUR, HOURS, NOW + 4 * HOUR) == kept


def test_another_length_during_a_pause_counts_when_the_time_runs_again():
    paused = promise(PromiseKind.RESOLUTION, NOW, 8 * HOUR, HOURS).pause(NOW + HOUR)
    shorter = retimed(paused, 4 * HOUR, HOURS, NOW + 5 * HOUR)
    assert (shorter.remind_at, resumed(shorter, NOW + 10 * HOUR, HOURS).due_at) == (None, NOW + 13 * HOUR)
    hardly = retimed(paused, HOUR / 2, HOURS, NOW + 5 * HOUR)
    assert resumed(hardly, NOW + 10 * HOUR, HOURS).due_at == NOW + 10.5 * HOUR


def test_a_level_that_was_told_is_not_told_again_for_another_length():
    _, armed = reminders_due(promise(FIRST, NOW, HOUR, HOURS), HOURS, NOW + timedelta(minutes=50))
    longer = retimed(armed, 4 * HOUR, HOURS, NOW + timedelta(minutes=50))
    assert (longer.next_level, longer.remind_at) == (90, NOW + 3.6 * HOUR)
