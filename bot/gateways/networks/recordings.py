"""Recorded posts from a file: which are ours, in what conversation, in what order; what is broken is named by line.

A table with the columns of the "Customer Support on Twitter" collection, or JSON with the same keys.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain.text import clean
from bot.gateways.networks.recording_rows import Row, rows_of

COLUMNS = ("tweet_id", "author_id", "inbound", "created_at", "text", "in_response_to_tweet_id")
WRITTEN = "%a %b %d %H:%M:%S %z %Y"  # Tue Oct 31 22:10:47 +0000 2017

_ID = re.compile(r"[0-9]{1,19}")
_NAME = re.compile(r"\w{1,50}")
_MENTION = re.compile(r"@(\w{1,50})")
_SIDES = {"true": False, "false": True}  # inbound: is it ours?


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPost:
    """One recorded post. `ours`: a brand wrote it; `root_id`: its conversation."""

    id: str
    author: str
    ours: bool
    created_at: datetime
    text: str
    parent_id: str | None = None
    root_id: str = ""
    raw: str = ""  # the row as it stood in the file


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What a file holds, in the order it was written on the network."""

    posts: Sequence[RecordedPost] = ()
    faults: Sequence[str] = ()  # a sentence for each row that was left out
    brands: Sequence[str] = ()  # whose posts count as ours


class _Broken(Exception):
    """A row that cannot be used; the words say why."""


def read_recording(path: Path, brands: Collection[str] | None = None) -> Recording:
    """Read a file of recorded posts.

    `brands` None: all accounts that ever answered are ours. With names: only these are, and only conversations in
    which one of them wrote or is named are kept, without the posts of other brands. Raises OSError.
    """
    rows, remarks = rows_of(path.read_bytes(), COLUMNS)
    found, faults = _collected(rows)
    faults = [*remarks, *faults]
    posts = _ordered(found)
    if brands is None:
        writers = {post.author for post in posts if post.ours}
        return Recording(posts=posts, faults=faults, brands=sorted(writers, key=str.casefold))
    ours = {name.removeprefix("@").casefold(): name.removeprefix("@") for name in brands}
    unknown = ours.keys() - _present(posts)
    faults += [f"No conversation in this file names or holds @{ours[key]}." for key in sorted(unknown)]
    return Recording(posts=_of_brands(posts, ours.keys()), faults=faults, brands=sorted(ours.values()))


def to_wire(post: RecordedPost) -> dict[str, Any]:
    """Return a post as it travels to a running desk."""
    return asdict(post) | {"created_at": post.created_at.isoformat()}


def from_wire(sent: Mapping[str, Any]) -> RecordedPost:
    """Return a post that came over the wire. Raises KeyError, TypeError or ValueError."""
    return RecordedPost(**{**sent, "created_at": datetime.fromisoformat(sent["created_at"])})


# -- posts


def _collected(rows: Iterable[Row]) -> tuple[dict[str, RecordedPost], list[str]]:
    posts: dict[str, RecordedPost] = {}
    faults: list[str] = []
    for row in rows:
        try:
            post = _post(row, posts)
            posts[post.id] = post
        except _Broken as broken:
            faults.append(f"{row.where} was left out: {broken}.")
    return posts, faults


def _post(row: Row, known: Collection[str]) -> RecordedPost:
    if row.cells is None:
        raise _Broken("it has not the cells that the first line names, or is no JSON")
    cells = {name: _cell(row.cells.get(name)) for name in COLUMNS}
    if cells["inbound"].casefold() not in _SIDES:
        raise _Broken("inbound is neither True nor False")
    if cells["tweet_id"] in known:
        raise _Broken(f"post {cells['tweet_id']} was in the file already")
    return RecordedPost(
        id=_matching(_ID, cells, "tweet_id"),
        author=_matching(_NAME, cells, "author_id"),
        ours=_SIDES[cells["inbound"].casefold()],
        created_at=_moment(cells["created_at"]),
        text=clean(_text(row.cells)),
        parent_id=_matching(_ID, cells, "in_response_to_tweet_id") if cells["in_response_to_tweet_id"] else None,
        raw=row.raw.rstrip("\r\n"),
    )


def _cell(value: object) -> str:
    return "" if value is None else str(value).strip().removesuffix(".0")  # some exports write ids as 12.0


def _text(cells: Mapping[str, Any]) -> str:
    text = cells.get("text")
    if not isinstance(text, str):
        raise _Broken("it has no text")
    return text


def _matching(pattern: re.Pattern[str], cells: Mapping[str, str], name: str) -> str:
    if not pattern.fullmatch(cells[name]):
        raise _Broken(f"{name} is not what it should be")
    return cells[name]


def _moment(text: str) -> datetime:
    """Read X's old form or ISO 8601."""
    try:
        old = text[:1].isalpha()
        at = datetime.strptime(text, WRITTEN) if old else datetime.fromisoformat(text)  # noqa: DTZ007 - it has %z
        if at.tzinfo:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _Broken("created_at is no moment with a time zone")


# -- conversations


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a post stands: in which conversation, and how many answers deep."""

    root_id: str
    depth: int


def _places(posts: Mapping[str, RecordedPost]) -> dict[str, _Place]:
    """Find each post's conversation: the first post that can be reached, or the id of one that is missing."""
    places: dict[str, _Place] = {}
    for start in posts:
        path: dict[str, None] = {}  # a set that keeps its order
        at: str = start
        while at in posts and at not in places and at not in path:
            path[at] = None
            at = posts[at].parent_id or ""
        known = places.get(at) or _Place(_end(list(path), at), -1)
        for depth, post_id in enumerate(reversed(path), known.depth + 1):
            places[post_id] = _Place(known.root_id, depth)
    return places


def _end(path: Sequence[str], at: str) -> str:
    """Return the root of a path that ends here: its last post, a missing one, or the smallest id of a circle."""
    if at in path:
        return min(path[path.index(at) :], key=int)
    return at or path[-1]


def _ordered(posts: Mapping[str, RecordedPost]) -> list[RecordedPost]:
    """Place the posts and sort them by time; where times are equal, what is answered comes before its answers."""
    places = _places(posts)
    placed = [replace(post, root_id=places[post.id].root_id) for post in posts.values()]
    return sorted(placed, key=lambda post: (post.created_at, places[post.id].depth, int(post.id)))


def _of_brands(posts: Sequence[RecordedPost], brands: Collection[str]) -> list[RecordedPost]:
    """Keep the conversations of these brands, and in them what customers and these brands wrote."""
    roots = {post.root_id for post in posts if _speaks_for(post, brands) or not _named(post).isdisjoint(brands)}
    return [post for post in posts if post.root_id in roots and (not post.ours or _speaks_for(post, brands))]


def _speaks_for(post: RecordedPost, brands: Collection[str]) -> bool:
    return post.ours and post.author.casefold() in brands


def _named(post: RecordedPost) -> set[str]:
    return {name.casefold() for name in _MENTION.findall(post.text)}


def _present(posts: Sequence[RecordedPost]) -> set[str]:
    return {post.author.casefold() for post in posts if post.ours}.union(*map(_named, posts))
