# ruff: noqa: F811 - fixtures are imported by name
"""An answer that goes on: its lines, its bounds in time and size, and its end from another thread."""

import socket
import struct
import threading
from collections.abc import Sequence

import pytest

from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall
from bot.gateways.networks.lasting_answer import LONGEST_LINE, LastingAnswer
from tests.gateways.x_server import (
    Answer,
    Request,
    Server,
    Start,
    is_silent,
    resets,
    says,
    start,  # noqa: F401 - a fixture
)

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def goes_on(*pieces: bytes, chunked: bool = True, ends: str = "well") -> Answer:
    """Answer with these pieces, and then end `well`, `reset`, be `cut`, or stay `silent`."""

    def answer(server: Server, wire: socket.socket, _: Request) -> None:
        wire.sendall(HEAD + (b"Transfer-Encoding: chunked\r\n\r\n" if chunked else b"\r\n"))
        for piece in pieces:
            wire.sendall(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        if ends == "silent":
            server.over.wait(30)
        elif ends == "reset":
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            wire.close()
        elif ends == "well" and chunked:
            wire.sendall(b"0\r\n\r\n")

    return answer


def heard(server: Server, **changes: float) -> list[bytes | None]:
    """Return the lines until the end; a break is the last line."""
    answer = LastingAnswer(server.url, **{"within": 5.0, **changes})
    found: list[bytes | None] = []
    try:
        found += answer.lines(answer.open("/stream", {"Authorization": "Bearer canary"}))
    except BrokenOff:
        found.append(b"<broken off>")
    return found


@pytest.mark.parametrize("chunked", [True, False])
@pytest.mark.parametrize(
    "pieces",
    [
        [b'{"a":1}\r\n\r\n{"b":2}\n'],
        [b'{"a', b'":1}\r', b"\n\r\n", b'{"b":2}\n'],
        [b'{"a":1}\r\n\r\n{"b":2}\n{"half a li'],  # what was not ended is no line
    ],
)
def test_lines_are_the_same_however_they_are_cut(start: Start, pieces: Sequence[bytes], chunked: bool) -> None:
    assert heard(start(goes_on(*pieces, chunked=chunked))) == [b'{"a":1}', b"", b'{"b":2}']


def test_the_token_goes_out_in_the_head_and_not_in_the_address(start: Start) -> None:
    server = start(goes_on())
    heard(server)
    [asked] = server.requests
    assert (asked.path, asked.query, asked.headers["authorization"]) == ("/stream", {}, "Bearer canary")


@pytest.mark.parametrize("ends", ["reset", "cut"])
def test_a_connection_that_breaks_within_a_line_is_broken_off(start: Start, ends: str) -> None:
    assert heard(start(goes_on(b'{"a":1}\n{"b', ends=ends))) == [b'{"a":1}', b"<broken off>"]


@pytest.mark.parametrize("pieces", [[], [b'{"a":1}\n'], [b'{"a":1}\n{"b']])
def test_a_silent_connection_is_dead(start: Start, pieces: Sequence[bytes]) -> None:
    found = heard(start(goes_on(*pieces, ends="silent")), silence=0.4)
    assert found == [*([b'{"a":1}'] if pieces else []), b"<broken off>"]


def test_bytes_one_by_one_without_a_lines_end_keep_no_connection_alive(start: Start) -> None:
    def drips(server: Server, wire: socket.socket, _: Request) -> None:
        wire.sendall(HEAD + b"\r\n")
        while not server.over.wait(0.01):
            wire.sendall(b"x")

    assert heard(start(drips), silence=0.4) == [b"<broken off>"]


def test_a_huge_line_is_skipped_and_what_follows_is_read(start: Start) -> None:
    huge = b"x" * (LONGEST_LINE + 1)
    for chunked in (True, False):
        server = start(goes_on(huge, b"xx", b'\n{"a":1}\n', chunked=chunked))
        assert heard(server) == [None, b'{"a":1}']


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (says(401, b"{}"), RefusedCall),
        (says(429, b"{}", x_rate_limit_reset="1"), RefusedCall),
        (says(503, b""), RefusedCall),
        (resets, BrokenOff),
    ],
)
def test_an_answer_that_does_not_begin_is_told_apart(start: Start, answer: Answer, trouble: type[Exception]) -> None:
    with pytest.raises(trouble):
        LastingAnswer(start(answer).url, within=5.0).open("/stream", {})


def test_a_server_that_never_answers_is_left_after_a_while(start: Start) -> None:
    with pytest.raises(BrokenOff):
        LastingAnswer(start(is_silent).url, within=0.2).open("/stream", {})


def test_a_server_that_is_not_there_was_not_reached(start: Start) -> None:
    server = start(is_silent)
    url = server.url
    server.close()
    with pytest.raises(NotReached):
        LastingAnswer(url, within=1.0).open("/stream", {})


def test_another_thread_ends_it_while_it_waits_for_a_line(start: Start) -> None:
    server = start(goes_on(b'{"a":1}\n', ends="silent"))
    answer = LastingAnswer(server.url, within=5.0, silence=60.0)
    lines = answer.lines(answer.open("/stream", {}))
    assert next(lines) == b'{"a":1}'
    threading.Timer(0.02, answer.hang_up).start()
    assert list(lines) == []


def test_one_that_was_ended_before_it_began_reads_nothing(start: Start) -> None:
    answer = LastingAnswer(start(goes_on(b'{"a":1}\n')).url, within=5.0)
    answer.hang_up()
    assert list(answer.lines(answer.open("/stream", {}))) == []
