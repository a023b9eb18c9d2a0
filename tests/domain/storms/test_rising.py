"""More people than usual who say the same within a short time are noticed; one angry person is not."""

from datetime import UTC, datetime, timedelta
from math import exp, factorial

import pytest

from bot.domain.storms import rising
from bot.domain.storms.rising import RecentTopics, Rise, Sighting, at_least
from bot.domain.storms.signature import FeatureKind, Trait, signature

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
APP = Trait(FeatureKind.WORD, "app")


def sighting(n: int, text: str = "my app is dead", *, at: datetime = NINE, by: str = "", **facts: str) -> Sighting:
    return Sighting(at=at, author=by or f"x:{n}", case=n, signature=signature(text, "en", **facts))  # type: ignore[arg-type]


def fed(
    watch: RecentTopics, count: int, every: timedelta, *, by: str = "", start: datetime = NINE, **facts: str
) -> int:
    """Feed posts about one thing; return which of them was noticed first, or 0."""
    for n in range(1, count + 1):
        if watch.see(sighting(n, at=start + n * every, by=by, **facts)):
            return n
    return 0


@pytest.mark.parametrize("seconds", [0, 1, 10, 60, 180])
def test_five_people_in_a_quiet_hour_are_noticed_with_the_fifth(seconds: int) -> None:
    assert fed(RecentTopics(), 30, timedelta(seconds=seconds)) == 5


def test_one_angry_person_is_no_rise_however_often_they_write() -> None:
    assert fed(RecentTopics(), 200, timedelta(seconds=5), by="x:angry") == 0


def test_four_people_are_no_rise() -> None:
    watch = RecentTopics()
    for n in range(200):
        assert watch.see(sighting(n, at=NINE + n * MINUTE / 4, by=f"x:{n % 4}")) == []


def test_what_comes_as_often_as_usual_is_no_rise() -> None:
    assert fed(RecentTopics(usual={APP: 60.0, Trait(FeatureKind.WORD, "dead"): 60.0}), 60, MINUTE) == 0


def test_more_than_usual_at_this_hour_is_noticed_within_minutes() -> None:
    found = fed(RecentTopics(usual={APP: 20.0, Trait(FeatureKind.WORD, "dead"): 20.0}), 60, MINUTE / 6)
    assert 0 < found <= 18, "three minutes, ten seconds apart"


def test_what_many_always_say_is_no_rise_on_a_busy_desk_after_its_first_forty_minutes() -> None:
    watch, words = (
        RecentTopics(),
        ("parcel", "router", "refund", "delivery", "battery", "invoice", "driver", "window"),
    )
    for n in range(600):  # ten a minute, each thing said by one in six or eight
        found = watch.see(
            sighting(n, f"my {words[n * 5 % 8]} again {'bcdfgh'[n % 6] * 4}", at=NINE + n * MINUTE / 10)
        )
        assert n < 400 or found == []


def test_other_traits_rise_as_well() -> None:
    for facts in ({"topic": "outage"}, {"under": "x:9"}):
        watch = RecentTopics()
        for n in range(4):
            watch.see(sighting(n, f"{'bcdfg'[n] * 5}", at=NINE + n * MINUTE / 6, **facts))
        [rise] = watch.see(sighting(9, "zzzz", at=NINE + MINUTE, **facts))
        assert rise.trait.name in facts.values()


def test_a_word_that_hundreds_say_each_hour_is_no_rise() -> None:
    watch = RecentTopics()
    for n in range(1_200):  # ten a minute say it, three times as many write
        text = "router again" if n % 3 == 0 else f"{'bcdfgh'[n % 6] * 3}{'klmnpq'[n // 6 % 6] * 3}"
        found = watch.see(sighting(n, text, at=NINE + n * MINUTE / 30))
        assert n < 600 or [one for one in found if one.trait.name == "router"] == []


def test_several_dangers_among_many_other_posts_are_a_rise() -> None:
    watch, found = RecentTopics(), list[str]()
    for n in range(60):
        topic = "safety" if n % 10 == 0 else "outage" if n % 2 else ""
        rises = watch.see(
            sighting(n, f"{'bcdfgh'[n % 6]}{'klmnpq'[n % 5]}xyz{'vw'[n % 2]}", at=NINE + n * MINUTE / 4, topic=topic)
        )
        found += [one.trait.name for one in rises if one.trait.kind == FeatureKind.TOPIC]
    assert found[:1] == ["safety"]


def test_a_rise_says_who_since_when_and_how_unusual() -> None:
    watch = RecentTopics()
    for n in range(1, 5):
        watch.see(sighting(n, at=NINE + n * MINUTE))
    first, *_ = watch.see(sighting(5, at=NINE + 5 * MINUTE))
    assert isinstance(first, Rise)
    assert (first.people, first.cases, first.since, first.until) == (
        5, frozenset({1, 2, 3, 4, 5}), NINE + MINUTE, NINE + 5 * MINUTE,
    )  # fmt: skip
    assert first.usual >= rising.FLOOR
    assert first.chance < rising.CHANCE
    assert watch.common(first.members) == ["app", "dead"]


def test_posts_out_of_order_count_by_their_own_moments() -> None:
    watch = RecentTopics()
    for n, minutes in enumerate((9, 3, 7, 1)):
        assert watch.see(sighting(n, at=NINE + minutes * MINUTE)) == []
    [rise, *_] = watch.see(sighting(9, at=NINE + 5 * MINUTE))
    assert (rise.since, rise.until) == (NINE + MINUTE, NINE + 9 * MINUTE)


@pytest.mark.parametrize("late", [timedelta(hours=1), timedelta(days=3)])
def test_posts_that_came_in_long_after_they_were_written_say_nothing_about_now(late: timedelta) -> None:
    watch = RecentTopics()
    watch.see(sighting(0, "hello", at=NINE))
    assert fed(watch, 30, timedelta(), start=NINE - late) == 0


def test_what_was_said_over_an_hour_ago_counts_no_more() -> None:
    watch = RecentTopics()
    assert fed(watch, 4, MINUTE) == 0
    assert watch.see(sighting(9, at=NINE + timedelta(minutes=64))) == []


@pytest.mark.long
def test_memory_is_bounded_however_much_comes() -> None:
    watch = RecentTopics()
    for n in range(12_000):
        text = " ".join(
            f"w{'abcdefghij'[n // 10**d % 10]}{'klmnopqrst'[n // 10**d % 10]}{'vwxyz'[d]}x" for d in range(5)
        )
        watch.see(sighting(n, f"{text} {'bcdf'[n % 4] * 3}{n}", at=NINE + n * timedelta(milliseconds=30)))
    assert len(watch._posts) <= rising.POSTS
    assert len(watch._authors) <= rising.POSTS
    assert max(len(kept) for kept in watch._by_trait.values()) <= rising.HELD
    assert len(watch._by_trait) <= rising.TRAITS + 500 * 24


@pytest.mark.parametrize("mean", [0.01, 0.5, 1.0, 3.3])
@pytest.mark.parametrize("count", [1, 5, 8])
def test_the_chance_is_poissons(count: int, mean: float) -> None:
    below = sum(exp(-mean) * mean**k / factorial(k) for k in range(count))
    assert at_least(count, mean) == (1.0 if mean >= count else pytest.approx(1 - below, abs=1e-9))


def test_what_never_happens_has_no_chance() -> None:
    assert at_least(5, 0.0) == 0.0
