"""A minimal Slack and X: answers every call at once, and opens Socket Mode on a bare socket."""

import base64
import hashlib
import itertools
import json
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.rehearsal.workspace import cast

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
PATIENCE = 30.0  # seconds after which an answer counts as missing

Json = dict[str, Any]


class Socket:
    """One Socket Mode connection: sends envelopes, and records when each was acknowledged."""

    def __init__(self, conn: socket.socket) -> None:
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._conn, self._file = conn, conn.makefile("rb")
        self._sending = threading.Lock()
        self._numbers = itertools.count(1)
        self._sent: dict[str, float] = {}
        self.acked: dict[str, float] = {}  # milliseconds, by envelope
        self.answers: dict[str, Json] = {}
        self.first_ack = 0.0  # time.perf_counter()
        self._news = threading.Condition()
        self._say({"type": "hello", "num_connections": 1, "connection_info": {"app_id": cast.APP}})

    def send(self, payload: Json) -> str:
        """Send an interactive payload; return its envelope's id."""
        envelope = f"e{next(self._numbers)}"
        wrapped = {"envelope_id": envelope, "type": "interactive", "accepts_response_payload": True}
        frame = json.dumps({**wrapped, "payload": payload}).encode()
        self._sent[envelope] = time.perf_counter()
        self._frame(TEXT, frame)
        return envelope

    def press(self, payload: Json) -> float:
        """Send a payload and wait for its acknowledgement; return the milliseconds in between."""
        return self.ack_of(self.send(payload))

    def ack_of(self, envelope: str) -> float:
        """Wait until an envelope was acknowledged; return how many milliseconds it took."""
        with self._news:
            if not self._news.wait_for(lambda: envelope in self.acked, PATIENCE):
                raise TimeoutError("a click was never acknowledged")
            return self.acked[envelope]

    def listen(self) -> None:
        """Read messages until the other side closes the connection."""
        while (found := self._read()) is not None:
            kind, body = found
            if kind == TEXT:
                self._heard(body)
            elif kind == PING:
                self._frame(PONG, body)
            elif kind == CLOSE:
                return

    def _heard(self, body: bytes) -> None:
        now = time.perf_counter()
        envelope = str(json.loads(body).get("envelope_id"))
        with self._news:
            self.acked[envelope] = (now - self._sent[envelope]) * 1_000
            self.first_ack = self.first_ack or now
            self._news.notify_all()

    def _read(self) -> tuple[int, bytes] | None:
        head = self._file.read(2)
        if len(head) < 2:
            return None
        size = head[1] & 127
        if size == 126:
            [size] = struct.unpack(">H", self._file.read(2))
        elif size == 127:
            [size] = struct.unpack(">Q", self._file.read(8))
        mask = self._file.read(4) if head[1] & 128 else b"\0\0\0\0"
        masked = self._file.read(size)
        return head[0] & 15, bytes(one ^ mask[n % 4] for n, one in enumerate(masked))

    def _say(self, said: Json) -> None:
        self._frame(TEXT, json.dumps(said).encode())

    def _frame(self, kind: int, body: bytes) -> None:
        size = len(body)
        if size < 126:
            head = struct.pack(">BB", 128 | kind, size)
        elif size < 65_536:
            head = struct.pack(">BBH", 128 | kind, 126, size)
        else:
            head = struct.pack(">BBQ", 128 | kind, 127, size)
        with self._sending:
            self._conn.sendall(head + body)


class Wire:
    """A server on 127.0.0.1; its sockets are found by the app-level token that opened them."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._sockets: dict[str, Socket] = {}
        self._news = threading.Condition()
        self._greetings: dict[str, Json] = {}
        wire = self

        class Handler(_Handler):
            serving = wire

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def greet(self, token: str, payload: Json) -> None:
        """Send this payload once, as soon as the app with this token connects."""
        self._greetings[token] = payload

    def socket_of(self, token: str) -> Socket:
        """Wait until an app has connected; return its connection."""
        with self._news:
            if not self._news.wait_for(lambda: token in self._sockets, PATIENCE):
                raise TimeoutError("nobody connected")
            return self._sockets[token]

    def forget(self, token: str) -> None:
        """Remove the connection of an app that has ended."""
        with self._news:
            self._sockets.pop(token, None)

    def connected(self, token: str, conn: socket.socket) -> None:
        """Serve a connection until it ends."""
        found = Socket(conn)
        greeting = self._greetings.pop(token, None)
        if greeting is not None:
            found.send(greeting)
        with self._news:
            self._sockets[token] = found
            self._news.notify_all()
        found.listen()

    def answer(self, method: str, asked: dict[str, str], token: str) -> Json:
        """Answer one method of Slack's Web API."""
        if method == "apps.connections.open":
            return {"ok": True, "url": f"{self.url.replace('http', 'ws', 1)}/link/{token}"}
        if method in {"chat.postMessage", "chat.update"}:
            ts = asked.get("ts") or f"1700000000.{next(self._numbers):06d}"
            return {"ok": True, "channel": asked.get("channel", cast.CARE), "ts": ts}
        return {"ok": True, **_ANSWERS.get(method, lambda _: {})(asked)}


def _me(_: dict[str, str]) -> Json:
    who = {"team": cast.TEAM_NAME, "team_id": cast.TEAM, "user": cast.BOT_NAME, "user_id": cast.BOT_USER}
    return {**who, "bot_id": cast.BOT, "url": "https://northwind.slack.example/"}


def _person(asked: dict[str, str]) -> Json:
    user = asked.get("user", cast.ANA)
    return {"user": {"id": user, "team_id": cast.TEAM, "name": user.lower(), "real_name": user, "tz": "UTC"}}


_ANSWERS = {
    "auth.test": _me,
    "users.info": _person,
    "usergroups.users.list": lambda _: {"users": [cast.BEN, cast.CARO]},
    "conversations.history": lambda _: {"messages": []},
}
_X_ME = {"data": {"id": "42", "username": "northwind", "name": "Northwind"}}
_X_NOTHING = {"meta": {"result_count": 0}}
_STREET_NOTHING: Json = {"changes": [], "cursor": "", "more": False}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    serving: Wire

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        if self.headers.get("content-type", "").startswith("application/json"):
            asked = {name: str(value) for name, value in json.loads(sent or "{}").items()}
        else:
            asked = {name: values[-1] for name, values in parse_qs(sent).items()}
        token = self.headers.get("authorization", "").removeprefix("Bearer ")
        self._answer(self.serving.answer(urlsplit(self.path).path.removeprefix("/api/"), asked, token))

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/link/"):
            self._open(path.removeprefix("/link/"))
        elif path.startswith("/x/"):
            self._answer(_X_ME if path.endswith("/users/me") else _X_NOTHING)
        elif path.startswith("/s/"):
            self._answer(_STREET_NOTHING)
        else:
            self.do_POST()

    def _open(self, token: str) -> None:
        key = hashlib.sha1((self.headers["sec-websocket-key"] + GUID).encode()).digest()  # noqa: S324 - RFC 6455
        self.send_response(101)
        for name, value in (("Upgrade", "websocket"), ("Connection", "Upgrade")):
            self.send_header(name, value)
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(key).decode())
        self.end_headers()
        self.close_connection = True
        self.serving.connected(token, self.connection)

    def _answer(self, said: Json) -> None:
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print no log line."""
