"""What customers attach is said in words, of every network, and a post without words is neither lost nor empty."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.blocks.mentions.post_facts import beside
from bot.domain.mentions.attachments import LONGEST, AttachedKind, Attachment, with_attachments
from bot.domain.mentions.mention import Author, Mention, Side
from bot.gateways.networks.bluesky_chats import OneToOne
from bot.gateways.networks.bluesky_posts import OurSide, post_of
from bot.gateways.networks.facebook_posts import comment_in, page_account
from bot.gateways.networks.graph_posts import message_in
from bot.gateways.networks.instagram_posts import ig_account, named_in
from bot.gateways.networks.mastodon_posts import OurPlace, post_in
from bot.gateways.networks.x_chats import read_message
from bot.gateways.networks.x_posts import Us, read_page, read_post
from tests.builders import a_post

AT, OUR_DID, THEIR_DID = (
    "2026-03-02T09:00:00.000Z",
    "did:plc:northwindnorthwindno2222",
    "did:plc:priyapriyapriyapriya2222",
)
PAGE = page_account("102030405060")


def on_bluesky(words: str, **embed: Any) -> Mention:
    told = {
        "uri": f"at://{THEIR_DID}/app.bsky.feed.post/3lbcdefghijkl",
        "cid": "bafyreib",
        "author": {"did": THEIR_DID, "handle": "priya.example"},
        "record": {"text": words, "embed": embed},
        "indexedAt": AT,
    }
    return post_of(told, OurSide(OUR_DID, "northwind.example"))


def in_bluesky_chat(words: str, **more: Any) -> Mention:
    told = {"id": "m1", "text": words, "sender": {"did": THEIR_DID}, "sentAt": AT, **more}
    us, them = (Author(id=one, handle="") for one in (OUR_DID, THEIR_DID))
    return OneToOne("c1", us, them).message(told)


def on_mastodon(words: str, *media: Any) -> Mention:
    account = {"id": "9", "acct": "priya"}
    told = {"id": "1", "created_at": AT, "account": account, "content": words, "visibility": "public"}
    return post_in(told | {"media_attachments": list(media)}, "1", OurPlace("7", "https://m.example"))


def on_facebook(words: str, **more: Any) -> Mention:
    told = {"id": "6001_7001", "created_time": AT, "from": {"id": "5"}, **({"message": words} if words else {})}
    return comment_in(told | more, "102030405060_6001", PAGE)


def in_messenger(words: str, **more: Any) -> Mention:
    told = {"id": "m_1", "created_time": AT, "from": {"id": "5"}, "message": words}
    return message_in(told | more, "with-5", PAGE)


def on_instagram(words: str, media: str) -> Mention:
    told = {"id": "17", "timestamp": AT, "username": "priya", "media_type": media, "caption": words}
    return named_in(told, ig_account("18", "northwind"))


def _x_page(post: dict[str, Any], *media: Any) -> bytes:
    found = {**post, "attachments": {"media_keys": [one["media_key"] for one in media]}}
    return json.dumps({"data": [found], "includes": {"media": media}}).encode()


def on_x(words: str, *media: Any) -> Mention:
    told = {"id": "1900000000000000001", "author_id": "901", "text": words, "created_at": AT}
    [item] = read_page(_x_page(told, *media)).items
    read = read_post(item, Us("900", "northwind"), {}, side=Side.THEIRS)
    assert isinstance(read, Mention)
    return read


def in_x_messages(*media: Any) -> Mention:
    told = {"id": "1900000000000000001", "sender_id": "901", "dm_conversation_id": "900-901", "created_at": AT}
    [item] = read_page(_x_page(told, *media)).items
    read = read_message(item, Us("900", "northwind"), {})
    assert isinstance(read, Mention)
    return read


PHOTO = {"media_key": "3_1", "type": "photo", "alt_text": "a crushed box"}
LINK = {"title": "My blog", "uri": "https://priya.example/box", "description": "More"}
QUOTED = {"record": {"uri": f"at://{OUR_DID}/app.bsky.feed.post/3lbcdefghijkl", "cid": "bafyreib"}}

SAID = [
    (on_bluesky("look", images=[{"alt": "a crushed box"}, {"alt": ""}]), "look\n[Picture: a crushed box]"),
    (on_bluesky("", images=[{"alt": ""}, {"alt": ""}]), "[Picture]"),
    (on_bluesky("", video={"ref": "x"}, alt="the box falls"), "[Video: the box falls]"),
    (on_bluesky("see", external=LINK), "see\n[Link: My blog https://priya.example/box]"),
    (on_bluesky("", media={"images": [{"alt": "a box"}]}, **QUOTED), "[Picture: a box]\n[Post of somebody else]"),
    (on_bluesky("", **{"$type": "app.bsky.embed.hologram"}), "[Attachment]"),
    (in_bluesky_chat("", embed=QUOTED), "[Post of somebody else]"),
    (on_mastodon("<p>look</p>", {"type": "image", "description": "a crushed box"}), "look\n[Picture: a crushed box]"),
    (on_mastodon("", {"type": "audio", "description": None}, {"type": "hologram"}), "[Sound]\n[Attachment]"),
    (on_facebook("", attachment={"type": "photo"}), "[Picture]"),
    (on_facebook("see", attachment={"type": "share", "title": "My blog", "url": "https://priya.example/"}),
     "see\n[Link: My blog https://priya.example/]"),
    (on_facebook("", attachments={"data": [{"media_type": "video"}]}), "[Video]"),
    (on_facebook("", attachment="https://cdn.example/1.jpg"), "[Attachment]"),
    (in_messenger("", sticker="https://cdn.example/1"), "[Sticker]"),
    (in_messenger("", attachments={"data": [{"mime_type": "image/jpeg"}]}), "[Picture]"),
    (in_messenger("", attachments={"data": [{"mime_type": "application/pdf", "name": "bill.pdf"}]}), "[File: bill.pdf]"),
    (in_messenger(""), "[Attachment]"),
    (on_instagram("", "CAROUSEL_ALBUM"), "[Picture]"),
    (on_instagram("thanks for nothing", "VIDEO"), "thanks for nothing"),
    (on_x("look https://t.co/1", PHOTO), "look https://t.co/1\n[Picture: a crushed box]"),
    (on_x("look", {"media_key": "7_1", "type": "video"}), "look"),
    (in_x_messages(PHOTO), "[Picture: a crushed box]"),
    (in_x_messages({"media_key": "7_1", "type": "video"}), "[Video]"),
]  # fmt: skip


@pytest.mark.parametrize(("post", "says"), SAID, ids=range(len(SAID)))
def test_what_is_attached_is_said_in_words(post: Mention, says: str) -> None:
    assert (post.text, post.side) == (says, Side.THEIRS)


def test_a_description_is_one_line_of_bounded_length_without_signs_that_hide_others() -> None:
    line = with_attachments("look", [Attachment(AttachedKind.PICTURE, "a\n\nb \u202e c" + "d" * 5_000)])
    assert line.startswith("look\n[Picture: a b")
    assert line.count("\n") == 1
    assert len(line) < LONGEST + 30


def test_many_pictures_make_no_long_list() -> None:
    assert with_attachments("", [Attachment(AttachedKind.PICTURE)] * 500) == "[Picture]"
    many = [Attachment(AttachedKind.PICTURE, str(one)) for one in range(500)]
    assert len(with_attachments("", many).splitlines()) == 20


def test_a_post_of_any_network_with_attachments_alone_says_so() -> None:
    assert a_post(text=" ", media=1, posted_at=datetime(2026, 3, 2, tzinfo=UTC)).text == "[Attachment]"
    assert a_post(text="", media=0).text == ""
    assert a_post(text="", media=1, side=Side.OURS).text == ""


def test_a_picture_that_the_words_say_is_not_counted_below_them_too() -> None:
    crushed = Attachment(AttachedKind.PICTURE, "a crushed box")
    for text, media, photos in (
        (with_attachments("Look", [crushed]), 1, ""),
        (with_attachments("Look", [crushed, Attachment(AttachedKind.PICTURE)]), 2, "2 photos"),
        (with_attachments("Look", [Attachment(AttachedKind.LINK, "Our shop")]), 1, "1 photo"),
        (with_attachments("", [Attachment(AttachedKind.VIDEO)]), 1, ""),
        ("Look", 1, "1 photo"),
    ):
        said = str(beside(replace(a_post("1"), text=text, media=media)))
        assert [one for one in ("1 photo", "2 photos") if one in said] == ([photos] if photos else []), text
