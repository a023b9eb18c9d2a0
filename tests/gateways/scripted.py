"""A small HTTP server in place of Slack: each request gets the next answer of a script."""

import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs

Play = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Asked:
    """One recorded request."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Scripted:
    """The planned answers and the recorded requests."""

    plays: deque[Play] = field(default_factory=deque)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    release: threading.Event = field(default_factory=threading.Event)  # releases late answers

    def will(self, *plays: Play) -> None:
        self.plays.extend(plays)

    def __enter__(self) -> Self:
        script = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                script.asked.append(Asked(self.path, dict(self.headers.items()), self._body()))
                (script.plays.popleft() if script.plays else ok())(self)

            def _body(self) -> dict[str, Any]:
                raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                if "json" in self.headers.get("Content-Type", ""):
                    return json.loads(raw or "{}")
                return {name: values[0] for name, values in parse_qs(raw).items()}

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/api/"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release.set()
        self.server.shutdown()
        self.server.server_close()


def says(status: int, body: bytes, **headers: str) -> Play:
    def play(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return play


def ok(_status: int = 200, **fields: object) -> Play:
    return says(_status, json.dumps({"ok": True, **fields}).encode(), Content_Type="application/json")


def no(code: str, _status: int = 200, **headers: str) -> Play:
    body = json.dumps({"ok": False, "error": code}).encode()
    return says(_status, body, Content_Type="application/json", **headers)


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.close()


def breaks_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"ok": tr')
    handler.close_connection = True


def keeps_silent(script: Scripted) -> Play:
    def play(handler: BaseHTTPRequestHandler) -> None:
        script.release.wait(30)
        handler.close_connection = True

    return play


def drips(script: Scripted) -> Play:
    def play(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not script.release.wait(0.02):
            handler.wfile.write(b" ")
        handler.close_connection = True

    return play
