"""The door of a make-believe server: HTTP on a free port of this machine, answered from memory."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Published:
    """A public post of our app, as a make-believe server's own ledger has it."""

    id: str
    text: str
    answers: str


@dataclass(frozen=True, slots=True)
class CallIn:
    """A call as it came in at the door."""

    method: str
    path: str
    asked: Mapping[str, list[str]]  # what stands behind "?" in the address
    headers: Mapping[str, str]  # by name in lower case
    raw: bytes
    query: str = ""  # the same as `asked`, as it came

    @property
    def bearer(self) -> str:
        """Return the token of its `Authorization` header; "" when it has none."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    @property
    def json(self) -> Mapping[str, Any]:
        """Return the JSON object of its body."""
        found: Mapping[str, Any] = json.loads(self.raw or b"{}")
        return found


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """The answer to a call: its status, what its JSON says, and further headers."""

    status: int
    told: object
    headers: Mapping[str, str] = field(default_factory=dict)


class HungUp(Exception):
    """The connection is to be closed without an answer."""


@contextmanager
def served(answer: Callable[[CallIn], GivenAnswer]) -> Iterator[str]:
    """Open a door on 127.0.0.1 and yield its address; `answer` is called in a thread of each connection."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Door, answer))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Door(BaseHTTPRequestHandler):
    def __init__(self, answer: Callable[[CallIn], GivenAnswer], *args: Any) -> None:  # noqa: ANN401 - as in http.server
        self._answer = answer
        super().__init__(*args)

    def _any(self) -> None:
        there = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        raw = self.rfile.read(int(headers.get("content-length") or 0))
        try:
            given = self._answer(CallIn(self.command, there.path, parse_qs(there.query), headers, raw, there.query))
        except HungUp:
            self.close_connection = True
            return
        body = json.dumps(given.told).encode()
        told = {"Date": self.date_time_string(), "Content-Type": "application/json", **given.headers}
        told["Content-Length"] = str(len(body))
        self.send_response_only(given.status)
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815 - named by http.server

    def log_message(self, *_: object) -> None:
        """Write nothing."""
