"""Our Mastodon gateway against mastodon-mock, a server by another hand; Mastodon.py says what a customer sees there.

mastodon-mock counts a text's length without Mastodon's rule for addresses, and shows private posts to everybody; so
the first is judged by Mastodon.py's own count, and of the second only what was asked for.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.mentions.mention import Mention, PostRef, Side
from bot.gateways.networks.certify.interference import SPOILED_CALLS, Interference, SpoiledCall
from bot.gateways.networks.mastodon import MastodonNetwork
from bot.gateways.networks.mastodon_length import mastodon_length
from bot.gateways.networks.mastodon_stream import MastodonStream
from bot.ports import NetworkTrouble, NotSent, OutcomeLost, Sent
from bot.ports.pushes import Pushed

pytestmark = pytest.mark.networks

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
SHORT = 5.0  # seconds for a call to a server that never ends its answer; those before it must get through


@pytest.fixture
def priya(mastodon_mock: Any) -> Any:
    return mastodon_mock.client("priya")


@pytest.fixture
def us(mastodon_mock: Any) -> Any:
    """Return Mastodon.py as our own account: what it reads is judged independently of our gateway."""
    return mastodon_mock.client("northwind")


Open = Callable[..., MastodonNetwork]


@pytest.fixture
def connect(mastodon_mock: Any, us: Any) -> Open:
    def connected(url: str = "", within: float = 10.0) -> MastodonNetwork:
        account = str(us.me()["id"])
        url = url or mastodon_mock.base_url
        return MastodonNetwork(
            account=account, handle="northwind", token="token-of-northwind", api_url=url, timeout=within
        )

    return connected


@pytest.fixture
def network(connect: Open) -> MastodonNetwork:
    return connect()


def target(network: MastodonNetwork, post: Any) -> PostRef:
    return PostRef("mastodon", network.account, str(post["id"]))


def read(network: MastodonNetwork, cursor: str, stream: str = "mentions") -> list[Mention]:
    return [post for batch in network.fetch(stream, cursor) for post in batch.posts]


def now_at(network: MastodonNetwork, stream: str = "mentions") -> str:
    """Return the cursor behind all that is there."""
    return [batch.cursor for batch in network.fetch(stream, "")][-1]


def answers_to(us: Any, post: Any) -> list[Any]:
    """Return the posts under a post, as Mastodon.py reads them."""
    return [one for one in us.status_context(post["id"])["descendants"] if one["account"]["acct"] == "northwind"]


def test_the_token_tells_our_account(network: MastodonNetwork, us: Any) -> None:
    me = network.verify()
    assert (me.id, me.handle) == (str(us.me()["id"]), "northwind")


def test_a_mention_arrives_and_a_further_one_in_its_conversation(
    network: MastodonNetwork, priya: Any, us: Any
) -> None:
    cursor = now_at(network)
    first = priya.status_post("@northwind my parcel is <late> & wet", spoiler_text="parcels")
    ours = us.status_post("@priya we look", in_reply_to_id=first["id"])
    further = priya.status_post("@northwind thanks", in_reply_to_id=ours["id"])
    posts = read(network, cursor)
    assert [(one.ref.post_id, one.root_id, one.parent_id) for one in posts] == [
        (str(first["id"]), str(first["id"]), None),
        (str(further["id"]), str(first["id"]), str(ours["id"])),
    ]
    assert posts[0].text == "parcels\n\n@northwind my parcel is <late> & wet"
    assert (posts[0].author.handle, posts[0].side, posts[0].private) == ("priya", Side.THEIRS, False)


def test_a_statement_is_public_answers_nobody_and_is_taken_back(network: MastodonNetwork, us: Any) -> None:
    assert network.find_statement("We are down.", SINCE, "key-down") is None
    sent = network.post_statement("We are down.", "key-down")
    assert isinstance(sent, Sent)
    there = us.status(sent.post_id)
    assert (there["visibility"], there["in_reply_to_id"], there["spoiler_text"]) == ("public", None, "")
    assert network.find_statement("We are down.", SINCE, "key-down") == sent
    assert isinstance(network.take_back(sent.post_id), Sent)
    assert network.find_statement("We are down.", SINCE, "key-down") is None


def test_a_flood_is_read_whole_and_in_order(network: MastodonNetwork, priya: Any) -> None:
    cursor = now_at(network)
    made = [str(priya.status_post(f"@northwind {number}")["id"]) for number in range(90)]
    assert [one.ref.post_id for one in read(network, cursor)] == made


def test_a_reply_answers_once_and_names_its_author(network: MastodonNetwork, priya: Any, us: Any) -> None:
    post = priya.status_post("@northwind my parcel is late")
    sent = network.reply(target(network, post), "We are looking.", "key-once")
    assert isinstance(sent, Sent)
    [ours] = answers_to(us, post)
    assert (str(ours["id"]), str(ours["in_reply_to_id"]), ours["visibility"]) == (
        sent.post_id,
        str(post["id"]),
        "public",
    )
    assert us.status_source(ours["id"])["text"] == "@priya We are looking."
    assert network.reply(target(network, post), "We are looking.", "key-once") == sent
    assert len(answers_to(us, post)) == 1


@pytest.mark.parametrize(
    ("theirs", "ours"), [("public", "public"), ("unlisted", "unlisted"), ("private", "direct"), ("direct", "direct")]
)
def test_an_answer_is_seen_by_no_more_than_the_post(
    network: MastodonNetwork, priya: Any, us: Any, theirs: str, ours: str
) -> None:
    post = priya.status_post("@northwind my number is 555", visibility=theirs)
    assert isinstance(network.reply(target(network, post), "Thank you.", f"key-{theirs}"), Sent)
    assert [one["visibility"] for one in answers_to(us, post)] == [ours]


@pytest.mark.parametrize("fault", SPOILED_CALLS, ids=str)
def test_a_spoiled_call_makes_at_most_one_post_and_it_is_found(
    connect: Open, between: Callable[[str], Interference], mastodon_mock: Any, us: Any, fault: SpoiledCall
) -> None:
    post = mastodon_mock.client("priya").status_post(f"@northwind {fault}")
    proxy = between(mastodon_mock.base_url)
    network = connect(proxy.url, SHORT if "silence" in fault.name or "one byte" in fault.name else 10.0)
    proxy.spoil(lambda method, path: fault.play if method == "POST" and path.endswith("/statuses") else None)
    outcome = network.reply(target(network, post), f"We look at {fault}.", f"key of {fault}")
    assert isinstance(outcome, OutcomeLost)
    made = answers_to(us, post)
    assert len(made) == int(fault.done)
    assert sum(one.startswith("POST /api/v1/statuses") for one in proxy.calls) == 1
    found = connect().find_reply(target(network, post), f"We look at {fault}.", SINCE)
    assert (found.post_id if isinstance(found, Sent) else None) == (str(made[0]["id"]) if made else None)


def test_what_was_never_taken_is_certainly_not_sent(connect: Open, between: Callable[[str], Interference]) -> None:
    proxy = between("http://127.0.0.1:9")
    proxy.__exit__()
    outcome = connect(proxy.url).reply(PostRef("mastodon", "1", "1"), "We look.", "key")
    assert isinstance(outcome, NotSent)


def test_a_reply_is_taken_back(network: MastodonNetwork, priya: Any, us: Any) -> None:
    post = priya.status_post("@northwind late")
    sent = network.reply(target(network, post), "Wrong words.", "key-back")
    assert isinstance(sent, Sent)
    assert isinstance(network.take_back(sent.post_id), Sent)
    assert answers_to(us, post) == []
    assert isinstance(network.take_back(sent.post_id), Sent)


def test_a_deletion_is_noticed(network: MastodonNetwork, priya: Any) -> None:
    kept, gone = (priya.status_post(f"@northwind {what}") for what in ("stays", "goes"))
    known = [one for one in read(network, "0") if one.ref.post_id in (str(kept["id"]), str(gone["id"]))]
    priya.status_delete(gone["id"])
    assert network.changes_of(known).deletions == [str(gone["id"])]
    outcome = network.reply(target(network, gone), "Too late.", "key-gone")
    assert isinstance(outcome, NotSent)


def test_an_edit_is_noticed(network: MastodonNetwork, priya: Any) -> None:
    cursor = now_at(network)
    post = priya.status_post("@northwind my parcel is late")
    known = read(network, cursor)
    assert network.changes_of(known).edits == []
    priya.status_update(post["id"], "@northwind my parcel came, thanks")
    [edit] = network.changes_of(known).edits
    assert (edit.ref.post_id, edit.text) == (str(post["id"]), "@northwind my parcel came, thanks")


def test_a_like_is_there_once(network: MastodonNetwork, priya: Any, us: Any) -> None:
    post = priya.status_post("@northwind well done")
    for _ in range(2):
        assert isinstance(network.like(target(network, post)), Sent)
    assert us.status(post["id"])["favourites_count"] == 1


def test_the_longest_reply_is_taken_and_one_sign_more_is_refused(
    network: MastodonNetwork, priya: Any, us: Any
) -> None:
    network.verify()
    post = priya.status_post("@northwind how long may you write")
    [author] = [one.author for one in read(network, "0") if one.ref.post_id == str(post["id"])]
    [room] = network.lengths("", author)
    # our room is that of the longer handle of the two that may be addressed: the author's, or ours
    most = room.limit + len("@northwind ") - len("@priya ")
    refused = network.reply(target(network, post), "x" * (most + 1), "key-long")
    assert isinstance(refused, NotSent)
    assert isinstance(network.reply(target(network, post), "x" * room.limit, "key-most"), Sent)
    assert len(answers_to(us, post)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "x" * 500,
        "see https://shop.example.com/orders/a-very-long-address?with=more&and=more and https://a.com",
        "so: https://a.com. Or (https://a.com/b), or 'https://a.com/c'!",
        "ask @tomas@elsewhere.example, or @priya",
        "Grüße aus Zürich, 日本語のテキスト",
        "a family 👨‍👩‍👧‍👦, a flag 🇩🇪, a hand 👍🏽",
        "combined: e\u0301 and a\u0308",
    ],
)
def test_lengths_are_counted_as_mastodon_py_counts_them(text: str, mastodon_mock: Any) -> None:
    from mastodon import Mastodon

    assert mastodon_length(text) == Mastodon.get_status_length(text)


def test_silence_ends_a_reading_in_time(
    connect: Open, between: Callable[[str], Interference], mastodon_mock: Any
) -> None:
    proxy = between(mastodon_mock.base_url)
    silent = [one for one in SPOILED_CALLS if "silence" in one.name or "one byte" in one.name]
    for fault in silent:
        proxy.spoil(lambda _method, _path, fault=fault: fault.play)
        with pytest.raises(NetworkTrouble):
            list(connect(proxy.url, SHORT).fetch("mentions", "0"))


def test_what_we_read_of_our_own_is_what_mastodon_py_reads(network: MastodonNetwork, priya: Any, us: Any) -> None:
    cursor = now_at(network, "own")
    post = priya.status_post("@northwind late")
    ours = us.status_post("@priya from the phone", in_reply_to_id=post["id"])
    [read_by_us] = read(network, cursor, "own")
    assert (read_by_us.ref.post_id, read_by_us.side) == (str(ours["id"]), Side.OURS)
    assert abs(read_by_us.posted_at - ours["created_at"]) < timedelta(seconds=1)


def test_a_mention_is_told_on_the_stream(mastodon_mock: Any, priya: Any, us: Any) -> None:
    account = str(us.me()["id"])
    stream = MastodonStream(account, "token-of-northwind", mastodon_mock.base_url, silence=10.0)
    posted: list[Any] = []
    told: list[Pushed] = []
    for one in stream.listen(lambda: posted.append(priya.status_post("@northwind at once"))):
        told += [one] if one else []
        if told:
            stream.hang_up()
    assert told == [Pushed(account)]
    assert stream.state() == "the stream can be opened"
