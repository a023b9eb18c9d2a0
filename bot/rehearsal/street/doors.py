"""JSON routes for what customers, the crowd and the brand's phone do on the street."""

import json
from collections.abc import Awaitable, Callable
from functools import wraps
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.rehearsal.street.answers import Json, read_json
from bot.rehearsal.street.crowd import Crowd, Said
from bot.rehearsal.street.ledger import Street
from bot.rehearsal.street.posts import Account, Hand, Where
from bot.rehearsal.street.showing import show, show_letter
from bot.rehearsal.street.swrites import LIMIT, count

_LONGEST = 25_000  # on X, for those who pay
_KNOWN = frozenset(
    "handle name text in_reply_to lang media followers reply_settings quotes reposts network".split()  # noqa: SIM905
)
Deed = Callable[[Request], Awaitable[object]]


def routes(street: Street, crowd: Crowd) -> list[Route]:
    """List the street's routes, to be mounted under /street."""
    doors: list[tuple[str, str, Callable[[Street, Crowd, Request], Awaitable[object]]]] = [
        ("GET", "/posts", _conversation),
        ("POST", "/posts", _write),
        ("DELETE", "/posts/{id:int}", _delete),
        ("POST", "/posts/{id:int}/edit", _edit),
        ("POST", "/posts/{id:int}/like", _like),
        ("POST", "/posts/{id:int}/repost", _repost),
        ("POST", "/accounts/{handle}", _rename),
        ("GET", "/messages", _letters),
        ("POST", "/messages", _write_privately),
        ("DELETE", "/messages/{id}", _take_letter_back),
        ("GET", "/timeline", _timeline),
        ("GET", "/crowd", _crowd),
        ("POST", "/crowd", _crowd_starts),
        ("DELETE", "/crowd", _crowd_stops),
    ]
    return [Route(path, _door(street, crowd, deed), methods=[method]) for method, path, deed in doors]


def _door(
    street: Street, crowd: Crowd, deed: Callable[[Street, Crowd, Request], Awaitable[object]]
) -> Callable[[Request], Awaitable[Response]]:
    @wraps(deed)
    async def answer(request: Request) -> Response:
        try:
            return Json(await deed(street, crowd, request))
        except KeyError:
            return Json({"ok": False, "error": "There is no such post on the street."}, 404)
        except (ValueError, json.JSONDecodeError) as fault:
            return Json({"ok": False, "error": str(fault)}, 400)

    return answer


async def _timeline(street: Street, _crowd: Crowd, request: Request) -> object:
    limit = int(request.query_params.get("limit", "1000"))
    return [show(street, post) for post in islice(street.newest_first(), max(0, limit))]


async def _conversation(street: Street, _crowd: Crowd, request: Request) -> object:
    asked = street.post(int(request.query_params["conversation"]))
    root = asked.root if asked else 0
    return [show(street, post) for post in street.newest_first() if post.root == root]


async def _write(street: Street, _crowd: Crowd, request: Request) -> object:
    body = await read_json(request)
    unknown = set(body) - _KNOWN
    if unknown:
        raise ValueError(f"The street does not know {', '.join(sorted(unknown))}.")
    links = {name: _link(street, body.get(name)) for name in ("in_reply_to", "quotes", "reposts")}
    network = _where(street, body, links)
    author, text = _author(street, body), _text(body, network)
    post = street.publish(
        author,
        text,
        hand=Hand.PHONE if author.id == street.brand.id else Hand.CUSTOMER,
        reply_to=links["in_reply_to"],
        quotes=links["quotes"],
        reposts=links["reposts"],
        lang=str(body.get("lang") or "en"),
        photos=_photos(body),
        reply_settings=str(body.get("reply_settings") or "everyone"),
        network=network,
    )
    return {"ok": True, "id": str(post.id), "post": show(street, post)}


async def _edit(street: Street, _crowd: Crowd, request: Request) -> object:
    number = int(request.path_params["id"])
    old = street.post(number)
    text = _text(await read_json(request), old.network if old else Where.X)
    post = street.edit(number, text)
    return {"ok": True, "id": str(post.id), "post": show(street, post)}


async def _delete(street: Street, _crowd: Crowd, request: Request) -> object:
    if not street.delete(int(request.path_params["id"])):
        raise KeyError(request.path_params["id"])
    return {"ok": True}


async def _like(street: Street, _crowd: Crowd, request: Request) -> object:
    author = _author(street, await read_json(request))
    return {"ok": True, "likes": street.like(int(request.path_params["id"]), author)}


async def _repost(street: Street, _crowd: Crowd, request: Request) -> object:
    author = _author(street, await read_json(request))
    post = street.readable(int(request.path_params["id"]))
    if post is None:
        raise KeyError(request.path_params["id"])
    text = f"RT @{post.author.handle}: {post.shown}"[:_LONGEST]
    hand = Hand.PHONE if author.id == street.brand.id else Hand.CUSTOMER
    return {"ok": True, "id": str(street.publish(author, text, hand=hand, reposts=post.id, lang=post.lang).id)}


async def _rename(street: Street, _crowd: Crowd, request: Request) -> object:
    """Change a customer's handle, and their name."""
    body = await read_json(request)
    renamed = street.rename(str(request.path_params["handle"]), to=_handle(body), name=str(body.get("name") or ""))
    return {"ok": True, "id": str(renamed.id), "handle": renamed.handle, "name": renamed.name}


async def _letters(street: Street, _crowd: Crowd, request: Request) -> object:
    return [show_letter(one) for one in street.letters(request.query_params.get("with", "")) if not one.deleted_at]


async def _write_privately(street: Street, _crowd: Crowd, request: Request) -> object:
    """Send a private message from a customer to the brand; with `to`, from the brand's phone to a customer."""
    body = await read_json(request)
    text = _text(body, Where.STREET)
    customer = _author(street, {"handle": body.get("to") or body.get("handle"), "name": body.get("name")})
    if customer.id == street.brand.id:
        raise ValueError("The brand does not write to itself; say to whom.")
    hand = Hand.PHONE if body.get("to") else Hand.CUSTOMER
    letter = street.write_privately(customer, text, hand=hand, photos=_photos(body))
    return {"ok": True, "message": show_letter(letter)}


async def _take_letter_back(street: Street, _crowd: Crowd, request: Request) -> object:
    number = str(request.path_params["id"]).removeprefix("m")
    if not (number.isascii() and number.isdigit() and street.take_letter_back(int(number))):
        raise KeyError(number)
    return {"ok": True}


async def _crowd(_street: Street, crowd: Crowd, _request: Request) -> object:
    return crowd.state()


async def _crowd_starts(_street: Street, crowd: Crowd, request: Request) -> object:
    body = await read_json(request)
    rate = body.get("rate")
    if "said" in body:
        crowd.learn(
            [Said(*(str(one.get(name) or "") for name in ("key", "handle", "text", "after"))) for one in body["said"]]
        )
    crowd.start(str(body.get("mood", "calm")), None if rate is None else float(rate))
    return crowd.state()


async def _crowd_stops(_street: Street, crowd: Crowd, _request: Request) -> object:
    crowd.stop()
    return crowd.state()


def _author(street: Street, body: dict[str, Any]) -> Account:
    handle = _handle(body)
    followers = body.get("followers")
    return street.account(
        handle, name=str(body.get("name") or ""), followers=None if followers is None else int(followers)
    )


def _handle(body: dict[str, Any]) -> str:
    handle = str(body.get("handle") or "").removeprefix("@")
    if not (handle.isascii() and handle.replace("_", "").isalnum() and len(handle) <= 15):
        raise ValueError("A handle has 1 to 15 letters, digits or underscores.")
    return handle


def _text(body: dict[str, Any], network: Where) -> str:
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ValueError("A post needs words.")
    if network == Where.STREET and count(text) > LIMIT:
        raise ValueError(f"On the street {LIMIT} characters fit; this has {count(text)}.")
    if len(text) > _LONGEST:
        raise ValueError(f"A post has at most {_LONGEST} characters.")
    return text


def _where(street: Street, body: dict[str, Any], links: dict[str, int | None]) -> Where:
    """Return the network of the post that this one refers to; else the one asked for; else X."""
    beside = next((post for number in links.values() if (post := street.post(number))), None)
    asked = str(body.get("network") or Where.X)
    if asked not in set(Where):
        raise ValueError(f"There is no network {asked}; there are {' and '.join(Where)}.")
    return beside.network if beside else Where(asked)


def _photos(body: dict[str, Any]) -> int:
    return max(0, min(4, int(body.get("media") or 0)))


def _link(street: Street, number: object) -> int | None:
    if not number:
        return None
    post = street.post(int(str(number)))
    if post is None or post.deleted_at:
        raise KeyError(number)
    return post.id
