"""Private messages on Bluesky against a make-believe server; the tests check the server's own memory."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.mentions.mention import Mention, PostRef, Side
from bot.gateways.networks.bluesky_messages import BlueskyWithMessages
from bot.gateways.networks.certify.interference import SPOILED_CALLS, Interference, SpoiledCall
from bot.gateways.networks.own_account_only import ourselves
from bot.ports import NetworkTrouble, NotSent, OutcomeLost, SendsOnce, Sent, Shown
from bot.ports.network_kind import AccountGiven, network_kind
from bot.rehearsal.bluesky import OUR_DID, PASSWORD, THEIR_DID, BlueskyServer, Declined, bluesky

SINCE = datetime(2025, 3, 2, tzinfo=UTC)
THIRD = "did:plc:tomastomastomastomas2222"


@pytest.fixture
def server() -> Iterator[BlueskyServer]:
    with bluesky() as opened:
        yield opened


def connect(url: str, within: float = 10.0) -> BlueskyWithMessages:
    return BlueskyWithMessages(
        account=OUR_DID, handle="northwind.example", password=PASSWORD, api_url=url, timeout=within
    )


@pytest.fixture
def network(server: BlueskyServer) -> BlueskyWithMessages:
    return connect(server.api_url)


def target(post_id: str) -> PostRef:
    return PostRef("bluesky", OUR_DID, post_id)


def read(network: BlueskyWithMessages, cursor: str) -> tuple[list[Mention], str]:
    batches = list(network.fetch("messages", cursor))
    return [post for one in batches for post in one.posts], batches[-1].cursor if batches else cursor


def said(server: BlueskyServer, convo: str = "c1") -> list[str]:
    """Return what our account said in a conversation."""
    return [one["text"] for one in server.chats.convos[convo].messages if one["sender"]["did"] == OUR_DID]


# --- which accounts have them ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("options", "streams"), [({}, 2), ({"messages": "no"}, 2), ({"messages": "yes"}, 3)])
def test_only_an_account_that_wants_them_reads_private_messages(options: dict[str, str], streams: int) -> None:
    kind = network_kind("bluesky")
    assert kind is not None
    given = AccountGiven(id=OUR_DID, handle="", secrets={"BLUESKY_APP_PASSWORD": "x"}, options=options)
    assert len(kind.build(given).streams) == streams
    assert [one.why_not("perhaps") for one in kind.options] == ['It has to be "yes" or "no".']


def test_an_app_password_without_the_right_is_told_in_a_sentence_and_signs_in_no_more(
    network: BlueskyWithMessages, server: BlueskyServer
) -> None:
    server.write("where is my parcel")
    server.chats.allowed = False
    for _ in range(3):
        with pytest.raises(NetworkTrouble, match="has no access to private messages"):
            list(network.fetch("messages", ""))
    outcome = network.reply(target("dm:c1/m1"), "We look.", "k")
    assert isinstance(outcome, NotSent)
    assert "Allow access to your direct messages" in outcome.why
    assert server.calls.count("com.atproto.server.createSession") == 1


# --- reading --------------------------------------------------------------------------------------------------------


def test_a_message_is_private_and_in_the_conversation_with_its_author(
    network: BlueskyWithMessages, server: BlueskyServer
) -> None:
    _, cursor = read(network, "")
    assert cursor
    server.chats.convos.clear()
    _, cursor = read(network, "2025-03-02T08:00:00+00:00")
    post_id = server.write("where is my parcel\x00")
    [post], _ = read(network, cursor)
    assert (post.ref, post.text, post.private, post.side) == (
        target(post_id),
        "where is my parcel\ufffd",
        True,
        Side.THEIRS,
    )
    assert (post.author.id, post.author.handle, post.root_id) == (THEIR_DID, "priya.example", f"with-{THEIR_DID}")
    assert post.url == "https://bsky.app/messages/c1"


def test_the_first_reading_takes_the_newest_of_each_conversation_and_later_ones_all(
    network: BlueskyWithMessages, server: BlueskyServer
) -> None:
    for number in range(3):
        server.write(f"old {number}")
    first, cursor = read(network, "")
    assert [one.text for one in first] == ["old 2"]
    ids = [server.write(f"new {number}") for number in range(250)]
    batches = list(network.fetch("messages", cursor))
    assert [len(one.posts) <= 100 for one in batches] == [True] * len(batches)
    assert [post.ref.post_id for one in batches for post in one.posts if post.text.startswith("new")] == ids
    assert list(network.fetch("messages", batches[-1].cursor))[-1].cursor == batches[-1].cursor


def test_a_message_that_is_listed_late_is_read(network: BlueskyWithMessages, server: BlueskyServer) -> None:
    server.write("one", "c1")
    server.write("two", "c2")
    late = server.chats.convos.pop("c1")
    server.chats.convos["c1"] = late.__class__("c1", late.members, [])
    _, cursor = read(network, "2025-03-02T09:00:00+00:00")
    server.chats.convos["c1"] = late
    assert "one" in [post.text for post in read(network, cursor)[0]]


def test_what_our_account_wrote_from_an_app_is_ours(network: BlueskyWithMessages, server: BlueskyServer) -> None:
    server.write("where is it")
    server.write("on its way", by=OUR_DID)
    posts, _ = read(network, "2025-03-02T09:00:00+00:00")
    assert [(one.side, one.root_id) for one in posts] == [
        (Side.THEIRS, f"with-{THEIR_DID}"),
        (Side.OURS, f"with-{THEIR_DID}"),
    ]


def test_a_deleted_message_is_told_and_one_of_the_system_is_not(
    network: BlueskyWithMessages, server: BlueskyServer
) -> None:
    gone = server.write("my card is 4111")
    server.chats.delete("c1", gone.rpartition("/")[2])
    server.write("Priya joined")
    server.chats.convos["c1"].messages[-1]["$type"] = "chat.bsky.convo.defs#systemMessageView"
    [batch] = network.fetch("messages", "2025-03-02T09:00:00+00:00")
    assert (list(batch.posts), list(batch.deletions)) == ([], [gone])


ODD: tuple[object, ...] = (
    None,
    True,
    -1,
    10**30,
    "",
    "\x00",
    "<!channel>",
    "2026-13-45T99:99:99Z",
    [],
    [[]],
    {},
    {"id": 1},
)


class Told(BlueskyWithMessages):
    """Bluesky with given answers, of which one place is changed."""

    answers: dict[str, object]
    place: int
    odd: object

    def _ask(self, name: str, **of: object) -> Any:
        told = self._changed(self.answers[name])
        if not isinstance(told, dict) or not told:
            raise NetworkTrouble("Bluesky sent something that Heard does not understand.")  # as the session does
        return told

    def _changed(self, node: object) -> Any:
        self.place -= 1
        if self.place == -1:
            return self.odd
        if isinstance(node, dict):
            return {name: self._changed(one) for name, one in node.items()}
        return [self._changed(one) for one in node] if isinstance(node, list) else node


@pytest.mark.parametrize("cursor", ["", "2025-03-02T09:00:00+00:00"])
def test_odd_values_in_an_answer_do_no_harm(server: BlueskyServer, cursor: str) -> None:
    server.write("where is it")
    convo = server.chats.convos["c1"]
    answers = {
        "chat.bsky.convo.listConvos": {"convos": [convo.shown()], "cursor": "1"},
        "chat.bsky.convo.getMessages": {"messages": convo.messages},
    }
    network = Told(account=OUR_DID, handle="", password="x", api_url="http://127.0.0.1:9")
    network.answers = answers
    told = 0
    for place in range(1, 50):
        for network.odd in ODD:
            network.place = place
            try:
                batches = list(network.fetch("messages", cursor))
            except NetworkTrouble:
                continue
            assert all(one.ref.post_id.startswith("dm:c") and one.private for batch in batches for one in batch.posts)
            assert all(one.raw for batch in batches for one in batch.unparsed)
            told += sum(len(batch.posts) for batch in batches)
    assert told


# --- only one person ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["a third member", "a group", "nobody else"])
def test_a_conversation_with_more_than_one_person_is_neither_read_nor_answered(
    network: BlueskyWithMessages, server: BlueskyServer, how: str
) -> None:
    post_id = server.write("where is it", others=[THIRD] if how == "a third member" else [])
    convo = server.chats.convos["c1"]
    if how == "a group":
        convo.kind = "groupConvo"
    if how == "nobody else":
        del convo.members[1:]
    assert read(network, "2025-03-02T09:00:00+00:00")[0] == []
    outcome = network.reply(target(post_id), "Your address is 5 High Street.", "k")
    assert isinstance(outcome, NotSent)
    assert said(server) == []


def test_a_person_who_joined_since_is_seen_right_before_sending(
    network: BlueskyWithMessages, server: BlueskyServer
) -> None:
    post_id = server.write("where is it")
    assert read(network, "2025-03-02T09:00:00+00:00")[0]
    server.chats.convos["c1"].members.append(server.profile(THIRD))
    assert isinstance(network.reply(target(post_id), "Here.", "k"), NotSent)
    assert said(server) == []


# --- sending --------------------------------------------------------------------------------------------------------


def test_an_answer_goes_to_the_one_person_and_can_be_found(
    network: BlueskyWithMessages, server: BlueskyServer
) -> None:
    post_id = server.write("where is it")
    sent = network.reply(target(post_id), "See https://shop.example/a", "k")
    assert isinstance(sent, Sent)
    assert said(server) == ["See https://shop.example/a"]
    assert network.find_reply(target(post_id), "See https://shop.example/a", SINCE) == sent
    assert network.is_our_reply(sent.post_id, target(post_id), "See https://shop.example/a", "k")
    assert not network.is_our_reply(post_id, target(post_id), "where is it", "k")
    assert network.shown(sent.post_id) == Shown(ours=True, parent_id="", text="See https://shop.example/a")
    assert isinstance(network.take_back(sent.post_id), NotSent)


@pytest.mark.parametrize(
    ("declined", "why"),
    [
        (Declined(400, "ConvoLocked"), "is locked"),
        (Declined(400, "InvalidConvo"), "does not have this conversation"),
        (Declined(400, "InvalidRequest", "recipient has disabled incoming messages"), "take no private messages"),
        (Declined(429, "RateLimitExceeded"), "slow down"),
    ],
)
def test_a_refusal_is_certain_and_says_why(
    network: BlueskyWithMessages, server: BlueskyServer, declined: Declined, why: str
) -> None:
    post_id = server.write("where is it")
    server.chats.refusals.append(declined)
    outcome = network.reply(target(post_id), "Here.", "k")
    assert isinstance(outcome, NotSent)
    assert why in outcome.why
    assert said(server) == []


FAST = [
    one for one in SPOILED_CALLS if "silence" not in one.name and "byte" not in one.name and "large" not in one.name
]


@pytest.mark.parametrize("fault", FAST, ids=str)
def test_a_lost_answer_is_read_back_and_the_desk_never_sends_it_again(
    server: BlueskyServer, fault: SpoiledCall
) -> None:
    post_id = server.write("where is it")
    with Interference(server.api_url) as between:
        network = ourselves(connect(between.url))
        between.spoil(lambda method, path: fault.play if path.endswith("sendMessage") else None)
        assert isinstance(network.reply(target(post_id), "Here.", "k"), OutcomeLost)
        assert sum("sendMessage" in one for one in between.calls) == 1
        found = network.find_reply(target(post_id), "Here.", SINCE, "k")
    assert len(said(server)) == int(fault.done) == int(isinstance(found, Sent))
    assert isinstance(network, SendsOnce)
    assert network.sends_once(target(post_id), "k")
    assert not network.sends_once(target(f"at://{THEIR_DID}/app.bsky.feed.post/3k"), "k")


def test_the_same_words_before_the_attempt_are_another_answer(
    network: BlueskyWithMessages, server: BlueskyServer
) -> None:
    post_id = server.write("where is it")
    assert isinstance(network.reply(target(post_id), "Here.", "k"), Sent)
    later = SINCE + timedelta(days=1)
    assert network.find_reply(target(post_id), "Here.", later) is None


def test_public_posts_are_read_and_answered_as_before(
    network: BlueskyWithMessages, server: BlueskyServer, tmp_path: Path
) -> None:
    post_id = server.say("@northwind.example late")
    [post] = [post for one in network.fetch("mentions", "") for post in one.posts]
    assert (post.ref.post_id, post.private) == (post_id, False)
    assert isinstance(network.reply(target(post_id), "We look.", "k"), Sent)
    assert len(server.public()) == 1
