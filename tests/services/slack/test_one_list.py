"""In a flood everybody has one list of reminders: redrawn as things go on, told anew at most every ten minutes."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.domain.cases.case import Priority
from bot.domain.slack.telling import TellingKind
from bot.ports import Desk
from bot.services.cases import casework
from bot.services.cases.lists import status
from bot.services.reminders import remind
from storage import SqlStore
from tests.fakes import ANA, BEN, CARO, DEE, LEADS, NOON
from tests.services.journey import clock, everybody_is_known, receive
from tests.services.slack.timed import cases, drafts, now_posted, publish, slack_text, timed, told

TEN = timedelta(minutes=10)
WRITERS = 60


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    """Return a desk on which Ben alone approves."""
    return timed(store)


def held(desk: Desk, count: int, by: str = ANA, first: int = 1) -> None:
    """Let somebody hold so many cases that came in at this moment, whose cards stand."""
    for number in cases(desk, count, first):
        casework.claim(desk, number, by=by, at=desk.clock.now())
    publish(desk, count * 2)


def until(desk: Desk, minutes: float) -> None:
    """Remind and publish until so many minutes after noon, as a running desk does."""
    end = NOON + timedelta(minutes=minutes)
    while clock(desk).now() < end:
        remind.remind(desk, desk.clock.now())
        publish(desk, 15)


def lists(desk: Desk, who: str) -> list[datetime]:
    """Return when a list, or a reminder by itself, came to somebody."""
    every = zip(told(desk).when(who), told(desk).to(who), strict=True)
    return [at for at, said in every if "wait" in said]


def apart(moments: list[datetime]) -> timedelta:
    return min((later - sooner for sooner, later in pairwise(moments)), default=TEN)


# --- a calm day ----------------------------------------------------------------------------------------------


def test_a_reminder_of_a_calm_day_comes_at_once_as_itself_with_its_buttons(desk: Desk) -> None:
    held(desk, 1)
    clock(desk).at = NOON + timedelta(minutes=2)
    held(desk, 1, first=2)
    until(desk, 57)
    first, second = [said for said in told(desk).to(ANA) if "is waiting for your reply" in said]
    assert "[ On it ]" in first
    assert "[ On it ]" in second
    assert apart(lists(desk, ANA)) == timedelta(minutes=2)


# --- a flood -------------------------------------------------------------------------------------------------


def test_what_comes_after_a_list_is_shown_in_it_and_told_anew_ten_minutes_later(desk: Desk) -> None:
    held(desk, 5)
    clock(desk).at = NOON + timedelta(minutes=4)
    held(desk, 5, first=6)
    until(desk, 31)
    assert "5 cases wait for you" in slack_text(desk, ANA)
    until(desk, 36)
    assert len(lists(desk, ANA)) == 1
    assert "10 cases wait for you" in slack_text(desk, ANA)
    until(desk, 43)
    assert [said.count("10 cases wait for you") for said in told(desk).to(ANA)] == [0, 1]
    assert apart(lists(desk, ANA)) >= TEN


def flood(desk: Desk, minutes: int = 150, who: str = "", after: int = 0) -> None:
    """Let a customer write every minute for an hour, all of them unanswered; `who` takes each."""
    for n in range(after, minutes):
        clock(desk).at = max(NOON + timedelta(minutes=n), clock(desk).now())
        if n < WRITERS:
            receive(desk, now_posted(desk, 1_000 + n))
        if n < WRITERS and who:
            casework.claim(desk, n + 1, by=who, at=desk.clock.now())
        for _ in range(4):
            remind.remind(desk, desk.clock.now())
            publish(desk, 15)


@pytest.mark.long
@pytest.mark.parametrize("who", ["", ANA], ids=["nobody holds them", "one person holds them"])
def test_in_a_flood_nobody_gets_more_than_one_list_in_ten_minutes_and_it_has_all(desk: Desk, who: str) -> None:
    flood(desk, 100, who=who)
    publish(desk, 60)
    if who:
        nothing_that_is_owed_is_missing(desk)
        only_the_newest_list_asks(desk)
    flood(desk, who=who, after=101)
    for reader, minutes in {ANA: 100, BEN: 100, CARO: 100, DEE: 100, LEADS: 124}.items():
        came = lists(desk, reader)
        last_hour = [at for at in came if at > NOON + timedelta(minutes=minutes)]
        assert apart(last_hour) >= TEN - timedelta(seconds=30), (reader, last_hour)
        assert len(last_hour) <= 6
        assert max(sum(at <= one < at + TEN for one in came) for at in [NOON, *came]) <= 4, (reader, came)


def nothing_that_is_owed_is_missing(desk: Desk) -> None:
    newest = desk.store.list_told_at(ANA)
    assert newest is not None
    shown = {its.case_id for its in desk.store.reminders_in(newest[0])}
    reminded = {
        its.case_id
        for number in range(1, WRITERS + 1)
        for its in desk.store.reminders_of(desk.store.case(number).promises[0].id)
        if its.asked == ANA and its.level >= 90
    }
    assert len(reminded) > 30
    assert reminded - shown <= set(range(1, 5))  # those told by themselves before it was a flood


def only_the_newest_list_asks(desk: Desk) -> None:
    every = slack_text(desk, ANA)
    assert every.count("cases wait for you") == 1
    assert "What is still open of this list stands in the newer one of " in every


def test_a_request_in_a_flood_comes_within_its_minute_by_itself(desk: Desk) -> None:
    cases(desk, 40)
    until(desk, 56)
    everybody_is_known(desk)
    before = len(told(desk).to(BEN))
    drafts(desk, 1)
    publish(desk, 61)
    assert len(told(desk).to(BEN)) == before + 1
    assert "asks you to approve" in told(desk).to(BEN)[-1]
    assert "cases wait for you" not in told(desk).to(BEN)[-1]


def test_requests_in_a_flood_are_told_together_without_the_reminders_that_wait(desk: Desk) -> None:
    cases(desk, 40)
    until(desk, 56)
    everybody_is_known(desk)
    before = len(lists(desk, BEN))
    for minute in (57, 58):
        drafts(desk, minute - 50, minute - 40)
        until(desk, minute + 1)
    assert any(said.count("[ Approve & send ]") == 2 for said in told(desk).to(BEN))
    assert len(lists(desk, BEN)) == before


def test_an_urgent_case_that_lapses_breaks_through(desk: Desk) -> None:
    held(desk, 12)
    casework.reprioritise(desk, 7, to=Priority.URGENT, by=ANA, at=desk.clock.now())
    due = desk.store.case(7).due_at
    assert due is not None
    flood(desk, 60, who="")
    came = [at for at, said in zip(told(desk).when(ANA), told(desk).to(ANA), strict=True) if "C107 N" in said]
    assert any(abs(at - due) <= timedelta(minutes=2) for at in came), (due, came)


def test_a_list_with_nothing_new_left_is_not_told(desk: Desk) -> None:
    held(desk, 5)
    until(desk, 31)
    before = len(told(desk).to(ANA))
    clock(desk).at = NOON + timedelta(minutes=32)
    held(desk, 5, first=6)
    until(desk, 32 + 34)
    for number in range(1, 11):
        casework.solve(desk, number, by=ANA, at=desk.clock.now())
    until(desk, 90)
    assert len(lists(desk, ANA)) <= before + 5
    waits = [one for one in desk.store.to_tell(desk.clock.now(), 1_000) if one.recipient and not one.ts]
    assert waits == []


def test_a_desk_that_was_started_anew_keeps_the_ten_minutes(desk: Desk) -> None:
    flood(desk, 70, who=ANA)
    before = lists(desk, ANA)
    anew = replace(desk, turns={})
    until(anew, 75)
    assert apart([*before[3:], *lists(anew, ANA)[len(before) :]]) >= TEN - timedelta(seconds=30)


def test_what_waits_for_its_ten_minutes_is_told_when_they_are_over(desk: Desk) -> None:
    flood(desk, 64, who=ANA)
    waiting = [
        one
        for one in desk.store.to_tell(desk.clock.now() + TEN, 1_000)
        if one.kind == TellingKind.DIGEST and not one.ts
    ]
    assert waiting
    count = len(lists(desk, ANA))
    publish(desk, 601)
    assert len(lists(desk, ANA)) == count + 1


def test_a_list_that_waits_for_its_ten_minutes_is_counted_as_that(desk: Desk) -> None:
    held(desk, 5)
    clock(desk).at = NOON + timedelta(minutes=4)
    held(desk, 5, first=6)
    until(desk, 36)
    found = ["".join(map(str, one)) for one in status(desk, desk.clock.now()).held]
    assert found == ["1 message is waiting: a list of reminders comes at most every ten minutes"]
