"""Silent connections, or ones that send a byte at a time, do not block a signed click."""

import http.client
import socket
import time
from collections.abc import Iterator

import pytest

from handlers.http_door import HttpDoor
from handlers.http_listener import LONGEST_HEADER, WHOLE_WITHIN
from storage import SqlStore
from tests.attack.live import SECRET, signed_headers, wait_until
from tests.fakes import CARE
from tests.handlers.pressing import TEAM, Hands
from tests.long import part

ROOM = 100  # waitress's own limit of connections


@pytest.fixture
def door(hands: Hands, store: SqlStore) -> Iterator[HttpDoor]:
    opened = HttpDoor(hands.app, "127.0.0.1", 0, secret=SECRET, store=store, connections=ROOM)
    opened.start()
    yield opened
    opened.stop()


@pytest.fixture
def lines() -> Iterator[list[socket.socket]]:
    opened: list[socket.socket] = []
    yield opened
    for one in opened:
        one.close()


def calls(door: HttpDoor) -> socket.socket:
    return socket.create_connection(("127.0.0.1", door.port), timeout=10)


COUNT = iter(range(10_000))


def click() -> bytes:
    body = f"command=/care&text=help&user_id=U0ANA&team_id={TEAM}&channel_id={CARE}&trigger_id={next(COUNT)}".encode()
    head = "".join(f"{name}: {value}\r\n" for name, value in signed_headers(body).items())
    form = "application/x-www-form-urlencoded"
    line = (
        f"POST /slack/events HTTP/1.1\r\nHost: x\r\n{head}Content-Type: {form}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return line.encode() + body


def answered(line: socket.socket) -> bytes:
    """Read one complete answer; return its first line."""
    answer = http.client.HTTPResponse(line)
    answer.begin()
    answer.read()
    return f"HTTP {answer.status} {answer.reason}".encode()


def goes_in(door: HttpDoor) -> bool:
    with calls(door) as line:
        line.sendall(click())
        return b" 200 OK" in answered(line)


HEAD = b"POST /slack/events HTTP/1.1\r\nHost: x\r\n"
HALVES = {
    "nothing": b"",
    "half a line": b"PO",
    "half a head": HEAD,
    "half a body": HEAD + b"Content-Length: 100\r\n\r\nhalf",
    "half a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
}


@pytest.mark.parametrize("half", part(HALVES, 3))
@pytest.mark.parametrize("many", [130, 1000])
def test_half_open_connections_stop_no_signed_click(
    door: HttpDoor, lines: list[socket.socket], half: str, many: int
) -> None:
    for _ in range(many):
        lines.append(calls(door))
        lines[-1].sendall(HALVES[half])
    assert goes_in(door)
    assert len(door.server.active_channels) < ROOM + 20


def test_a_connection_that_was_of_use_stays_while_others_come_and_say_nothing(
    door: HttpDoor, lines: list[socket.socket]
) -> None:
    silent = [calls(door) for _ in range(ROOM // 2)]
    lines += silent
    proxy = calls(door)
    lines.append(proxy)
    proxy.sendall(click())
    assert b" 200 OK" in answered(proxy)
    lines += [calls(door) for _ in range(ROOM - 10)]  # the oldest silent connections are closed
    wait_until(lambda: len(door.server.active_channels) >= ROOM - 5)
    proxy.sendall(click())
    assert b" 200 OK" in answered(proxy)


@pytest.mark.parametrize("half", HALVES)
def test_a_request_that_never_ends_is_let_go_however_it_drips(
    door: HttpDoor, lines: list[socket.socket], half: str
) -> None:
    line = calls(door)
    lines.append(line)
    line.sendall(HALVES[half])
    (channel,) = wait_until(lambda: list(door.server.active_channels.values()))
    wait_until(lambda: channel.request is not None or not HALVES[half])
    channel.last_activity = time.time() + WHOLE_WITHIN  # its newest byte came a moment ago
    door.server.maintenance(time.time() + WHOLE_WITHIN - 1)
    assert not channel.will_close
    door.server.maintenance(time.time() + WHOLE_WITHIN + 1)
    door.server.pull_trigger()
    assert line.recv(1) == b""


def test_a_connection_that_rests_between_two_requests_is_not_let_go_as_a_slow_one(
    door: HttpDoor, lines: list[socket.socket]
) -> None:
    line = calls(door)
    lines.append(line)
    line.sendall(click())
    assert b" 200 OK" in answered(line)
    door.server.maintenance(time.time() + WHOLE_WITHIN + 1)
    door.server.pull_trigger()
    line.sendall(click())
    assert b" 200 OK" in answered(line)


def test_a_head_without_end_is_refused(door: HttpDoor, lines: list[socket.socket]) -> None:
    line = calls(door)
    lines.append(line)
    line.sendall(HEAD + b"X: " + b"x" * (LONGEST_HEADER + 1))
    assert b" 431 " in answered(line)
