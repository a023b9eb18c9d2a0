"""One place decides whether an account is being read; it informs the leads and stops the heartbeat."""

from datetime import datetime, timedelta

import pytest

from bot.domain.base.idle_rounds import STALLED
from bot.ports import Desk, NetworkTrouble
from bot.services.mentions.readings import UNREAD, Readings
from storage import SqlStore
from tests.fakes import NOON, FakeNetwork, a_desk
from tests.services.journey import notices, street

TROUBLE = NetworkTrouble("It answers 503.")


@pytest.fixture
def readings(desk: Desk) -> Readings:
    return Readings(street(desk))


def rounds(desk: Desk, readings: Readings, count: int, rests: float = 0.0) -> list[int]:
    """Run so many rounds; return how many streams were not read in each."""
    return [len(readings.look(desk, lambda _: rests, NOON + timedelta(minutes=one))) for one in range(count)]


def read(desk: Desk, readings: Readings, at: datetime = NOON) -> None:
    for stream in readings.network.streams:
        readings.went_well(desk, stream, at)


def said(desk: Desk) -> list[str]:
    return [sentence.partition(".")[0] for _, sentence in notices(desk)]


def test_a_stream_is_unread_after_some_rounds_and_leads_hear_of_it_later(desk: Desk, readings: Readings) -> None:
    streams = len(readings.network.streams)
    assert rounds(desk, readings, STALLED + 2) == [0] * (STALLED + 1) + [streams]
    assert said(desk) == []
    rounds(desk, readings, UNREAD - STALLED)
    assert len(said(desk)) == streams
    read(desk, readings)
    assert rounds(desk, readings, 1) == [0]
    assert sum("again" in one for one in said(desk)) == streams


def test_a_stream_that_is_left_alone_on_purpose_is_not_unread(desk: Desk, readings: Readings) -> None:
    rests = 9.0
    assert sum(rounds(desk, readings, STALLED + 10, rests)) == 0
    assert sum(rounds(desk, readings, 1, rests)) > 0


def test_what_the_network_answered_is_said_once_and_stops_the_heartbeat_all_the_same(
    desk: Desk, readings: Readings
) -> None:
    for _ in range(3):
        readings.met(desk, "mentions", TROUBLE, NOON)
    assert sum(rounds(desk, readings, UNREAD + 9)) > 0
    assert said(desk) == ["X cannot be read since 2 Mar 12:00 UTC: It answers 503"]


def test_a_network_is_back_only_once_each_of_its_streams_can_be_read(desk: Desk, readings: Readings) -> None:
    for stream in ("mentions", "own"):
        readings.met(desk, stream, TROUBLE, NOON)
    readings.went_well(desk, "own", NOON)
    assert (readings.silent_since, len(said(desk))) == (NOON, 1)
    readings.went_well(desk, "mentions", NOON)
    assert readings.silent_since is None
    assert "can be read again" in said(desk)[1]


def test_what_a_desk_told_before_it_died_is_closed_once_by_the_next_one(desk: Desk, readings: Readings) -> None:
    for stream in ("mentions", "own"):
        readings.met(desk, stream, TROUBLE, NOON)
    later = NOON + timedelta(minutes=9)
    next_one, third = Readings(street(desk)), Readings(street(desk))
    next_one.met(desk, "own", TROUBLE, later)
    next_one.went_well(desk, "mentions", later)
    assert len(said(desk)) == 1
    read(desk, third, later)
    read(desk, next_one, later)
    assert said(desk)[1:] == ["X can be read again; what was posted since 2 Mar 12:00 UTC is being taken in"]
    desk.store.put_setting("told:unread:x:42", f"{later.isoformat()} of_before")  # a stream that is not read any more
    read(desk, Readings(street(desk)), later)
    assert "can be read again; what was posted since 2 Mar 12:09" in said(desk)[2]


def test_a_stream_that_was_not_read_before_a_restart_is_told_to_be_read_after_it(
    desk: Desk, readings: Readings
) -> None:
    rounds(desk, readings, UNREAD + 3)
    told = len(said(desk))
    after = Readings(street(desk))
    rounds(desk, after, 1)
    assert len(said(desk)) == told
    read(desk, after)
    rounds(desk, after, 2)
    assert (len(said(desk)), sum("again" in one for one in said(desk))) == (2 * told, told)


def test_of_two_accounts_on_one_network_the_one_that_cannot_be_read_is_named(store: SqlStore) -> None:
    help_desk = FakeNetwork(account="43", handle="northwind_help")
    desk = a_desk(store, networks={("x", "42"): FakeNetwork(), ("x", "43"): help_desk})
    readings = Readings(help_desk)
    readings.met(desk, "mentions", TROUBLE, NOON)
    for stream in help_desk.streams:
        readings.went_well(desk, stream, NOON)
    assert [one.partition(" since")[0].partition(";")[0] for one in said(desk)] == [
        "@northwind_help on X cannot be read",
        "@northwind_help on X can be read again",
    ]
