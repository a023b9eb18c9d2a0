"""A small server that answers as X may, or fails as networks do; it records its requests."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.gateways.networks.x import XNetwork

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657_000, tzinfo=UTC)
US = {"id": "900", "username": "Northwind", "name": "Northwind"}
PRIYA = {"id": "901", "username": "priya_k", "name": "Priya K.", "public_metrics": {"followers_count": 42}}


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answer = Callable[["Server", socket.socket, Request], None]


class Server:
    """Listens on loopback; each connection reads one request and gives it to `answer`."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[Request] = []
        self.connections = 0
        self.over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        self.over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                wire, _ = self._listener.accept()
                self.connections += 1
                self._threads.append(threading.Thread(target=self._serve, args=(wire,), daemon=True))
                self._threads[-1].start()

    def _serve(self, wire: socket.socket) -> None:
        with wire, suppress(OSError):
            wire.settimeout(20)
            request = read_request(wire)
            if request:
                self.requests.append(request)
                self.answer(self, wire, request)
                wire.shutdown(socket.SHUT_WR)
                wire.recv(1)  # until the other side has closed: closing earlier could cut the answer off


Start = Callable[[Answer], Server]


@pytest.fixture
def start() -> Iterator[Start]:
    """Yield a function that starts servers; close them after the test."""
    servers: list[Server] = []

    def begin(answer: Answer) -> Server:
        servers.append(Server(answer))
        return servers[-1]

    yield begin
    for server in servers:
        server.close()


def read_request(wire: socket.socket) -> Request | None:
    """Return one request, or None when it is not HTTP."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        more = wire.recv(65536)
        seen += more
        if not more or seen[:1] == b"\x16":  # a TLS greeting
            return None
    head, _, body = seen.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.casefold(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += wire.recv(65536)
    method, target, _ = first.split(" ")
    query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
    return Request(method, urlsplit(target).path, query, headers, body)


def whole(status: int, body: bytes | str | dict[str, Any], **headers: str) -> bytes:
    """Return an HTTP answer as bytes."""
    if isinstance(body, dict):
        body = json.dumps(body)
    content = body.encode() if isinstance(body, str) else body
    lines = {"Content-Length": str(len(content)), "Date": format_datetime(NOON, usegmt=True)}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = f"HTTP/1.1 {status} As Told\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return head.encode() + b"\r\n" + content


def says(status: int, body: bytes | str | dict[str, Any] = b"", **headers: str) -> Answer:
    """Answer with `status` and `body`."""
    return lambda _server, wire, _request: wire.sendall(whole(status, body, **headers))


def resets(_server: Server, wire: socket.socket, _request: Request) -> None:
    """Reset the connection at once, as after a crash."""
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.close()


def is_silent(server: Server, _wire: socket.socket, _request: Request) -> None:
    """Never answer."""
    server.over.wait(30)


def snowflake(at: datetime, number: int = 0) -> str:
    """Return an id that X would assign at `at`."""
    return str((((at - _EPOCH) // timedelta(milliseconds=1)) << 22) + number)


def moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def post(at: datetime, text: str = "@Northwind my parcel is late", **changes: Any) -> dict[str, Any]:
    """Return a post of Priya's that names us, as X writes it."""
    return {
        "id": snowflake(at),
        "author_id": PRIYA["id"],
        "conversation_id": snowflake(at),
        "created_at": moment(at),
        "text": text,
        "lang": "en",
        "reply_settings": "everyone",
        "entities": {"mentions": [{"start": 0, "end": 10, "username": "northwind", "id": US["id"]}]},
    } | changes


@dataclass
class Timeline:
    """Answers reads as X does: newest first, after since_id, in pages."""

    posts: Sequence[Any]
    page: int = 100
    shows: int = 10**9  # number of the newest posts that it shows
    users: Sequence[Any] = field(default_factory=lambda: [PRIYA])

    def __call__(self, _server: Server, wire: socket.socket, request: Request) -> None:
        since, start = int(request.query.get("since_id", 0)), int(request.query.get("pagination_token", 0))
        after = [one for one in self.posts if not isinstance(one, dict) or int(one.get("id", 10**18)) > since]
        newest = after[::-1][: self.shows]
        meta: dict[str, Any] = {"result_count": len(newest[start : start + self.page])}
        if start + self.page < len(newest):
            meta["next_token"] = str(start + self.page)
        shown = newest[start : start + self.page]
        body = {"data": shown, "includes": {"users": list(self.users)}, "meta": meta} if shown else {"meta": meta}
        wire.sendall(whole(200, body))


def x_at(url: str, **changes: Any) -> XNetwork:
    """Return X at `url`, with keys that must never be seen."""
    keys = {
        "consumer_key": "canary-ck-1f0e",
        "consumer_secret": "canary-cs-2f0e",
        "access_token": "900-canary-at-3f0e",
        "access_token_secret": "canary-as-4f0e",
    }
    return XNetwork(**{"account": "900", "handle": "Northwind", "api_url": url, "timeout": 8.0, **keys, **changes})
