"""A workspace without the rest of the stage, for tests: uvicorn in a thread on 127.0.0.1."""

import socket
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.rehearsal.workspace.routes import routes
from bot.rehearsal.workspace.workspace import Workspace

_STARTS_WITHIN = 20.0


class ServedWorkspace:
    """Serves a workspace within a `with` block; `url` is its address, `api_url` the Web API's."""

    def __init__(self, workspace: Workspace | None = None, extra_routes: Sequence[BaseRoute] = ()) -> None:
        self.workspace = workspace or Workspace()
        app = Starlette(routes=[*routes(self.workspace), *extra_routes])
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.api_url = f"{self.url}/api/"
        self.workspace.base_url = self.url
        config = uvicorn.Config(
            app, ws="wsproto", lifespan="off", log_level="warning", access_log=False, timeout_graceful_shutdown=1
        )
        self._server = _Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="workspace", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._server.ready.wait(_STARTS_WITHIN):
            raise TimeoutError("the workspace did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.workspace.close()
        self._server.should_exit = True
        self._thread.join(_STARTS_WITHIN)
        self._socket.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()
