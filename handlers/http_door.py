"""Slack's requests over HTTP, signed and behind your own proxy."""

import time
from collections.abc import Callable, Iterable

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler

from bot.gateways.findings import Finding, bad
from bot.ports.requests import Requests
from handlers.bolt import CONCURRENCY
from handlers.http_listener import CONNECTIONS, HttpListener
from handlers.signed import Environ, OnlySigned, StartResponse, Wsgi

_DEAF = "The desk does not hear what is pressed and typed in Slack"
_RESTART = "Restart the desk; nothing is lost by that."
_SECRET = (
    "Put the app's signing secret (Basic Information) into SLACK_SIGNING_SECRET, and start the desk again. "  # noqa: S105 - a sentence
    "If it is right, see whether this machine's clock is."
)


class HttpDoor(HttpListener):
    """The door for Slack."""

    name = "slack"
    again = "The desk hears Slack again. Please press once more what did nothing"

    def __init__(
        self,
        app: App,
        host: str,
        port: int,
        *,
        secret: str,
        store: Requests,
        connections: int = CONNECTIONS,
        acked: Callable[[float], object] = lambda _: None,
    ) -> None:
        self._signed = OnlySigned(SlackRequestHandler(app), secret, store)
        timed = _timed(self._signed, acked)
        super().__init__(timed, host, port, section="slack", threads=CONCURRENCY, connections=connections)

    def start(self, connected: Callable[[], None] = lambda: None) -> None:
        """Listen from a thread of its own."""
        super().start()
        connected()

    def deaf(self) -> Finding | None:
        """Return why the desk does not hear Slack, or None."""
        if why := self.broken():
            return bad(f"{_DEAF}: {why}.", _RESTART)
        if self._signed.wrongly_signed:
            what = f"{_DEAF}: requests arrive, and none of them is signed with the desk's signing secret."
            return bad(what, _SECRET)
        return None


def _timed(app: Wsgi, acked: Callable[[float], object], seconds: Callable[[], float] = time.monotonic) -> Wsgi:
    """Return the application; `acked` is called with the real seconds of each answer."""

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        since = seconds()
        given = app(environ, start_response)
        acked(seconds() - since)
        return given

    return answer
