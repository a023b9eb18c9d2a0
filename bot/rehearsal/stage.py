"""The stage as one web application: the make-believe workspace, the street and the page at one address."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Sequence
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount
from starlette.types import ASGIApp

from bot.rehearsal import backstage, neighbours, pages
from bot.rehearsal.backstage import Backstage, Count, Side
from bot.rehearsal.clock import StageClock
from bot.rehearsal.neighbours import Neighbours
from bot.rehearsal.street import doors, sface, showing, xface
from bot.rehearsal.street.answers import Wire
from bot.rehearsal.street.crowd import Crowd
from bot.rehearsal.street.ledger import Street
from bot.rehearsal.street.posts import Where
from bot.rehearsal.street.xface import Keys
from bot.rehearsal.workspace.due import next_due
from bot.rehearsal.workspace.errors import SlackError
from bot.rehearsal.workspace.routes import routes as workspace_routes
from bot.rehearsal.workspace.workspace import Workspace

_BEAT = 0.2  # real seconds between two ticks of the crowd
_HOSTS = ["127.0.0.1", "localhost"]  # against DNS rebinding: a foreign page's own host name is refused
_START_WITHIN = 20.0  # real seconds


class Parts:
    """The components of a stage, before it listens on an address."""

    def __init__(
        self,
        *,
        speed: float = 1.0,
        crowd: str = "",
        brand: str = "northwind",
        brand_name: str = "Northwind",
        deliver_url: str | None = None,
        keys: Keys | None = None,
        seed: int | None = None,
        limits: bool = True,
        shortcut: str = "care_add",
        networks: Sequence[str] = (),
        also_own: bool = True,
        bell: str = "",
    ) -> None:
        self.clock = StageClock(speed)
        self.street = Street(self.clock, handle=brand, name=brand_name)
        self.crowd = Crowd(self.street, seed=seed)
        self.keys = keys or Keys()
        self.shortcut = shortcut
        self.workspace = Workspace(self.clock, deliver_url=deliver_url or "", limits=limits)
        self.neighbours = Neighbours(networks, self.clock, also_own=also_own, bell=bell)
        own = {str(where): street_side(self.street, where) for where in Where}
        others = {name: one.side() for name, one in self.neighbours.all.items()}
        sides = {"slack": workspace_side(self.workspace), **own, **others}
        self.backstage = Backstage(self.clock, sides, Count(), lambda: next_due(self.workspace.team))
        if crowd:
            self.crowd.start(crowd)

    def app(self) -> ASGIApp:
        """Return the web application that serves all components."""
        staged = Starlette(
            routes=[
                Mount("/x", routes=xface.routes(self.street, self.keys)),
                Mount("/s", routes=sface.routes(self.street)),
                Mount("/street", routes=doors.routes(self.street, self.crowd)),
                Mount("/networks", routes=neighbours.routes(self.neighbours)),
                Mount("/stage", routes=backstage.routes(self.backstage)),
                *pages.routes(self.street, self.shortcut),
                *workspace_routes(self.workspace),
            ],
            middleware=[
                Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS),
                Middleware(pages.Guard, now=self.clock.now),
            ],
            lifespan=self._lifespan,
        )
        return Wire(staged)

    def end_streams(self) -> None:
        """Let the answers that go on, such as to each open page, come to their end."""
        self.backstage.ends.set()
        self.street.activity.ends.set()

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        beat = asyncio.create_task(_beats(self.crowd))
        yield
        beat.cancel()
        self.workspace.close()
        self.neighbours.close()


def street_side(street: Street, where: Where) -> Side:
    """Return what the backstage needs of one network of the street."""
    faults = showing.book_of(street, where).faults
    return Side(
        ledger=lambda: showing.ledger_of(street, where),
        version=lambda: street.version,
        numbers=lambda: showing.numbers_of(street, where),
        traffic=lambda: showing.traffic_of(street, where),
        plan_fault=faults.plan,
        clear_faults=faults.clear,
    )


def workspace_side(workspace: Workspace) -> Side:
    """Return what the backstage needs of the workspace."""
    changes = Count()
    workspace.on_change(changes.up)

    def plan(method: str, kind: str, *, times: int, value: str | float | None) -> None:
        try:
            workspace.add_fault(method, kind, times, value)
        except SlackError as refused:
            raise ValueError(str(refused.answer())) from refused

    return Side(
        ledger=workspace.ledger,
        version=lambda: changes.count,
        numbers=lambda: _workspace_numbers(workspace),
        traffic=lambda: list(workspace.team.book.traffic),
        plan_fault=plan,
        clear_faults=workspace.clear_faults,
    )


def _workspace_numbers(workspace: Workspace) -> dict[str, int]:
    team, calls = workspace.team, workspace.team.book.calls()
    with team.lock:
        messages = sum(len(room.messages) for room in team.channels.values())
    return {
        "messages": messages,
        "updates": team.updates,
        "calls to Slack": sum(sum(outcomes.values()) for outcomes in calls.values()),
        "slowed down (429)": sum(team.book.ratelimited().values()),
        "connections": workspace.sockets.count(),
        "faults waiting": len(workspace.faults.waiting()),
        "unknown to Slack": len(team.book.strangers),
    }


class _Server(uvicorn.Server):
    """Serves a stage. Before it waits for answers that go on it lets them end, so that it has to cut off none."""

    def __init__(self, parts: Parts) -> None:
        config = uvicorn.Config(
            parts.app(),
            ws="wsproto",
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,  # the stage has a clock of its own
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)
        self._parts = parts

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop as uvicorn does, after the streams."""
        self._parts.end_streams()
        await super().shutdown(sockets)


def _bound(port: int) -> socket.socket:
    listening = socket.socket(proto=socket.IPPROTO_TCP)  # named, or asyncio would delay answers
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(256)
    return listening


def serve(port: int, **chosen: Any) -> None:  # noqa: ANN401 - the choices of Parts
    """Serve the stage on 127.0.0.1 until stopped; print one line when ready. Takes the arguments of Parts."""
    listening = _bound(port)
    parts = Parts(**chosen)
    parts.workspace.base_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    server = _Server(parts)
    print(f"ready {parts.workspace.base_url}", flush=True)  # noqa: T201 - the parent process waits for this line
    server.run(sockets=[listening])


async def _beats(people: Crowd) -> None:
    while True:
        people.tick()
        await asyncio.sleep(_BEAT)


class Stage:
    """A stage in this process, for tests: `with Stage() as stage` serves it on a free port at `stage.url`."""

    def __init__(self, **chosen: Any) -> None:  # noqa: ANN401 - the choices of Parts
        self.parts = Parts(**chosen)
        self.clock = self.parts.clock
        self.street = self.parts.street
        self.crowd = self.parts.crowd
        self.workspace = self.parts.workspace
        self._listening = _bound(0)
        self.url = self.workspace.base_url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._server = _Server(self.parts)
        self._thread = threading.Thread(target=self._server.run, args=([self._listening],), daemon=True)

    def ledger(self) -> dict[str, Any]:
        """Return all that happened on each side of the stage."""
        return self.parts.backstage.ledger()

    def __enter__(self) -> Self:
        self._thread.start()
        pause = threading.Event()
        for _ in range(int(_START_WITHIN / 0.01)):
            if self._server.started or not self._thread.is_alive():
                break
            pause.wait(0.01)
        if not self._server.started:
            raise RuntimeError("The stage did not start.")
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=_START_WITHIN)
