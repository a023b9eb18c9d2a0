"""A WSGI server behind your own proxy, in which silent connections block no request."""

import http.client
import logging
import threading
import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from bot.domain.base.refusals import NotUsable
from handlers.signed import LONGEST, Wsgi

logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of each request that waits for a thread

CONNECTIONS = 400  # open at once; a process may usually hold 1,024 files
WHOLE_WITHIN = 10.0  # real seconds for a request, from its first byte; Slack itself gives up after three
LOOKS_EVERY = 2  # real seconds between two checks for requests that do not end
LARGE_AT_ONCE = 8  # requests of more than LONGEST bytes that are received at the same time
LONGEST_HEADER = 32 * 1024  # bytes
ANSWERS_WITHIN = 5.0  # real seconds for the desk's own request to itself
CLOSES_WITHIN = 5.0  # real seconds
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - where to knock, not to listen


class _Channel(HTTPChannel):  # type: ignore[misc] # waitress ships no types
    """A connection that records since when its request is incomplete, and when it was last used."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - waitress' own signature
        super().__init__(*args, **kwargs)
        self.owed_since: float | None = self.creation_time
        self.useful_at: float = self.creation_time

    def received(self, data: bytes) -> bool:
        """Receive bytes; a request is incomplete from its first byte to its last."""
        if self.owed_since is None:
            self.owed_since = time.time()
        taken = bool(super().received(data))
        if self.is_large() and self.server.is_full():
            self.will_close = True  # its sender tries again
        if self.request is None:
            self.owed_since, self.useful_at = None, time.time()
        return taken

    def is_large(self) -> bool:
        """Return whether the request that is being received has more than LONGEST bytes, or may have."""
        if self.request is None:
            return False
        return bool(self.request.chunked or self.request.content_length > LONGEST)

    def dawdles(self, now: float) -> bool:
        """Return whether a request is incomplete for too long, also if bytes still arrive."""
        return not self.requests and self.owed_since is not None and now - self.owed_since > WHOLE_WITHIN

    def rests(self) -> bool:
        """Return whether this connection has no request in work, so that it may be closed."""
        return not (self.requests or self.will_close or self.close_when_flushed)


class Server(TcpWSGIServer):  # type: ignore[misc] # waitress ships no types
    """A Waitress server in which connections without a whole request never keep others out.

    Waitress stops accepting at its limit, and keeps silent connections two minutes, slow ones for ever. Here a new
    connection is always accepted: at the limit the longest unused one is closed.
    """

    channel_class = _Channel

    def __init__(
        self, app: Wsgi, host: str, port: int, *, threads: int, connections: int = CONNECTIONS, longest: int = LONGEST
    ) -> None:
        self.connections = connections
        super().__init__(
            app,
            host=host,
            port=port,
            threads=threads,
            ident="",  # it says nothing about itself
            max_request_body_size=longest,
            max_request_header_size=LONGEST_HEADER,
            connection_limit=2 * connections,  # waitress' own limit stays out of the way
            cleanup_interval=LOOKS_EVERY,
            asyncore_use_poll=True,  # select() cannot handle file numbers above 1,023
        )

    def handle_accept(self) -> None:
        """Accept a connection; above the limit close the longest unused one."""
        resting = [one for one in self.active_channels.values() if one.rests()]
        if len(self.active_channels) >= self.connections and resting:
            min(resting, key=lambda one: one.useful_at).will_close = True  # closed by the loop, which owns its file
        super().handle_accept()

    def is_full(self) -> bool:
        """Return whether too many large requests are received at once for one more: they take memory or disk."""
        return len([one for one in self.active_channels.values() if one.is_large()]) > LARGE_AT_ONCE

    def maintenance(self, now: float) -> None:
        """Close connections that are idle or incomplete for too long."""
        super().maintenance(now)
        for channel in self.active_channels.values():
            channel.will_close = channel.will_close or channel.dawdles(now)


def reached_at(host: str) -> str:
    """Return the address at which this machine reaches what listens on `host`."""
    return _EVERYWHERE.get(host, host)


class HttpListener:
    """Listens in the background, and checks that it answers."""

    def __init__(
        self,
        app: Wsgi,
        host: str,
        port: int,
        *,
        section: str,
        threads: int,
        connections: int = CONNECTIONS,
        longest: int = LONGEST,
    ) -> None:
        """Bind the port; raise NotUsable if that fails. `section`: of heard.toml, with the keys host and port.

        `longest`: the most bytes of a request's body.
        """
        try:
            self.server = Server(app, host, port, threads=threads, connections=connections, longest=longest)
        except (OSError, ValueError) as trouble:  # waitress raises ValueError for an unknown host
            why = (trouble.strerror if isinstance(trouble, OSError) else "") or str(trouble)
            raise NotUsable(
                f"The desk cannot listen on port {port} of {host}: {why.rstrip('.')}. "
                f"Stop what listens there, or change {section}.port or {section}.host in heard.toml.",
                f"{section}.port",
            ) from None
        self._host, self.port = reached_at(host), int(self.server.effective_port)
        self._thread = threading.Thread(target=self.server.run, name=f"http-{section}", daemon=True)

    def start(self) -> None:
        """Listen from a thread of its own."""
        self._thread.start()

    def in_hand(self) -> list[str]:
        """Return a name for each request that is in work."""
        return ["request"] * int(self.server.task_dispatcher.active_count)

    def halt(self) -> None:
        """Accept no further connection; the requests of open ones are still answered."""
        self.server.accepting = False

    def stop(self, within: float = CLOSES_WITHIN) -> None:
        """Finish the requests in work, and stop listening."""
        self.server.task_dispatcher.shutdown(timeout=min(within, CLOSES_WITHIN))
        self.server.close()

    def broken(self) -> str:
        """Send a request without a signature to itself; return why no answer came, or ""."""
        if not self._thread.is_alive():
            return "the part that listens has stopped"
        line = http.client.HTTPConnection(self._host, self.port, timeout=ANSWERS_WITHIN)
        try:
            line.request("GET", "/", headers={"Connection": "close"})
            line.getresponse().read()
        except (OSError, http.client.HTTPException) as trouble:
            return f"nobody answers at port {self.port} ({type(trouble).__name__})"
        finally:
            line.close()
        return ""
