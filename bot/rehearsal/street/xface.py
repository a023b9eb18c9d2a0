"""The endpoints of X's API v2 that a customer-care desk needs, for unmodified clients."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.rehearsal.street.answers import Json, read_json
from bot.rehearsal.street.faults import Fault
from bot.rehearsal.street.faulty import lateness
from bot.rehearsal.street.ledger import Street
from bot.rehearsal.street.posts import Account, Where
from bot.rehearsal.street.xactivity import EventStream
from bot.rehearsal.street.xargs import PAGES, SHAPES, Asked, read_args
from bot.rehearsal.street.xfaulty import after, before, doubled
from bot.rehearsal.street.xlimits import Limits
from bot.rehearsal.street.xproblems import Problem, bad_request, forbidden, plain, unauthorized
from bot.rehearsal.street.xreads import answer_account, answer_list, answer_post, answer_posts, mentions_of, posts_of
from bot.rehearsal.street.xrules import edit_post, post_reply, set_hidden
from bot.rehearsal.street.xshape import Shape, escaped

_OAUTH = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Keys:
    """The credentials of a client: its app's consumer key and bearer token, and the brand's access token."""

    app: str = "rehearsal-app"
    account: str = "rehearsal-account"
    bearer: str = "rehearsal-bearer"
    further: Mapping[str, str] = field(default_factory=dict)  # further accounts' handles by their access tokens


@dataclass(frozen=True, slots=True)
class Call:
    """One call to the X API, with the fault planned for it."""

    method: str
    request: Request
    body: dict[str, Any]
    fault: Fault | None
    street: Street
    keys: Keys

    def asked(self, allowed: frozenset[str] = SHAPES) -> Asked:
        """Parse the query strictly; see xargs."""
        return read_args(
            self.request.query_params, allowed, lambda what: self.street.x_book.note_stranger(self.method, what)
        )

    def part(self, name: str) -> str:
        """Read a part of the path."""
        return str(self.request.path_params[name])


Deed = Callable[[Street, Call], "Shape | EventStream"]

_LIST, _END = "GET /2/activity/subscriptions", "DELETE /2/activity/subscriptions/:id"
_STREAM = "GET /2/activity/stream"
_BY_APP = {_LIST, _END, _STREAM}  # calls of the app itself, by its bearer token


def routes(street: Street, keys: Keys) -> list[Route]:
    """List the X API's routes, to be mounted under /x."""
    limits = Limits(street.pace)
    doors: list[tuple[str, str, Deed]] = [
        ("GET /2/users/me", "/2/users/me", _me),
        ("GET /2/users/by/username/:username", "/2/users/by/username/{username}", _by_username),
        ("GET /2/users/:id/mentions", "/2/users/{id}/mentions", _mentions),
        ("GET /2/users/:id/tweets", "/2/users/{id}/tweets", _tweets),
        ("GET /2/tweets", "/2/tweets", _lookup),
        ("GET /2/tweets/:id", "/2/tweets/{id}", _one),
        ("POST /2/tweets", "/2/tweets", _create),
        ("DELETE /2/tweets/:id", "/2/tweets/{id}", _remove),
        ("PUT /2/tweets/:id/hidden", "/2/tweets/{id}/hidden", _hide),
        (_LIST, "/2/activity/subscriptions", _subscriptions),
        ("POST /2/activity/subscriptions", "/2/activity/subscriptions", _subscribe),
        (_END, "/2/activity/subscriptions/{id}", _unsubscribe),
        (_STREAM, "/2/activity/stream", _stream),
    ]
    known = [
        Route(path, _door(street, keys, limits, method, deed), methods=[method.split()[0]])
        for method, path, deed in doors
    ]
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return [*known, Route("/{rest:path}", _stranger(street), methods=methods)]


def _door(street: Street, keys: Keys, limits: Limits, method: str, deed: Deed) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        fault, body = street.faults.take(method), {}
        status: int | str = "lost"
        try:
            body = await _body(request)
            _admit(request, method, keys)
            headers = limits.spend(method)
            response = await before(fault, method, limits)
            if response is None:
                shape = deed(street, Call(method, request, body, fault, street, keys))
                response = _answered(shape, fault, method, headers)
        except Problem as problem:
            _note_strange_body(street, method, problem)
            response = Json(problem.body, problem.status, problem.headers)
        status = "lost" if type(response).__name__ == "Silence" else response.status_code
        asked = body or dict(request.query_params) | dict(request.path_params)
        street.x_book.note_call(method, status, asked, fault.kind if fault else "")
        return response

    return answer


def _answered(shape: Shape | EventStream, fault: Fault | None, method: str, headers: dict[str, str]) -> Response:
    if isinstance(shape, EventStream):
        return shape.response(headers)
    return after(fault, Json(doubled(fault, shape), 201 if method.startswith("POST") else 200, headers))


async def _body(request: Request) -> dict[str, Any]:
    try:
        return await read_json(request)
    except ValueError:
        raise bad_request("The body is not a JSON object.") from None


def _admit(request: Request, method: str, keys: Keys) -> None:
    if method in _BY_APP:
        if request.headers.get("authorization") != f"Bearer {keys.bearer}":
            raise unauthorized()
        return
    shown = _shown(request)
    if shown.get("oauth_consumer_key") != keys.app or shown.get("oauth_token") not in {keys.account, *keys.further}:
        raise unauthorized()


def _shown(request: Request) -> dict[str, str]:
    """Return the credentials of an OAuth 1.0a call."""
    return dict(_OAUTH.findall(request.headers.get("authorization", "")))


def _note_strange_body(street: Street, method: str, problem: Problem) -> None:
    for one in problem.body.get("errors", ()):
        if "is not defined in the schema" in one.get("message", ""):
            street.x_book.note_stranger(method, one["message"])


def _stranger(street: Street) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        method = f"{request.method} /{request.path_params['rest']}"
        street.x_book.note_stranger(method, "endpoint")
        return Json(plain(404, "Not Found", "Not Found").body, 404)

    return answer


def _me(street: Street, call: Call) -> Shape:
    handle = call.keys.further.get(_shown(call.request).get("oauth_token", ""), street.brand.handle)
    return answer_account(street, street.find_account(handle=handle), handle, call.asked())


def _by_username(street: Street, call: Call) -> Shape:
    handle = call.part("username")
    return answer_account(street, street.find_account(handle=handle), handle, call.asked())


def _mentions(street: Street, call: Call) -> Shape:
    return answer_list(street, mentions_of(street, _account(street, call)), call.asked(PAGES))


def _tweets(street: Street, call: Call) -> Shape:
    asked = call.asked(PAGES | {"exclude"})
    own = posts_of(street, _account(street, call), asked.wants.get("exclude", frozenset()))
    return answer_list(street, own, asked)


def _lookup(street: Street, call: Call) -> Shape:
    asked = call.asked(SHAPES | {"ids"})
    numbers = call.request.query_params.get("ids", "").split(",")
    if not 1 <= len(numbers) <= 100 or not all(number.isdigit() for number in numbers):
        raise bad_request("The `ids` query parameter holds between 1 and 100 ids.")
    return answer_posts(street, numbers, asked)


def _one(street: Street, call: Call) -> Shape:
    return answer_post(street, call.part("id"), call.asked())


def _create(street: Street, call: Call) -> Shape:
    if "edit_options" in call.body:
        post = edit_post(street, call.body)
    else:
        post = post_reply(street, call.body, lateness(call.fault))
    versions = [str(number) for number in post.versions]
    return {"data": {"id": str(post.id), "text": escaped(post.shown), "edit_history_tweet_ids": versions}}


def _remove(street: Street, call: Call) -> Shape:
    number = call.part("id")
    post = street.post(int(number)) if number.isdigit() else None
    if post and post.network != Where.X:
        post = None
    if post and post.author.id != street.brand.id:
        raise forbidden("You are not authorized to delete this post.")
    return {"data": {"deleted": bool(post and street.delete(post.id))}}


def _hide(street: Street, call: Call) -> Shape:
    return {"data": {"hidden": set_hidden(street, call.part("id"), call.body)}}


def _subscriptions(street: Street, call: Call) -> Shape:
    unknown = set(call.request.query_params) - {"max_results", "pagination_token"}
    if unknown:
        street.x_book.note_stranger(call.method, f"argument {min(unknown)}")
    return street.activity.list()


def _subscribe(street: Street, call: Call) -> Shape:
    return street.activity.add(call.body, street.pace.now())


def _unsubscribe(street: Street, call: Call) -> Shape:
    return street.activity.end(call.part("id"))


def _stream(street: Street, _call: Call) -> EventStream:
    return EventStream(street)


def _account(street: Street, call: Call) -> Account:
    number = call.part("id")
    account = street.find_account(id=int(number)) if number.isdigit() else None
    if account is None:
        raise bad_request(f"The `id` path parameter value [{number}] is not an account.", id=number)
    return account
