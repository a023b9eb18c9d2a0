"""Control of the stage: the ledger that tests check, planned faults, the clock, and the page's event stream."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.rehearsal.clock import StageClock
from bot.rehearsal.street.answers import Json, read_json

_LOOK = 0.2  # real seconds between two checks for changes
_STILL_HERE = 75  # checks without a change after which the stream sends a keep-alive

Deed = Callable[["Backstage", Request], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the stage, as the backstage uses it: the workspace, or one network."""

    ledger: Callable[[], dict[str, Any]]
    version: Callable[[], object]  # has another value whenever the page has something new to show
    numbers: Callable[[], dict[str, int]]  # what the page shows of the ledger, cheap to count
    traffic: Callable[[], list[dict[str, Any]]]  # one per call: at, way, what, outcome; oldest first
    plan_fault: Callable[..., object]  # (method, kind, times=..., value=...); ValueError when unknown
    clear_faults: Callable[[], None]


@dataclass(slots=True)
class Count:
    """A number that only grows."""

    count: int = 0

    def up(self, *_: object) -> None:
        """Add one; the arguments of the callback are not used."""
        self.count += 1


@dataclass(slots=True)
class Outbox:
    """The desk's own list of what waits to be sent; the stage only shows it."""

    told: dict[str, Any] = field(default_factory=dict)
    changes: Count = field(default_factory=Count)

    def tell(self, told: dict[str, Any]) -> None:
        """Replace the list by the desk's newest one; raise ValueError when it is not a list of lines."""
        lines = [*told["messages"], *told["replies"]]
        if not all(isinstance(line, dict) and isinstance(line.get("what"), str) for line in lines):
            raise ValueError("an outbox is made of lines that say what waits")
        self.told = {name: told[name] for name in ("waiting", "messages", "replies")}
        self.changes.up()


@dataclass(frozen=True, slots=True)
class Backstage:
    """The clock and all sides of the stage, by name, such as `x` and `slack`."""

    clock: StageClock
    sides: dict[str, Side]
    jumps: Count
    next_due: Callable[[], float | None] = lambda: None  # Unix seconds; from the workspace's messages
    outbox: Outbox = field(default_factory=Outbox)
    ends: threading.Event = field(default_factory=threading.Event)  # the stage stops: answers that go on end

    def ledger(self) -> dict[str, Any]:
        """Return all that happened on each side, and all calls that the real service would not know."""
        ledgers = {name: side.ledger() for name, side in self.sides.items()}
        strangers = [
            {"side": name, **stranger} for name, one in ledgers.items() for stranger in one.get("strangers", ())
        ]
        return {**ledgers, "strangers": strangers}

    def traffic(self, limit: int) -> list[dict[str, Any]]:
        """Return the last calls of all sides, newest first."""
        lines = [{"side": name, **line} for name, side in self.sides.items() for line in side.traffic()[-limit:]]
        return sorted(lines, key=lambda line: str(line["at"]), reverse=True)[:limit]

    def versions(self) -> dict[str, str]:
        """Return the version of each side: it changes when the page has something new to show."""
        sides = {name: str(side.version()) for name, side in self.sides.items()}
        return {**sides, "clock": str(self.jumps.count), "outbox": str(self.outbox.changes.count)}


def routes(stage: Backstage) -> list[Route]:
    """List the backstage's routes, to be mounted under /stage."""
    doors: list[tuple[str, str, Deed]] = [
        ("GET", "/ledger", _ledger),
        ("POST", "/faults", _fault),
        ("DELETE", "/faults", _no_faults),
        ("GET", "/clock", _clock),
        ("POST", "/clock", _set_clock),
        ("GET", "/versions", _versions),
        ("GET", "/numbers", _numbers),
        ("GET", "/traffic", _traffic),
        ("GET", "/next", _next),
        ("GET", "/outbox", _outbox),
        ("POST", "/outbox", _tell_outbox),
    ]
    known = [Route(path, _door(stage, deed), methods=[method]) for method, path, deed in doors]
    return [*known, Route("/events", _events(stage))]


def _door(stage: Backstage, deed: Deed) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return Json(await deed(stage, request))
        except (ValueError, KeyError, TypeError) as fault:
            return Json({"ok": False, "error": f"The stage cannot do that: {fault}"}, 400)

    return answer


async def _ledger(stage: Backstage, _request: Request) -> object:
    return stage.ledger()


async def _versions(stage: Backstage, _request: Request) -> object:
    return stage.versions()


async def _numbers(stage: Backstage, _request: Request) -> object:
    return {name: side.numbers() for name, side in stage.sides.items()}


async def _traffic(stage: Backstage, request: Request) -> object:
    return stage.traffic(max(1, min(500, int(request.query_params.get("limit", "100")))))


async def _next(stage: Backstage, _request: Request) -> object:
    moment = stage.next_due()
    if moment is None:
        return {"at": None, "in": None}
    at = datetime.fromtimestamp(moment, UTC)
    return {"at": at.isoformat(), "in": (at - stage.clock.now()).total_seconds()}


async def _outbox(stage: Backstage, _request: Request) -> object:
    return stage.outbox.told


async def _tell_outbox(stage: Backstage, request: Request) -> object:
    stage.outbox.tell(await read_json(request))
    return {"ok": True}


async def _fault(stage: Backstage, request: Request) -> object:
    body = await read_json(request)
    side = stage.sides[str(body["side"])]
    times = int(body.get("times") or 1)
    side.plan_fault(str(body["method"]), str(body["kind"]), times=times, value=body.get("value"))
    return {"ok": True}


async def _no_faults(stage: Backstage, _request: Request) -> object:
    for side in stage.sides.values():
        side.clear_faults()
    return {"ok": True}


async def _clock(stage: Backstage, _request: Request) -> object:
    return {"now": stage.clock.now().isoformat(), "speed": stage.clock.speed, "seconds": stage.clock.monotonic()}


async def _set_clock(stage: Backstage, request: Request) -> object:
    body = await read_json(request)
    if "speed" in body:
        stage.clock.set_speed(min(3600.0, max(0.0, float(body["speed"]))))
    if "jump" in body:
        stage.clock.jump(float(body["jump"]))
    stage.jumps.up()
    return await _clock(stage, request)


def _events(stage: Backstage) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return StreamingResponse(_stream(stage, request), media_type="text/event-stream")

    return answer


async def _stream(stage: Backstage, request: Request) -> AsyncIterator[str]:
    known: dict[str, str] = {}
    quiet = 0
    while not (stage.ends.is_set() or await request.is_disconnected()):
        versions = stage.versions()
        if versions != known:
            known, quiet = versions, 0
            yield f"event: change\ndata: {json.dumps(versions)}\n\n"
        quiet += 1
        if quiet % _STILL_HERE == 0:
            yield ": still here\n\n"
        await asyncio.sleep(_LOOK)
