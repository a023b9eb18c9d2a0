"""HTTP answers: JSON, and a connection that is closed without an answer."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_WIRE = "stage.wire"


class Json(Response):
    """JSON in plain ASCII, so that even a lone surrogate in foreign text can be sent."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        """Write the content as JSON."""
        return json.dumps(content).encode("ascii")


class Silence(Response):
    """No answer: the connection is closed as after a network failure."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the connection and wait until the server has noticed. `send` stays unused on purpose."""
        del send
        wire = scope.get(_WIRE)
        if wire is None:
            raise ConnectionError("The line broke, as the fault asked.")
        wire.close()
        while (await receive())["type"] != "http.disconnect":
            pass


class Wire:
    """Give each request its connection, which only uvicorn's own `send` knows, so that `Silence` can close it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on together with its connection."""
        cycle = getattr(send, "__self__", None)
        if scope["type"] == "http" and cycle is not None and hasattr(cycle, "transport"):
            scope[_WIRE] = cycle.transport
        await self._app(scope, receive, send)


async def read_json(request: Request) -> dict[str, Any]:
    """Read a JSON object from a request. Raises ValueError when the body is not one."""
    body = await request.body()
    content = json.loads(body) if body else {}
    if not isinstance(content, dict):
        raise ValueError("A JSON object was expected.")  # noqa: TRY004 - one kind for all unreadable bodies
    return content
