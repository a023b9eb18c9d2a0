"""A silence is reported only at an hour of the week with usual mentions, and only with enough history."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.mentions.silence import hour_of, is_silent, usual_count

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
LONG_AGO = NOON - 9 * WEEK


def weeks(*counts: int, at: datetime = NOON) -> dict[int, int]:
    """Return counts of the same hour, the newest week first."""
    return {hour_of(at - n * WEEK): count for n, count in enumerate(counts, start=1)}


def test_the_middle_of_the_weeks_is_usual_so_that_a_storm_changes_nothing():
    assert usual_count(weeks(40, 41, 39, 4000), LONG_AGO, NOON, NOON + HOUR, LONDON) == 40


def test_a_part_of_an_hour_counts_as_a_part():
    assert usual_count(weeks(40, 40, 40, 40), LONG_AGO, NOON + HOUR / 2, NOON + HOUR, LONDON) == 20
    assert usual_count(weeks(9, 9, 9, 9), LONG_AGO, NOON, NOON + HOUR / 3, LONDON) == 3


def test_several_hours_add_up_and_hours_without_mentions_add_nothing():
    counts = weeks(10, 10, 10, 10) | weeks(30, 30, 30, 30, at=NOON + 2 * HOUR)
    assert usual_count(counts, LONG_AGO, NOON, NOON + 3 * HOUR, LONDON) == 40


def test_weeks_before_we_knew_the_account_are_no_weeks_without_mentions():
    counts = weeks(40, 40)
    assert usual_count(counts, NOON - 2 * WEEK, NOON, NOON + HOUR, LONDON) == 40
    assert usual_count(counts, LONG_AGO, NOON, NOON + HOUR, LONDON) == 20


def test_a_week_with_daylight_saving_is_compared_by_the_clock_on_the_wall():
    monday = datetime(2026, 3, 30, 11, 0, tzinfo=UTC)  # noon in London; the week before it was 12:00 UTC
    counts = {hour_of(monday - n * WEEK + HOUR): 25 for n in range(1, 5)}
    assert usual_count(counts, LONG_AGO, monday, monday + HOUR, LONDON) == 25


@pytest.mark.parametrize(
    ("usually", "known", "silent", "said"),
    [(10, 14, 60, True), (9, 14, 60, False), (10, 13, 60, False), (500, 14, 59, False)],
)
def test_a_silence_is_said_when_it_cannot_be_chance(usually, known, silent, said):
    known_since, since = NOON - timedelta(days=known), NOON - timedelta(minutes=silent)
    assert is_silent(usually, known_since, since, NOON) == said
