"""The door for monitoring: whether the desk lives and is ready, and its metrics. It takes nothing."""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus

from bot.gateways.findings import Finding, bad
from handlers.http_listener import HttpListener
from handlers.signed import Environ, StartResponse

log = logging.getLogger(__name__)

THREADS = 4  # so that what waits for the database keeps no other check waiting
CONNECTIONS = 20
JSON, TEXT = "application/json", "text/plain; charset=utf-8"
Checks = Callable[[], Mapping[str, bool]]
Reply = tuple[HTTPStatus, str, bytes]  # status, type and body


class Health:
    """The WSGI application. It reads no body, and answers nothing about a person, a text or a secret."""

    def __init__(self, live: Checks, ready: Checks, metrics: Callable[[], bytes], metrics_type: str) -> None:
        self._replies: Mapping[str, Callable[[], Reply]] = {
            "/live": lambda: _checked(live()),
            "/ready": lambda: _checked(ready()),
            "/metrics": lambda: (HTTPStatus.OK, metrics_type, metrics()),
        }

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        method = str(environ.get("REQUEST_METHOD"))
        status, kind, body = self._reply(method, str(environ.get("PATH_INFO", "")))
        headers = [("content-type", kind), ("content-length", str(len(body))), ("cache-control", "no-store")]
        start_response(f"{status.value} {status.phrase}", headers)
        return [] if method == "HEAD" else [body]

    def _reply(self, method: str, path: str) -> Reply:
        reply = self._replies.get(path)
        if reply is None:
            return HTTPStatus.NOT_FOUND, TEXT, b""
        if method not in {"GET", "HEAD"}:
            return HTTPStatus.METHOD_NOT_ALLOWED, TEXT, b""
        try:
            return reply()
        except Exception as trouble:  # noqa: BLE001 - a check that breaks is a failed one
            log.error("health.broken path=%s kind=%s", path, type(trouble).__name__)  # noqa: TRY400 - without its text
            return HTTPStatus.INTERNAL_SERVER_ERROR, TEXT, b""


def _checked(checks: Mapping[str, bool]) -> Reply:
    well = all(checks.values())
    body = json.dumps({"ok": well, "checks": dict(checks)}).encode() + b"\n"
    return HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE, JSON, body


class HealthDoor(HttpListener):
    """Listens for monitoring."""

    name = "health"
    again = "Monitoring reaches the desk again. It did not"

    def __init__(self, health: Health, host: str, port: int) -> None:
        """Bind the port; raise NotUsable if that fails."""
        super().__init__(health, host, port, section="health", threads=THREADS, connections=CONNECTIONS)

    def halt(self) -> None:
        """Do nothing: that the desk stops can be asked for until its end."""

    def deaf(self) -> Finding | None:
        """Return why monitoring cannot ask, or None."""
        if why := self.broken():
            return bad(f"Monitoring cannot ask the desk: {why}.", "Restart the desk; nothing is lost by that.")
        return None
