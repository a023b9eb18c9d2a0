"""The street's own doors: what customers, the crowd and the brand's phone do there, as JSON."""

import json
from collections.abc import Awaitable, Callable
from functools import wraps
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.rehearsal.street.answers import Json, read_json
from bot.rehearsal.street.crowd import Crowd
from bot.rehearsal.street.ledger import Street
from bot.rehearsal.street.posts import Account, Hand, Post

_LONGEST = 25_000
_LONGEST_LETTER = 10_000
_TRAFFIC = 500
_KNOWN = frozenset(
    "handle name text in_reply_to lang media followers reply_settings quotes reposts".split()  # noqa: SIM905
)
Deed = Callable[[Request], Awaitable[object]]


def show(street: Street, post: Post) -> dict[str, Any]:
    """Show a post to the page and to tests."""
    return {
        "id": str(post.id),
        "handle": post.author.handle,
        "name": post.author.name,
        "author_id": str(post.author.id),
        "followers": post.author.followers,
        "text": post.text,
        "leading": list(post.leading),
        "created_at": post.created_at.isoformat(),
        "conversation": str(post.root),
        "in_reply_to": None if post.reply_to is None else str(post.reply_to),
        "quotes": None if post.quotes is None else str(post.quotes),
        "reposts": None if post.reposts is None else str(post.reposts),
        "by": str(post.hand),
        "brand": post.author.id == street.brand.id,
        "lang": post.lang,
        "media": post.photos,
        "reply_settings": post.reply_settings,
        "versions": [str(number) for number in post.versions],
        "newest": post.newest,
        "deleted": post.deleted_at is not None,
        "likes": street.likes_of(post),
    }


def street_ledger(street: Street) -> dict[str, Any]:
    """Show everything that happened on the street: every version of every post, every call, every stranger."""
    return {
        "posts": [show(street, post) for post in street.everything()],
        "messages": street.letters(),
        "calls": street.calls(),
        "strangers": street.strangers(),
        "faults": street.faults.waiting(),
    }


def street_traffic(street: Street) -> list[dict[str, Any]]:
    """List the last calls to the X face for the page, the oldest first."""
    return [
        {
            "at": call["at"],
            "way": "from the app",
            "what": call["method"],
            "outcome": f"{call['status']} {call['fault']}".strip(),
        }
        for call in street.calls()[-_TRAFFIC:]
    ]


def street_numbers(street: Street) -> dict[str, int]:
    """Count what the page's backstage shows."""
    posts, calls = street.everything(), street.calls()
    return {
        "posts": len(posts),
        "answers from the desk": sum(post.hand == Hand.APP for post in posts),
        "answers from the phone": sum(post.hand == Hand.PHONE for post in posts),
        "calls to X": len(calls),
        "not answered with 2xx": sum(not str(call["status"]).startswith("2") for call in calls),
        "faults waiting": len(street.faults.waiting()),
        "unknown to X": len(street.strangers()),
    }


def routes(street: Street, crowd: Crowd) -> list[Route]:
    """List the street's routes, to be mounted under /street."""
    doors: list[tuple[str, str, Callable[[Street, Crowd, Request], Awaitable[object]]]] = [
        ("GET", "/posts", _conversation),
        ("POST", "/posts", _write),
        ("DELETE", "/posts/{id:int}", _delete),
        ("POST", "/posts/{id:int}/edit", _edit),
        ("POST", "/posts/{id:int}/like", _like),
        ("POST", "/posts/{id:int}/repost", _repost),
        ("GET", "/messages", _letters),
        ("POST", "/messages", _write_privately),
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
    author, text = _author(street, body), _text(body)
    links = {name: _link(street, body.get(name)) for name in ("in_reply_to", "quotes", "reposts")}
    post = street.publish(
        author,
        text,
        hand=Hand.PHONE if author.id == street.brand.id else Hand.CUSTOMER,
        reply_to=links["in_reply_to"],
        quotes=links["quotes"],
        reposts=links["reposts"],
        lang=str(body.get("lang") or "en"),
        photos=max(0, min(4, int(body.get("media") or 0))),
        reply_settings=str(body.get("reply_settings") or "everyone"),
    )
    return {"ok": True, "id": str(post.id), "post": show(street, post)}


async def _edit(street: Street, _crowd: Crowd, request: Request) -> object:
    text = _text(await read_json(request))
    post = street.edit(int(request.path_params["id"]), text)
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


async def _letters(street: Street, _crowd: Crowd, request: Request) -> object:
    return street.letters(request.query_params.get("with", ""))


async def _write_privately(street: Street, _crowd: Crowd, request: Request) -> object:
    """A customer writes to the brand; with `to`, the brand's phone writes to a customer."""
    body = await read_json(request)
    text = _text(body)
    if len(text) > _LONGEST_LETTER:
        raise ValueError(f"A private message has at most {_LONGEST_LETTER} characters.")
    customer = _author(street, {"handle": body.get("to") or body.get("handle"), "name": body.get("name")})
    if customer.id == street.brand.id:
        raise ValueError("The brand does not write to itself; say to whom.")
    return {"ok": True, "message": street.write_privately(customer, text, by_brand=bool(body.get("to")))}


async def _crowd(_street: Street, crowd: Crowd, _request: Request) -> object:
    return crowd.state()


async def _crowd_starts(_street: Street, crowd: Crowd, request: Request) -> object:
    body = await read_json(request)
    rate = body.get("rate")
    crowd.start(str(body.get("mood", "calm")), None if rate is None else float(rate))
    return crowd.state()


async def _crowd_stops(_street: Street, crowd: Crowd, _request: Request) -> object:
    crowd.stop()
    return crowd.state()


def _author(street: Street, body: dict[str, Any]) -> Account:
    handle = str(body.get("handle") or "").removeprefix("@")
    if not (handle.isascii() and handle.replace("_", "").isalnum() and len(handle) <= 15):
        raise ValueError("A handle has 1 to 15 letters, digits or underscores.")
    followers = body.get("followers")
    return street.account(
        handle, name=str(body.get("name") or ""), followers=None if followers is None else int(followers)
    )


def _text(body: dict[str, Any]) -> str:
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ValueError("A post needs words.")
    if len(text) > _LONGEST:
        raise ValueError(f"A post has at most {_LONGEST} characters.")
    return text


def _link(street: Street, number: object) -> int | None:
    if not number:
        return None
    post = street.post(int(str(number)))
    if post is None or post.deleted_at:
        raise KeyError(number)
    return post.id
