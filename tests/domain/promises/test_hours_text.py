"""The sentence for the brand's profile is true, and the published hours are compared with the kept ones."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.promises.hours_text import Published, hours_in_words, named_length, published, usual_time
from bot.domain.promises.promise import DeskHours, PromiseKind, always_open, promise
from bot.domain.promises.report import Track, TrackLine

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
    assert hours_in_words(hours) == words


@pytest.mark.parametrize(
    ("minutes", "said"),
    [([0], 1), ([4], 4), ([5.1], 10), ([10, 12, 18, 400], 20), ([61], 120), ([60 * 37], 60 * 48), ([1, 2, 3, 4], 3)],
)
def test_usually_is_what_three_in_four_met_rounded_up(minutes, said):
    assert usual_time([one * MIN for one in minutes]) == said * MIN


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
    assert named_length(said) == (minutes and minutes * MIN)


def a_customer(minutes: float | None, at: datetime = MONDAY, within: timedelta = 60 * MIN, **facts: str) -> Track:
    """Return a customer's track whose first answer came after so many minutes; None: it never came."""
    owed = promise(PromiseKind.FIRST_RESPONSE, at, within, NINE_TO_FIVE)
    if minutes is None:
        return Track(**({"case_id": 2, "network": "x", "began_at": at, "promises": (owed,)} | facts))
    answered_at = at + minutes * MIN
    line = TrackLine(verb="delivered", by="desk", at=answered_at, state="pending")
    known = {"case_id": 1, "network": "x", "began_at": at, "lines": (line,), "promises": (owed.kept(answered_at),)}
    return Track(**(known | facts))


def said_of(tracks: list[Track], said: str = "", at: datetime = MONDAY + 120 * MIN) -> Published:
    return published(NINE_TO_FIVE, tracks, said, at)


def test_what_is_published_is_held_against_first_answers_in_desk_time():
    sunday = MONDAY - timedelta(hours=20)
    tracks = [*[a_customer(10)] * 20, *[a_customer(40)] * 9, a_customer(20 * 60 + 12, sunday)]
    found = said_of(tracks, "Mon – Fri 09:00–17:00 (London), within 15 min")
    assert found.text == "We answer Mon-Fri 9:00-17:00 (London), usually within 40 min."
    assert (found.within, found.met, found.kept, found.owed) == (15 * MIN, 21, 30, 30)
    assert found.same_hours


@pytest.mark.parametrize(
    ("kept", "never", "offered"),
    [
        (5, 31, False),  # as on the day that was watched
        (29, 0, False),  # too few, however quick
        (30, 0, True),
        (27, 3, True),  # nine in ten
        (26, 4, False),
        (89, 11, False),
        (90, 10, True),
        (0, 0, False),
        (0, 40, False),
    ],
)
def test_a_sentence_is_offered_only_from_enough_customers_of_whom_enough_were_answered_in_time(kept, never, offered):
    found = said_of([a_customer(5)] * kept + [a_customer(None)] * never)
    assert (found.kept, found.owed, bool(found.text)) == (kept, kept + never, offered)


@pytest.mark.parametrize("minutes", [61, 90, 119])
def test_a_late_answer_was_not_in_time(minutes):
    assert said_of([a_customer(5)] * 26 + [a_customer(minutes)] * 4).text == ""


@pytest.mark.parametrize(
    ("track", "counted"),
    [
        (a_customer(None), 1),  # without an answer
        (a_customer(None, MONDAY - timedelta(days=60)), 1),  # and for a long time
        (a_customer(None, within=timedelta(hours=4)), 0),  # not due yet
        (a_customer(None, network="recorded"), 0),
        (a_customer(3, network="recorded"), 0),
        (a_customer(10, MONDAY - timedelta(days=29)), 0),  # answered, long ago
    ],
)
def test_who_counts_as_owed_an_answer(track, counted):
    assert said_of([track]).owed == counted


def test_an_answer_that_was_given_up_counts_as_none():
    given_up = a_customer(None).promises[0].dropped(MONDAY + 90 * MIN)
    assert said_of([replace(a_customer(None), promises=(given_up,))]).owed == 1


@given(st.lists(st.none() | st.integers(0, 119), min_size=30, max_size=60))
def test_the_length_that_is_said_was_met_by_three_customers_in_four(minutes):
    found = said_of([a_customer(one) for one in minutes])
    within = named_length(found.text.partition("within")[2]) if found.text else None
    if within:
        assert sum(one is not None and one * MIN <= within for one in minutes) * 4 >= len(minutes) * 3


def test_other_hours_are_told_apart():
    assert not said_of([], "Mon-Fri 8:00-18:00").same_hours
