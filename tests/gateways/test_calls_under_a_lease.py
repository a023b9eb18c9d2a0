"""A call to the outside writes nothing once the lease under which it is made has ended."""

import socket
import threading
from collections.abc import Iterator

import pytest

from bot.gateways.networks.answers import NotReached
from bot.gateways.networks.wire import WireSession
from bot.gateways.slack_wire import post_json
from bot.ports.leases import only_while


class Listener:
    """A server that takes connections, and keeps what is written to it."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.written, self.connected, self._closed = b"", threading.Event(), False
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def _take(self) -> None:
        while True:
            try:
                conn, _ = self._server.accept()
            except OSError:
                return
            self.connected.set()
            with conn:
                self.written += conn.recv(1_000)
                conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    def close(self) -> None:
        """Wait for what is written to the connections so far; may be called again."""
        if self._closed:
            return
        self._closed = True
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.close()


class Ends:
    """A lease that ends after so many questions: as when the process is stopped between connecting and writing."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self) -> float:
        self.left -= 1
        return 30.0 if self.left >= 0 else -1.0


@pytest.mark.parametrize("after", [0, 1, 2])
def test_nothing_is_written_to_a_network_after_the_lease(listener: Listener, after: int) -> None:
    session = WireSession(listener.url, 5.0)
    with only_while(Ends(after)), pytest.raises(NotReached):
        session.request("POST", f"{listener.url}/2/tweets", data=b"words")
    listener.close()
    assert listener.written == b""


def test_nothing_is_written_to_slack_after_the_lease(listener: Listener) -> None:
    with only_while(Ends(0)), pytest.raises(OSError, match="lease has ended"):
        post_json(f"{listener.url}/chat.postMessage", {"text": "words"})
    assert listener.connected.wait(5), "it is asked right before the bytes are written"
    listener.close()
    assert listener.written == b""


def test_under_a_lease_and_without_one_calls_are_made(listener: Listener) -> None:
    assert post_json(f"{listener.url}/chat.postMessage", {"text": "words"}) == 200
    with only_while(lambda: 30.0):
        assert post_json(f"{listener.url}/chat.postMessage", {"text": "words"}) == 200
        answer = WireSession(listener.url, 5.0).request("POST", f"{listener.url}/2/tweets", data=b"words")
    assert answer.status_code == 200
