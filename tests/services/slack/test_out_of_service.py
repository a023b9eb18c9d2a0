"""When the desk cannot write to the store, the leads are told without the store, at most once an hour."""

from datetime import timedelta

from bot.ports import Desk, OutOfService
from bot.services.slack.out_of_service import SAID_AGAIN, OutOfServiceReport
from tests.fakes import LEADS, NOON
from tests.services.journey import slack

FULL = OutOfService("No space <!channel>\nDETAIL:  Failing row contains (Charged twice AGAIN).")


def test_it_is_said_once_an_hour_and_in_the_leads_channel(desk: Desk) -> None:
    news = OutOfServiceReport()
    told = []
    for after in (timedelta(), SAID_AGAIN - timedelta(seconds=1), SAID_AGAIN, 2 * SAID_AGAIN):
        news.say(desk, FULL, NOON + after)
        told.append(len(slack(desk).messages))
    assert told == [1, 1, 2, 3]
    assert {room for room, _ in slack(desk).messages} == {LEADS}


def test_nothing_of_a_row_is_told_and_nobody_is_called_by_it(desk: Desk) -> None:
    OutOfServiceReport().say(desk, FULL, NOON)
    [message] = slack(desk).messages.values()
    assert "(No space &lt;!channel&gt;)" in message.text
    assert "Charged" not in message.text
