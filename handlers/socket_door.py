"""Socket Mode: keeps a connection to Slack open, and checks whether requests still arrive."""

import contextlib
import json
import logging
import math
import socket
import threading
import time
from collections.abc import Callable

from slack_bolt import App
from slack_bolt.adapter.socket_mode.base_handler import BaseSocketModeHandler
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.gateways.findings import Finding, bad
from handlers.bolt import CONCURRENCY
from handlers.hearing import InHand, stuck

log = logging.getLogger(__name__)

A_CLICK = 64 * 1024  # bytes read at once: a click with its message, whole
CLOSES_WITHIN = 5.0  # real seconds
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # real seconds between two tries to connect
CALM = 120.0  # real seconds without a new connection, after which the next one is opened at once
PING_EVERY = 2.0  # real seconds; after four of these without an answer the SDK gives a connection up
LETS_GO_WITHIN = 0.1  # real seconds that the SDK waits on a connection that is being replaced: only after
# this wait it reads the new one (its default of three seconds loses the first click)
SILENT = 30.0  # real seconds without a sign of Slack: the SDK has had time to notice and to connect again

_TOKEN = (
    "Put this app's own app-level token (xapp-, with connections:write) into SLACK_APP_TOKEN, "  # noqa: S105 - a sentence
    "and start the desk again."
)
_SWITCH = "Switch Socket Mode on in the app's settings at api.slack.com/apps; the desk then connects by itself."
_TOO_MANY = "Stop the other desks that run with the same app token: Slack hands each click to any one of them."
_RESTART = "Restart the desk; nothing is lost by that."
_LOOK = "See whether this machine reaches Slack: the desk goes on trying by itself. If it does, restart the desk."
_REMEDIES = {
    "access_denied": _TOKEN,
    "account_inactive": _TOKEN,
    "forbidden_team": _TOKEN,
    "invalid_auth": _TOKEN,
    "missing_scope": _TOKEN,
    "no_permission": _TOKEN,
    "not_allowed_token_type": _TOKEN,
    "not_authed": _TOKEN,
    "token_expired": _TOKEN,
    "token_revoked": _TOKEN,
}
_DEAF = "The desk does not hear what is pressed and typed in Slack"
_CLOSING = logging.getLogger(f"{__name__}.closing")  # the SDK logs our own closing as a fault
_CLOSING.setLevel(logging.CRITICAL + 1)


class Patient(SocketModeClient):
    """The SDK's client, with growing pauses between requests for a new address.

    Slack allows about one such request a minute; the SDK makes one every few seconds, and waits in the thread that
    dispatches clicks when Slack asks it to slow down.
    """

    def __init__(self, app: App, app_token: str, monotonic: Callable[[], float], ping_every: float) -> None:
        self._monotonic = monotonic
        self._asked_at, self._next_at, self._wait = -math.inf, -math.inf, FIRST_WAIT
        self.refused = ""  # Slack's error code of the last request for an address
        super().__init__(
            app_token,
            logger=app.logger,
            web_client=app.client,
            proxy=app.client.proxy,
            ping_interval=ping_every,
            receive_buffer_size=A_CLICK,
            concurrency=CONCURRENCY,
        )

    def rests_for(self) -> float:
        """Return the seconds until a new address may be asked for; none or less: now."""
        return self._next_at - self._monotonic()

    def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Reconnect, unless it is too early; the SDK's monitor tries again every few seconds."""
        if self.rests_for() <= 0:
            super().connect_to_new_endpoint(force)

    def issue_new_wss_url(self) -> str:
        """Ask Slack for an address; store the error code of a refusal. Raises what the call raises."""
        now = self._monotonic()
        calm = now - self._asked_at > CALM
        self._wait = FIRST_WAIT if calm else min(self._wait * 2, LONGEST_WAIT)
        self._asked_at, self._next_at = now, now + self._wait
        try:
            address = str(self.web_client.apps_connections_open(app_token=self.app_token)["url"])
        except SlackApiError as refused:
            self.refused = str(refused.response.get("error") or "unknown")
            after = str(refused.response.headers.get("Retry-After", ""))
            if after.isascii() and after.isdecimal():
                self._next_at = max(self._next_at, now + int(after[:4]))
            raise
        self.refused = ""
        return address


class SocketDoor(BaseSocketModeHandler):
    """Connects in the background and keeps trying, since Slack may be down when the desk starts."""

    name = "slack"
    again = "The desk hears Slack again. Please press once more what did nothing"

    def __init__(
        self,
        app: App,
        app_token: str,
        monotonic: Callable[[], float] = time.monotonic,
        ping_every: float = PING_EVERY,
        acked: Callable[[float], object] = lambda _: None,
    ) -> None:
        self.app, self._monotonic, self._acked = app, monotonic, acked
        self.client: Patient = Patient(app, app_token, monotonic, ping_every)
        self.client.socket_mode_request_listeners.append(self.handle)
        self.client.on_message_listeners.append(self._heard)
        self._in_hand, self._stopping = InHand(monotonic), threading.Event()
        self._heard_at, self._sent_away = monotonic(), ("", -math.inf)
        self._pong: tuple[str, float | None] | None = None

    def start(self, connected: Callable[[], None] = lambda: None) -> None:
        """Connect from a thread of its own; call `connected` once."""
        self._heard_at = self._monotonic()
        threading.Thread(target=self._connect, args=(connected,), name="socket-mode", daemon=True).start()

    def handle(self, client: BaseSocketModeClient, req: SocketModeRequest) -> None:
        """Hand a request to Bolt, and its answer back to Slack; a desk that stops answers none, so Slack says so."""
        if self._stopping.is_set():
            return
        since = self._monotonic()
        with self._in_hand.one():
            send_response(client, req, run_bolt_app(self.app, req), time.time())
        self._acked(self._monotonic() - since)

    def deaf(self) -> Finding | None:
        """Return why clicks do not arrive now, or None."""
        if stopped := self._stopped():
            return bad(f"{_DEAF}: a part of its connection has stopped ({stopped}).", _RESTART)
        if refusal := self._refusal():
            return bad(f"{_DEAF}: Slack refuses the connection ({refusal[0]}).", refusal[1])
        silent = self._monotonic() - self._last_sign()
        if silent > SILENT:
            why = f" and refuses the connection ({self.client.refused})" if self.client.refused else ""
            return bad(f"{_DEAF}: Slack has given no sign for {silent:.0f} s{why}.", _LOOK)
        return stuck("What was pressed in Slack", self._in_hand)

    def _connect(self, connected: Callable[[], None]) -> None:
        while not self._stopping.is_set():
            try:
                self.client.connect()
            except Exception as trouble:  # noqa: BLE001 - whatever it is, Slack is tried again
                wait = max(self.client.rests_for(), FIRST_WAIT)
                log.warning(
                    "socket.not_connected kind=%s why=%s wait=%.0f",
                    type(trouble).__name__,
                    self.client.refused,
                    wait,
                )
                self._stopping.wait(wait)
            else:
                connected()
                return

    def _heard(self, message: str) -> None:
        """Record a message of Slack's, and send each acknowledgement without waiting for the one before."""
        self._heard_at = self._monotonic()
        session = self.client.current_session
        link = session.sock if session else None
        if link is not None:
            with contextlib.suppress(OSError):  # it may be closing
                link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if '"disconnect"' in message and self._told_to_go(message):
                with contextlib.suppress(OSError):
                    link.settimeout(LETS_GO_WITHIN)

    def _told_to_go(self, message: str) -> bool:
        with contextlib.suppress(ValueError):
            said = json.loads(message)
            if isinstance(said, dict) and said.get("type") == "disconnect":
                self._sent_away = (str(said.get("reason", "")), self._monotonic())
                log.info("socket.sent_away why=%s", self._sent_away[0])
                return True
        return False

    def _last_sign(self) -> float:
        """Return when Slack was last heard; the SDK only stores its newest answered ping."""
        session = self.client.current_session
        pong = (session.session_id, session.last_ping_pong_time) if session and session.is_active() else None
        if pong is not None and pong[1] is not None and pong != self._pong:
            self._pong, self._heard_at = pong, self._monotonic()
        return self._heard_at

    def _refusal(self) -> tuple[str, str] | None:
        """Return the sentence for Slack's reason of a disconnect, or of another connection, with a remedy."""
        if self.client.refused in _REMEDIES:
            return self.client.refused, _REMEDIES[self.client.refused]
        word, at = self._sent_away
        if word == "too_many_websockets" and self._monotonic() - at < CALM:
            return word, _TOO_MANY
        if word == "link_disabled" and not self.client.is_connected():
            return word, _SWITCH
        return None

    def _stopped(self) -> str:
        """Return the names of the SDK's threads that have ended."""
        runners = {
            "receiver": self.client.current_session_runner,
            "messages": self.client.message_processor,
            "monitor": self.client.current_app_monitor,
        }
        threads: dict[str, threading.Thread | None] = {name: one.thread for name, one in runners.items()}
        ended = (name for name, one in threads.items() if one is None or (one.ident and not one.is_alive()))
        return ", ".join(ended)

    def in_hand(self) -> list[str]:
        """Return a name for each request that is in work."""
        return ["click"] * len(self._in_hand)

    def halt(self) -> None:
        """Take no further request."""
        self._stopping.set()

    def stop(self, within: float = CLOSES_WITHIN) -> None:
        """Answer what is in work, and close the connection; both within a time limit.

        The SDK's close can wait for ever during a reconnect.
        """
        self.halt()
        self._in_hand.settle(min(within, CLOSES_WITHIN))
        self.client.logger = _CLOSING
        closing = threading.Thread(target=self._close, name="socket-close", daemon=True)
        closing.start()
        closing.join(min(within, CLOSES_WITHIN))

    def _close(self) -> None:
        with contextlib.suppress(AttributeError, OSError):  # its other thread may have closed the socket already
            self.client.close()
