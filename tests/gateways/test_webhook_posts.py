"""What other tools push in: a whole post is read, and of anything else the wrong field is named."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.base.moments import EPOCH
from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef, Side
from bot.domain.mentions.unreadable import Glimpse
from bot.gateways.networks.webhook import WebhookNetwork
from bot.gateways.networks.webhook_posts import LONGEST_TEXT, MOST_EVENTS, NotRead, PushedTo, read_pushed
from bot.ports import Unparsed
from bot.ports.network_kind import AccountGiven

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
US = PushedTo("webhook", "forum", answers=True)
LEAST: dict[str, Any] = {"id": "4711", "author": {"id": "u7"}, "text": "charged twice"}


def read(event: Any, us: PushedTo = US) -> Any:
    return read_pushed(event if isinstance(event, bytes) else json.dumps(event).encode(), us, NOW)


def test_the_least_that_is_needed_is_a_post_of_now() -> None:
    body = json.dumps(LEAST).encode()
    assert read(body).posts == (
        Mention(
            ref=PostRef("webhook", "forum", "forum:4711"),
            root_id="forum:4711",
            parent_id=None,
            author=Author(id="forum:u7", handle="u7"),
            text="charged twice",
            posted_at=NOW,
            answerable=Answerable.YES,
            raw=body,
        ),
    )


def test_an_edit_tells_when_it_was_made_and_never_claims_the_future() -> None:
    moments = ["2026-03-02T11:00:00Z", "2026-03-02T13:00:00Z"]
    edits = read([{**LEAST, "event": "edit", "edited_at": one} for one in moments]).edits
    assert [one.revised_at for one in edits] == [NOW - timedelta(hours=1), NOW]


@pytest.mark.parametrize("odd", [None, 5, "yesterday", "1999-01-01T00:00:00Z", "2026-03-04T12:00:00Z"])
def test_an_edit_with_an_odd_moment_is_named_by_its_field(odd: object) -> None:
    with pytest.raises(NotRead, match=r"^edited_at "):
        read({**LEAST, "event": "edit", "edited_at": odd})


def test_every_field_reaches_the_post() -> None:
    told = {
        "event": "edit",
        "id": "4712",
        "thread_id": "t1",
        "parent_id": "4711",
        "author": {"id": "u7", "handle": "@priya_n", "name": "Priya\nN", "followers": 12},
        "text": "and late",
        "url": "https://forum.example/posts/4712",
        "posted_at": "2026-03-02T12:30:00+01:00",
        "private": True,
        "language": "pt-BR",
        "media": 2,
        "mood": {"not": ["known"]},
    }
    [post] = read(told).edits
    assert replace(post, raw=b"") == Mention(
        ref=PostRef("webhook", "forum", "forum:4712"),
        root_id="forum:t1",
        parent_id="forum:4711",
        author=Author(id="forum:u7", handle="priya_n", name="Priya N", followers=12),
        text="and late",
        posted_at=NOW - timedelta(minutes=30),
        language="pt-BR",
        media=2,
        url="https://forum.example/posts/4712",
        answerable=Answerable.YES,
        private=True,
    )


def test_a_list_holds_posts_edits_and_deletions_in_their_order() -> None:
    batch = read([LEAST, {**LEAST, "event": "edit", "text": "three times"}, {"event": "delete", "id": "9"}])
    assert ([one.text for one in batch.posts], [one.text for one in batch.edits], batch.deletions) == (
        ["charged twice"],
        ["three times"],
        ("forum:9",),
    )
    assert read([]).posts == ()


def test_only_what_says_so_is_ours_and_without_a_receiver_nothing_is_answered() -> None:
    named_like_us, post = read(
        [{**LEAST, "author": {"id": "forum"}}, {**LEAST, "ours": True}], replace(US, answers=False)
    ).posts
    assert (named_like_us.side, post.side, post.answerable) == (Side.THEIRS, Side.OURS, Answerable.NO)
    assert post.why_not == "No receiver is configured for this account, so it is answered by hand."


def test_signs_that_no_database_keeps_are_replaced_in_words_and_refused_in_ids() -> None:
    body = b'{"id": "1", "author": {"id": "u", "name": "P\\u0000\\ud800"}, "text": "a\\u0000b\\udfffc"}'
    [post] = read(body).posts
    assert (post.text, post.author.name) == ("a\ufffdb\ufffdc", "P\ufffd\ufffd")
    with pytest.raises(NotRead, match=r"^id has to be"):
        read(body.replace(b'"1"', b'"1\\u0000"'))


ODD = [
    (b"\xff\xfe", "The body is not UTF-8."),
    (b"", "The body is not JSON."),
    (b"{", "The body is not JSON."),
    (b'{"id": NaN}', "The body is not JSON."),
    (b"[" * 100_000, "The body is not JSON."),
    (b"[" * 900 + b"]" * 900, "Entry 1 of the list has to be a JSON object."),
    (b"7", "The body has to be one JSON object"),
    ([LEAST] * (MOST_EVENTS + 1), "The body has to be one JSON object, or a list of at most 100."),
    ([LEAST, 7], "Entry 2 of the list has to be a JSON object."),
    ([LEAST, {**LEAST, "text": 7}], "Entry 2 of the list: text has to be"),
]
WRONG: dict[str, list[Any]] = {
    "event": ["like", None, 7],
    "id": [None, "", " ", "a b", "ü", "1\n2", "a" * 201, 4711, 10**30, ["1"]],
    "parent_id": ["", "a b", 4711, 10**30, {}],
    "thread_id": [7, "\u202e"],
    "author": [None, "priya", [], {}, {"id": 7}, {"id": "u", "name": 7}, {"id": "u", "handle": None}],
    "text": [None, "", " \n", 7, ["a"], "a" * (LONGEST_TEXT + 1)],
    "url": [
        7,
        "javascript:alert(1)",
        "https://a b",
        "https://" + "a" * 2_000,
        "//forum.example",
        "https://a.example/|<!channel>",
    ],
    "posted_at": [
        None,
        "soon",
        "2026-03-02",
        "2026-03-02T12:00:00",
        1_790_000_000,
        "1999-12-31T00:00:00Z",
        "2026-03-03T13:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-13-45T99:99:99Z",
        10**30,
    ],
    "private": [None, "yes", 1],
    "ours": ["true", 0],
    "language": [7, "English", "e"],
    "media": [-1, 1.5, True, "2", 10**30, None],
}


@pytest.mark.parametrize(("body", "said"), ODD, ids=[said for _, said in ODD])
def test_a_body_in_no_known_form_is_told_what_it_has_to_be(body: Any, said: str) -> None:
    with pytest.raises(NotRead, match=f"^{said}"):
        read(body)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_named_by_its_field(name: str) -> None:
    for value in WRONG[name]:
        with pytest.raises(NotRead, match=rf"^{name}\b"):
            read({**LEAST, name: value})


def test_a_post_with_all_the_handles_that_fit_is_only_words() -> None:
    text = "<!channel> {{ 7 * 7 }} " + "@a " * 6_000
    assert read({**LEAST, "text": text}).posts[0].text == text


def test_a_stored_raw_post_is_read_again() -> None:
    network = WebhookNetwork(AccountGiven(id="forum", handle="northwind", secrets={"WEBHOOK_SECRET": "s" * 32}))
    [post] = read({**LEAST, "posted_at": "2026-03-02T11:00:00Z"}).posts
    again = network.read_again(post.raw, Glimpse(posted_at=NOW))
    assert (again.text, again.posted_at) == (post.text, post.posted_at)  # type: ignore[union-attr]
    for odd in (b"{", b'{"event": "delete", "id": "1"}'):
        assert isinstance(network.read_again(odd, Glimpse(posted_at=EPOCH)), Unparsed)
    assert isinstance(network.read_again(post.raw, Glimpse()), Unparsed)
