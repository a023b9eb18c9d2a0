"""Answers of the X API to reads: lists newest first, in pages, with X's limits on old posts."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from bot.rehearsal.street.ledger import Street
from bot.rehearsal.street.posts import Account, Post, Where
from bot.rehearsal.street.xargs import Asked, page_token
from bot.rehearsal.street.xproblems import missing
from bot.rehearsal.street.xshape import Shape, shape_account, shape_includes, shape_post

MENTIONS_DEPTH = 800
TIMELINE_DEPTH = 3200


def mentions_of(street: Street, account: Account) -> Iterator[Post]:
    """Yield the newest posts of others that name this account, as many as X returns."""
    named = (p for p in street.newest_first(Where.X) if account.key in p.names and p.author.id != account.id)
    return islice(named, MENTIONS_DEPTH)


def posts_of(street: Street, account: Account, exclude: frozenset[str]) -> Iterator[Post]:
    """Yield the newest posts of an account, as many as X returns."""
    own = (p for p in street.newest_first(Where.X) if p.author.id == account.id)
    for post in islice(own, TIMELINE_DEPTH):
        if ("replies" in exclude and post.reply_to) or ("retweets" in exclude and post.reposts):
            continue
        yield post


def answer_list(street: Street, posts: Iterator[Post], asked: Asked) -> Shape:
    """Return one page of a list, with the token of the next."""
    page = list(islice((post for post in posts if _within(post, asked)), asked.limit + 1))
    more, page = len(page) > asked.limit, page[: asked.limit]
    if not page:
        return {"meta": {"result_count": 0}}
    meta: dict[str, Any] = {
        "newest_id": str(page[0].id),
        "oldest_id": str(page[-1].id),
        "result_count": len(page),
    }
    if more:
        meta["next_token"] = page_token(page[-1].id)
    return {**_with_includes(street, page, asked), "meta": meta}


def answer_posts(street: Street, numbers: list[str], asked: Asked) -> Shape:
    """Return the posts with these ids; deleted ones are listed in `errors`."""
    found = {number: _readable(street, number) for number in numbers}
    shape = _with_includes(street, [post for post in found.values() if post], asked)
    gone = [missing("tweet", "ids", number) for number, post in found.items() if post is None]
    return {**shape, "errors": gone} if gone else shape


def answer_post(street: Street, number: str, asked: Asked) -> Shape:
    """Return one post; when it is deleted, status 200 with `errors`, as X does."""
    post = _readable(street, number)
    if post is None:
        return {"errors": [missing("tweet", "id", number)]}
    shape = _with_includes(street, [post], asked)
    return {**shape, "data": shape["data"][0]}


def answer_account(street: Street, account: Account | None, handle: str, asked: Asked) -> Shape:
    """Return an account; when nobody has this handle, status 200 with `errors`, as X does."""
    if account is None:
        return {"errors": [missing("user", "username", handle)]}
    return {"data": shape_account(street, account, asked)}


def _readable(street: Street, number: str) -> Post | None:
    return street.readable(int(number), Where.X) if number.isdigit() else None


def _within(post: Post, asked: Asked) -> bool:
    return (
        post.id > asked.since_id
        and (asked.until_id is None or post.id < asked.until_id)
        and (asked.before_id is None or post.id < asked.before_id)
        and (asked.start_at is None or post.created_at >= asked.start_at)
        and (asked.end_at is None or post.created_at < asked.end_at)
    )


def _with_includes(street: Street, posts: list[Post], asked: Asked) -> Shape:
    shape: Shape = {"data": [shape_post(street, post, asked) for post in posts]} if posts else {}
    includes = shape_includes(street, posts, asked)
    return {**shape, "includes": includes} if includes else shape
