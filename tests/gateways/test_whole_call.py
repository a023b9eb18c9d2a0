# ruff: noqa: F811 - fixtures are imported by name
"""A call of a network is bounded as a whole, whatever its server does, and however many requests it makes."""

import pkgutil
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from types import GenericAlias

import pytest

from bot.domain.mentions.mention import PostRef
from bot.gateways import networks
from bot.gateways.networks.answers import BrokenOff, NotReached
from bot.gateways.networks.mastodon import MastodonNetwork
from bot.gateways.networks.own_account_only import ourselves
from bot.gateways.networks.whole_call import BATCHES, FREE, MANY, ONE, BoundedCalls, ends_at, note_answer, whole_call
from bot.gateways.networks.wire import WireSession
from bot.ports import NetworkTrouble, NotSent, network, network_tokens
from tests.gateways.x_server import Answer, Request, Server, Start, says, start, x_at  # noqa: F401 - a fixture

SHORT = 0.1  # seconds for a whole call
OFFLINE = {  # what the port has that makes no call
    *("lengths", "web_reply_url", "post_url", "post_behind", "read_again", "sends_once", "can_be_asked_about"),
    *(
        "private_answer_until",
        "edit_terms",
        "can_hide",
        "why_kept",
        "faulty_part",
        "token_ends",
        "token_fault",
        "renew_at",
        "statement_lengths",
    ),
}


def silent(server: Server, _wire: socket.socket, _: Request) -> None:
    server.over.wait(5)


def silent_after_its_head(server: Server, wire: socket.socket, _: Request) -> None:
    wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    server.over.wait(5)


def byte_by_byte(server: Server, wire: socket.socket, _: Request) -> None:
    wire.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not server.over.wait(0.01):
        wire.sendall(b" ")


def headers_without_end(server: Server, wire: socket.socket, _: Request) -> None:
    wire.sendall(b"HTTP/1.1 200 OK\r\n")
    while not server.over.wait(0.01):
        wire.sendall(b"X: y\r\n")


def only_interim_answers(server: Server, wire: socket.socket, _: Request) -> None:
    while not server.over.wait(0.01):
        wire.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def body_without_end(server: Server, wire: socket.socket, _: Request) -> None:
    wire.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not server.over.is_set():
        wire.sendall(b" " * 65_536)


NEVER = (silent, silent_after_its_head, byte_by_byte, headers_without_end, only_interim_answers, body_without_end)


@pytest.mark.parametrize("never", NEVER, ids=lambda one: one.__name__)
def test_a_request_ends_whatever_the_server_does(start: Start, never: Answer) -> None:
    server = start(never)
    with pytest.raises(BrokenOff):
        WireSession(server.url, SHORT).get(server.url + "/")


@pytest.fixture
def deaf() -> Iterator[str]:
    """Yield the address of a port whose queue of connections is full, so that it takes none."""
    with socket.socket() as listening, socket.socket() as queued:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        queued.connect(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_all_addresses_of_a_host_share_the_time_for_connecting(deaf: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port, tried = int(deaf.rsplit(":", 1)[1]), []

    def many(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        tried.append(host)
        hosts = ("127.0.0.1", "127.0.0.2", "127.0.0.3") if host == "many" else (host,)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in hosts]

    monkeypatch.setattr(socket, "getaddrinfo", many)
    with pytest.raises(NotReached):
        WireSession(f"http://many:{port}", SHORT).get(f"http://many:{port}/")
    assert tried == ["many", "127.0.0.1"]


def test_the_requests_of_a_call_share_its_time() -> None:
    with whole_call(seconds=lambda: 100.0) as call:
        assert ends_at(100.0, 15.0) == 115.0
        note_answer(14.0)
        assert ends_at(114.0, 15.0) == 115.0  # a second request has one second left
        with whole_call(seconds=lambda: 114.0) as inner:
            assert inner is call  # a call inside of a call begins no time of its own
        assert ends_at(130.0, 15.0) == 115.0
    assert ends_at(130.0, 15.0) == 145.0


def test_a_reading_of_many_gets_time_for_answers_and_none_for_silence() -> None:
    with whole_call(FREE, seconds=lambda: 0.0):
        for page in range(50):  # each is answered within a second
            assert ends_at(float(page), 15.0) >= page + 15.0
            note_answer(1.0)
    with whole_call(FREE, seconds=lambda: 0.0):
        note_answer(14.9)  # and the next request is never answered
        assert ends_at(14.9, 15.0) == 15.0 + FREE < 20.0


def test_every_client_of_a_network_bounds_every_call_of_the_port() -> None:
    for module in pkgutil.iter_modules(networks.__path__, "bot.gateways.networks."):
        found = vars(import_module(module.name)).values()
        for one in [one for one in found if isinstance(one, type) and one.__module__ == module.name]:
            if {"fetch", "reply", "verify"} <= set(dir(one)):
                assert issubclass(one, BoundedCalls), one
                unbounded = [name for name in ONE | MANY | {BATCHES} if _is_unbounded(getattr(one, name, None))]
                assert unbounded == [], one


def _is_unbounded(method: object) -> bool:
    return method is not None and not hasattr(method, "__wrapped__")


def test_every_call_of_the_port_is_bounded_or_makes_none() -> None:
    declared = [*vars(network).values(), *vars(network_tokens).values()]
    ports = [one for one in declared if isinstance(one, type) and getattr(one, "_is_protocol", False)]
    named = {
        name
        for port in ports
        for name, what in vars(port).items()
        if not name.startswith("_") and callable(what) and not isinstance(what, GenericAlias)
    }
    assert named == ONE | MANY | {BATCHES} | OFFLINE


def test_a_server_that_falls_silent_is_asked_no_further_questions(start: Start) -> None:
    account = says(200, {"id": "7", "acct": "northwind", "username": "northwind", "url": "", "display_name": ""})

    def then_silent(server: Server, wire: socket.socket, request: Request) -> None:
        (account if "verify" in request.path else silent)(server, wire, request)

    server = start(then_silent)
    mastodon = MastodonNetwork(account="7", handle="northwind", token="t" * 20, api_url=server.url, timeout=SHORT)
    with suppress(NetworkTrouble):
        mastodon.verify()
    assert len(server.requests) == 2  # it was told four times more what the server is


def test_a_reading_whose_keys_could_not_be_asked_about_makes_no_further_request(start: Start) -> None:
    server = start(silent)
    mastodon = MastodonNetwork(account="7", handle="northwind", token="t" * 20, api_url=server.url, timeout=SHORT)
    with pytest.raises(NetworkTrouble):
        list(ourselves(mastodon).fetch("mentions", ""))
    assert len(server.requests) == 1


@pytest.mark.parametrize("left", [-60.0, 2.0])
def test_a_reply_with_too_little_time_left_is_certainly_not_sent(start: Start, left: float) -> None:
    server = start(silent)
    with whole_call(seconds=lambda: time.monotonic() - 15.0 + left):
        outcome = x_at(server.url, timeout=15.0).reply(PostRef("x", "900", "1"), "We are sorry", "key")
    assert isinstance(outcome, NotSent)
    assert server.requests == []
