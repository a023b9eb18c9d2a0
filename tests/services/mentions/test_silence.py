"""A silence and its end are each reported once; a stream that is not read is named."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.ports import Desk
from bot.services.mentions import silence
from tests.fakes import LEADS, NOON, a_post
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import notices, street

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WATCHED = NOON - DAY


def busy_weeks(desk: Desk, until: datetime = NOON, a_day: int = 8) -> None:
    """Add four weeks of mentions, most of them around noon."""
    for day in reversed(range(29)):
        for n in range(a_day):
            at = NOON - day * DAY + (n - a_day + 1) * HOUR / 2
            if at <= until:
                desk.store.add_mention(a_post(f"{day}-{n}", "hello", at=at), at)


def listen(desk: Desk, at: datetime, since: datetime = WATCHED) -> str:
    return silence.tell_silence(desk, street(desk), since, at)


@pytest.fixture
def busy(desk: Desk) -> Desk:
    busy_weeks(desk, until=NOON - 7 * DAY, a_day=30)
    newest = NOON - DAY
    desk.store.add_mention(a_post("newest", "hello", at=newest), newest)
    return desk


def test_a_silence_where_mentions_are_usual_is_said_once_in_the_leads_channel(busy: Desk) -> None:
    said = listen(busy, NOON)
    assert said.startswith("No mention of @northwind on X since 1 Mar 12:00 UTC: in these 24 h, 30 are usual.")
    assert listen(busy, NOON + HOUR) == ""
    assert notices(busy) == [(LEADS, said)]


def test_its_end_is_said_once_and_a_new_silence_again(busy: Desk) -> None:
    listen(busy, NOON)
    busy.store.add_mention(a_post("again", "hello", at=NOON + HOUR), NOON + HOUR)
    assert listen(busy, NOON + HOUR) == "Mentions of @northwind on X come again."
    assert listen(busy, NOON + HOUR) == ""
    assert listen(busy, NOON + 26 * HOUR) != ""
    assert len(notices(busy)) == 3


@pytest.mark.parametrize("before", ["notice", "put_setting"])
def test_a_kill_while_a_silence_is_said_loses_neither_it_nor_its_end(busy: Desk, before: str) -> None:
    def killed(at: datetime) -> None:
        store = BreakingStore(busy.store, **{before: at_call(1, Killed())})
        with pytest.raises(Killed):
            listen(replace(busy, store=store), at)  # type: ignore[arg-type]

    killed(NOON)
    assert listen(busy, NOON) != ""
    busy.store.add_mention(a_post("again", "hello", at=NOON + HOUR), NOON + HOUR)
    killed(NOON + HOUR)
    assert listen(busy, NOON + HOUR) == "Mentions of @northwind on X come again."
    assert len(notices(busy)) == 2


def test_silence_before_the_desk_was_reading_proves_nothing(busy: Desk) -> None:
    assert listen(busy, NOON, since=NOON - HOUR / 2) == ""


def test_without_two_weeks_of_history_nothing_is_said(desk: Desk) -> None:
    for n in range(300):
        at = NOON - 12 * DAY + n * HOUR
        desk.store.add_mention(a_post(str(n), "hello", at=at), at)
    assert listen(desk, NOON + DAY) == ""
    assert notices(desk) == []


def test_an_account_that_was_never_mentioned_is_not_silent(desk: Desk) -> None:
    assert listen(desk, NOON) == ""


@pytest.mark.parametrize(("stream", "named"), [("own", "the posts of"), ("chat", "encrypted messages of")])
def test_what_is_no_word_for_people_is_named_in_words(desk: Desk, stream: str, named: str) -> None:
    silence.say_unread(desk, street(desk), stream, 11, NOON)
    assert [sentence.split(".")[0] for _, sentence in notices(desk)] == [
        f"The desk has not read {named} @northwind on X for 11 min"
    ]


def test_a_stream_that_is_not_read_is_named_and_so_is_its_return(desk: Desk) -> None:
    silence.say_unread(desk, street(desk), "mentions", 11, NOON)
    silence.say_read_again(desk, street(desk), "mentions", NOON + HOUR)
    assert [sentence.split(".")[0] for _, sentence in notices(desk)] == [
        "The desk has not read mentions of @northwind on X for 11 min",
        "The desk reads mentions of @northwind on X again",
    ]
