# ruff: noqa: F811 - fixtures are imported by name
"""X's Activity stream on a bad line: what was told before counts, and the end says how to come back."""

import json
from datetime import timedelta

import pytest

from bot.domain.mentions.stream_pace import StreamEnd
from bot.gateways.networks import x_events, x_stream, x_subscriptions
from bot.gateways.networks.x_posts import Us
from bot.gateways.networks.x_stream import XStream
from bot.gateways.redaction import Redaction
from bot.ports.pushes import Pushed, StreamEnded
from tests.gateways.test_lasting_answer import goes_on
from tests.gateways.x_server import (
    NOON,
    PRIYA,
    US,
    Answer,
    Start,
    post,
    resets,
    says,
    start,  # noqa: F401 - a fixture
)

EVENT = {
    "data": {
        "event_uuid": "2080765813578191303",
        "filter": {"user_id": US["id"]},
        "event_type": "post.mention.create",
        "payload": post(NOON),
        "includes": {"users": [PRIYA]},
    }
}
LINE = json.dumps(EVENT).encode() + b"\r\n"
KEYS = dict.fromkeys(("consumer_key", "consumer_secret", "access_token", "access_token_secret"), "canary")


def told(url: str) -> tuple[list[Pushed | None], StreamEnded]:
    """Return what was told, and how it ended."""
    stream = XStream(
        {US["id"]: Us(US["id"], US["username"])},
        {US["id"]: KEYS},
        bearer="canary-bearer",
        api_url=url,
        within=5.0,
        silence=0.4,
    )
    stream._sure.update(stream._ours)  # as after `arrange`
    found: list[Pushed | None] = []
    with pytest.raises(StreamEnded) as ended:
        found.extend(stream.listen(lambda: None))
    return found, ended.value


def test_only_an_account_with_x_chat_subscribes_to_its_messages() -> None:
    ours = {one: Us(one, one) for one in ("900", "910")}
    stream = XStream(ours, dict.fromkeys(ours, KEYS), bearer="canary", api_url="http://127.0.0.1:9", chats={"910"})
    assert stream._wanted("900") == x_events.WANTED
    assert stream._wanted("910") == (*x_events.WANTED, "chat.received")


def test_a_message_on_x_chat_is_a_hint_to_read_the_account(start: Start) -> None:
    head = {"filter": {"user_id": US["id"]}, "event_type": "chat.received"}
    line = json.dumps({"data": {**head, "payload": {"conversation_id": "900-901", "encoded_event": "canary"}}})
    found, _ = told(start(goes_on(line.encode() + b"\r\n", ends="well")).url)
    assert found == [Pushed(US["id"], message=True)]


@pytest.mark.parametrize(
    ("ends", "why"),
    [
        ("well", "X closed the stream."),
        ("cut", "X's stream fell silent, or broke off."),
        ("reset", "X's stream fell silent, or broke off."),
        ("silent", "X's stream fell silent, or broke off."),
    ],
)
def test_however_it_ends_what_was_whole_is_told_once(start: Start, ends: str, why: str) -> None:
    found, ended = told(start(goes_on(b"\r\n", LINE[:40], LINE[40:], LINE[:99], ends=ends)).url)
    assert [one and one.post and one.post.ref.post_id for one in found] == [None, post(NOON)["id"]]
    assert (ended.sentence, ended.end, ended.for_good) == (why, StreamEnd.DROPPED, False)


@pytest.mark.parametrize(
    ("answer", "end", "for_good", "wait"),
    [
        (says(401, b"{}"), StreamEnd.REFUSED, True, None),
        (says(403, b'{"title": "Forbidden"}'), StreamEnd.REFUSED, True, None),
        (says(404, b"<html>"), StreamEnd.REFUSED, True, None),
        (says(503, b""), StreamEnd.REFUSED, False, None),
        (
            says(429, b"{}", x_rate_limit_reset=str(int((NOON + timedelta(minutes=9)).timestamp()))),
            StreamEnd.TOO_MANY,
            False,
            timedelta(minutes=9),
        ),
        (resets, StreamEnd.NOT_REACHED, False, None),
    ],
)
def test_a_stream_that_is_not_opened_says_how_to_come_back(
    start: Start, answer: Answer, end: StreamEnd, for_good: bool, wait: timedelta | None
) -> None:
    found, ended = told(start(answer).url)
    assert (found, ended.end, ended.for_good, ended.retry_after) == ([], end, for_good, wait)
    assert "canary" not in ended.sentence


def test_no_sentence_for_people_looks_like_a_secret() -> None:
    """Where people read them, what looks like one is hidden."""
    sentences = [
        value
        for module in (x_events, x_subscriptions, x_stream)
        for name, table in vars(module).items()
        if not name.startswith("__")
        for value in (table.values() if isinstance(table, dict) else [table])
        if isinstance(value, str) and " " in value
    ]
    assert len(sentences) > 10
    assert [one for one in sentences if Redaction()(one) != one] == []
