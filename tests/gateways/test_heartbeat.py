"""The heartbeat sends one request, follows no redirect, waits a bounded time and never logs its address."""

import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.gateways import heartbeat


class Outside(ThreadingHTTPServer):
    """A server that counts its requests."""

    daemon_threads = True
    status = 200
    asked: list[str]


class _Answer(BaseHTTPRequestHandler):
    server: Outside

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print no log line."""


@pytest.fixture
def outside() -> Iterator[Outside]:
    server = Outside(("127.0.0.1", 0), _Answer)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def address(server: Outside) -> str:
    return f"http://127.0.0.1:{server.server_port}/beat/a-secret-word"


def test_the_address_is_asked_once(outside: Outside) -> None:
    assert heartbeat.ping(address(outside))
    assert outside.asked == ["/beat/a-secret-word"]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_it_answers_is_not_followed_and_is_only_logged(
    outside: Outside, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    outside.status = status
    caplog.set_level(logging.WARNING)
    assert not heartbeat.ping(address(outside))
    assert outside.asked == ["/beat/a-secret-word"]
    assert f"status={status}" in caplog.text
    assert "a-secret-word" not in caplog.text


def test_nobody_there_is_no_trouble_for_the_desk(outside: Outside, caplog: pytest.LogCaptureFixture) -> None:
    gone = address(outside)
    outside.shutdown()
    outside.server_close()
    caplog.set_level(logging.WARNING)
    assert not heartbeat.ping(gone)
    assert "a-secret-word" not in caplog.text
