"""Webhooks of Meta: whose they are, the check of the address, and the posts that they bring."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from bot.domain.mentions.mention import Side
from bot.gateways.networks.facebook_kind import KIND
from bot.ports import Delivery, Hint, Hook, SignedWith, TakesWebhooks
from bot.ports.network_kind import AccountGiven

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PAGE, PRIYA, POST, COMMENT = "1020", "5544", "1020_6001", "6001_7001"
SECRET = "app-secret"
SECRETS = {"FACEBOOK_PAGE_TOKEN": "t", "FACEBOOK_APP_SECRET": SECRET, "META_VERIFY_TOKEN": "northwind-word"}


def hooks(**secrets: str) -> TakesWebhooks:
    assert KIND.webhooks is not None
    return KIND.webhooks(AccountGiven(id=PAGE, handle="northwind", secrets={**SECRETS, **secrets}))


def signed(body: bytes, secret: str = SECRET) -> Hook:
    digits = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Hook(headers={"x-hub-signature-256": f"sha256={digits}"}, body=body)


def change(field: str = "feed", page: str = PAGE, **value: object) -> Hook:
    told = {
        "item": "comment",
        "verb": "add",
        "post_id": POST,
        "parent_id": POST,
        "comment_id": COMMENT,
        "created_time": 1_772_452_800,
        "message": "my parcel is late",
        "from": {"id": PRIYA, "name": "Priya Nair"},
    } | value
    entry = {"id": page, "time": 1, "changes": [{"field": field, "value": told}]}
    return signed(json.dumps({"object": "page", "entry": [entry]}).encode())


def brought(hook: Hook) -> Delivery:
    news = hooks().news(hook, NOW)
    assert isinstance(news, Delivery)
    return news


# --- whose they are -------------------------------------------------------------------------------------------------


def test_the_signature_is_over_the_raw_body() -> None:
    body = b'{"message": "caf\\u00e9"}'
    assert hooks().signed_with(signed(body), NOW) is SignedWith.OUR_SECRET
    assert hooks().signed_with(Hook(headers=signed(body).headers, body=body + b" "), NOW) is SignedWith.ANOTHER_SECRET
    assert hooks().signed_with(signed(body, "another"), NOW) is SignedWith.ANOTHER_SECRET


@pytest.mark.parametrize("header", ["", "sha256=", "sha1=" + "0" * 64, "0" * 64, "sha256=" + "é" * 64])
def test_what_has_no_signature_in_metas_form_is_nobodys(header: str) -> None:
    assert hooks().signed_with(Hook(headers={"x-hub-signature-256": header}), NOW) is SignedWith.NOTHING


GREETING = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=northwind-word"


def test_the_challenge_is_answered_to_who_knows_the_word() -> None:
    assert hooks().greeting(Hook(headers={}, query=GREETING)) == "1158201444"


@pytest.mark.parametrize(
    ("query", "word"),
    [
        (GREETING.replace("northwind-word", "guess"), "northwind-word"),
        (GREETING.replace("northwind-word", ""), ""),
        (GREETING.replace("subscribe", "unsubscribe"), "northwind-word"),
        (GREETING.replace("1158201444", "%3Cscript%3E"), "northwind-word"),
        ("", "northwind-word"),
    ],
)
def test_the_challenge_is_answered_to_nobody_else(query: str, word: str) -> None:
    assert hooks(META_VERIFY_TOKEN=word).greeting(Hook(headers={}, query=query)) is None


# --- what they bring ------------------------------------------------------------------------------------------------


def test_a_comment_comes_in_as_the_reading_would_tell_it() -> None:
    [post] = brought(change()).batch.posts
    assert (post.ref.post_id, post.root_id, post.parent_id) == (COMMENT, POST, POST)
    assert (post.author.id, post.author.name, post.text) == (PRIYA, "Priya Nair", "my parcel is late")
    assert (post.posted_at, post.side, post.private) == (NOW, Side.THEIRS, False)


def test_a_reply_names_what_it_answers_and_a_photo_counts() -> None:
    hook = change(comment_id="6001_7002", parent_id=COMMENT, photo="https://elsewhere.example/1.jpg", message="")
    [post] = brought(hook).batch.posts
    assert (post.parent_id, post.root_id, post.media, post.text) == (COMMENT, POST, 1, "[Picture]")


def test_our_own_comment_is_ours() -> None:
    [post] = brought(change(**{"from": {"id": PAGE, "name": "Northwind"}})).batch.posts
    assert post.side is Side.OURS


def test_edits_and_deletions_are_told_as_such() -> None:
    assert [post.text for post in brought(change(verb="edited", message="solved")).batch.edits] == ["solved"]
    assert brought(change(verb="remove")).batch.deletions == [COMMENT]


def test_a_visitors_post_is_a_post() -> None:
    [post] = brought(change(item="status", comment_id=None, parent_id=None)).batch.posts
    assert (post.ref.post_id, post.root_id, post.parent_id) == (POST, POST, None)


def test_a_comment_whose_id_is_none_is_kept() -> None:
    [odd] = brought(change(comment_id="../me")).batch.unparsed
    assert (odd.post_id, odd.glimpse.text) == ("", "my parcel is late")


def test_a_comment_that_cannot_be_read_is_kept() -> None:
    [odd] = brought(change(created_time="noon")).batch.unparsed
    assert (odd.post_id, odd.glimpse.text) == (COMMENT, "my parcel is late")


@pytest.mark.parametrize(
    "hook",
    [
        change(item="reaction"),
        change(item="status", **{"from": {"id": PAGE}}),
        change(comment_id="../me", verb="remove"),
        change(field="leadgen"),
        signed(b"[]"),
        signed(b"not json"),
        signed(b'{"entry": [7, {"id": "1020", "changes": [7, {"field": "feed", "value": 7}]}]}'),
        signed(b'{"object": "page", "entry": [{"id": "1020", "messaging": [{"message": {"mid": "m_1"}}]}]}'),
        signed(
            b'{"entry": [{"id": "1020", "messaging": [{"message": {"mid": "m_2", "is_echo": true, "text": "x"}}]}]}'
        ),
    ],
)
def test_all_else_is_a_hint_to_read(hook: Hook) -> None:
    assert hooks().news(hook, NOW) == Hint()


def test_a_request_about_other_pages_of_the_app_is_not_ours() -> None:
    assert hooks().news(change(page="4711"), NOW) is None


def test_of_a_request_about_several_pages_ours_is_taken() -> None:
    ours, theirs = json.loads(change().body), json.loads(change(page="4711", message="not ours").body)
    both = {"object": "page", "entry": [*theirs["entry"], *ours["entry"]]}
    [post] = brought(signed(json.dumps(both).encode())).batch.posts
    assert post.text == "my parcel is late"


def test_a_copy_has_the_same_key_and_another_request_has_not() -> None:
    assert brought(change()).key == brought(change()).key != brought(change(message="other")).key


def test_a_flood_in_one_request_is_taken_whole() -> None:
    one = json.loads(change().body)
    one["entry"][0]["changes"] *= 101
    assert len(brought(signed(json.dumps(one).encode())).batch.posts) == 101


def test_a_comment_that_somebody_hides_or_shows_again_is_told_as_such() -> None:
    for verb, hidden in (("hide", True), ("unhide", False)):
        told = brought(change(item="comment", verb=verb, comment_id="6001_7", post_id=f"{PAGE}_6001"))
        assert (told.batch.hidden, told.batch.posts) == ({"6001_7": hidden}, [])
