"""The door for webhooks: a signed request has an account read, or is stored before its answer; others do nothing."""

import hashlib
import hmac
import http.client
import io
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.mentions.poll_pace import Allowance, Load
from bot.gateways.networks.hook_signature import hmac_signature
from bot.ports import (
    Batch,
    Conflict,
    Delivery,
    Desk,
    Hint,
    Hook,
    Met,
    NetworkTrouble,
    News,
    OutOfService,
    SignedWith,
    Unusable,
)
from handlers.http_listener import LARGE_AT_ONCE
from handlers.polling import Poller
from handlers.signed import LONGEST
from handlers.webhooks import WebhookDoor, Webhooks, webhook_path
from handlers.workers import Clockwork
from storage import SqlStore
from tests.fakes import FakeClock, FakeNetwork, a_desk, a_post

SECRET = "of the bell"
REAL = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class Bell:
    """The webhooks of a test network; `news` is what it says of a signed request."""

    says: News = field(default_factory=Hint)

    def signed_with(self, hook: Hook, now: datetime) -> SignedWith:
        return hmac_signature(hook.headers.get("x-bell", ""), SECRET, hook.body, prefix="sha256=")

    def greeting(self, hook: Hook) -> str | None:
        return "1158201444" if hook.query == "token=right&challenge=1158201444" else None

    def news(self, hook: Hook, now: datetime) -> News:
        return self.says


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Bell": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


@dataclass
class Line:
    """Sends requests as a proxy would."""

    desk: Desk
    bell: Any = field(default_factory=Bell)
    woken: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app = Webhooks(self.desk, {("x", "42"): self.bell}, lambda *one: self.woken.append(one), lambda: REAL)

    def send(
        self, body: bytes = b"{}", headers: dict[str, str] | None = None, path: str = "/webhooks/x/42", **environ: Any
    ) -> tuple[int, bytes]:
        answered: list[int] = []
        usual = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        given = signed(body) if headers is None else headers
        named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in given.items()}
        said = self.app({**usual, **named, **environ}, lambda status, _: answered.append(int(status.split()[0])))
        return answered[0], b"".join(said)


@pytest.fixture
def line(store: SqlStore) -> Line:
    return Line(a_desk(store))


def delivery(*posts: Any, key: str = "one", **batch: Any) -> Delivery:
    return Delivery(batch=Batch(posts=posts, **batch), key=key, at=REAL)


# --- who is heard -----------------------------------------------------------------------------------------------------


def test_a_signed_request_has_its_account_read_and_stores_nothing_of_its_own(line: Line) -> None:
    assert line.send(b'{"text": "we never said that"}') == (200, b"")
    assert (line.woken, line.desk.store.queue()) == ([("x", "42")], [])


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"headers": {}}, 401),
        ({"headers": signed(b"{}", "of somebody else")}, 401),
        ({"headers": signed(b"{ }")}, 401),
        ({"headers": {"X-Bell": "sha256=\xfc"}}, 401),
        ({"headers": {"X-Bell": signed(b"{}")["X-Bell"][7:]}}, 401),
        ({"path": "/webhooks/x/43"}, 404),
        ({"path": "/webhooks"}, 404),
        ({"path": "/webhooks/"}, 404),
        ({"path": "/webhooks/mastodon"}, 404),
        ({"path": "/x/42"}, 404),
        ({"path": "/webhooks/x/42/more"}, 404),
        ({"path": "/"}, 404),
        ({"REQUEST_METHOD": "PUT"}, 404),
        ({"REQUEST_METHOD": "GET"}, 404),
        ({"CONTENT_LENGTH": str(LONGEST + 1), "wsgi.input": None}, 413),
        ({"CONTENT_LENGTH": "-1", "wsgi.input": None}, 413),
    ],
)
def test_any_other_request_does_nothing_and_learns_nothing(line: Line, how: dict[str, Any], status: int) -> None:
    assert line.send(**how) == (status, b"")
    assert line.woken == []


@pytest.mark.parametrize("network", ["facebook", "instagram"])
def test_a_network_that_puts_many_changes_into_one_request_is_heard(store: SqlStore, network: str) -> None:
    line, most = Line(a_desk(store)), 8_000_000
    line.app = Webhooks(line.desk, {(network, "42"): line.bell}, lambda *one: line.woken.append(one), lambda: REAL)
    there = f"/webhooks/{network}/42"
    assert line.send(b" " * most, path=there) == (200, b"")
    assert line.send(b" " * (most + 1), path=there) == (413, b"")
    assert line.send(b" " * most, {}, path=there) == (401, b"")
    assert (line.woken, line.app.longest) == ([(network, "42")], most)


def test_a_network_checks_the_address_by_a_greeting(line: Line) -> None:
    for query, answer in [
        ("token=right&challenge=1158201444", (200, b"1158201444")),
        ("token=wrong&challenge=1", (404, b"")),
    ]:
        assert line.send(b"", {}, REQUEST_METHOD="GET", QUERY_STRING=query) == answer


def test_a_signed_request_that_says_nothing_usable_is_told_why(line: Line) -> None:
    line.bell.says = Unusable("text is missing.")
    assert line.send() == (400, b"text is missing.")


@pytest.mark.parametrize("trouble", [OutOfService("disk full"), Conflict("somebody was faster"), KeyError("odd")])
def test_what_could_not_be_stored_is_not_acknowledged(line: Line, store: SqlStore, trouble: Exception) -> None:
    class Broken:
        def was_let_in(self, *_: object) -> bool:
            raise trouble

    line.bell.says = delivery(a_post("100", "charged twice"))
    line.desk = replace(line.desk, store=Broken())  # type: ignore[arg-type]
    line.__post_init__()
    assert line.send()[0] == (500 if isinstance(trouble, KeyError) else 503)
    assert store.queue() == []


def test_an_error_of_a_networks_own_part_is_not_acknowledged(line: Line) -> None:
    def odd(*_: object) -> SignedWith:
        raise RuntimeError("words of a customer")

    line.bell.signed_with = odd
    assert line.send() == (500, b"")


@dataclass
class BellOf(Bell):
    """The webhooks of one of several accounts."""

    secret: str = SECRET
    trouble: Exception | None = None

    def signed_with(self, hook: Hook, now: datetime) -> SignedWith:
        return hmac_signature(hook.headers.get("x-bell", ""), self.secret, hook.body, prefix="sha256=")

    def news(self, hook: Hook, now: datetime) -> News:
        if self.trouble:
            raise self.trouble
        return self.says


@pytest.mark.parametrize(
    ("second", "status", "woken"),
    [
        (BellOf(), 200, ["42", "43"]),
        (BellOf(None), 200, ["42"]),
        (BellOf(secret="of another app"), 200, ["42"]),
        (BellOf(Unusable("It has no text.")), 400, ["42"]),
        (BellOf(trouble=OutOfService("disk full")), 503, ["42"]),
    ],
)
def test_one_address_may_be_that_of_all_accounts_of_a_network(
    line: Line, second: BellOf, status: int, woken: list[str]
) -> None:
    both = {("x", "42"): line.bell, ("x", "43"): second, ("mastodon", "1"): Bell()}
    line.app = Webhooks(line.desk, both, lambda *one: line.woken.append(one), lambda: REAL)
    assert line.send(path="/webhooks/x")[0] == status
    assert line.woken == [("x", one) for one in woken]
    for _ in range(3):
        line.send(path="/webhooks/x")
    assert line.app.wrongly_signed() == []


# --- posts that come with the request ---------------------------------------------------------------------------------


def words(line: Line) -> list[str]:
    return [one.text for case in line.desk.store.queue() for one in line.desk.store.mentions(case.id)]


def test_a_copy_of_a_request_changes_nothing_and_is_acknowledged(line: Line) -> None:
    first, edited = a_post("100", "charged twice"), a_post("100", "charged three times")
    for says in (
        delivery(first, key="post"),
        delivery(edits=(edited,), key="edit"),
        delivery(edits=(first,), key="back"),
        delivery(edits=(edited,), key="edit"),
    ):
        line.bell.says = says
        assert line.send() == (200, b"")
    assert words(line) == ["charged twice"]


def test_a_kill_between_storing_and_noting_costs_no_post_and_makes_none_twice(line: Line) -> None:
    store = line.desk.store

    class Killed(Exception): ...

    class Dies:
        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

        def let_in(self, *_: object) -> bool:
            raise Killed

    line.bell.says = delivery(a_post("100", "charged twice"))
    dying = Line(replace(line.desk, store=Dies()), line.bell)  # type: ignore[arg-type]
    assert dying.send()[0] == 500
    assert [line.send()[0] for _ in range(2)] == [200, 200]
    assert words(line) == ["charged twice"]


# --- hints and the limits of reading ----------------------------------------------------------------------------------


def readings_in(minutes: int, desk: Desk, network: Any, *, hint_every: float) -> int:
    """Play the schedule of one poller by hand, with a hint every so often; return how often it was read."""
    poller, clock = Poller(desk, network, timedelta(seconds=60)), desk.clock
    assert isinstance(clock, FakeClock)
    due, rounds, until = clock.pace(), 0, clock.pace() + 60 * minutes
    while clock.pace() < until:
        if clock.pace() >= due:
            due, rounds = clock.pace() + poller.one_round(), rounds + 1
        due = min(due, clock.pace() + poller.soonest())
        clock.move(seconds=hint_every)
    return rounds


@pytest.mark.parametrize(("pause", "most"), [(timedelta(), 120), (timedelta(minutes=1), 10)])
def test_a_flood_of_hints_reads_no_more_often_than_the_network_may_be_read(
    store: SqlStore, pause: timedelta, most: int
) -> None:
    class Limited(FakeNetwork):
        shortest_pause = pause

    network = Limited(streams=())
    assert readings_in(10, a_desk(store), network, hint_every=1.0) == most


class OfAWindow(FakeNetwork):
    """A network that allows 60 readings in 15 minutes, and counts them."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(streams=("mentions",))
        self.clock, self.began, self.left, self.most = clock, clock.pace(), 60, 0
        self.met: dict[str, Met] = {}

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        self.left -= 1
        self.most = max(self.most, 60 - self.left)
        resets_in = timedelta(seconds=900 - (self.clock.pace() - self.began))
        allowance = Allowance(limit=60, left=self.left, resets_in=resets_in)
        self.met[stream] = Met(Load(new=0, took=timedelta(seconds=5)), allowance)
        yield from ()


def test_a_flood_of_hints_leaves_readings_until_the_end_of_their_window(store: SqlStore) -> None:
    clock = FakeClock()
    network = OfAWindow(clock)
    desk = a_desk(store, clock=clock, networks={("x", "42"): network})
    assert readings_in(14, desk, network, hint_every=1.0) == network.most
    assert 40 < network.most < 60


def test_a_hint_during_a_wait_that_the_network_asked_for_has_nothing_read(store: SqlStore) -> None:
    class Asks(FakeNetwork):
        def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
            raise NetworkTrouble("Slow down.", timedelta(minutes=7))

    network = Asks(streams=("mentions",))
    desk = a_desk(store, networks={("x", "42"): network})
    assert readings_in(14, desk, network, hint_every=10.0) == 2


def test_a_hint_wakes_the_poller_of_its_account_alone(store: SqlStore) -> None:
    woken: list[tuple[str, float]] = []

    class Noting:
        def wake(self, *names: str, after: Any) -> None:
            woken.extend((one, after()) for one in names)

    desk = a_desk(store)
    clockwork = Clockwork(desk, publisher=None)  # type: ignore[arg-type]
    clockwork.read_soon("x", "42")  # before the start every account is read anyway
    clockwork._readers = [Poller(desk, FakeNetwork(account=one), timedelta(seconds=60)) for one in ("42", "43")]
    clockwork._schedule = Noting()  # type: ignore[assignment]
    clockwork.read_soon("x", "43")
    assert woken == [("poll-x-43", 0.0)]


def test_a_hint_has_an_account_read_at_once_after_a_rest(store: SqlStore) -> None:
    desk = a_desk(store)
    poller = Poller(desk, FakeNetwork(streams=()), timedelta(seconds=60))
    assert poller.soonest() == 0.0
    poller.one_round()
    assert poller.soonest() == 5.0
    desk.clock.move(seconds=7)  # type: ignore[attr-defined]
    assert poller.soonest() == 0.0


# --- the port ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def door(line: Line) -> Iterator[WebhookDoor]:
    opened = WebhookDoor(line.app, "127.0.0.1", 0)
    opened.start()
    yield opened
    opened.stop()


def post(door: WebhookDoor, body: bytes, headers: dict[str, str], network: str = "x") -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=10)
    connection.request("POST", webhook_path(network, "42"), body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_the_door_hears_and_says_nothing_about_itself(line: Line, door: WebhookDoor) -> None:
    answer = post(door, b"{}", signed(b"{}"))
    assert (answer.status, answer.getheader("Server"), door.deaf()) == (200, None, None)
    assert line.woken == [("x", "42")]


def test_only_a_few_large_requests_are_received_at_once(store: SqlStore) -> None:
    line = Line(a_desk(store))
    line.app = Webhooks(line.desk, {("facebook", "42"): line.bell}, lambda *_: None, lambda: REAL)
    door = WebhookDoor(line.app, "127.0.0.1", 0)
    door.start()
    head = b"POST /webhooks/facebook/42 HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n"
    with ExitStack() as opened:
        opened.callback(door.stop)
        for _ in range(LARGE_AT_ONCE):
            opened.enter_context(socket.create_connection(("127.0.0.1", door.port))).sendall(head)
        while sum(one.is_large() for one in door.server.active_channels.values()) < LARGE_AT_ONCE:
            post(door, b"{}", {})
        further = opened.enter_context(socket.create_connection(("127.0.0.1", door.port), timeout=10))
        further.sendall(head)
        assert further.recv(1) == b""
        assert post(door, b"{}", signed(b"{}"), "facebook").status == 200  # a small one is heard


def test_requests_of_another_secret_are_said_until_one_of_ours_comes(line: Line, door: WebhookDoor) -> None:
    for _ in range(3):
        line.send(headers={})
    assert door.deaf() is None
    for _ in range(3):
        line.send(headers=signed(b"{}", "of somebody else"))
    found = door.deaf()
    assert found is not None
    assert found.what == "Webhooks of X (42) come in, and none of them is signed with the secret that the desk has."
    line.send()
    assert door.deaf() is None
    assert [one.what for one in door.findings()] == [
        "Webhooks of X (42): 1 since the desk was started, the last at 2 Mar 12:00 UTC; 3 had another signature."
    ]


def test_the_path_of_an_account_is_safe_in_an_address() -> None:
    assert webhook_path("bluesky", "did:plc:z72") == "/webhooks/bluesky/did:plc:z72"
    assert webhook_path("x", "a b/ü") == "/webhooks/x/a%20b%2F%C3%BC"
