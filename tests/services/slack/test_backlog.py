"""A backlog is reported once in its channel and once to the leads; both messages are updated until it is over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks.cases import lists as drawn
from bot.domain.slack.backlog import FEW, MANY, Backlog
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import Desk
from bot.services.cases import lists
from bot.services.slack import backlog
from bot.services.slack.publishing import Publisher
from tests.fakes import BILLING, CARE, LEADS, NOON, a_post
from tests.services.journey import clock, receive, slack


def storm(desk: Desk, count: int, words: str = "late", first: int = 1) -> None:
    for start in range(first, first + count, 100):
        numbers = range(start, min(start + 100, first + count))
        receive(desk, *(a_post(str(n), words, by=f"c{n}", at=desk.clock.now()) for n in numbers))


def minutes_pass(desk: Desk, publisher: Publisher, minutes: int) -> None:
    """Publish at Slack's pace, and run the backlog check once a minute."""
    for _ in range(minutes):
        backlog.tell_backlogs(desk, desk.clock.now())
        end = desk.clock.now() + timedelta(minutes=1)
        while desk.clock.now() < end:
            wait = publisher.one_round(publisher.desk.clock.now())
            left = (end - desk.clock.now()).total_seconds()
            clock(desk).move(seconds=left if wait is None else min(wait, left))


def a_publisher(desk: Desk) -> Publisher:
    return Publisher(desk, Limiter(desk.clock.pace), draw)


def about_it(desk: Desk, room: str) -> list[str]:
    """Return the messages about a backlog in a channel."""
    texts = [one.text for (where, _), one in slack(desk).messages.items() if where == room]
    return [one for one in texts if "wait" in one and not one.startswith("Case ")]


def test_a_backlog_is_said_before_anything_else_kept_up_to_date_and_settled(desk: Desk) -> None:
    storm(desk, 150)
    publisher = a_publisher(desk)
    minutes_pass(desk, publisher, 1)
    [said] = about_it(desk, CARE)
    assert next(iter(slack(desk).messages)) == next(
        key for key, one in slack(desk).messages.items() if one.text == said
    )
    assert said.startswith(
        "150 cases wait to be shown, the most urgent first, about 57 messages a minute: the last at"
    )
    assert "/care queue" in said
    minutes_pass(desk, publisher, 1)
    [said] = about_it(desk, CARE)
    assert int(said.split()[0]) < 100
    minutes_pass(desk, publisher, 3)
    [said] = about_it(desk, CARE)
    assert said.startswith("What waited here has been shown, since")
    minutes_pass(desk, publisher, 3)
    assert about_it(desk, CARE) == [said]


def test_those_who_lead_are_told_when_it_begins_and_when_it_is_over(desk: Desk) -> None:
    storm(desk, 150)
    publisher = a_publisher(desk)
    minutes_pass(desk, publisher, 1)
    assert [f"In <#{CARE}>, 150 cases wait to be shown" in one for one in about_it(desk, LEADS)] == [True]
    minutes_pass(desk, publisher, 4)
    assert [f"What waited in <#{CARE}> has been shown" in one for one in about_it(desk, LEADS)] == [True]


def test_where_the_leads_channel_is_the_cases_channel_it_is_said_once(desk: Desk) -> None:
    desk.take_over(replace(desk.policy, leads_channel=CARE))
    storm(desk, 150)
    minutes_pass(desk, a_publisher(desk), 1)
    assert len(about_it(desk, CARE)) == 1


def test_a_second_backlog_is_a_message_of_its_own(desk: Desk) -> None:
    publisher = a_publisher(desk)
    for first in (1, 1_001):
        storm(desk, 120, first=first)
        minutes_pass(desk, publisher, 4)
    assert len(about_it(desk, CARE)) == 2


@pytest.mark.long
def test_two_channels_that_wait_cost_one_redraw_a_minute(desk: Desk) -> None:
    storm(desk, 400)
    storm(desk, 400, "charged", first=1_001)
    publisher = a_publisher(desk)
    minutes_pass(desk, publisher, 1)
    before = slack(desk).updates
    minutes_pass(desk, publisher, 4)
    assert slack(desk).updates - before == 4
    assert [len(about_it(desk, room)) for room in (CARE, BILLING)] == [1, 1]


def test_what_a_channel_does_not_take_is_no_backlog_of_slacks_pace(desk: Desk) -> None:
    storm(desk, 150)
    desk.rooms.held.add(CARE)
    backlog.tell_backlogs(desk, desk.clock.now())
    assert desk.store.setting(f"backlog:{CARE}") == ""
    desk.rooms.held.clear()
    card = desk.store.card(1)
    assert card is not None
    desk.store.mark_not_told(card.id, NOON + timedelta(minutes=10), why="is_archived")
    backlog.tell_backlogs(desk, desk.clock.now())
    assert desk.store.setting(f"backlog:{CARE}") == ""


@pytest.mark.parametrize(
    ("messages", "minutes", "begins"),
    [
        (MANY, 0, False),
        (MANY + 1, 0, True),
        (FEW, 600, False),
        (FEW + 1, 11, True),
        (FEW + 1, 10, False),
        (0, 0, False),
    ],
)
def test_a_backlog_is_many_messages_or_more_than_a_few_for_long(messages: int, minutes: int, begins: bool) -> None:
    found = Backlog(messages=messages, since=NOON - timedelta(minutes=minutes))
    assert found.begins(NOON) is begins
    assert not (found.begins(NOON) and found.is_over)


def test_a_state_is_named_as_what_it_is(desk: Desk) -> None:
    receive(desk, a_post("1", "late", by="a"), a_post("2", "late", by="b"), a_post("3", "charged", by="c"))
    desk.rooms.held.add(BILLING)
    for number, why in ((1, "not_in_channel"), (2, "unreachable")):
        card = desk.store.card(number)
        assert card is not None
        desk.store.mark_not_told(card.id, NOON + timedelta(minutes=5), why=why)
    receive(desk, a_post("4", "late", by="d"))
    text = drawn.status(lists.status(desk, NOON), {}, {}).text
    assert "1 message waits to be shown in Slack" in text
    assert f"1 message is held: <#{BILLING}> is shared with another company" in text
    assert f"1 message is held: <#{CARE}> takes none, the app is not in it (not_in_channel)" in text
    assert "1 message is not taken by Slack just now, tried again within ten minutes" in text
