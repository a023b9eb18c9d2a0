"""Mastodon's stream is a hint: it makes the desk read, and nothing that it says is stored."""

from datetime import timedelta

import pytest

from bot.domain.mentions.stream_pace import StreamEnd
from bot.gateways.networks.mastodon_kind import KIND
from bot.gateways.networks.mastodon_stream import MastodonStream
from bot.ports.network_kind import AccountGiven
from bot.ports.pushes import Pushed, StreamEnded
from tests.gateways.test_lasting_answer import goes_on
from tests.gateways.x_server import Answer, Start, says, start

__all__ = ["start"]

MENTION = b'event: notification\ndata: {"id":"1","type":"mention","status":{"content":"<p>late</p>"}}\n\n'
HINT = Pushed("7")


def told(url: str) -> tuple[list[Pushed | None], StreamEnded]:
    """Return what was told, and how it ended."""
    found: list[Pushed | None] = []
    with pytest.raises(StreamEnded) as ended:
        found.extend(MastodonStream("7", "canary", url, within=5.0, silence=0.4).listen(lambda: None))
    return found, ended.value


@pytest.mark.parametrize(
    ("piece", "hints"),
    [
        (MENTION, [HINT]),
        (MENTION.replace(b"mention", b"update"), [HINT]),
        (MENTION.replace(b"mention", b"favourite"), []),
        (b"event: delete\ndata: 113000000000000001\n\n", [Pushed("7", gone="113000000000000001")]),
        (b"event: delete\ndata: <!channel>\n\n", []),
        (b'event: update\ndata: {"id":"9"}\n\n', []),
        (b"event: notification\ndata: {broken\n\n", [HINT]),  # it may be anything, so the account is read
        (b":thump\n", []),
        (b"\n\n\n", []),
        (b"event: notification\n\ndata: {}\n\n", [HINT]),
        (b"\xff\xfe\n" + b"x" * 1_200_000 + b"\n", [HINT]),
        (MENTION.replace(b"\n", b"\r\n"), [HINT]),
    ],
)
def test_an_event_is_a_hint_a_deletion_or_nothing(start: Start, piece: bytes, hints: list[Pushed]) -> None:
    found, _ = told(start(goes_on(piece)).url)
    assert [one for one in found if one] == hints


@pytest.mark.parametrize("ends", ["well", "cut", "reset", "silent"])
def test_however_it_ends_what_was_whole_is_told_and_it_is_opened_again(start: Start, ends: str) -> None:
    found, ended = told(start(goes_on(MENTION[:30], MENTION[30:], MENTION[:50], ends=ends)).url)
    assert [one for one in found if one] == [HINT]
    assert (ended.end, ended.for_good) == (StreamEnd.DROPPED, False)


ERROR = b'{"error": "?"}'


@pytest.mark.parametrize(
    ("answer", "end", "for_good", "why"),
    [
        (says(401, ERROR), StreamEnd.REFUSED, True, "MASTODON_ACCESS_TOKEN"),
        (says(404, ERROR), StreamEnd.REFUSED, True, "has no stream"),
        (says(301, b"", Location="https://elsewhere.example"), StreamEnd.REFUSED, True, "has no stream"),
        (says(503, b""), StreamEnd.REFUSED, False, "problem of its own"),
        (says(429, ERROR), StreamEnd.TOO_MANY, False, "slow down"),
    ],
)
def test_a_stream_that_cannot_be_opened_says_why(
    start: Start, answer: Answer, end: StreamEnd, for_good: bool, why: str
) -> None:
    server = start(answer)
    _, ended = told(server.url)
    assert (ended.end, ended.for_good, why in ended.sentence) == (end, for_good, True)
    assert (ended.retry_after is not None) == (end is StreamEnd.TOO_MANY)
    assert ended.retry_after in {None, timedelta(minutes=5)}
    [request] = server.requests
    assert (request.path, request.headers["authorization"]) == ("/api/v1/streaming/user", "Bearer canary")


def test_the_check_opens_it_and_lets_go(start: Start) -> None:
    assert MastodonStream("7", "t", start(goes_on(b":)\n", ends="silent")).url).state() == "the stream can be opened"
    with pytest.raises(StreamEnded, match="could not be reached"):
        MastodonStream("7", "t", "http://127.0.0.1:9").state()


def test_only_an_account_that_names_an_address_has_a_stream() -> None:
    secrets = {"MASTODON_ACCESS_TOKEN": "t"}
    accounts = [
        AccountGiven(
            id="7", handle="a", secrets=secrets, options={"streaming": "https://streaming.mastodon.example"}
        ),
        AccountGiven(id="8", handle="b", secrets=secrets, options={"streaming": ""}),
        AccountGiven(id="9", handle="c", secrets=secrets),
    ]
    assert KIND.streams is not None
    assert [(one.name, *one.accounts) for one in KIND.streams(accounts)] == [("mastodon", "7")]


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("", True),
        ("https://streaming.mastodon.example", True),
        ("https://streaming.mastodon.example/", True),
        ("http://127.0.0.1:4000", True),
        ("http://streaming.mastodon.example", False),
        ("wss://streaming.mastodon.example", False),
        ("https://user@streaming.mastodon.example", False),
        ("https://streaming.mastodon.example/api", False),
        ("streaming.mastodon.example", False),
        ("https://[", False),
    ],
)
def test_our_token_goes_only_to_an_address_that_keeps_it(value: str, good: bool) -> None:
    [option] = KIND.options
    assert (option.why_not(value) == "") == good
