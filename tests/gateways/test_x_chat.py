"""X Chat against a make-believe X whose people encrypt with X's own client; its own memory is the truth."""

import base64
import json
import logging
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.base.moments import EPOCH
from bot.domain.mentions.mention import Answerable, Mention, PostRef, Side
from bot.domain.mentions.unreadable import Glimpse
from bot.gateways.networks.x import XNetwork
from bot.gateways.networks.x_chat_events import X_CHAT, other_in_chat, same_chat, sent_on_chat
from bot.gateways.networks.x_chat_keys import ChatKeys
from bot.gateways.networks.x_chat_sent import KEPT, SealedMessages
from bot.gateways.networks.x_chat_session import ChatSession, EncryptedMessage
from bot.gateways.networks.x_with_chat import XWithChat
from bot.ports import HasParts, NetworkTrouble, NotSent, OutcomeLost, RepeatsSafely, SendsOnce, Sent
from bot.ports.network_kind import AccountGiven, network_kind
from bot.rehearsal.door import GivenAnswer, served
from bot.rehearsal.x_chat import ChatServer, Person, key_file
from bot.rehearsal.x_people import XSecrets, refused

CONVO = "900-901"


@pytest.fixture
def server() -> ChatServer:
    return ChatServer()


@pytest.fixture
def url(server: ChatServer) -> Iterator[str]:
    with served(server.answer) as address:
        yield address


@pytest.fixture
def keys(server: ChatServer, tmp_path: Path) -> Path:
    return key_file(tmp_path, server.us)


def connect(url: str, keys: Path, **other: Any) -> XWithChat:
    kind = network_kind("x")
    assert kind is not None
    usual = {"id": "900", "handle": "northwind", "secrets": XSecrets(), "within": 8.0, "folder": keys.parent}
    made = kind.build(AccountGiven(**usual | {"options": {"chat_keys": str(keys)}, "api_url": url} | other))
    assert isinstance(made, XWithChat)
    return made


def read(network: XWithChat, cursor: str = "") -> tuple[list[Mention], str]:
    batches = list(network.fetch("chat", cursor))
    return [post for one in batches for post in one.posts], batches[-1].cursor if batches else cursor


def under(number: str) -> PostRef:
    return PostRef("x", "900", f"chat:{CONVO}/{number}")


# --- which accounts have it -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "streams"),
    [
        ({}, ("mentions", "own")),
        ({"messages": "yes"}, ("mentions", "own", "messages")),
        ({"chat_keys": "/a"}, ("mentions", "own", "chat")),
        ({"chat_keys": "/a", "messages": "yes"}, ("mentions", "own", "messages", "chat")),
    ],
)
def test_an_account_reads_what_its_options_say(options: dict[str, str], streams: tuple[str, ...]) -> None:
    kind = network_kind("x")
    assert kind is not None
    made = kind.build(AccountGiven(id="900", handle="northwind", secrets=XSecrets(), options=options))
    assert made.streams == streams
    assert isinstance(made, XWithChat) is ("chat_keys" in options)


# --- the file with the keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "mode", "why"),
    [
        (None, 0, "There is no file"),
        (base64.b64encode(bytes(64)), 0o640, "others on this machine can read it"),
        (base64.b64encode(bytes(64)), 0o604, "others on this machine can read it"),
        (b"no base64 !", 0o600, "it holds no keys"),
        (b"", 0o600, "it does not hold both keys"),
        (base64.b64encode(bytes(32)), 0o600, "it does not hold both keys"),
        (base64.b64encode(bytes(64)), 0o600, "it holds no keys"),
        (bytes(100_000), 0o600, "it holds no keys"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_reason(
    tmp_path: Path, content: bytes | None, mode: int, why: str
) -> None:
    file = tmp_path / "keys"
    if content is not None:
        file.write_bytes(content)
        file.chmod(mode)
    said = ChatKeys(str(file)).fault()
    assert why in said
    assert str(file) in said
    assert "docs/x-access.md" in said


@pytest.mark.parametrize(
    ("said", "fine"), [("", True), ("/etc/heard/keys", True), ("keys", False), ("~/keys", False)]
)
def test_the_file_is_named_by_its_whole_path(said: str, *, fine: bool) -> None:
    kind = network_kind("x")
    assert kind is not None
    [option] = [one for one in kind.options if one.name == "chat_keys"]
    assert (option.why_not(said) == "") is fine


def test_a_folder_or_a_pipe_is_no_file_of_keys(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert "it is no plain file" in ChatKeys(str(tmp_path / "pipe")).fault()
    assert "is not used" in ChatKeys(str(tmp_path)).fault()


def test_a_missing_package_is_named(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "chat_xdk", None)
    assert ChatKeys(str(keys)).fault().endswith("pip install 'heard[x-chat]'.")


def test_what_is_wrong_is_said_in_one_sentence_and_posts_go_on(server: ChatServer, url: str, keys: Path) -> None:
    network = connect(url, keys)
    assert isinstance(network, HasParts)
    assert network.faulty_part() == ""
    strange = connect(url, key_file(_made(keys.parent / "b"), Person("900")))
    assert "X knows other keys of our account" in strange.faulty_part()
    server.refuses = lambda call: refused(403, "Forbidden") if "/chat/" in call.path else None
    assert "“Read and write and Direct message”" in connect(url, keys).faulty_part()
    keys.chmod(0o644)
    blind = connect(url, keys)
    assert "others on this machine can read it" in blind.faulty_part()
    assert blind.verify().id == "900"
    with pytest.raises(NetworkTrouble, match="others on this machine"):
        list(blind.fetch("chat", ""))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_keys_and_words_stand_in_no_log(
    server: ChatServer, url: str, keys: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.say("where is my canary parcel")
    network = connect(url, keys)
    [post], _ = read(network)
    network.reply(post.ref, "Your canary reply.", "k")
    written = " ".join([caplog.text, *(str(one.__dict__) for one in caplog.records)])
    assert keys.read_text()[:20] not in written
    assert "canary" not in written


# --- reading --------------------------------------------------------------------------------------------------------


def test_a_message_is_private_and_in_the_conversation_with_its_author(
    server: ChatServer, url: str, keys: Path
) -> None:
    asked = server.say("parcel & bill\x00")
    server.take(server.us, _by_us(server, "We look."))
    [theirs, ours], cursor = read(connect(url, keys))
    assert (theirs.ref, theirs.text, theirs.private, theirs.side) == (
        under(asked),
        "parcel & bill\ufffd",
        True,
        Side.THEIRS,
    )
    assert (theirs.author.handle, theirs.root_id, theirs.url) == (
        "priya_k",
        "with-901",
        "https://x.com/i/chat/900-901",
    )
    assert theirs.answerable == Answerable.YES
    assert (ours.side, ours.author.id, ours.parent_id) == (Side.OURS, "900", theirs.ref.post_id)
    assert int(cursor) == (ours.posted_at - EPOCH) // timedelta(milliseconds=1)
    assert b"parcel" not in theirs.raw


def _by_us(server: ChatServer, text: str) -> Any:
    """Return a message that a colleague wrote in X's own app."""
    server.us.client.decrypt_events(server.key_changes, server.signing_keys())
    return server.us.client.encrypt_message(CONVO, text)


def test_what_was_told_is_told_once_more_within_ten_minutes_and_older_is_not(
    server: ChatServer, url: str, keys: Path
) -> None:
    old = server.say("an hour ago")
    for one in server.events:
        one["created_at"] = (server.began - timedelta(hours=1)).isoformat()
    new = server.say("now")
    network = connect(url, keys)
    posts, cursor = read(network)
    assert [one.ref for one in posts] == [under(old), under(new)]
    assert [one.ref for one in read(network, cursor)[0]] == [under(new)]


def test_many_messages_come_in_batches_oldest_first(server: ChatServer, url: str, keys: Path) -> None:
    wanted = [server.say(f"message {number}") for number in range(105)]
    batches = list(connect(url, keys).fetch("chat", ""))
    assert [len(one.posts) for one in batches] == [100, 5]
    assert [post.ref for one in batches for post in one.posts] == [under(one) for one in wanted]
    assert batches[0].cursor < batches[1].cursor


def test_a_conversation_counts_by_its_newest_message_and_not_by_when_it_was_begun(
    server: ChatServer, url: str, keys: Path
) -> None:
    server.begun_at = "2020-01-01T00:00:00.000Z"
    server.say("hello")
    assert [one.text for one in read(connect(url, keys))[0]] == ["hello"]


def test_an_event_of_the_future_is_told_and_hides_no_later_one(server: ChatServer, url: str, keys: Path) -> None:
    odd = server.say("from the future")
    server.events[-1]["created_at"] = (server.began + timedelta(days=1)).isoformat()
    network = connect(url, keys)
    posts, cursor = read(network)
    assert [one.ref for one in posts] == [under(odd)]
    server.began += timedelta(hours=2)
    later = server.say("now")
    assert under(later) in [one.ref for one in read(network, cursor)[0]]


def test_an_event_without_its_content_is_a_message_that_could_not_be_read(
    server: ChatServer, url: str, keys: Path
) -> None:
    number = server.say("hello")
    del server.events[-1]["encoded_event"]
    [post], _ = read(connect(url, keys))
    assert (post.ref, post.answerable) == (under(number), Answerable.NO)


def test_a_message_that_x_lists_twice_is_told_once(server: ChatServer, url: str, keys: Path) -> None:
    first = server.say("hello")
    server.events.append({**server.events[0], "id": "77", "encoded_event": server.wired_again(0, "77")})
    assert [one.ref for one in read(connect(url, keys))[0]] == [under(first)]


@pytest.mark.parametrize("newest_first", [True, False])
def test_messages_are_read_in_whichever_order_x_lists_them(
    server: ChatServer, url: str, keys: Path, *, newest_first: bool
) -> None:
    wanted = [server.say(f"message {number}") for number in range(102)]
    if not newest_first:
        server.oldest_first = True
    assert [one.ref for one in read(connect(url, keys))[0]] == [under(one) for one in wanted]


def test_a_new_key_of_the_conversation_is_followed(server: ChatServer, url: str, keys: Path) -> None:
    server.say("before")
    network = connect(url, keys)
    read(network)
    server.change_key()
    server.say("after")
    assert [one.text for one in read(network)[0]] == ["before", "after"]
    target = read(network)[0][-1].ref
    assert isinstance(network.reply(target, "We look.", "k"), Sent)
    assert server.read_by_them()[-1][1] == "We look."


def test_a_message_that_cannot_be_decrypted_is_a_post_that_says_so(server: ChatServer, url: str, keys: Path) -> None:
    readable, odd = server.say("hello"), server.say("secret")
    server.spoil(odd)
    first, second = read(connect(url, keys))[0]
    assert (first.ref, first.text) == (under(readable), "hello")
    assert second.ref == under(odd)
    assert second.text == "(This message is encrypted, and Heard could not read it. Please read it on X.)"
    assert (second.answerable, second.url) == (Answerable.NO, "https://x.com/i/chat/900-901")
    assert "read and answer it on X" in second.why_not
    assert (second.author.handle, second.private) == ("priya_k", True)


def test_one_of_our_own_that_cannot_be_decrypted_is_kept_and_ends_no_wait(
    server: ChatServer, url: str, keys: Path
) -> None:
    server.say("hello")
    sent = server.take(server.us, _by_us(server, "We look."))
    right = next(one for one in server.events if one["id"] == sent)["encoded_event"]
    server.spoil(sent)
    network = connect(url, keys)
    [batch] = network.fetch("chat", "")
    [odd] = batch.unparsed
    assert (odd.post_id, odd.glimpse.ours, odd.glimpse.public) == (under(sent).post_id, True, False)
    mended = json.loads(odd.raw)
    mended["chat_event"]["encoded_event"] = right
    again = network.read_again(json.dumps(mended).encode(), Glimpse())
    assert isinstance(again, Mention)
    assert (again.text, again.side) == ("We look.", Side.OURS)
    assert not isinstance(connect(url, keys).read_again(json.dumps(mended).encode(), Glimpse()), Mention)


def test_a_person_who_made_new_keys_is_asked_for_them_again(server: ChatServer, url: str, keys: Path) -> None:
    server.say("before")
    network = connect(url, keys)
    read(network)
    server.them = Person("901")
    server.change_key()
    after = server.say("after")
    assert [one.text for one in read(network)[0] if one.ref == under(after)] == ["after"]


def test_where_our_own_keys_were_replaced_on_x_nothing_is_called_unreadable(
    server: ChatServer, url: str, keys: Path
) -> None:
    server.say("before")
    network = connect(url, keys)
    read(network)
    server.us = Person("900")
    server.change_key()
    server.say("after")
    with pytest.raises(NetworkTrouble, match="X knows other keys of our account"):
        read(network)
    key_file(keys.parent, server.us)
    assert [one.text for one in read(network)[0]][-1] == "after"


def test_edits_and_deletions_are_told_and_reactions_are_not(server: ChatServer, url: str, keys: Path) -> None:
    first, second = server.say("helo"), server.say("wrong window")
    them = server.them.client
    server.take(
        server.them, them.encrypt_edit(None, "hello", conversation_id=CONVO, target_message_sequence_id=first)
    )
    server.take(
        server.them,
        them.encrypt_add_reaction(None, "👍", conversation_id=CONVO, target_message_sequence_id=first),
    )
    server.delete(second)
    [batch] = connect(url, keys).fetch("chat", "")
    assert [one.text for one in batch.posts] == ["helo", "wrong window"]
    assert [(one.ref, one.text) for one in batch.edits] == [(under(first), "hello")]
    assert list(batch.deletions) == [under(second).post_id]
    assert batch.unparsed == ()


MEDIA = {"attachment_type": "media", "media_hash_key": "k", "width": 1, "height": 1, "filesize_bytes": 4}


@pytest.mark.parametrize(
    ("attached", "words"),
    [
        ({**MEDIA, "filename": "a.png", "media_type": 1}, "[Picture: a.png]"),
        ({**MEDIA, "filename": "bill.pdf", "media_type": 5}, "[File: bill.pdf]"),
        (
            {"attachment_type": "url", "url": "https://a.example/b", "display_title": "Our bill"},
            "[Link: Our bill https://a.example/b]",
        ),
        (
            {"attachment_type": "post", "rest_id": "17", "post_url": "https://x.com/a/status/17"},
            "[Post of somebody else: https://x.com/a/status/17]",
        ),
    ],
)
def test_what_is_attached_is_said_in_words(
    server: ChatServer, url: str, keys: Path, attached: dict[str, Any], words: str
) -> None:
    server.say("", attachments=[attached])
    server.say("look", attachments=[attached])
    posts, _ = read(connect(url, keys))
    media = int(attached["attachment_type"] == "media")
    assert [(one.text, one.media) for one in posts] == [(words, media), (f"look\n{words}", media)]


@pytest.mark.parametrize("convo", ["g17", "1-2", "900-900", "901"])
def test_groups_and_conversations_of_others_are_not_read(
    server: ChatServer, url: str, keys: Path, convo: str
) -> None:
    server.conversations = [{"id": convo, "updated_at": server.began.isoformat()}]
    assert list(connect(url, keys).fetch("chat", "")) == []
    assert not [one for one in server.calls if one.path.endswith("/events")]
    outcome = connect(url, keys).reply(PostRef("x", "900", f"chat:{convo}/1"), "x", "k")
    assert isinstance(outcome, NotSent)
    assert "More than one person would read this" in outcome.why
    assert not [one for one in server.calls if one.method == "POST"]


def test_a_conversation_that_is_not_shown_is_reported_and_the_others_are_read(
    server: ChatServer, url: str, keys: Path
) -> None:
    server.say("hello")
    server.conversations = [{"id": "900-902", "updated_at": server.events[-1]["created_at"]}]
    batches = list(connect(url, keys).fetch("chat", ""))
    assert [post.text for one in batches for post in one.posts] == ["hello"]
    [odd] = [odd for one in batches for odd in one.unparsed]
    assert odd.post_id.startswith("chat:900-902/")


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500])
def test_other_refusals_are_troubles_and_nothing_is_passed_over(
    server: ChatServer, url: str, keys: Path, status: int
) -> None:
    server.say("hello")
    server.refuses = lambda call: refused(status, "No") if call.path.endswith("/events") else None
    network = connect(url, keys)
    with pytest.raises(NetworkTrouble) as trouble:
        list(network.fetch("chat", ""))
    assert trouble.value.sentence
    server.refuses = lambda _: None
    assert [one.text for one in read(network)[0]] == ["hello"]


def test_a_conversation_that_did_not_change_is_not_read_again(server: ChatServer, url: str, keys: Path) -> None:
    def readings() -> int:
        return len([one for one in server.calls if one.path.endswith("/events")])

    server.say("hello")
    network = connect(url, keys)
    first = read(network)
    assert (read(network), read(network, first[1]), readings()) == (first, first, 1)
    server.say("and one more thing")
    assert [one.text for one in read(network, first[1])[0]] == ["hello", "and one more thing"]
    assert readings() == 2


def test_one_that_changed_just_now_is_read_again(server: ChatServer, url: str, keys: Path) -> None:
    """Its newest messages may be shown late, and X may write the time of the change in whole seconds."""
    server.began += timedelta(hours=2)
    server.say("hello")
    network = connect(url, keys)
    read(network)
    server.events.append(server.events[0] | {"encoded_event": "later"})
    assert len(read(network)[0]) == 2


def test_the_readings_left_are_counted(server: ChatServer, url: str, keys: Path) -> None:
    network = connect(url, keys)
    read(network)
    assert network.met["chat"].allowance.limit == 15
    assert network.met["chat"].allowance.left == 14


# --- sending --------------------------------------------------------------------------------------------------------


def test_an_answer_is_encrypted_signed_and_read_by_the_customer(server: ChatServer, url: str, keys: Path) -> None:
    asked = server.say("where is my parcel")
    network = connect(url, keys)
    outcome = network.reply(under(asked), "It is on its way. 🙂", "k1")
    assert isinstance(outcome, Sent)
    assert X_CHAT.read(outcome.post_id)
    assert server.read_by_them() == [(outcome.post_id.rpartition("/")[2], "It is on its way. 🙂")]
    [call] = [one for one in server.calls if one.method == "POST"]
    assert "on its way" not in call.raw.decode()
    assert call.json["conversation_token"] == "a-token-of-X"
    assert network.is_our_reply(outcome.post_id, under(asked), "It is on its way. 🙂", "k1") is True
    assert network.is_our_reply(outcome.post_id, under(asked), "Other words.", "k1") is False


def test_a_repeat_sends_the_same_bytes_also_after_a_restart(server: ChatServer, url: str, keys: Path) -> None:
    asked = under(server.say("where is my parcel"))
    lose = True
    server.refuses = lambda call: refused(500, "Odd") if call.method == "POST" and lose else None
    network = connect(url, keys)
    assert isinstance(network.reply(asked, "It is on its way.", "k1"), OutcomeLost)
    lose = False
    again = connect(url, keys)
    assert isinstance(again, SendsOnce)
    assert isinstance(again, RepeatsSafely)
    assert not again.sends_once(asked, "k1")
    assert isinstance(again.reply(asked, "It is on its way.", "k1"), Sent)
    sent = {one.raw for one in server.calls if one.method == "POST"}
    assert len(sent) == 1
    assert [text for _, text in server.read_by_them()] == ["It is on its way."]


def test_where_the_encrypted_message_is_gone_a_person_decides(server: ChatServer, url: str, keys: Path) -> None:
    asked = under(server.say("hello"))
    network = connect(url, keys)
    assert network.sends_once(asked, "k1")
    server.refuses = lambda call: refused(500, "Odd") if call.method == "POST" else None
    network.reply(asked, "Hello.", "k1")
    assert not network.sends_once(asked, "k1")
    for one in keys.parent.glob("*.sealed"):
        one.unlink()
    assert connect(url, keys).sends_once(asked, "k1")


def test_the_key_of_an_approval_that_a_restore_lost_does_not_stop_another_answer(
    server: ChatServer, url: str, keys: Path
) -> None:
    asked = under(server.say("hello"))
    server.refuses = lambda call: refused(500, "Odd") if call.method == "POST" else None
    assert isinstance(connect(url, keys).reply(asked, "Of the lost time.", "k1"), OutcomeLost)
    server.refuses = lambda _: None
    assert isinstance(connect(url, keys).reply(asked, "Hello.", "k1"), Sent)
    assert [text for _, text in server.read_by_them()] == ["Hello."]


def test_of_an_answer_that_is_sent_for_certain_only_the_id_is_kept(server: ChatServer, url: str, keys: Path) -> None:
    asked = under(server.say("hello"))
    network = connect(url, keys)
    outcome = network.reply(asked, "Hello.", "k1")
    assert isinstance(outcome, Sent)
    [file] = keys.parent.glob("*.sealed")
    assert json.loads(file.read_bytes())["body"] == {}
    later = connect(url, keys)
    assert later.sends_once(asked, "k1")
    found = later.find_reply(asked, "Hello.", server.began, "k1")
    assert isinstance(found, Sent)
    assert found.post_id == outcome.post_id


def test_after_a_certain_refusal_the_next_attempt_takes_the_newest_key(
    server: ChatServer, url: str, keys: Path
) -> None:
    asked = under(server.say("hello"))
    network = connect(url, keys)
    server.refuses = lambda call: refused(429, "Slowly") if call.method == "POST" else None
    assert isinstance(network.reply(asked, "Hello.", "k1"), NotSent)
    assert list(keys.parent.glob("*.sealed")) == []
    server.refuses = lambda _: None
    server.change_key()
    assert isinstance(network.reply(asked, "Hello.", "k1"), Sent)
    assert len({one.raw for one in server.calls if one.method == "POST"}) == 2
    assert [text for _, text in server.read_by_them()] == ["Hello."]


@pytest.mark.parametrize("status", [400, 403, 409, 422])
def test_a_repeat_that_x_refuses_since_it_has_the_message_is_sent(
    server: ChatServer, url: str, keys: Path, status: int
) -> None:
    asked = under(server.say("hello"))
    whole = server._posted
    server._posted = lambda convo, call: whole(convo, call) and refused(500, "Odd")
    network = connect(url, keys)
    assert isinstance(network.reply(asked, "Hello.", "k1"), OutcomeLost)
    server._posted = lambda *_: refused(status, "There is a message with this id.")
    assert isinstance(network.reply(asked, "Hello.", "k1"), Sent)
    assert not isinstance(network.reply(asked, "Hello again.", "k2"), Sent)


@pytest.mark.parametrize("post_id", ["17", "dm:900-901/17"])
def test_posts_and_older_messages_are_sent_once(keys: Path, post_id: str) -> None:
    network = connect("http://127.0.0.1:9", keys)
    assert network.sends_once(PostRef("x", "900", post_id), "k1")


def test_a_lost_answer_is_found_by_its_id_and_not_by_its_words(server: ChatServer, url: str, keys: Path) -> None:
    asked = under(server.say("where is my parcel"))
    began = server.began
    network = connect(url, keys)
    server.take(server.us, _by_us(server, "It is on its way."))  # a colleague wrote the same
    network.reply(asked, "It is on its way.", "k1")
    found = network.find_reply(asked, "It is on its way.", began, "k1")
    assert isinstance(found, Sent)
    assert found.post_id == under(server.events[-1]["id"]).post_id
    by_words = network.find_reply(asked, "It is on its way.", began, "k2")
    assert isinstance(by_words, Sent)
    assert network.find_reply(asked, "Other words.", began, "k2") is None


def test_an_answer_that_says_yes_in_odd_words_is_read_back(server: ChatServer, url: str, keys: Path) -> None:
    asked = under(server.say("hello"))
    posted = server._posted

    def odd(convo: str, call: Any) -> GivenAnswer:
        posted(convo, call)
        return GivenAnswer(201, {"data": {"encoded_message_event": "!"}})

    server._posted = odd
    outcome = connect(url, keys).reply(asked, "Hello.", "k1")
    assert isinstance(outcome, Sent)
    server._posted = lambda *_: GivenAnswer(201, {"data": {}})
    assert isinstance(connect(url, keys).reply(asked, "Hello again.", "k2"), OutcomeLost)


def test_without_the_conversation_s_key_nothing_is_sent(server: ChatServer, url: str, keys: Path) -> None:
    asked = under(server.say("hello"))
    server.key_changes = []
    outcome = connect(url, keys).reply(asked, "Hello.", "k1")
    assert isinstance(outcome, NotSent)
    assert outcome.by_hand
    assert not [one for one in server.calls if one.method == "POST"]


def test_a_fault_of_x_chat_alone_holds_no_public_reply_back(server: ChatServer, url: str, keys: Path) -> None:
    asked = under(server.say("hello"))
    keys.chmod(0o644)
    outcome = connect(url, keys).reply(asked, "Hello.", "k1")
    assert isinstance(outcome, NotSent)
    assert (outcome.retry_after, outcome.again_in) == (None, timedelta(minutes=1))


def test_where_nothing_can_be_kept_nothing_is_sent(server: ChatServer, url: str, keys: Path) -> None:
    asked = under(server.say("hello"))
    network = connect(url, keys)
    Path(f"{SealedMessages(keys.parent, '900')._file(keys.parent, 'k1')}.part").mkdir()
    outcome = network.reply(asked, "Hello.", "k1")
    assert isinstance(outcome, NotSent)
    assert "could not be kept" in outcome.why
    assert not [one for one in server.calls if one.method == "POST"]


def test_a_message_is_taken_back_for_both_people(server: ChatServer, url: str, keys: Path) -> None:
    asked = under(server.say("hello"))
    network = connect(url, keys)
    outcome = network.reply(asked, "For somebody else.", "k1")
    assert isinstance(outcome, Sent)
    assert network.take_back(outcome.post_id) == Sent(outcome.post_id, "")
    assert server.read_by_them() == []
    server.refuses = lambda call: refused(500, "Odd") if call.path.endswith("/delete") else None
    assert isinstance(network.take_back(outcome.post_id), OutcomeLost)
    server.refuses = lambda call: refused(403, "Forbidden") if call.path.endswith("/delete") else None
    assert isinstance(network.take_back(outcome.post_id), NotSent)
    assert isinstance(network.take_back("dm:900-901/17"), NotSent)


def test_a_message_is_not_shown_by_itself(keys: Path) -> None:
    network = connect("http://127.0.0.1:9", keys)
    asked = under("17").post_id
    assert network.shown(asked) is None
    assert not network.can_be_asked_about(asked)
    assert network.post_url(asked) == network.web_reply_url(under("17"), "x") == "https://x.com/i/chat/900-901"
    assert isinstance(network, XNetwork)


# --- what is kept ---------------------------------------------------------------------------------------------------


def test_kept_messages_are_private_and_only_the_newest_stay(tmp_path: Path) -> None:
    kept = SealedMessages(tmp_path, "900")
    for number in range(KEPT + 5):
        kept.keep(f"k{number}", EncryptedMessage(f"m{number}", {"message_id": f"m{number}"}, "of"))
        file = kept._file(tmp_path, f"k{number}")
        os.utime(file, ns=(number, number))
    files = list(tmp_path.glob("*.sealed"))
    assert len(files) == KEPT
    assert {one.stat().st_mode & 0o777 for one in files} == {0o600}
    fresh = SealedMessages(tmp_path, "900")
    assert fresh.get("k0") is None
    newest = fresh.get(f"k{KEPT + 4}")
    assert newest == EncryptedMessage(f"m{KEPT + 4}", {"message_id": f"m{KEPT + 4}"}, "of")
    assert SealedMessages(tmp_path, "901").get(f"k{KEPT + 4}") is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"message_id": 1, "of": "x", "body": {}}'])
def test_a_damaged_file_counts_as_gone(tmp_path: Path, content: bytes) -> None:
    kept = SealedMessages(tmp_path, "900")
    file = kept._file(tmp_path, "k")
    file.write_bytes(content)
    file.chmod(0o600)
    assert kept.get("k") is None


# --- small forms ----------------------------------------------------------------------------------------------------


def test_both_ways_to_write_a_conversation_name_the_same_people() -> None:
    assert other_in_chat("901:900", "900") == other_in_chat("900-901", "900") == "901"
    assert same_chat("900-901", "901:900")
    assert not same_chat("900-901", "900-902")
    assert not same_chat("g1", "g1")


@pytest.mark.parametrize(
    "told",
    [{"created_at": "2026-11-22T12:00:00.000Z"}, {"created_at": "1795348800000"}, {"created_at_msec": 1795348800000}],
)
def test_x_writes_moments_in_several_ways(told: dict[str, Any]) -> None:
    assert sent_on_chat(told) == EPOCH + timedelta(milliseconds=1795348800000)


@pytest.mark.parametrize("told", [{}, {"created_at": "9" * 40}, {"created_at": "soon"}, {"created_at": None}])
def test_other_moments_are_none(told: dict[str, Any]) -> None:
    assert sent_on_chat(told) is None


class PanicException(BaseException):
    """A failure inside compiled code, which Python calls like this."""


class Panics:
    """A client that fails in compiled code at some events."""

    def decrypt_events(self, events: list[str], _: object) -> dict[str, Any]:
        if "odd" in events:
            raise PanicException
        return {"messages": [{"original_b64": one, "event": {"id": one}} for one in events]}


def test_what_breaks_compiled_code_is_unreadable_and_spoils_nothing_else() -> None:
    session = ChatSession(Panics(), "900")
    assert session.read(["a", "odd", "b"], [], []) == {"a": {"id": "a"}, "b": {"id": "b"}}


@pytest.mark.parametrize("ends", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_process_goes_on_ending_it(ends: type[BaseException]) -> None:
    class Ends:
        def decrypt_events(self, *_: object) -> None:
            raise ends

    with pytest.raises(ends):
        ChatSession(Ends(), "900").read(["a"], [], [])
