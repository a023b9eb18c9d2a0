"""Signed HTTP through WSGI: Slack's requests come through your own proxy; connections that say nothing stop none."""

import http.client
import threading
import time
from collections.abc import Callable
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from bot.domain.base.refusals import NotUsable
from bot.gateways.facts import Fact, bad
from bot.ports.store import Requests
from handlers.bolt import CONCURRENCY
from handlers.signed import LONGEST, OnlySigned

CONNECTIONS = 400  # open at once; a process may usually hold 1,024 files
WHOLE_WITHIN = 10.0  # real seconds for a request, from its first byte; Slack itself gives up after three
LOOKS_EVERY = 2  # real seconds between two looks for requests that do not end
LONGEST_HEADER = 32 * 1024  # bytes
ANSWERS_WITHIN = 5.0  # real seconds for the desk's own question whether it is there
CLOSES_WITHIN = 5.0  # real seconds
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - where to knock, not to listen
_DEAF = "The desk does not hear what is pressed and typed in Slack"
_RESTART = "Restart the desk; nothing is lost by that."
_SECRET = (
    "Put the app's signing secret (Basic Information) into SLACK_SIGNING_SECRET, and start the desk again. "  # noqa: S105 - a sentence
    "If it is right, see whether this machine's clock is."
)


class _Channel(HTTPChannel):  # type: ignore[misc] # waitress ships no types
    """A connection that knows since when a request is owed, and when it was last of use."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - waitress' own signature
        super().__init__(*args, **kwargs)
        self.owed_since: float | None = self.creation_time
        self.useful_at: float = self.creation_time

    def received(self, data: bytes) -> bool:
        """Take bytes in; a request is owed from its first byte to its last."""
        if self.owed_since is None:
            self.owed_since = time.time()
        taken = bool(super().received(data))
        if self.request is None:
            self.owed_since, self.useful_at = None, time.time()
        return taken

    def dawdles(self, now: float) -> bool:
        """Return whether a request has been owed for too long, however many bytes of it dripped in."""
        return not self.requests and self.owed_since is not None and now - self.owed_since > WHOLE_WITHIN

    def rests(self) -> bool:
        """Return whether nothing is being done for this connection, so that it may be closed."""
        return not (self.requests or self.will_close or self.close_when_flushed)


class Server(TcpWSGIServer):  # type: ignore[misc] # waitress ships no types
    """Waitress, such that connections without a whole request never keep one with a click out.

    Waitress stops accepting at its limit and gives a silent connection two minutes, one that drips for ever. Here
    a new connection is always taken in: at the limit the one that has been of no use for longest makes room.
    """

    channel_class = _Channel

    def __init__(self, app: OnlySigned, host: str, port: int, connections: int = CONNECTIONS) -> None:
        self.connections = connections
        super().__init__(
            app,
            host=host,
            port=port,
            threads=CONCURRENCY,
            max_request_body_size=LONGEST,
            max_request_header_size=LONGEST_HEADER,
            connection_limit=2 * connections,  # waitress' own limit stays out of the way
            cleanup_interval=LOOKS_EVERY,
            asyncore_use_poll=True,  # select() knows no file beyond the 1,024th
        )

    def handle_accept(self) -> None:
        """Take a connection in; where there are too many, the least useful one goes."""
        resting = [one for one in self.active_channels.values() if one.rests()]
        if len(self.active_channels) >= self.connections and resting:
            min(resting, key=lambda one: one.useful_at).will_close = True  # closed by the loop, which holds its file
        super().handle_accept()

    def maintenance(self, now: float) -> None:
        """Close what has been idle, or owed a request, for too long."""
        super().maintenance(now)
        for channel in self.active_channels.values():
            channel.will_close = channel.will_close or channel.dawdles(now)


def _listening(app: OnlySigned, host: str, port: int, connections: int) -> Server:
    """Return a server that has its port; raise NotUsable where it cannot have it."""
    try:
        return Server(app, host, port, connections)
    except (OSError, ValueError) as trouble:  # waitress says of a host that it does not know: ValueError
        why = (trouble.strerror if isinstance(trouble, OSError) else "") or str(trouble)
        raise NotUsable(
            f"The desk cannot listen on port {port} of {host}: {why.rstrip('.')}. "
            "Stop what listens there, or change slack.port or slack.host in heard.toml.",
            "slack.port",
        ) from None


class HttpDoor:
    """Listens in the background, and knows whether it is still there."""

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
    ) -> None:
        self._signed = OnlySigned(SlackRequestHandler(app), secret, store)
        self.server = _listening(self._signed, host, port, connections)
        self._host, self.port = _EVERYWHERE.get(host, host), int(self.server.effective_port)
        self._thread = threading.Thread(target=self.server.run, name="http", daemon=True)

    def start(self, connected: Callable[[], None] = lambda: None) -> None:
        """Listen from a thread of its own."""
        self._thread.start()
        connected()

    def stop(self) -> None:
        """Stop listening; what is in hand is finished first."""
        self.server.task_dispatcher.shutdown(timeout=CLOSES_WITHIN)
        self.server.close()

    def deaf(self) -> Fact | None:
        """Knock at its own door as a stranger, who is answered like any other; return why nobody answers, or None."""
        if not self._thread.is_alive():
            return bad(f"{_DEAF}: the part that listens has stopped.", _RESTART)
        if why := self._unanswered():
            return bad(f"{_DEAF}: nobody answers at port {self.port} ({why}).", _RESTART)
        if self._signed.wrongly_signed:
            what = f"{_DEAF}: requests arrive, and none of them is signed with the desk's signing secret."
            return bad(what, _SECRET)
        return None

    def _unanswered(self) -> str:
        line = http.client.HTTPConnection(self._host, self.port, timeout=ANSWERS_WITHIN)
        try:
            line.request("GET", "/", headers={"Connection": "close"})
            line.getresponse().read()
        except (OSError, http.client.HTTPException) as trouble:
            return type(trouble).__name__
        finally:
            line.close()
        return ""
