"""The database's counts of a period are equal to those from the cases' own tracks."""

from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.domain.base.tables import CaseVerb
from bot.domain.mentions.mention import RECORDED, PostRef
from bot.domain.promises.promise import DeskHours, PromiseKind, always_open, promise
from bot.domain.promises.report import report
from bot.domain.replies.solo import Lane
from bot.services.promises import report as measuring
from bot.services.promises.report import Period
from tests import builders, walking
from tests.builders import ANA, BEN, NOW, do
from tests.long import part
from tests.storage.scenes import another

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NINE_TO_FIVE = DeskHours(ZoneInfo("Europe/London"), {day: [(540, 1020)] for day in range(5)})
COUNTED = (
    "total", "by_network", "by_person", "by_segment", "solo", "lapsed_cases", "lapsed_count", "at_risk_cases",
    "at_risk_count", "replayed",
)  # fmt: skip


def both(store, since, until, now, hours):
    """Return the database's counts, and the counts made case by case."""
    ours = measuring._counted(store, hours, Period(since, until, "now"), now)
    theirs = report(list(store.tracks(since, until)), since, until, hours, now)
    return [{name: plain(getattr(one, name)) for name in COUNTED} for one in (ours, theirs)]


def plain(value):
    return list(value) if isinstance(value, tuple) else value


def periods():
    yield NOW, NOW + DAY, NOW + 30 * MINUTE
    yield NOW, NOW + DAY, NOW + 2 * HOUR
    yield NOW - DAY, NOW, NOW + HOUR
    yield NOW + HOUR, NOW + 3 * HOUR, NOW + 2 * HOUR
    yield NOW - 9 * DAY, NOW + 9 * DAY, NOW + 3 * DAY


def a_life(store, chance, number):
    """Apply up to a dozen random events to a case."""
    segment = chance.choice(("", "press"))
    where = PostRef(chance.choice(("x", "x", RECORDED)), builders.OUR_ACCOUNT, str(number))
    case = builders.opened(
        store, post=another(str(number), ref=where), at=NOW + chance.randrange(-600, 600) * MINUTE, segment=segment
    )
    at = case.opened_at
    for _ in range(chance.randrange(12)):
        at = max(at, walking.moment_of(case)) + chance.randrange(90) * MINUTE
        events = walking.possible(case, chance.choice((ANA, BEN, "desk")), at)
        if events:
            case = store.record(case, chance.choice(events))
    return case


@pytest.mark.parametrize("seed", part(range(6), 6))
@pytest.mark.parametrize("hours", [always_open(), NINE_TO_FIVE], ids=["always", "nine to five"])
def test_lives_of_any_kind_are_counted_alike(store, seed, hours):
    chance = Random(seed)  # noqa: S311 - a test's own dice
    for number in range(100, 112):
        a_life(store, chance, number)
    for since, until, now in periods():
        ours, theirs = both(store, since, until, now, hours)
        assert ours == theirs


def test_whoever_held_a_case_when_it_was_decided_is_counted_for_it(store):
    builders.delivered(store, post=another("1"))
    given = do(store, builders.claimed(store, post=another("2")), CaseVerb.ASSIGN, to=BEN, at=NOW + 2 * MINUTE)
    back = do(store, builders.claimed(store, post=another("3")), CaseVerb.RELEASE, at=NOW + 3 * MINUTE)
    ours, theirs = both(store, NOW, NOW + DAY, NOW + 2 * HOUR, always_open())
    assert ours == theirs
    assert {name: (one.kept, one.lapsed) for name, one in ours["by_person"].items()} == {
        ANA: (1, 0),
        BEN: (0, 1),
        "": (0, 1),
    }
    assert ours["lapsed_cases"] == [given.id, back.id]


def test_a_paused_promise_is_neither_at_risk_nor_late(store):
    owed = promise(PromiseKind.RESOLUTION, NOW, HOUR, always_open()).pause(NOW + MINUTE)
    builders.opened(store, resolution=owed)
    ours, theirs = both(store, NOW, NOW + DAY, NOW + 2 * HOUR, always_open())
    assert ours == theirs
    assert (ours["total"].lapsed, ours["total"].at_risk) == (1, 0)  # the answer alone


@pytest.mark.parametrize("minutes", [44, 45, 46, 60, 61])
def test_the_last_quarter_begins_at_the_same_moment(store, minutes):
    builders.opened(store)
    ours, theirs = both(store, NOW, NOW + DAY, NOW + minutes * MINUTE, always_open())
    assert ours == theirs
    assert ours["at_risk_count"] == (45 <= minutes <= 60)


def test_solo_replies_are_counted_when_they_were_public(store):
    for number, lane in enumerate(Lane, start=1):
        if lane:
            builders.sent_alone(store, lane, post=another(f"70{number}"))
    builders.delivered(store, post=another("800"))
    assert store.count_solo(NOW, NOW + DAY) == len(Lane) - 1
    assert store.count_solo(NOW + DAY, NOW + 2 * DAY) == 0


def test_the_week_is_summed_as_its_report_says(store):
    chance = Random(9)  # noqa: S311 - a test's own dice
    for number in range(200, 212):
        a_life(store, chance, number)
    total = both(store, NOW - DAY, NOW + DAY, NOW + 3 * DAY, always_open())[1]["total"]
    assert store.kept_and_lapsed(NOW - DAY, NOW + DAY, NOW + 3 * DAY) == (total.kept, total.lapsed)


def test_tracks_come_page_by_page_and_of_many_only_some(store):
    for number in range(300, 300 + 205):
        builders.opened(store, post=another(str(number)))
    every = [track.case_id for track in store.tracks(NOW, NOW + DAY)]
    assert every == sorted(every)
    assert len(every) == store.tracked(NOW, NOW + DAY) == 205
    assert [track.case_id for track in store.tracks(NOW, NOW + DAY, 10)] == [one for one in every if one % 10 == 0]
    found = store.tracks(NOW, NOW + DAY)
    assert (next(found).case_id, store.case(2).id) == (1, 2)  # what is asked in between disturbs nothing
    found.close()
    assert store.tracked(NOW, NOW + DAY) == 205
