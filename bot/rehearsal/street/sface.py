"""The street network's API for the brand's app; it has features that X lacks (docs/stage.md)."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.rehearsal.street.answers import Json, Silence, read_json
from bot.rehearsal.street.faults import Fault
from bot.rehearsal.street.faulty import cut_off, cut_short, lateness, number
from bot.rehearsal.street.ledger import Street
from bot.rehearsal.street.sproblems import Problem, broken, forbidden, malformed, slow_down, unknown_token
from bot.rehearsal.street.sshape import Shape, shape_account, shape_change
from bot.rehearsal.street.swrites import LIMIT, Writer, like, take_back, take_letter_back

TOKEN = "rehearsal-street"  # noqa: S105 - the make-believe brand's
MOST = 100  # changes in one answer


@dataclass(frozen=True, slots=True)
class Call:
    """One call, with the fault planned for it."""

    method: str
    request: Request
    body: dict[str, Any]
    fault: Fault | None
    street: Street
    writer: Writer

    def part(self, name: str) -> str:
        """Read a part of the path."""
        return str(self.request.path_params[name])

    @property
    def key(self) -> str:
        """Read the idempotency key."""
        return str(self.request.headers.get("idempotency-key", ""))


Deed = Callable[[Call], tuple[Shape, int]]


def routes(street: Street) -> list[Route]:
    """List the API's routes, to be mounted under /s."""
    writer = Writer(street)
    doors: list[tuple[str, str, Deed]] = [
        ("GET", "/me", _me),
        ("GET", "/changes", _changes),
        ("GET", "/keys/{key}", _key),
        ("POST", "/posts", _post),
        ("DELETE", "/posts/{id}", lambda call: (take_back(call.street, call.part("id")), 200)),
        ("PUT", "/posts/{id}/like", lambda call: (like(call.street, call.part("id"), liked=True), 200)),
        ("DELETE", "/posts/{id}/like", lambda call: (like(call.street, call.part("id"), liked=False), 200)),
        ("POST", "/messages", _letter),
        ("DELETE", "/messages/{id}", lambda call: (take_letter_back(call.street, call.part("id")), 200)),
    ]
    known = [
        Route(path, _door(street, writer, f"{verb} /s{path}", deed), methods=[verb]) for verb, path, deed in doors
    ]
    return [*known, Route("/{rest:path}", _stranger(street), methods=["GET", "POST", "PUT", "PATCH", "DELETE"])]


def _door(street: Street, writer: Writer, method: str, deed: Deed) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        fault, body = street.own_book.faults.take(method), {}
        try:
            body = await _body(request)
            _admit(request)
            response = await cut_off(fault)
            if response is None:
                _refuse(fault)
                response = _done(fault, deed, Call(method, request, body, fault, street, writer))
        except Problem as problem:
            response = _told(problem)
        asked = body or dict(request.query_params) | dict(request.path_params)
        status = "lost" if isinstance(response, Silence) else response.status_code
        street.own_book.note_call(method, status, asked, fault.kind if fault else "")
        return response

    return answer


def _done(fault: Fault | None, deed: Deed, call: Call) -> Response:
    """Carry the call out, twice when a repeated request is planned; with a key the second one changes nothing."""
    shape, status = deed(call)
    if fault and fault.kind == "twice":
        again, _ = deed(call)
        changes = [line for line in shape.get("changes", ()) for _ in range(2)]
        shape = {**again, "changes": changes} if changes else again
    return cut_short(fault, Json(shape, status), lambda: _told(broken(500)))


def _told(problem: Problem) -> Json:
    return Json(problem.body, problem.status, problem.headers)


async def _body(request: Request) -> dict[str, Any]:
    try:
        return await read_json(request)
    except ValueError:
        raise malformed("The body is not a JSON object.") from None


def _admit(request: Request) -> None:
    shown = request.headers.get("authorization", "").encode()
    if not hmac.compare_digest(shown, f"Bearer {TOKEN}".encode()):
        raise unknown_token()


def _refuse(fault: Fault | None) -> None:
    """Raise the Problem of a planned refusal."""
    kind = fault.kind if fault else ""
    if fault and kind in {"403", "refuse"}:
        raise forbidden(str(fault.value or "refused"), "The street does not let the app do this now.")
    if fault and kind == "429":
        raise slow_down(int(number(fault, 30)))
    if kind in {"500", "502", "503"}:
        raise broken(int(kind))


def _stranger(street: Street) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        street.own_book.note_stranger(f"{request.method} /s/{request.path_params['rest']}", "endpoint")
        return _told(Problem(404, "unknown_endpoint", "The street has no such address."))

    return answer


def _me(call: Call) -> tuple[Shape, int]:
    return {**shape_account(call.street.brand), "limit": LIMIT}, 200


def _changes(call: Call) -> tuple[Shape, int]:
    """Return the changes after a cursor that concern the brand, oldest first."""
    after, street = _cursor(call), call.street
    with street.lock:
        pending = street.changes.after(after, street.pace.now() - lateness(call.fault))
        read = list(islice(pending, MOST))
        more = next(pending, None) is not None
        lines = [line for change in read if (line := shape_change(street, change))]
    behind = read[-1].number if read else after
    return {"changes": lines, "cursor": str(behind) if behind else "", "more": more}, 200


def _cursor(call: Call) -> int:
    asked = dict(call.request.query_params)
    after = asked.pop("after", "") or "0"
    for name in asked:
        call.street.own_book.note_stranger(call.method, name)
    if asked or not (after.isascii() and after.isdigit() and len(after) <= 19):
        raise malformed("Ask with `after`, the cursor of an earlier answer, or with nothing.")
    return int(after)


def _key(call: Call) -> tuple[Shape, int]:
    return call.writer.under(call.part("key")), 200


def _post(call: Call) -> tuple[Shape, int]:
    shape, made = call.writer.post(call.key, call.body, lateness(call.fault))
    return shape, 201 if made else 200


def _letter(call: Call) -> tuple[Shape, int]:
    shape, made = call.writer.letter(call.key, call.body, lateness(call.fault))
    return shape, 201 if made else 200
