"""Our Bluesky gateway against Bluesky's own servers: the PDS stores what we send, the AppView says what people see."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from bot.domain.mentions.mention import Mention, PostRef, Side
from bot.gateways.networks.bluesky import BlueskyNetwork
from bot.gateways.networks.bluesky_messages import BlueskyWithMessages
from bot.gateways.networks.certify.interference import SPOILED_CALLS, Interference, SpoiledCall
from bot.ports import NetworkTrouble, NotSent, OutcomeLost, ProvenAbsent, Sent
from bot.rehearsal.bluesky import OUR_DID, PASSWORD, bluesky
from bot.rehearsal.door import CallIn
from tests.networks.conftest import BlueskyServers

pytestmark = pytest.mark.networks

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
SHORT = 5.0  # seconds for a call to a server that never ends its answer; those before it must get through
CREATE = "com.atproto.repo.createRecord"


class Person:
    """A customer with an app of their own: plain calls, none of our gateway's code."""

    def __init__(self, servers: BlueskyServers, name: str) -> None:
        self._servers, self.known = servers, servers.accounts[name]
        self.did, self.handle = self.known["did"], self.known["handle"]
        signed_in = self._call(
            "POST",
            "com.atproto.server.createSession",
            json={"identifier": self.handle, "password": self.known["password"]},
        )
        self._token = signed_in["accessJwt"]

    def _call(self, method: str, name: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"} if hasattr(self, "_token") else {}
        answer = requests.request(
            method, f"{self._servers.url}/xrpc/{name}", headers=headers, timeout=30, proxies={"http": ""}, **more
        )
        answer.raise_for_status()
        return answer.json()

    def ask(self, name: str, **asked: Any) -> Any:
        return self._call("GET", name, params=asked)

    def make(self, collection: str, record: dict[str, Any], key: str = "") -> dict[str, str]:
        body = {"repo": self.did, "collection": collection, "record": {"$type": collection, **record}}
        made = self._call("POST", CREATE, json=body | ({"rkey": key} if key else {}))
        self._servers.settle()
        return {"uri": made["uri"], "cid": made["cid"]}

    def post(
        self, text: str, under: dict[str, str] | None = None, root: dict[str, str] | None = None
    ) -> dict[str, str]:
        """Post; the handle of our account in the text is a mention."""
        name = "@northwind.test"
        start = len(text.partition(name)[0].encode())
        mention = {
            "index": {"byteStart": start, "byteEnd": start + len(name)},
            "features": [
                {"$type": "app.bsky.richtext.facet#mention", "did": self._servers.accounts["northwind"]["did"]}
            ],
        }
        reply = {"reply": {"parent": under, "root": root or under}} if under else {}
        facets = {"facets": [mention]} if name in text else {}
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        return self.make("app.bsky.feed.post", {"text": text, "createdAt": now, "langs": ["en"], **reply, **facets})

    def delete(self, uri: str) -> None:
        _, _, repo, collection, key = uri.split("/")
        self._call(
            "POST", "com.atproto.repo.deleteRecord", json={"repo": repo, "collection": collection, "rkey": key}
        )
        self._servers.settle()

    def answers(self, uri: str) -> list[dict[str, Any]]:
        """Return the posts of our account under a post, as this person's app shows them."""
        self._servers.settle()
        thread = self.ask("app.bsky.feed.getPostThread", uri=uri, depth=1)["thread"]
        posts = [one["post"] for one in thread.get("replies", []) if "post" in one]
        return [one for one in posts if one["author"]["handle"] == "northwind.test"]


@pytest.fixture(scope="module")
def priya(bluesky_servers: BlueskyServers) -> Person:
    return Person(bluesky_servers, "priya")


@pytest.fixture(scope="module")
def tomas(bluesky_servers: BlueskyServers) -> Person:
    return Person(bluesky_servers, "tomas")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return tmp_path_factory.mktemp("session")  # only thirty sessions in five minutes are allowed


Open = Callable[..., BlueskyNetwork]


@pytest.fixture
def connect(bluesky_servers: BlueskyServers, kept: Any) -> Open:
    ours = bluesky_servers.accounts["northwind"]

    def connected(url: str = "", within: float = 15.0) -> BlueskyNetwork:
        return BlueskyNetwork(
            account=ours["did"],
            handle=ours["handle"],
            password=ours["app_password"],
            api_url=url or bluesky_servers.url,
            timeout=within,
            folder=kept,
        )

    return connected


@pytest.fixture
def network(connect: Open) -> BlueskyNetwork:
    return connect()


def target(network: BlueskyNetwork, post: dict[str, str]) -> PostRef:
    return PostRef("bluesky", network.account, post["uri"])


def read(network: BlueskyNetwork, cursor: str, stream: str = "mentions") -> list[Mention]:
    return [post for batch in network.fetch(stream, cursor) for post in batch.posts]


def now_at(network: BlueskyNetwork, stream: str = "mentions") -> str:
    return [batch.cursor for batch in network.fetch(stream, "")][-1]


def test_the_app_password_tells_our_account(network: BlueskyNetwork) -> None:
    assert network.verify().handle == "northwind.test"


def test_a_wrong_password_is_told_as_such(bluesky_servers: BlueskyServers) -> None:
    ours = bluesky_servers.accounts["northwind"]
    wrong = BlueskyNetwork(
        account=ours["did"], handle=ours["handle"], password="aaaa-bbbb-cccc-dddd", api_url=bluesky_servers.url
    )
    with pytest.raises(NetworkTrouble, match="app password"):
        wrong.verify()


def test_mentions_replies_and_quotes_arrive_with_their_conversation(
    network: BlueskyNetwork, priya: Person, tomas: Person
) -> None:
    cursor = now_at(network)
    first = priya.post("@northwind.test my parcel is late 📦")
    sent = network.reply(target(network, first), "We are looking.", "arrives")
    assert isinstance(sent, Sent)
    [ours] = priya.answers(first["uri"])
    further = priya.post("thanks", under={"uri": ours["uri"], "cid": ours["cid"]}, root=first)
    quote = tomas.make(
        "app.bsky.feed.post",
        {
            "text": "look at this",
            "createdAt": datetime.now(UTC).isoformat(),
            "embed": {"$type": "app.bsky.embed.record", "record": {"uri": ours["uri"], "cid": ours["cid"]}},
        },
    )
    posts = {one.ref.post_id: one for one in read(network, cursor)}
    assert posts.keys() == {first["uri"], further["uri"], quote["uri"]}
    assert (posts[first["uri"]].text, posts[first["uri"]].author.handle) == (
        "@northwind.test my parcel is late 📦",
        "priya.test",
    )
    assert (posts[further["uri"]].root_id, posts[further["uri"]].parent_id) == (first["uri"], ours["uri"])
    assert isinstance(network.reply(target(network, further), "Gladly.", "arrives deeper"), Sent)
    [deeper] = priya.answers(further["uri"])
    assert (deeper["record"]["reply"]["root"], deeper["record"]["reply"]["parent"]) == (first, further)
    [own] = [one for one in read(network, "", "own") if one.ref.post_id == sent.post_id]
    assert (own.side, own.parent_id, own.root_id) == (Side.OURS, first["uri"], first["uri"])


def test_a_reply_answers_once_however_often_it_is_called(network: BlueskyNetwork, priya: Person) -> None:
    post = priya.post("@northwind.test late")
    sent = network.reply(target(network, post), "We are looking.", "once")
    assert isinstance(sent, Sent)
    again = network.reply(target(network, post), "We are looking.", "once")
    assert not isinstance(again, Sent)  # the server says 500 to a key that it knows: read back, never trusted
    assert isinstance(again, OutcomeLost)
    assert [one["uri"] for one in priya.answers(post["uri"])] == [sent.post_id]
    assert network.find_reply(target(network, post), "We are looking.", SINCE, "once") == sent
    assert network.is_our_reply(sent.post_id, target(network, post), "We are looking.", "once")


@pytest.mark.parametrize("fault", SPOILED_CALLS, ids=str)
def test_a_spoiled_call_makes_at_most_one_post_and_it_is_found(
    connect: Open,
    between: Callable[[str], Interference],
    bluesky_servers: BlueskyServers,
    priya: Person,
    fault: SpoiledCall,
) -> None:
    post = priya.post(f"@northwind.test {fault}")
    proxy = between(bluesky_servers.url)
    ends_late = "silence" in fault.name or "one byte" in fault.name
    network = connect(proxy.url, SHORT if ends_late else 15.0)
    proxy.spoil(lambda method, path: fault.play if method == "POST" and path.endswith(CREATE) else None)
    outcome = network.reply(target(network, post), "We look at it.", f"key of {fault}")
    assert isinstance(outcome, OutcomeLost)
    assert sum(one.startswith(f"POST /xrpc/{CREATE}") for one in proxy.calls) == 1
    made = [one["uri"] for one in priya.answers(post["uri"])]
    assert len(made) == int(fault.done)
    honest = connect()
    found = honest.find_reply(target(network, post), "We look at it.", SINCE, f"key of {fault}")
    assert ([found.post_id] if isinstance(found, Sent) else []) == made
    honest.reply(target(network, post), "We look at it.", f"key of {fault}")
    assert len(priya.answers(post["uri"])) == 1  # what the desk does after it read that there is none


def test_a_reply_is_taken_back(network: BlueskyNetwork, priya: Person) -> None:
    post = priya.post("@northwind.test late")
    sent = network.reply(target(network, post), "Wrong words.", "back")
    assert isinstance(sent, Sent)
    assert isinstance(network.take_back(sent.post_id), Sent)
    assert priya.answers(post["uri"]) == []
    assert isinstance(network.take_back(sent.post_id), Sent)
    assert network.shown(sent.post_id) == ProvenAbsent()


def test_a_deletion_is_noticed(network: BlueskyNetwork, priya: Person) -> None:
    stays, goes = priya.post("@northwind.test stays"), priya.post("@northwind.test goes")
    priya.delete(goes["uri"])
    assert list(network.which_are_gone([stays["uri"], goes["uri"]])) == [goes["uri"]]
    assert isinstance(network.reply(target(network, goes), "Too late.", "gone"), NotSent)


def test_a_post_of_somebody_who_blocks_us_is_not_gone_and_not_answered(
    network: BlueskyNetwork, tomas: Person, bluesky_servers: BlueskyServers
) -> None:
    post = tomas.post("@northwind.test late")
    block = tomas.make(
        "app.bsky.graph.block",
        {"subject": bluesky_servers.accounts["northwind"]["did"], "createdAt": datetime.now(UTC).isoformat()},
    )
    try:
        assert list(network.which_are_gone([post["uri"]])) == []
        outcome = network.reply(target(network, post), "We look.", "blocked")
        assert isinstance(outcome, NotSent)
    finally:
        tomas.delete(block["uri"])
    assert tomas.answers(post["uri"]) == []


def test_a_post_that_only_some_may_answer_is_not_answered(network: BlueskyNetwork, priya: Person) -> None:
    post = priya.post("northwind.test is a shop")
    priya.make(
        "app.bsky.feed.threadgate",
        {"post": post["uri"], "allow": [], "createdAt": datetime.now(UTC).isoformat()},
        key=post["uri"].rpartition("/")[2],
    )
    outcome = network.reply(target(network, post), "We look.", "gated")
    assert isinstance(outcome, NotSent)
    assert "lets only some" in outcome.why


LONGEST = {
    "300 letters": "x" * 300,
    "300 of several code points each": "👨‍👩‍👧" * 120 + "x" * 120,
    "3,000 bytes": "👩‍👩‍👧‍👦" * 120,
}


@pytest.mark.parametrize("text", LONGEST.values(), ids=LONGEST)
def test_what_fits_by_our_count_is_taken_and_one_more_refused(
    network: BlueskyNetwork, priya: Person, text: str
) -> None:
    fits = text
    while all(one.count < one.limit for one in network.lengths(fits)):
        fits += "y"
    assert all(one.count <= one.limit for one in network.lengths(fits))
    post = priya.post("@northwind.test how long may you write")
    sent = network.reply(target(network, post), fits, f"most {len(text)} {len(fits)}")
    assert isinstance(sent, Sent)
    refused = network.reply(target(network, post), fits + "y", f"more {len(text)} {len(fits)}")
    assert isinstance(refused, NotSent)
    assert len(priya.answers(post["uri"])) == 1


def test_links_and_names_stand_where_the_network_counts_them(
    network: BlueskyNetwork, priya: Person, tomas: Person
) -> None:
    text = "Grüße 📦 @tomas.test: see https://shop.example/a?b=c, or @nobody.invalid."
    post = priya.post("@northwind.test late")
    assert isinstance(network.reply(target(network, post), text, "facets"), Sent)
    [ours] = priya.answers(post["uri"])
    whole = text.encode()
    marked = {
        whole[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode(): one["features"][0]
        for one in ours["record"]["facets"]
    }
    assert marked["@tomas.test"]["did"] == tomas.did
    assert marked["https://shop.example/a?b=c"]["uri"] == "https://shop.example/a?b=c"
    assert len(marked) == 2
    told = [one["reason"] for one in tomas.ask("app.bsky.notification.listNotifications")["notifications"]]
    assert "mention" in told


def test_a_like_is_there_once(network: BlueskyNetwork, priya: Person, bluesky_servers: BlueskyServers) -> None:
    post = priya.post("@northwind.test well done")
    for _ in range(2):
        assert isinstance(network.like(target(network, post)), Sent)
        bluesky_servers.settle()
    assert len(priya.ask("app.bsky.feed.getLikes", uri=post["uri"])["likes"]) == 1


def test_silence_ends_a_reading_in_time(
    connect: Open, between: Callable[[str], Interference], bluesky_servers: BlueskyServers
) -> None:
    proxy = between(bluesky_servers.url)
    for fault in (one for one in SPOILED_CALLS if "silence" in one.name or "one byte" in one.name):
        proxy.spoil(lambda _method, _path, fault=fault: fault.play)
        with pytest.raises(NetworkTrouble):
            list(connect(proxy.url, SHORT).fetch("mentions", ""))


def test_the_calls_that_are_left_are_read_from_the_answers(network: BlueskyNetwork) -> None:
    now_at(network)
    allowance = network._session.allowance
    assert allowance is not None
    assert (allowance.limit, allowance.window) == (3_000, timedelta(minutes=5))
    assert 0 < allowance.left < allowance.limit


# --- private messages: no server for them can be had, so the PDS judges the right, and the lexicon all that is said ---


@pytest.mark.parametrize(
    ("password", "why"), [("app_password", "has no access to private messages"), ("with_messages", "cannot be read")]
)
def test_the_server_says_whether_an_app_password_may_read_messages(
    bluesky_servers: BlueskyServers, monkeypatch: pytest.MonkeyPatch, password: str, why: str
) -> None:
    ours = bluesky_servers.accounts["northwind"]
    monkeypatch.setattr(
        "bot.gateways.networks.bluesky_session.MESSAGES_AT", f"{bluesky_servers.appview}#bsky_appview"
    )
    network = BlueskyWithMessages(
        account=ours["did"], handle=ours["handle"], password=ours[password], api_url=bluesky_servers.url
    )
    with pytest.raises(NetworkTrouble, match=why):
        list(network.fetch("messages", ""))


def test_all_that_is_said_about_private_messages_is_of_the_lexicon(bluesky_servers: BlueskyServers) -> None:
    said: list[str] = []
    with bluesky() as server:
        answer = server.chats.answer

        def judge(name: str, call: CallIn, us: str) -> object:
            told, whole = answer(name, call, us), f"chat.bsky.convo.{name}"
            asked = {key: int(one[-1]) if one[-1].isdigit() else one[-1] for key, one in call.asked.items()}
            asked |= {"cursor": str(asked["cursor"])} if "cursor" in asked else {}
            what, body = ("sent", dict(call.json)) if call.method == "POST" else ("asked", asked)
            said.extend([bluesky_servers.judged(what, whole, body), bluesky_servers.judged("told", whole, told)])
            return told

        server.chats.answer = judge  # type: ignore[method-assign]
        network = BlueskyWithMessages(account=OUR_DID, handle="", password=PASSWORD, api_url=server.api_url)
        post_id = server.write("where is it")
        list(network.fetch("messages", ""))
        for number in range(101):
            server.write(f"and {number}")
        list(network.fetch("messages", "2025-03-02T09:00:00+00:00"))
        target = PostRef("bluesky", OUR_DID, post_id)
        assert isinstance(network.reply(target, "See https://shop.example/a", "key"), Sent)
        assert isinstance(network.find_reply(target, "See https://shop.example/a", SINCE.replace(year=2025)), Sent)
    assert len(said) >= 12
    assert [one for one in said if one] == []
