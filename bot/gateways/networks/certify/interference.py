"""A server between a network and its stand-in, which passes calls on and spoils chosen ones."""

import gzip
import http.client
import json
import socket
import struct
import threading
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

from bot.domain.base.quick_dataclass import dataclass

_LARGE = 12 * 1024 * 1024  # bytes, more than a network may take in
_DEEP = 100_000  # brackets in brackets
_WITHIN = 20.0  # seconds for a call to the stand-in


@dataclass(frozen=True, slots=True)
class StandInAnswer:
    """An answer of the stand-in to a call."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


Forward = Callable[[], StandInAnswer]
Play = Callable[["Handler", Forward], None]


@dataclass(frozen=True, slots=True)
class SpoiledCall:
    """A way to spoil a call. `done`: the stand-in carried it out, and only the answer was spoiled.

    `endless`: no answer ends the call, so that only the network's own patience does.
    """

    name: str
    play: Play
    done: bool
    endless: bool = False

    def __str__(self) -> str:
        return self.name


class Interference:
    """Listens on a port of this machine; `spoil` says what becomes of the next calls."""

    def __init__(self, stand_in_url: str) -> None:
        parts = urlsplit(stand_in_url)
        self._there, self.path = (parts.hostname or "127.0.0.1", parts.port or 80), parts.path
        self._spoiled: Callable[[str, str], Play | None] = lambda _method, _path: None
        self.released = threading.Event()  # ends the calls that were left without an answer
        self.calls: list[str] = []
        self._carried_out = threading.Condition()
        self._under_way = 0  # calls that the stand-in is carrying out

    def spoil(self, which: Callable[[str, str], Play | None]) -> None:
        """Spoil calls as `which` says for a method and a path; None passes one on.

        Waits until the stand-in has carried out what came before, also for a caller that did not wait for its answer.
        """
        with self._carried_out:
            self._carried_out.wait_for(lambda: not self._under_way, _WITHIN)
        self._spoiled = which

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}{self.path}"
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def handle(self, handler: "Handler") -> None:
        """Answer one call: as the stand-in does, or spoiled."""
        self.calls.append(f"{handler.command} {handler.path}")
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        play = self._spoiled(handler.command, handler.path) or _pass_on
        play(handler, lambda: self._forward(handler, body))

    def _forward(self, handler: "Handler", body: bytes) -> StandInAnswer:
        with self._carried_out:
            self._under_way += 1
        try:
            return self._carry_out(handler, body)
        finally:
            with self._carried_out:
                self._under_way -= 1
                self._carried_out.notify_all()

    def _carry_out(self, handler: "Handler", body: bytes) -> StandInAnswer:
        connection = http.client.HTTPConnection(*self._there, timeout=_WITHIN)
        headers = {name: value for name, value in handler.headers.items() if name.lower() != "host"}
        try:
            connection.request(handler.command, handler.path, body or None, headers)
            got = connection.getresponse()
            kept = [(name, value) for name, value in got.getheaders() if name.lower() not in _OF_THE_WIRE]
            return StandInAnswer(got.status, kept, got.read())
        finally:
            connection.close()


_OF_THE_WIRE = {"content-length", "transfer-encoding", "connection", "date", "server"}


class Handler(BaseHTTPRequestHandler):
    """One call that comes in."""

    def __init__(self, interference: Interference, *args: Any) -> None:  # noqa: ANN401 - as in http.server
        self.interference = interference
        super().__init__(*args)

    def _any(self) -> None:
        self.close_connection = True
        with suppress(OSError):  # the caller went away, as with some faults it should
            self.interference.handle(self)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _any  # noqa: N815 - named by http.server

    def log_message(self, *_: object) -> None:
        """Write nothing: what a network is asked may be private."""

    def give(self, status: int, body: bytes, **headers: str) -> None:
        """Answer with a body, complete."""
        self.give_all(
            StandInAnswer(status, [(name.replace("_", "-"), value) for name, value in headers.items()], body)
        )

    def give_all(self, answer: StandInAnswer, length: int | None = None) -> None:
        """Answer; `length`: what the header claims, if it is not the truth."""
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) if length is None else length))
        self.end_headers()
        self.wfile.write(answer.body)


def _pass_on(handler: Handler, forward: Forward) -> None:
    handler.give_all(forward())


def _says(status: int, body: bytes, *, done: bool, **headers: str) -> Play:
    def play(handler: Handler, forward: Forward) -> None:
        if done:
            forward()
        handler.give(status, body, **headers)

    return play


def _hang_up(*, done: bool) -> Play:
    return lambda _handler, forward: _ignore(forward()) if done else None


def _ignore(_: object) -> None: ...


def _reset(handler: Handler, forward: Forward) -> None:
    forward()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def _half_a_head(handler: Handler, forward: Forward) -> None:
    forward()
    handler.wfile.write(b"HTTP/1.1 20")


def _half_a_body(handler: Handler, forward: Forward) -> None:
    answer = forward()
    half = StandInAnswer(answer.status, answer.headers, answer.body[: len(answer.body) // 2])
    handler.give_all(half, length=len(answer.body))


def _silence(*, done: bool) -> Play:
    def play(handler: Handler, forward: Forward) -> None:
        if done:
            forward()
        handler.interference.released.wait()

    return play


def _drip(handler: Handler, forward: Forward) -> None:
    answer = forward()
    handler.send_response(answer.status)
    handler.send_header("Content-Length", str(_LARGE))
    handler.end_headers()
    while not handler.interference.released.wait(0.02):
        handler.wfile.write(b" ")


def _no_utf8(handler: Handler, forward: Forward) -> None:
    answer = forward()
    handler.give_all(StandInAnswer(answer.status, answer.headers, b"\xff\xfe\x00" + answer.body[::-1]))


_JSON = {"Content_Type": "application/json"}
_HTML = {"Content_Type": "text/html"}
_ELSEWHERE = "http://127.0.0.1:9/elsewhere"
_PAGE = b"<html><title>Sign in to the network of this hotel</title></html>"

SPOILED_CALLS = (
    SpoiledCall("hangs up before it is done", _hang_up(done=False), done=False),
    SpoiledCall("hangs up after it was done", _hang_up(done=True), done=True),
    SpoiledCall("resets the connection after it was done", _reset, done=True),
    SpoiledCall("half a status line after it was done", _half_a_head, done=True),
    SpoiledCall("half a body after it was done", _half_a_body, done=True),
    SpoiledCall("500 before", _says(500, b"", done=False), done=False),
    SpoiledCall("500 after it was done", _says(500, b"", done=True), done=True),
    SpoiledCall("502 page before", _says(502, _PAGE, done=False, **_HTML), done=False),
    SpoiledCall("502 page after it was done", _says(502, _PAGE, done=True, **_HTML), done=True),
    SpoiledCall("503 before", _says(503, b"", done=False, Retry_After="5"), done=False),
    SpoiledCall("503 after it was done", _says(503, b"", done=True, Retry_After="5"), done=True),
    SpoiledCall("504 before", _says(504, b"", done=False), done=False),
    SpoiledCall("504 after it was done", _says(504, b"", done=True), done=True),
    SpoiledCall("an empty success after it was done", _says(200, b"", done=True, **_JSON), done=True),
    SpoiledCall("a page of success, not done", _says(200, _PAGE, done=False, **_HTML), done=False),
    SpoiledCall("broken JSON after it was done", _says(200, b'{"data": {"id": "1', done=True, **_JSON), done=True),
    SpoiledCall("a list in place of an object, done", _says(200, b"[1, 2]", done=True, **_JSON), done=True),
    SpoiledCall("null, done", _says(200, b"null", done=True, **_JSON), done=True),
    SpoiledCall("a success about nothing, not done", _says(200, b'{"ok": true}', done=False, **_JSON), done=False),
    SpoiledCall("silence, not done", _silence(done=False), done=False, endless=True),
    SpoiledCall("silence after it was done", _silence(done=True), done=True, endless=True),
    SpoiledCall("one byte at a time, done", _drip, done=True, endless=True),
    SpoiledCall("a body far too large, done", _says(200, b" " * _LARGE, done=True, **_JSON), done=True),
    SpoiledCall(
        "a small body that unpacks far too large, done",
        _says(200, gzip.compress(b" " * _LARGE), done=True, Content_Encoding="gzip", **_JSON),
        done=True,
    ),
    SpoiledCall("brackets in brackets, done", _says(200, b"[" * _DEEP, done=True, **_JSON), done=True),
    SpoiledCall("bytes that are no text, done", _no_utf8, done=True),
    SpoiledCall("sends elsewhere, not done", _says(302, b"", done=False, Location=_ELSEWHERE), done=False),
)


def with_body(change: Callable[[object], object], kept: MutableMapping[str, StandInAnswer]) -> Play:
    """Return a play that changes the JSON of an answer; each call is passed on once, and its answer `kept`."""

    def play(handler: Handler, forward: Forward) -> None:
        answer = kept.get(handler.path) or kept.setdefault(handler.path, forward())
        changed = json.dumps(change(json.loads(answer.body)), ensure_ascii=True).encode()
        handler.give_all(StandInAnswer(answer.status, answer.headers, changed))

    return play
