"""Private messages on X against a make-believe server; the tests check the server's own memory."""

import json
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.accounts.holds import Limit
from bot.domain.accounts.spending import Charge
from bot.domain.mentions.mention import Mention, PostRef, Side
from bot.domain.mentions.poll_pace import pause_before_next
from bot.gateways.networks.x_messages import AT_ONCE, UNTOLD, XWithMessages
from bot.ports import NetworkTrouble, NotSent, OutcomeLost, SendsOnce, Sent, ShowsSomePosts
from bot.ports.network_kind import AccountGiven, network_kind
from tests.gateways.x_server import (
    NOON,
    PRIYA,
    US,
    Answer,
    Request,
    Server,
    Start,
    moment,
    resets,
    says,
    snowflake,
    start,
    whole,
)

__all__ = ["start"]

CONVO = "900-901"
KEYS = {
    "X_CONSUMER_KEY": "canary-ck",
    "X_CONSUMER_SECRET": "canary-cs",
    "X_ACCESS_TOKEN": "900-canary-at",
    "X_ACCESS_TOKEN_SECRET": "canary-as",
}
MINUTE = timedelta(minutes=1)
ASKED_US = PostRef("x", "900", f"dm:{CONVO}/{snowflake(NOON - MINUTE)}")


def message(minutes: float, text: str = "where is my parcel", **changes: Any) -> dict[str, Any]:
    """Return a private message of Priya's, some minutes after noon, as X writes it."""
    at = NOON + minutes * MINUTE
    return {
        "id": snowflake(at),
        "event_type": "MessageCreate",
        "text": text,
        "sender_id": PRIYA["id"],
        "dm_conversation_id": CONVO,
        "created_at": moment(at),
    } | changes


def by_us(minutes: float, text: str, **changes: Any) -> dict[str, Any]:
    return message(minutes, text, sender_id=US["id"], **changes)


@dataclass
class Chats:
    """Answers as X does about private messages: newest first, in pages; keeps what is sent."""

    told: list[dict[str, Any]] = field(default_factory=list)
    on_sending: Answer | None = None  # after the message is kept
    refuses: Answer | None = None  # before anything is kept
    breaks_at: str = ""  # the page whose reading breaks off

    def __call__(self, server: Server, wire: socket.socket, request: Request) -> None:
        if self.refuses:
            self.refuses(server, wire, request)
        elif request.method == "POST":
            self._send(server, wire, request)
        elif self.breaks_at and request.query.get("pagination_token") == self.breaks_at:
            resets(server, wire, request)
        else:
            wire.sendall(whole(200, self._page(request)))

    def _page(self, request: Request) -> dict[str, Any]:
        size, first = int(request.query["max_results"]), int(request.query.get("pagination_token", 0))
        newest = sorted(self.told, key=lambda one: int(one.get("id", 0)), reverse=True)
        shown = newest[first : first + size]
        further = {"next_token": str(first + size)} if first + size < len(newest) else {}
        meta = {"result_count": len(shown)} | further
        return {"data": shown, "includes": {"users": [PRIYA]}, "meta": meta} if shown else {"meta": meta}

    def _send(self, server: Server, wire: socket.socket, request: Request) -> None:
        made = by_us(1 + len(self.told), request.json["text"])
        self.told.append(made)
        if self.on_sending:
            self.on_sending(server, wire, request)
            return
        wire.sendall(whole(201, {"data": {"dm_conversation_id": CONVO, "dm_event_id": made["id"]}}))

    def said(self) -> list[str]:
        return [one["text"] for one in self.told if one["sender_id"] == US["id"]]


def connect(url: str) -> XWithMessages:
    kind = network_kind("x")
    assert kind is not None
    given = AccountGiven(
        id="900", handle="Northwind", secrets=KEYS, options={"messages": "yes"}, api_url=url, within=8.0
    )
    made = kind.build(given)
    assert isinstance(made, XWithMessages)
    return made


def read(network: XWithMessages, cursor: str) -> tuple[list[Mention], str]:
    batches = list(network.fetch("messages", cursor))
    return [post for one in batches for post in one.posts], batches[-1].cursor if batches else cursor


# --- which accounts have them ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("options", "has"), [({}, False), ({"messages": "no"}, False), ({"messages": "yes"}, True)])
def test_only_an_account_that_wants_them_reads_private_messages(options: dict[str, str], *, has: bool) -> None:
    kind = network_kind("x")
    assert kind is not None
    given = AccountGiven(id="900", handle="Northwind", secrets=KEYS, options=options)
    assert ("messages" in kind.build(given).streams) is has
    assert kind.options[0].why_not("perhaps") == 'It has to be "yes" or "no".'
    assert (kind.prices[Charge.MESSAGE], kind.prices[Charge.MESSAGE_REPLY]) == (0.010, 0.015)


# --- reading --------------------------------------------------------------------------------------------------------


def test_a_message_is_private_and_in_the_conversation_with_its_author(start: Start) -> None:
    server = start(Chats([message(0, "parcel &amp; bill\x00"), by_us(1, "We look.")]))
    [theirs, ours], cursor = read(connect(server.url), "")
    assert (theirs.ref.post_id, theirs.text, theirs.private, theirs.side) == (
        f"dm:{CONVO}/{snowflake(NOON)}",
        "parcel & bill\ufffd",
        True,
        Side.THEIRS,
    )
    assert (theirs.author.handle, theirs.root_id, theirs.url) == (
        "priya_k",
        "with-901",
        "https://x.com/messages/900-901",
    )
    assert (ours.side, ours.author.id, ours.root_id) == (Side.OURS, "900", "with-901")
    assert (theirs.told_to, ours.told_to) == ("", "901")
    assert cursor == snowflake(NOON + MINUTE)
    [asked] = server.requests
    assert (asked.path, asked.query["event_types"]) == ("/2/dm_events", "MessageCreate")


NOT_READ: dict[str, dict[str, Any]] = {
    "a group": {"dm_conversation_id": "1578398451921985538"},
    "others": {"dm_conversation_id": "901-902"},
    "ourselves": {"dm_conversation_id": "900-900", "sender_id": "900"},
    "somebody joined": {"event_type": "ParticipantsJoin"},
}


@pytest.mark.parametrize("changes", NOT_READ.values(), ids=NOT_READ)
def test_what_is_no_message_of_one_person_is_not_read(changes: dict[str, Any], start: Start) -> None:
    server = start(Chats([message(0, **changes), message(1, "mine")]))
    batches = list(connect(server.url).fetch("messages", ""))
    assert [one.text for batch in batches for one in batch.posts] == ["mine"]
    assert [one for batch in batches for one in batch.unparsed] == []


ODD: dict[str, dict[str, Any]] = {
    "no conversation": {"dm_conversation_id": None},
    "a foreign sender": {"sender_id": "905"},
    "no words": {"text": 7},
    "no moment": {"created_at": "soon"},
}


@pytest.mark.parametrize("changes", ODD.values(), ids=ODD)
def test_an_odd_message_is_kept_as_unreadable_and_never_as_public(changes: dict[str, Any], start: Start) -> None:
    network = connect(start(Chats([message(0, **changes), message(1, "mine")])).url)
    [batch] = network.fetch("messages", "")
    [odd] = batch.unparsed
    assert [one.text for one in batch.posts] == ["mine"]
    assert odd.glimpse.public is False
    assert "private message" in odd.why
    again = network.read_again(json.dumps(message(0)).encode(), odd.glimpse)
    assert isinstance(again, Mention)
    assert again.private


def test_a_message_with_only_a_picture_is_read(start: Start) -> None:
    told = message(0, attachments={"media_keys": ["3_1"]})
    del told["text"]
    [post], _ = read(connect(start(Chats([told])).url), "")
    assert (post.text, post.media) == ("[Attachment]", 1)


def test_a_reading_that_breaks_off_keeps_the_cursor_and_loses_nothing(start: Start) -> None:
    chats = Chats([message(0, "known")])
    network = connect(start(chats).url)
    _, cursor = read(network, "")
    chats.told += [message(1 + number / 10, f"new {number}") for number in range(3 * AT_ONCE)]
    chats.breaks_at = str(2 * AT_ONCE)
    with pytest.raises(NetworkTrouble):
        read(network, cursor)
    chats.breaks_at = ""
    posts, _ = read(network, cursor)
    assert [one.text for one in posts if one.text != "known"] == [f"new {number}" for number in range(3 * AT_ONCE)]


def test_more_messages_than_are_read_at_once_are_told_as_a_gap(start: Start) -> None:
    chats = Chats([message(number, str(number)) for number in range(9 * AT_ONCE)])
    [first, *_] = connect(start(chats).url).fetch("messages", snowflake(NOON - MINUTE))
    assert "private messages" in first.gap
    assert first.gap_from == NOON - MINUTE


def test_a_calm_reading_is_one_request_and_few_are_left_for_others(start: Start) -> None:
    chats = Chats([message(number - 90, str(number)) for number in range(3 * AT_ONCE)])
    server = start(chats)
    network = connect(server.url)
    read(network, snowflake(NOON - MINUTE))
    assert len(server.requests) == 1
    met = network.met["messages"]
    assert (met.allowance.limit, met.allowance.left) == (UNTOLD, UNTOLD - 1)
    assert pause_before_next(timedelta(seconds=20), met.load, met.allowance) > 2 * MINUTE


# --- refused reading ------------------------------------------------------------------------------------------------

_CODED: Callable[[int], Answer] = lambda code: says(403, {"errors": [{"code": code, "message": "Text of X."}]})  # noqa: E731
_TYPE = "https://api.twitter.com/2/problems/oauth1-permissions"
RIGHTS = {"by type": says(403, {"type": _TYPE}), "by code": _CODED(93), "by nothing": says(403, {})}


@pytest.mark.parametrize("answer", RIGHTS.values(), ids=RIGHTS)
def test_an_app_without_the_right_is_told_in_a_sentence_and_holds_nothing_else(answer: Answer, start: Start) -> None:
    network = connect(start(Chats(refuses=answer)).url)
    with pytest.raises(NetworkTrouble, match="Direct message") as met:
        read(network, "")
    outcome = network.reply(ASKED_US, "We look.", "k")
    assert isinstance(outcome, NotSent)
    assert "Direct message" in outcome.why
    assert (met.value.limit, outcome.limit, outcome.retry_after) == (Limit.NONE, Limit.NONE, None)


def test_too_many_readings_of_messages_hold_no_posts(start: Start) -> None:
    reset = str(int((NOON + 5 * MINUTE).timestamp()))
    spent = {"x_rate_limit_limit": "15", "x_rate_limit_remaining": "0", "x_rate_limit_reset": reset}
    network = connect(start(Chats(refuses=says(429, {}, **spent))).url)
    with pytest.raises(NetworkTrouble, match="slowly") as met:
        read(network, "")
    assert (met.value.limit, met.value.retry_after) == (Limit.NONE, None)
    assert network.met["messages"].allowance.left == 0


def test_without_credit_nothing_is_read(start: Start) -> None:
    with pytest.raises(NetworkTrouble, match="credit") as met:
        read(connect(start(Chats(refuses=says(402, {}))).url), "")
    assert met.value.limit == Limit.SHUT


# --- sending --------------------------------------------------------------------------------------------------------


def test_a_private_answer_goes_to_the_one_person_who_wrote_once(start: Start) -> None:
    chats = Chats()
    server = start(chats)
    network = connect(server.url)
    outcome = network.reply(ASKED_US, "We look. <b>", "k")
    assert isinstance(outcome, Sent)
    assert outcome.post_id == f"dm:{CONVO}/{chats.told[0]['id']}"
    assert chats.said() == ["We look. <b>"]
    assert [one.path for one in server.requests] == ["/2/dm_conversations/with/901/messages"]
    assert isinstance(network, SendsOnce)
    assert network.sends_once(ASKED_US, "k")
    assert not network.sends_once(PostRef("x", "900", "12"), "k")
    assert network.is_our_reply(outcome.post_id, ASKED_US, "We look. <b>", "k") is None


@pytest.mark.parametrize("convo", ["901-902", "900-900"])
def test_what_others_would_read_is_not_answered(convo: str, start: Start) -> None:
    server = start(Chats())
    outcome = connect(server.url).reply(PostRef("x", "900", f"dm:{convo}/1"), "We look.", "k")
    assert isinstance(outcome, NotSent)
    assert server.requests == []


def _detail(text: str) -> Answer:
    return says(403, {"title": "Forbidden", "type": "about:blank", "status": 403, "detail": text})


REFUSED: dict[str, tuple[Answer, str, bool]] = {
    "not taken": (_detail("You do not have permission to DM one or more participants."), "settings", False),
    "not permitted": (_detail("This operation is not permitted."), "settings", False),
    "not followed": (_CODED(150), "settings", False),
    "not taken, by code": (_CODED(349), "settings", False),
    "not verified": (_CODED(476), "settings", False),
    "encrypted": (_detail("This conversation is encrypted."), "encrypted", True),
    "a day's worth": (
        says(
            429, {}, x_user_limit_24hour_remaining="0", x_user_limit_24hour_reset=str(int(NOON.timestamp()) + 9_000)
        ),
        "no more private messages",
        False,
    ),
}


@pytest.mark.parametrize(("answer", "word", "by_hand"), REFUSED.values(), ids=REFUSED)
def test_a_refused_message_is_said_in_a_sentence_and_holds_no_public_reply(
    answer: Answer, word: str, *, by_hand: bool, start: Start
) -> None:
    outcome = connect(start(Chats(refuses=answer)).url).reply(ASKED_US, "We look.", "k")
    assert isinstance(outcome, NotSent)
    assert word in outcome.why
    assert (outcome.limit, outcome.retry_after, outcome.by_hand) == (Limit.NONE, None, by_hand)


LOST: dict[str, Answer] = {
    "no answer": resets,
    "an error": says(503),
    "another conversation": says(201, {"data": {"dm_conversation_id": "900-905", "dm_event_id": "7"}}),
    "no id": says(201, {"data": {"dm_conversation_id": CONVO}}),
}


@pytest.mark.parametrize("answer", LOST.values(), ids=LOST)
def test_a_lost_answer_is_found_by_its_words_after_the_attempt(answer: Answer, start: Start) -> None:
    chats = Chats([by_us(-30, "We look."), message(-1, "We look.")], on_sending=answer)
    server = start(chats)
    network = connect(server.url)
    assert isinstance(network.reply(ASKED_US, "We look.", "k"), OutcomeLost)
    found = network.find_reply(ASKED_US, "We look.", NOON)
    assert isinstance(found, Sent)
    assert found.post_id == f"dm:{CONVO}/{chats.told[-1]['id']}"
    assert [one.path for one in server.requests if one.method == "GET"] == ["/2/dm_conversations/with/901/dm_events"]
    assert network.find_reply(ASKED_US, "Other words.", NOON) is None


def test_a_link_that_x_made_shorter_is_found_again(start: Start) -> None:
    link = {"url": "https://t.co/a", "expanded_url": "https://northwind.example/help"}
    chats = Chats([by_us(1, "See https://t.co/a", entities={"urls": [link]})])
    assert connect(start(chats).url).find_reply(ASKED_US, "See https://northwind.example/help", NOON)


def test_a_message_is_neither_taken_back_nor_asked_about(start: Start) -> None:
    server = start(Chats())
    network = connect(server.url)
    outcome = network.take_back(ASKED_US.post_id)
    assert isinstance(outcome, NotSent)
    assert "keeps it" in outcome.why
    assert isinstance(network, ShowsSomePosts)
    assert not network.can_be_asked_about(ASKED_US.post_id)
    assert network.can_be_asked_about("12")
    assert network.shown(ASKED_US.post_id) is None
    assert list(network.which_are_gone([ASKED_US.post_id])) == []
    assert server.requests == []
    assert (
        network.web_reply_url(ASKED_US, "x")
        == network.post_url(ASKED_US.post_id)
        == f"https://x.com/messages/{CONVO}"
    )
