"""The ways in which a call to the outside goes wrong: before a connection, before an answer, and by the answer."""

import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bot.gateways.networks.certify.interference import SPOILED_CALLS, Forward, Handler, Play, StandInAnswer

NO_SUCH_HOST = "no-such-host.invalid"
_REAL = socket.getaddrinfo
_FAR = 10**9  # seconds that an odd answer asks us to wait


@dataclass(frozen=True, slots=True)
class Way:
    """One way to go wrong.

    `play`: what becomes of the call; None: it never arrives, and `leads` says to which address it is made instead.
    `done`: the other side carried it out. `tells`: whoever called can know that it was not carried out.
    `endless`: only the caller's own patience ends it.
    """

    name: str
    play: Play | None = None
    leads: str = ""
    done: bool = False
    tells: bool = False
    endless: bool = False
    status: int = 0  # of a refusal

    def __str__(self) -> str:
        return self.name


def _reset(handler: Handler, _forward: Forward) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def _head_in_drops(handler: Handler, forward: Forward) -> None:
    forward()
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.interference.released.wait(0.02):
        handler.wfile.write(b"a")


def _longer_than_said(handler: Handler, forward: Forward) -> None:
    answer = forward()
    handler.give_all(answer, length=max(len(answer.body) - 3, 0))


def _twice(handler: Handler, forward: Forward) -> None:
    answer = forward()
    handler.give_all(answer)
    handler.give_all(answer)


def _says(status: int, body: bytes = b"", **headers: str) -> Play:
    def play(handler: Handler, _forward: Forward) -> None:
        handler.give(status, body, **headers)

    return play


def _done_and(status: int, headers: Sequence[tuple[str, str]]) -> Play:
    def play(handler: Handler, forward: Forward) -> None:
        handler.give_all(StandInAnswer(status, [*headers], forward().body))

    return play


def _refusal(status: int, **headers: str) -> Way:
    """Return a refusal with a page: a proxy on the way may give it as well as the other side itself."""
    page = b"<html><title>No</title></html>"
    said = "".join(f", {name.replace('_', '-')}: {value}" for name, value in headers.items())
    return Way(
        f"{status} with a page{said}",
        _says(status, page, Content_Type="text/html", **headers),
        tells=True,
        status=status,
    )


WAYS: tuple[Way, ...] = (
    Way("nobody listens", leads="closed", tells=True),
    Way("no such host", leads="unknown", tells=True),
    Way("no connection in time", leads="full", tells=True, endless=True),
    Way("no TLS", leads="plain", tells=True),
    Way("resets the connection before it is done", _reset),
    Way("one byte of the head at a time, done", _head_in_drops, done=True, endless=True),
    Way("a body longer than it says, done", _longer_than_said, done=True),
    Way("two answers to one call, done", _twice, done=True),
    Way("a success in place of the usual one, done", _done_and(204, ()), done=True),
    *(Way(one.name, one.play, done=one.done, endless=one.endless) for one in SPOILED_CALLS),
    *(_refusal(status) for status in (400, 401, 403, 404, 409, 410, 422, 429)),
    _refusal(429, Retry_After="7"),
    _refusal(429, Retry_After=f"{_FAR}"),
    _refusal(429, Retry_After="-1"),
    _refusal(429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"),
)
SAMPLE = ("nobody listens", "resets the connection after it was done", "404 with a page", "500 before")


@dataclass
class Elsewhere:
    """Addresses at which no call arrives, for an address at which it would."""

    opened: list[socket.socket] = field(default_factory=list)

    def address(self, url: str, leads: str) -> str:
        """Return where the call goes instead; the same address for a way that spoils it later."""
        parts = urlsplit(url)
        if leads == "closed":
            return urlunsplit(parts._replace(netloc="127.0.0.1:9"))
        if leads == "unknown":
            return urlunsplit(parts._replace(netloc=f"{NO_SUCH_HOST}:{parts.port}"))
        if leads == "full":
            return urlunsplit(parts._replace(netloc=f"127.0.0.1:{self._full()}"))
        return urlunsplit(parts._replace(scheme="https")) if leads == "plain" else url

    def _full(self) -> int:
        """Return a port whose queue of connections is full, so that no further one is accepted."""
        if not self.opened:
            server = socket.create_server(("127.0.0.1", 0), backlog=0)
            self.opened.append(server)
            for _ in range(3):
                waiting = socket.socket()
                waiting.settimeout(0)
                waiting.connect_ex(server.getsockname())
                self.opened.append(waiting)
        return int(self.opened[0].getsockname()[1])

    def close(self) -> None:
        """Close what was opened."""
        for one in self.opened:
            one.close()


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """Open such addresses; no name is asked for outside of this machine."""

    def resolved(host: Any, *rest: Any, **more: Any) -> Any:
        if host == NO_SUCH_HOST:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return _REAL(host, *rest, **more)

    opened = Elsewhere()
    socket.getaddrinfo = resolved
    try:
        yield opened
    finally:
        socket.getaddrinfo = _REAL
        opened.close()
