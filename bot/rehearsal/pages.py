"""The page and its files, and the security headers that keep untrusted text from running as code in it."""

from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.rehearsal.street.ledger import Street

_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


class Guard:
    """Add the page's security headers to every answer, and the stage's time, since rate limits use that clock."""

    def __init__(self, app: ASGIApp, now: Callable[[], datetime]) -> None:
        self._app = app
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its answer."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS | {"date": format_datetime(self._now(), usegmt=True)})
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


def routes(street: Street, shortcut: str) -> list[Route]:
    """List the routes of the page and its files; `shortcut` is the id behind "Send to care"."""

    async def page(_request: Request) -> Response:
        told = {"brand": street.brand.name, "handle": street.brand.handle, "shortcut": shortcut}
        text = Environment(autoescape=True, undefined=StrictUndefined).from_string(_read("index.html").decode())
        return HTMLResponse(text.render(**told))

    permalinks = [Route("/{handle}/status/{id:int}", page), Route("/{handle}/messages/{id}", page)]
    return [Route("/", page), Route("/static/{name}", _file), *permalinks]


async def _file(request: Request) -> Response:
    name = str(request.path_params["name"])
    kind = next((media for ending, media in _KINDS.items() if name.endswith(ending)), "")
    if not kind or name not in _names():
        return Response(status_code=404)
    return Response(_read(name), media_type=kind)


@cache
def _names() -> frozenset[str]:
    return frozenset(one.name for one in (files("bot.rehearsal") / "page").iterdir())


@cache
def _read(name: str) -> bytes:
    return (files("bot.rehearsal") / "page" / name).read_bytes()
