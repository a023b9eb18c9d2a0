"""An odd value in any one field of a post: the other posts come in, and the post is read or stored raw."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.base.moments import EPOCH, LATEST
from bot.domain.base.text import clean
from bot.domain.mentions.mention import Mention, Side
from bot.gateways.networks import street_posts, x_posts
from bot.gateways.networks.x_batches import Reading, batches
from bot.gateways.outside import DEEPEST, read_json, shallow
from bot.ports import Batch, Desk, Unparsed
from bot.services.mentions import intake
from tests.attack.odd import ODD, mutated, places
from tests.long import part
from tests.services.journey import clock, street

US = x_posts.Us("42", "northwind")
X_POST = {
    "id": "1860000000000000001",
    "text": "@northwind my parcel is late https://t.co/a",
    "note_tweet": {
        "text": "@northwind my parcel is late, and nobody answers",
        "entities": {"urls": [], "mentions": []},
    },
    "author_id": "901",
    "conversation_id": "1860000000000000001",
    "created_at": "2026-03-02T11:00:00.000Z",
    "referenced_tweets": [{"type": "quoted", "id": "1850000000000000001"}],
    "lang": "en",
    "reply_settings": "everyone",
    "entities": {
        "mentions": [{"start": 0, "end": 10, "username": "northwind", "id": "42"}],
        "urls": [{"url": "https://t.co/a", "expanded_url": "https://x.com/northwind/status/1850000000000000001"}],
    },
    "attachments": {"media_keys": ["3_1"]},
    "in_reply_to_user_id": "42",
}
X_OTHER = X_POST | {"id": "1860000000000000002", "author_id": "902", "conversation_id": "1860000000000000002"}
X_USERS = [
    {"id": "901", "username": "priya_k", "name": "Priya K.", "public_metrics": {"followers_count": 42}},
    {"id": "902", "username": "omar", "name": "Omar", "public_metrics": {"followers_count": 7}},
]
X_PAGE = {"data": [X_POST, X_OTHER], "includes": {"users": X_USERS}, "meta": {"result_count": 2}}

STREET_US = street_posts.Us("42", "northwind", "http://127.0.0.1:1")
STREET_POST = {
    "id": "11",
    "author": {"id": "901", "handle": "priya_k", "name": "Priya K.", "followers": 42},
    "text": "@northwind my parcel is late",
    "at": "2026-03-02T11:00:00+00:00",
    "edited_at": None,
    "conversation": "11",
    "in_reply_to": "10",
    "language": "en",
    "photos": 1,
    "likes": 0,
}
LETTER = {**STREET_POST, "id": "m12", "with": STREET_POST["author"], "in_reply_to": "m11"}
OTHER = {**STREET_POST, "id": "99", "author": {**STREET_POST["author"], "id": "902", "handle": "omar"}}
ANSWER = {
    "changes": [
        {"what": "posted", "id": "11", "at": STREET_POST["at"], "post": STREET_POST},
        {"what": "edited", "id": "11", "at": STREET_POST["at"], "post": STREET_POST},
        {"what": "posted", "id": "m12", "at": STREET_POST["at"], "message": LETTER},
        {"what": "deleted", "id": "11", "at": STREET_POST["at"], "post": None},
        {"what": "posted", "id": "99", "at": STREET_POST["at"], "post": OTHER},
    ],
    "cursor": "5",
    "more": False,
}


def as_sent(answer: object) -> bytes:
    return json.dumps(answer).encode()


def x_batch(body: bytes) -> Batch:
    page = x_posts.read_page(body)
    authors = {one.id: one for one in page.authors}
    reading = Reading(page.items, clamped=False, at=page.at)
    [batch] = batches(reading, US, authors, last=1, side=Side.THEIRS)
    return batch


def sound(post: Mention) -> None:
    """Check that a post can be stored on both engines, and shown."""
    said = (
        post.ref.post_id,
        post.root_id,
        post.parent_id or "",
        post.author.id,
        post.author.handle,
        post.author.name,
    )
    for text in (*said, post.text, post.language, post.url, post.why_not):
        assert text == clean(text)
    assert all(len(one) <= 200 for one in said)
    assert EPOCH <= post.posted_at < LATEST
    assert post.author.followers is None or 0 <= post.author.followers < 2**63
    assert 0 <= post.media <= 1_000


def judged(batch: Batch, other: str, odd_ids: set[str]) -> None:
    """Check that the other post is there, and that the odd one is a mention, stored raw, or left out as a repost."""
    for post in (*batch.posts, *batch.edits):
        sound(post)
    assert other in {post.ref.post_id for post in batch.posts}
    assert all(isinstance(one, Unparsed) and one.raw for one in batch.unparsed)
    for one in batch.unparsed:
        assert one.glimpse.text == clean(one.glimpse.text)
        assert len(one.glimpse.handle) <= 200


IN_POST = [pytest.param((*("data", 0), *place)) for place in places(X_POST)]


@pytest.mark.parametrize("place", part(IN_POST, 3), ids=str)
def test_any_odd_field_of_a_post_on_x(place) -> None:
    for odd in ODD:
        batch = x_batch(as_sent(mutated(X_PAGE, place, odd)))
        judged(batch, X_OTHER["id"], {X_POST["id"]})
        assert len(batch.posts) + len(batch.unparsed) == 2


@pytest.mark.parametrize(
    "place", [("data", 0), *(("includes", *place) for place in places(X_PAGE["includes"]))], ids=str
)
def test_any_odd_thing_beside_a_post_on_x(place) -> None:
    for odd in ODD:
        batch = x_batch(as_sent(mutated(X_PAGE, place, odd)))
        judged(batch, X_OTHER["id"], {X_POST["id"]})


CHANGED = [pytest.param(place) for place in places(ANSWER["changes"]) if place[0] != 4]


@pytest.mark.parametrize("place", part(CHANGED, 3), ids=str)
def test_any_odd_field_of_a_change_on_the_street(place) -> None:
    for odd in ODD:
        answer = street_posts.read_answer(as_sent(mutated(ANSWER, ("changes", *place), odd)), STREET_US)
        judged(answer.batch, OTHER["id"], {"11", "m12"})


@pytest.mark.parametrize("name", ["data", "changes"])
def test_a_value_without_end_hides_no_other_post(name) -> None:
    deep, long = "[" * 100_000 + "]" * 100_000, "9" * 100_000
    for endless in (deep, long, '{"a":' * 5_000 + "1" + "}" * 5_000):
        whole = mutated(X_PAGE, ("data", 0, "lang"), "ODD") if name == "data" else mutated(ANSWER, ("changes", 0, "post", "likes"), "ODD")  # fmt: skip
        body = json.dumps(whole).replace('"ODD"', endless).encode()
        batch = x_batch(body) if name == "data" else street_posts.read_answer(body, STREET_US).batch
        assert {X_OTHER["id"], OTHER["id"]} & {post.ref.post_id for post in batch.posts}


@pytest.mark.parametrize("private", [False, True])
def test_words_that_may_be_private_are_not_called_public(private) -> None:
    change = ANSWER["changes"][2 if private else 0]
    key = "message" if private else "post"
    for place in places(change):
        for odd in ODD:
            answer = street_posts.read_answer(
                as_sent({**ANSWER, "changes": [mutated(change, place, odd)]}), STREET_US
            )
            for one in answer.batch.unparsed:
                assert not (private and one.glimpse.public), (place, key)


# --- through intake -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", part((pytest.param(one) for one in [(), *places(X_POST)]), 3), ids=str)
def test_every_odd_post_is_taken_in_or_kept_and_the_other_becomes_a_case(desk: Desk, place) -> None:
    clock(desk).move(hours=1)
    for number, odd in enumerate(ODD[:: 1 if len(place) < 2 else 3]):
        other = X_OTHER | {"id": str(1_870_000_000_000_000_000 + number)} | {"conversation_id": str(number + 1)}
        page = X_PAGE | {"data": [mutated(X_POST, place, odd) if place else X_POST, other]}
        batch = replace(x_batch(as_sent(page)), cursor=str(number + 1))
        intake.receive(desk, street(desk), "mentions", batch, desk.clock.now())
        assert desk.store.mention_of("x", other["id"])
        assert desk.store.cursor("x", "42", "mentions")[0] == str(number + 1)
    assert [one for one in desk.store.queue(limit=1_000) if one.opened_at > desk.clock.now() + timedelta(0)] == []


# --- JSON ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, "[[[[", "]\\"]"]}', {"a": [1, "[[[[", ']"]']}),
        ("123", 123),
        ("9" * 19, 10**19 - 1),
        ("9" * 20, None),
        ("[1e999, -1e999, NaN, Infinity]", [None] * 4),
        ('"\\ud800\\u0000"', "\ufffd\ufffd"),
        ('"\\ud83d\\ude00"', "\U0001f600"),
        ('{"\\ud800": 1}', {"\ufffd": 1}),
        ('"a\tb"', "a\tb"),
    ],
)
def test_json_from_outside_is_read_without_what_nobody_can_store(text, value) -> None:
    assert read_json(text) == value


def test_what_lies_too_deep_is_left_out_and_nothing_else() -> None:
    fits = "[" * DEEPEST + "]" * DEEPEST
    assert shallow(fits) == fits
    assert shallow(f"[{fits}, 1]") == f"[{'[' * (DEEPEST - 1)}null{']' * (DEEPEST - 1)}, 1]"
    for broken in ("[" * 1_000, '"' + '\\"' * 100_000, '["' + "[" * 1_000, "]" * 1_000, '"\\'):
        with pytest.raises(ValueError):  # noqa: PT011 - JSON says so in many ways
            read_json(broken)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=40),
    lambda held: st.lists(held, max_size=4) | st.dictionaries(st.text(max_size=6), held, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(place=st.sampled_from(places(X_POST)), odd=ANY)
def test_anything_at_all_in_a_post_on_x_hides_no_other(place, odd) -> None:
    judged(x_batch(as_sent(mutated(X_PAGE, ("data", 0, *place), odd))), X_OTHER["id"], {X_POST["id"]})


@given(place=st.sampled_from([one for one in places(ANSWER["changes"]) if one[0] != 4]), odd=ANY)
def test_anything_at_all_in_a_change_on_the_street_hides_no_other(place, odd) -> None:
    body = as_sent(mutated(ANSWER, ("changes", *place), odd))
    judged(street_posts.read_answer(body, STREET_US).batch, OTHER["id"], {"11", "m12"})
