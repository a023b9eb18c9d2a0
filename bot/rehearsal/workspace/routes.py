"""The workspace's routes: Slack's own for the desk, and people's actions for the page and tests."""

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import parse_qsl

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from bot.rehearsal.workspace.errors import Json, SlackError
from bot.rehearsal.workspace.faults import Fault
from bot.rehearsal.workspace.web_api import Answer
from bot.rehearsal.workspace.workspace import Workspace

_BROKEN = {"500": 500, "502": 502, "503": 503}
_PEOPLE_AT_ONCE = 256

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(workspace: Workspace) -> list[BaseRoute]:
    """List the routes for the stage: Web API, sockets, response addresses, uploads, people's actions."""
    return [
        Route("/api/{method}", partial(_web_api, workspace), methods=["GET", "POST"]),
        WebSocketRoute("/socket/{ticket}", partial(_socket, workspace)),
        Route("/respond/{response_id}", partial(_respond, workspace), methods=["POST"]),
        Route("/upload/{file_id}", partial(_upload, workspace), methods=["POST", "PUT"]),
        *_people(workspace),
    ]


# Slack's side


async def _web_api(workspace: Workspace, request: Request) -> Response:
    _know_address(workspace, request)
    method = request.path_params["method"]
    try:
        given = await _given(workspace, request)
    except SlackError as unreadable:
        return _answered(workspace, Answer(unreadable.answer()))
    token = request.headers.get("authorization", "").removeprefix("Bearer ").strip() or str(given.get("token", ""))
    call = partial(workspace.call, method, given, token, workspace.base_url)
    fault = workspace.faults.strike(method)
    if fault is None:
        return _answered(workspace, call())
    return await _struck(workspace, request, fault, call)


def _answered(workspace: Workspace, answer: Answer) -> Response:
    headers = {"X-OAuth-Scopes": ",".join(sorted(workspace.team.rights.scopes))}
    if answer.retry_after is not None:
        headers["Retry-After"] = str(answer.retry_after)
    return JSONResponse(answer.body, answer.status, headers)


async def _struck(workspace: Workspace, request: Request, fault: Fault, call: Callable[[], Answer]) -> Response:
    if fault.kind in ("lost_after", "500_after", "twice", "late"):
        return await _struck_after(workspace, request, fault, call)
    workspace.team.book.call(request.path_params["method"], f"fault {fault.kind}")
    match fault.kind:
        case "429":
            return _answered(workspace, Answer({"ok": False, "error": "ratelimited"}, 429, int(fault.value or 30)))
        case "refuse":
            return _answered(workspace, Answer({"ok": False, "error": str(fault.value or "fatal_error")}))
        case "hang":
            await asyncio.sleep(float(fault.value or 0))
            return await _drop(request)
        case "lost_before":
            return await _drop(request)
    return Response("Slack is having trouble", _BROKEN.get(fault.kind, 500))


async def _struck_after(workspace: Workspace, request: Request, fault: Fault, call: Callable[[], Answer]) -> Response:
    if fault.kind == "late":
        await asyncio.sleep(float(fault.value or 0))
    answer = call()
    if fault.kind == "lost_after":
        return await _drop(request)
    if fault.kind == "500_after":
        return Response("Slack is having trouble", 500)
    return _answered(workspace, call() if fault.kind == "twice" else answer)


async def _drop(request: Request) -> Response:
    """Close the connection without an answer, through the transport in uvicorn's request cycle."""
    cycle = getattr(request.receive, "__self__", None)
    transport = getattr(cycle, "transport", None)
    if transport is None:
        return _Torn()
    transport.abort()
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response(status_code=500)


class _Torn(Response):
    """An incomplete answer, for when middleware hides the connection: the server then closes it."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _given(workspace: Workspace, request: Request) -> Json:
    """Read arguments from a JSON body, a form and the query."""
    asked: Json = dict(request.query_params)
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        sent, whole = _read(body)
        if not whole:
            workspace.team.book.stranger("lone surrogate", method=request.path_params["method"])
        return {**asked, **sent}
    return {**asked, **dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))}


def _read(body: bytes) -> tuple[Json, bool]:
    """Read a JSON object, and whether all its text is valid Unicode; raise SlackError when it is not an object."""
    try:
        sent = json.loads(body or b"{}")
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(sent, dict):
        raise SlackError("json_not_object")
    written = json.dumps(sent, ensure_ascii=False)
    try:
        written.encode()
    except UnicodeEncodeError:
        return json.loads(written.encode("utf-8", "replace")), False
    return sent, True


def _know_address(workspace: Workspace, request: Request) -> None:
    if not workspace.base_url:
        workspace.base_url = str(request.base_url).rstrip("/")


async def _socket(workspace: Workspace, socket: WebSocket) -> None:
    if workspace.team.tickets.admit(socket.path_params["ticket"]):
        await workspace.sockets.serve(socket)
    else:
        await socket.close(1008)


async def _respond(workspace: Workspace, request: Request) -> Response:
    fault = workspace.faults.strike("response_url", any_method=False)
    if fault is not None and fault.kind in _BROKEN:
        return Response("Slack is having trouble", _BROKEN[fault.kind])
    try:
        body, _ = _read(await request.body())
        return JSONResponse(workspace.respond(request.path_params["response_id"], body))
    except SlackError as refused:
        workspace.team.book.call("response_url", refused.code)
        return JSONResponse(refused.answer(), 404)


async def _upload(workspace: Workspace, request: Request) -> Response:
    upload = workspace.team.uploads.get(request.path_params["file_id"])
    content = await request.body()
    if upload is None:
        return Response("no such upload", 404)
    upload["arrived"] = True
    upload["content"] = content
    return Response(f"OK - {len(content)}")


# The people's side


def _people(workspace: Workspace) -> list[BaseRoute]:
    look, act, modals, arrange = workspace.look, workspace.act, workspace.modals, workspace.arrange
    crowd = anyio.CapacityLimiter(_PEOPLE_AT_ONCE)
    seen: dict[str, Callable[..., object]] = {
        "users": look.users, "groups": look.groups, "channels": look.channels, "messages": look.messages,
        "message": look.message, "views": look.views, "home": look.home,
    }  # fmt: skip
    done: dict[str, Callable[..., object]] = {
        "users": arrange.person, "groups": arrange.group, "channels/{id}": arrange.channel, "app": arrange.app,
        "manifest": arrange.manifest,
        "messages": act.write, "press": act.press, "command": act.command, "shortcut": act.shortcut, "home": act.home,
        "edit": workspace.own.edit, "delete": workspace.own.delete, "react": workspace.own.react,
        "suggest": act.suggest, "view_action": modals.choose, "submit": modals.submit, "close": modals.close,
    }  # fmt: skip
    shown = [Route(f"/people/{name}", partial(_see, workspace, deed), methods=["GET"]) for name, deed in seen.items()]
    acted = [
        Route(f"/people/{name}", partial(_do, workspace, crowd, deed), methods=["POST"])
        for name, deed in done.items()
    ]
    return [*shown, *acted]


async def _see(workspace: Workspace, deed: Callable[..., object], request: Request) -> Response:
    _know_address(workspace, request)
    given: Json = dict(request.query_params)
    given |= {name: given[name] in ("1", "true") for name in ("peek",) if name in given}
    given |= {name: int(given[name]) for name in ("limit",) if name in given}
    return _outcome(deed, given)


async def _do(
    workspace: Workspace, crowd: anyio.CapacityLimiter, deed: Callable[..., object], request: Request
) -> Response:
    _know_address(workspace, request)
    try:
        given = {**_read(await request.body())[0], **request.path_params}
    except SlackError as unreadable:
        return JSONResponse(unreadable.answer(), 400)
    return await anyio.to_thread.run_sync(_outcome, deed, given, limiter=crowd)


def _outcome(deed: Callable[..., object], given: Json) -> Response:
    named = {("who" if name == "as" else name): value for name, value in given.items()}
    try:
        inspect.signature(deed).bind(**named)
    except TypeError as unfit:
        return JSONResponse({"ok": False, "error": "invalid_arguments", "detail": str(unfit)}, 400)
    try:
        return JSONResponse(deed(**named))
    except SlackError as refused:
        return JSONResponse(refused.answer())
