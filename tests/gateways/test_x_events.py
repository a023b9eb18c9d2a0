"""Lines of X's Activity stream: what is stored as it stands, what has to be read first, and what is only a hint."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.mentions.mention import Answerable, Author, Side
from bot.domain.mentions.stream_pace import StreamEnd
from bot.gateways.networks.x_events import WANTED, read_event
from bot.gateways.networks.x_posts import Us, read_page, read_post
from bot.ports.pushes import Pushed, StreamEnded
from tests.gateways.x_server import NOON, PRIYA, US, post, snowflake

OURS = {US["id"]: Us(US["id"], US["username"])}
HINT, ANYWHERE = Pushed(US["id"]), Pushed()
MENTION, REPLY, QUOTE, OWN, GONE = WANTED[0], WANTED[1], WANTED[2], "post.create", "post.delete"


def event(payload: object, kind: str = MENTION, *, users: Any = (PRIYA,), account: str = US["id"]) -> dict[str, Any]:
    head = {"event_uuid": "2080765813578191303", "filter": {"user_id": account}, "event_type": kind, "tag": "heard-1"}
    return {"data": {**head, "payload": payload, "includes": {"users": list(users)} if users else {}}}


def told(said: object, authors: dict[str, Author] | None = None) -> Pushed | None:
    line = said if isinstance(said, bytes) else json.dumps(said).encode()
    return read_event(line, OURS, {} if authors is None else authors)


def ours(text: str = "We are on it.", **changes: Any) -> dict[str, Any]:
    bare = {name: value for name, value in post(NOON, text).items() if name != "entities"}
    return bare | {"author_id": US["id"]} | changes


def under(parent: str, **changes: Any) -> dict[str, Any]:
    known = {"in_reply_to_user_id": US["id"], "referenced_tweets": [{"type": "replied_to", "id": parent}]}
    return post(NOON) | known | changes


QUOTED = post(
    NOON,
    "This again https://t.co/q",
    referenced_tweets=[{"type": "quoted", "id": "77"}],
    entities={"urls": [{"url": "https://t.co/q", "expanded_url": "https://x.com/northwind/status/77"}]},
)


@pytest.mark.parametrize(
    ("payload", "kind"), [(post(NOON), MENTION), (under("78"), REPLY), (QUOTED, QUOTE), (ours(), OWN)]
)
def test_a_complete_post_is_what_a_reading_of_it_would_have_brought(payload: dict[str, Any], kind: str) -> None:
    said = event(payload, kind)
    pushed = told(said)
    assert pushed is not None
    page = read_page(json.dumps({"data": [payload], "includes": {"users": [PRIYA]}, "meta": {}}).encode())
    side = Side.OURS if kind == OWN else Side.THEIRS
    assert pushed.post == read_post(page.items[0], OURS[US["id"]], {one.id: one for one in page.authors}, side=side)
    assert pushed == Pushed(US["id"], post=pushed.post)


def test_what_may_be_answered_is_decided_as_in_a_reading() -> None:
    answerable = [told(event(one, kind)) for one, kind in ((post(NOON), MENTION), (QUOTED, QUOTE))]
    assert [one and one.post and one.post.answerable for one in answerable] == [Answerable.YES] * 2


def without(*names: str, kind: str = MENTION, of: dict[str, Any] | None = None) -> tuple[dict[str, Any], str]:
    return {name: value for name, value in (of or post(NOON)).items() if name not in names}, kind


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        without("text"),
        without("created_at"),
        without("conversation_id"),
        without("author_id"),
        without("reply_settings"),
        without("entities"),
        without("referenced_tweets", kind=REPLY, of=under("78")),
        (post(NOON, "@Northwind " + "word " * 60), MENTION),  # X cuts a long text
        (post(NOON, created_at="yesterday"), MENTION),
        (post(NOON, author_id=901), MENTION),
        (
            post(
                NOON,
                entities={
                    **post(NOON)["entities"],
                    "urls": [{"url": "https://t.co/p", "expanded_url": "https://x.com/priya_k/status/1/photo/1"}],
                },
            ),
            MENTION,
        ),
    ],
)
def test_a_post_that_lacks_what_the_desk_decides_by_has_to_be_read(payload: dict[str, Any], kind: str) -> None:
    assert told(event(payload, kind)) == Pushed(US["id"], partial=snowflake(NOON))


def test_an_author_without_a_name_is_looked_up_unless_known_from_before() -> None:
    authors: dict[str, Author] = {}
    assert told(event(post(NOON), users=()), authors) == Pushed(US["id"], partial=snowflake(NOON))
    told(event(post(NOON - timedelta(minutes=1))), authors)
    pushed = told(event(post(NOON), users=()), authors)
    assert pushed
    assert pushed.post
    assert pushed.post.author.handle == PRIYA["username"]


def test_our_own_post_needs_no_name() -> None:
    pushed = told(event(ours(), OWN, users=()))
    assert pushed
    assert pushed.post
    assert pushed.post.side is Side.OURS


@pytest.mark.parametrize(
    ("said", "pushed"),
    [
        (b"", None),
        (event(post(NOON), account="42"), None),  # somebody else's subscription in the same app
        (event({"id": "1"}, "like.create"), None),
        (event(ours(), MENTION), None),  # we named ourselves
        (event(ours(referenced_tweets=[{"type": "retweeted", "id": "5"}]), OWN), None),
        (event(post(NOON, referenced_tweets=[{"type": "retweeted", "id": "5"}]), MENTION), None),
        (event({"id": "79", "author_id": US["id"]}, GONE), Pushed(US["id"], gone="79")),
        (event({"id": "79", "author_id": "42"}, GONE, account="42"), Pushed(gone="79")),  # somebody who is followed
        (event({"id": "7 9"}, GONE, account="42"), None),
    ],
)
def test_some_lines_concern_no_post_of_a_customer(said: object, pushed: Pushed | None) -> None:
    assert told(said) == pushed


@pytest.mark.parametrize(
    "said",
    [
        event(post(NOON), "post.changed"),
        event({}, GONE),
        event({"id": "no digits"}, MENTION),
        event(None),
        event([post(NOON)]),
        event(post(NOON), OWN),  # a post of somebody else in our own timeline
        event(post(NOON, id=7)),
    ],
)
def test_an_event_of_unknown_form_makes_the_desk_read_that_account(said: object) -> None:
    assert told(said) == HINT


@pytest.mark.parametrize(
    "said",
    [
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"data": NaN}',
        b"7",
        b"[]",
        b"{}",
        b'{"data": []}',
        b'{"data": {"filter": {"user_id": "900"}}}',
        b'{"data": {"event_type": "post.create"}}',
        {"data": {"filter": {"user_id": 900}, "event_type": MENTION, "payload": post(NOON)}},
    ],
)
def test_garbage_makes_the_desk_read_every_account(said: object) -> None:
    assert told(said) == ANYWHERE


def test_a_line_that_was_too_long_makes_the_desk_read_every_account() -> None:
    assert read_event(None, OURS, {}) == ANYWHERE


def test_words_that_cannot_be_stored_come_in_as_from_a_reading() -> None:
    line = json.dumps(event(post(NOON, "@Northwind \ud800 \x00 late"))).encode()
    pushed = told(line)
    assert pushed
    assert pushed.post
    assert "\x00" not in pushed.post.text
    assert "late" in pushed.post.text


DISCONNECT = {
    "errors": [
        {
            "title": "operational-disconnect",
            "disconnect_type": "UpstreamOperationalDisconnect",
            "detail": "This stream has been disconnected upstream for operational reasons.",
            "type": "https://api.x.com/2/problems/operational-disconnect",
        }
    ]
}
TOO_MANY = {
    "title": "ConnectionException",
    "connection_issue": "TooManyConnections",
    "type": "https://api.x.com/2/problems/streaming-connection",
}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (DISCONNECT, "X closed the stream for reasons of its own."),
        (TOO_MANY, "X says that too many streams of our app are open; does another desk use the same app?"),
        ({"errors": [{"title": "new"}]}, "X closed the stream with an answer that Heard does not know."),
    ],
)
def test_x_says_why_it_ends_the_stream(said: object, why: str) -> None:
    with pytest.raises(StreamEnded) as ended:
        told(said)
    assert (ended.value.sentence, ended.value.end) == (why, StreamEnd.DROPPED)
