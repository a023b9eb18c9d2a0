"""The sentence for the brand's profile is true, and what is published is held against what was met."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.published import named, published, spoken, usual
from bot.domain.stages import Step, Track
from bot.domain.turnaround import DeskHours, always_open

LONDON = ZoneInfo("Europe/London")
DAY = (540, 1020)
NINE_TO_FIVE = DeskHours(LONDON, dict.fromkeys(range(5), (DAY,)))
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MIN = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (NINE_TO_FIVE, "Mon-Fri 9:00-17:00 (London)"),
        (always_open(), "around the clock"),
        (DeskHours(LONDON, {0: (DAY,), 2: (DAY,)}), "Mon 9:00-17:00, Wed 9:00-17:00 (London)"),
        (
            DeskHours(ZoneInfo("America/New_York"), {0: ((810, 1020), (540, 750)), 6: ((0, 1440),)}),
            "Mon 9:00-12:30 and 13:30-17:00, Sun all day (New York)",
        ),
        (
            DeskHours(LONDON, dict.fromkeys(range(7), ((0, 1440),)), frozenset({date(2026, 12, 25)})),
            "Mon-Sun all day (London)",
        ),
    ],
)
def test_hours_are_said_as_people_say_them(hours, words):
    assert spoken(hours) == words


@pytest.mark.parametrize(
    ("minutes", "said"),
    [([0], 1), ([4], 4), ([5.1], 10), ([10, 12, 18, 400], 20), ([61], 120), ([60 * 37], 60 * 48), ([1, 2, 3, 4], 3)],
)
def test_usually_is_what_three_in_four_met_rounded_up(minutes, said):
    assert usual([one * MIN for one in minutes]) == said * MIN


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("usually within 18 min.", 18),
        ("We answer 9:00-17:00 within 2 hours", 120),
        ("within 1h", 60),
        ("replies in 2 days", 2880),
        ("within 0 min", None),
        ("Mon-Fri 9-17", None),
        ("", None),
    ],
)
def test_a_length_is_found_in_a_sentence(said, minutes):
    assert named(said) == (minutes and minutes * MIN)


def answered(minutes: float, at: datetime = MONDAY) -> Track:
    step = Step(verb="delivered", by="desk", at=at + minutes * MIN, state="pending")
    return Track(case_id=1, network="x", began_at=at, steps=(step,))


def test_what_is_published_is_held_against_first_answers_in_desk_time():
    sunday = MONDAY - timedelta(hours=20)
    tracks = [
        answered(10),
        answered(40),
        answered(20 * 60 + 12, sunday),
        Track(case_id=2, network="x", began_at=MONDAY),
    ]
    found = published(NINE_TO_FIVE, tracks, "Mon – Fri 09:00–17:00 (London), within 15 min", MONDAY + 60 * MIN)
    assert found.text == "We answer Mon-Fri 9:00-17:00 (London), usually within 40 min."
    assert (found.within, found.met, found.answers, found.same_hours) == (15 * MIN, 2, 3, True)


def test_older_answers_and_other_hours_do_not_count():
    long_ago = answered(10, MONDAY - timedelta(days=29))
    found = published(NINE_TO_FIVE, [long_ago], "Mon-Fri 8:00-18:00", MONDAY)
    assert (found.answers, found.same_hours) == (0, False)
    assert found.text == "We answer Mon-Fri 9:00-17:00 (London)."
