"""Tracks: every case of a period, from its trail, its promises and its card."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.base.tables import CaseVerb
from bot.domain.mentions.mention import Side
from bot.domain.mentions.silence import hour_of
from bot.domain.promises.report import Milestone, reached, solo_lanes
from bot.domain.replies.solo import Lane
from tests import builders
from tests.builders import ANA, BEN, NOW, do
from tests.storage.scenes import another

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def numbers(store, since=NOW, until=NOW + DAY):
    found = [track.case_id for track in store.tracks(since, until)]
    assert store.tracked(since, until) == len(found)
    return found


def test_cases_are_counted_by_language_since_a_moment(store):
    builders.opened(store, builders.a_post("7001", root_id="7001", language="de"))
    builders.opened(store, builders.a_post("7002", root_id="7002", language="de"), at=NOW + timedelta(days=1))
    builders.opened(store, builders.a_post("7003", root_id="7003"), at=NOW + timedelta(days=1))
    assert store.languages(NOW) == {"de": 2, "en": 1}
    assert store.languages(NOW + timedelta(hours=1)) == {"de": 1, "en": 1}


def test_a_case_is_measured_by_its_trail(store):
    case = builders.delivered(store)
    do(store, case, CaseVerb.SOLVE, at=NOW + 9 * MINUTE)
    [track] = store.tracks(NOW, NOW + DAY)
    assert set(reached(track)) == set(Milestone) - {Milestone.TOLD}
    assert reached(track)[Milestone.SOLVED] == NOW + 9 * MINUTE
    assert [(line.verb, line.by, line.state) for line in track.lines[:2]] == [
        ("claim", ANA, "open"),
        ("started", ANA, "open"),
    ]
    assert [one.kept_at for one in track.promises] == [NOW + MINUTE]


@pytest.mark.parametrize("lane", [Lane.TEMPLATE, Lane.REASON])
def test_a_solo_reply_is_told_from_the_others_and_is_the_one_that_kept_the_promise(store, lane):
    builders.delivered(store)
    builders.sent_alone(store, lane, post=another("7001"))
    usual, alone = store.tracks(NOW, NOW + DAY)
    [kept] = [one.kept_at for one in alone.promises]
    assert (solo_lanes(usual), solo_lanes(alone)) == ({}, {kept: lane})


def test_a_track_knows_the_segment_of_its_case(store):
    builders.opened(store, segment="press")
    builders.opened(store, post=another("2"))
    assert [track.segment for track in store.tracks(NOW, NOW + DAY)] == ["press", ""]


def test_whoever_was_assigned_is_on_the_track(store):
    do(store, builders.claimed(store), CaseVerb.ASSIGN, to=BEN)
    [track] = store.tracks(NOW, NOW + DAY)
    assert track.lines[-1].person == BEN


def test_the_authors_wait_begins_with_their_post_not_with_our_reading(store):
    builders.opened(store, at=NOW + 9 * MINUTE, promise=builders.owed(at=NOW))
    assert next(store.tracks(NOW, NOW + DAY)).began_at == NOW


def test_a_thread_stands_from_the_moment_in_slacks_own_number(store):
    case = builders.opened(store)
    card = store.card(case.id)
    store.mark_told(card.id, "C0CARE", "1767603605.000200", 1)
    assert next(store.tracks(NOW, NOW + DAY)).told_at == datetime(2026, 1, 5, 9, 0, 5, 200, tzinfo=UTC)


def test_a_period_holds_what_runs_and_what_was_decided_or_ended_in_it(store):
    running = builders.opened(store, post=another("1"), at=NOW - 3 * DAY)
    builders.delivered(store, post=another("2"), at=NOW - 3 * DAY)
    kept = builders.delivered(store, post=another("3"))
    solved = do(store, builders.delivered(store, post=another("4"), at=NOW - 3 * DAY), CaseVerb.SOLVE, at=NOW)
    builders.delivered(store, post=another("5"), at=NOW + 3 * DAY)
    assert numbers(store) == [running.id, kept.id, solved.id]
    assert numbers(store, NOW - 9 * DAY, NOW - 8 * DAY) == [running.id]


def test_mentions_are_counted_by_the_hour_they_came_in_ours_left_out(store):
    for n, minutes in enumerate((0, 59, 60)):
        store.add_mention(builders.a_post(f"70{n}"), NOW + minutes * MINUTE)
    store.add_mention(builders.a_post("800", side=Side.OURS), NOW + DAY)
    nine = hour_of(NOW)
    assert store.arrivals("x", builders.OUR_ACCOUNT, nine) == {nine: 2, nine + 1: 1}
    assert store.arrivals("x", builders.OUR_ACCOUNT, nine + 1) == {nine + 1: 1}
    assert store.heard_from("x", builders.OUR_ACCOUNT) == (NOW, NOW + 60 * MINUTE)
    assert store.heard_from("x", "another") is None
