"""Bolt as the frame of the doors: no call of its own at start, answers only what is committed."""

import contextlib
import logging
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.ports.requests import Requests

log = logging.getLogger(__name__)

CONCURRENCY = 16  # clicks handled at once; each commits in about a millisecond
A_CLICK = 64 * 1024  # bytes read at once: a click with its message, whole
CLOSES_WITHIN = 5.0  # real seconds
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # real seconds between two tries to connect


def bolt_app(client: WebClient, *, team: str, bot_user: str, bot_id: str) -> App:
    """Return a Bolt app that knows who it is (ARCHITECTURE 6: ids pinned at start) and answers last.

    `client` needs no token: it only lends its address to Socket Mode. The desk speaks through its own gateway.
    It checks no signature: over HTTP `OnlySigned` stands in front of it, and Socket Mode has none.
    """

    def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=team, bot_user_id=bot_user, bot_id=bot_id, bot_token="")

    client.token = None  # beside `authorize`, Bolt warns even of an empty one
    logging.getLogger("slack_bolt.App").addFilter(_news)
    return App(
        name="heard",  # else Bolt reads the whole call stack to find one, a twentieth of the start
        client=client,
        authorize=authorize,
        signing_secret="",
        request_verification_enabled=False,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        listener_executor=ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="bolt"),
    )


def _news(record: logging.LogRecord) -> bool:
    """Tell whether Bolt says something new; that it leaves SLACK_BOT_TOKEN alone is as we want it."""
    return "`token` will be unused" not in record.getMessage()


_CLOSING = logging.getLogger(f"{__name__}.closing")  # the SDK takes our own closing for a fault, and says so
_CLOSING.setLevel(logging.CRITICAL + 1)


class SocketDoor:
    """Socket Mode: connects in the background and keeps trying, since Slack may be down when the desk starts."""

    def __init__(self, app: App, app_token: str) -> None:
        self._handler = SocketModeHandler(app, app_token, concurrency=CONCURRENCY, receive_buffer_size=A_CLICK)
        self._handler.client.on_message_listeners.append(self._at_once)
        self._stopping = threading.Event()

    def start(self, connected: Callable[[], None] = lambda: None) -> None:
        """Connect from a thread of its own; call `connected` once."""
        threading.Thread(target=self._connect, args=(connected,), name="socket-mode", daemon=True).start()

    def _connect(self, connected: Callable[[], None]) -> None:
        wait = FIRST_WAIT
        while not self._stopping.is_set():
            try:
                self._handler.connect()  # type: ignore[no-untyped-call] # Bolt leaves it untyped
            except Exception as trouble:  # noqa: BLE001 - whatever it is, Slack is tried again
                log.warning("socket.not_connected kind=%s wait=%.0f", type(trouble).__name__, wait)
                self._stopping.wait(wait)
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                connected()
                return

    def _at_once(self, _message: str) -> None:
        """Let no ack wait until the one before it has arrived; the first message of each connection is its hello."""
        session = self._handler.client.current_session
        link = session.sock if session else None
        if link is not None:
            with suppress(OSError):  # it may be closing
                link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def stop(self) -> None:
        """Close the connection; the SDK's own close can wait for ever when it races a reconnect, so it is bounded."""
        self._stopping.set()
        self._handler.client.logger = _CLOSING
        closing = threading.Thread(target=self._close, name="socket-close", daemon=True)
        closing.start()
        closing.join(CLOSES_WITHIN)

    def _close(self) -> None:
        with contextlib.suppress(AttributeError, OSError):  # its other thread may have closed the socket already
            self._handler.close()  # type: ignore[no-untyped-call] # Bolt leaves it untyped


class HttpDoor:
    """Signed HTTP through WSGI: Slack's requests come through your own proxy."""

    def __init__(self, app: App, host: str, port: int, *, secret: str, store: Requests) -> None:
        from slack_bolt.adapter.wsgi import SlackRequestHandler  # noqa: PLC0415 - HTTP mode only
        from waitress.server import create_server  # noqa: PLC0415 - HTTP mode only

        from handlers.signed import LONGEST, OnlySigned  # noqa: PLC0415 - HTTP mode only

        self._server = create_server(
            OnlySigned(SlackRequestHandler(app), secret, store),
            host=host,
            port=port,
            threads=CONCURRENCY,
            max_request_body_size=LONGEST,
        )
        self.port = int(self._server.effective_port)

    def start(self, connected: Callable[[], None] = lambda: None) -> None:
        """Listen from a thread of its own."""
        threading.Thread(target=self._server.run, name="http", daemon=True).start()
        connected()

    def stop(self) -> None:
        """Stop listening."""
        self._server.close()
