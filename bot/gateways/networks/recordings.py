"""Reads recorded posts from a file, with their side, conversation and order; faults are reported by line.

CSV with the columns of the "Customer Support on Twitter" collection, or JSON Lines with the same keys.
"""

import csv
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean

COLUMNS = ("tweet_id", "author_id", "inbound", "created_at", "text", "in_response_to_tweet_id")
WRITTEN = "%a %b %d %H:%M:%S %z %Y"  # Tue Oct 31 22:10:47 +0000 2017

_ID = re.compile(r"[0-9]{1,19}")
_NAME = re.compile(r"\w{1,50}")
_MENTION = re.compile(r"@(\w{1,50})")
_SIDES = {"true": False, "false": True}  # inbound: is it ours?
_BEGINS = re.compile(r"[0-9]{1,19},\w{1,50},(?:true|false),", re.IGNORECASE)  # texts have no such lines


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPost:
    """One recorded post. `ours`: whether a brand wrote it; `root_id`: its conversation."""

    id: str
    author: str
    ours: bool
    created_at: datetime
    text: str
    parent_id: str | None = None
    root_id: str = ""
    raw: str = ""  # the row as it is in the file


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The posts of a file, in the order they were written on the network."""

    posts: Sequence[RecordedPost] = ()
    faults: Sequence[str] = ()  # a sentence for each row that was left out
    brands: Sequence[str] = ()  # the accounts whose posts count as ours


class _Broken(Exception):
    """A row that cannot be used; the text is the reason."""


def read_recording(path: Path, brands: Collection[str] | None = None) -> Recording:
    """Read a file of recorded posts.

    `brands` None: all accounts that ever replied count as ours. With names: only these count, and only conversations
    in which one of them wrote or is named are kept, without the posts of other brands. Raises OSError.
    """
    text = path.read_bytes().decode("utf-8-sig", "replace")
    rows = _json_rows(text) if text.lstrip()[:1] == "{" else _csv_rows(text)
    found, faults = _collected(rows)
    posts = _ordered(found)
    if brands is None:
        writers = {post.author for post in posts if post.ours}
        return Recording(posts=posts, faults=faults, brands=sorted(writers, key=str.casefold))
    ours = {name.removeprefix("@").casefold(): name.removeprefix("@") for name in brands}
    unknown = ours.keys() - _present(posts)
    faults += [f"No conversation in this file names or holds @{ours[key]}." for key in sorted(unknown)]
    return Recording(posts=_of_brands(posts, ours.keys()), faults=faults, brands=sorted(ours.values()))


def to_wire(post: RecordedPost) -> dict[str, Any]:
    """Return a post as JSON for a running desk."""
    return asdict(post) | {"created_at": post.created_at.isoformat()}


def from_wire(sent: Mapping[str, Any]) -> RecordedPost:
    """Return the post of a JSON object made by `to_wire`. Raises KeyError, TypeError or ValueError."""
    return RecordedPost(**{**sent, "created_at": datetime.fromisoformat(sent["created_at"])})


# -- rows


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    raw: str
    cells: Mapping[str, Any] | None  # None: the row cannot be split into cells


def _json_rows(text: str) -> Iterator[_Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _Row(number, line, _json_cells(line))


def _json_cells(line: str) -> Mapping[str, Any] | None:
    try:
        cells = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return cells if isinstance(cells, dict) else None


def _csv_rows(text: str) -> Iterator[_Row]:
    """Split CSV. An unusable row ends at the end of its line, so that an open quote does not take in the rest."""
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)
    names, at = [cell.strip() for cell in next(csv.reader(lines), [])], 1
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        yield _Row(1, "", {"missing": ", ".join(missing)})
        return
    while at < len(lines):
        cells, taken = _csv_row(lines, at)
        usable = len(cells) == len(names) and not any(map(_BEGINS.match, lines[at + 1 : at + taken]))
        taken = taken if usable else 1
        if cells:
            row = dict(zip(names, cells, strict=True)) if usable else None
            yield _Row(at + 1, "".join(lines[at : at + taken]), row)
        at += taken


def _csv_row(lines: Sequence[str], at: int) -> tuple[list[str], int]:
    """Return the cells of the row that begins at `at`, and its number of lines."""
    reader = csv.reader(islice(lines, at, None))
    try:
        return next(reader, []), reader.line_num
    except csv.Error:
        return ["?"], 1


# -- posts


def _collected(rows: Iterable[_Row]) -> tuple[dict[str, RecordedPost], list[str]]:
    posts: dict[str, RecordedPost] = {}
    faults: list[str] = []
    for row in rows:
        try:
            post = _post(row, posts)
            posts[post.id] = post
        except _Broken as broken:
            faults.append(f"Line {row.line} was left out: {broken}.")
    return posts, faults


def _post(row: _Row, known: Collection[str]) -> RecordedPost:
    if row.cells is None:
        raise _Broken("it has not the cells that the first line names, or is no JSON")
    if "missing" in row.cells:
        raise _Broken(f"it does not name the columns {row.cells['missing']}")
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
    """Read a moment in X's old form or ISO 8601."""
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
    """The place of a post: its conversation, and how many replies deep."""

    root_id: str
    depth: int


def _places(posts: Mapping[str, RecordedPost]) -> dict[str, _Place]:
    """Return each post's conversation: the first post above it, or the id of a missing one."""
    places: dict[str, _Place] = {}
    for start in posts:
        path: dict[str, None] = {}  # used as an ordered set
        at: str = start
        while at in posts and at not in places and at not in path:
            path[at] = None
            at = posts[at].parent_id or ""
        known = places.get(at) or _Place(_end(list(path), at), -1)
        for depth, post_id in enumerate(reversed(path), known.depth + 1):
            places[post_id] = _Place(known.root_id, depth)
    return places


def _end(path: Sequence[str], at: str) -> str:
    """Return the root of a path that ends here: its last post, a missing one, or the smallest id of a cycle."""
    if at in path:
        return min(path[path.index(at) :], key=int)
    return at or path[-1]


def _ordered(posts: Mapping[str, RecordedPost]) -> list[RecordedPost]:
    """Return the posts with their conversations, by time; with equal times a post comes before its replies."""
    places = _places(posts)
    placed = [replace(post, root_id=places[post.id].root_id) for post in posts.values()]
    return sorted(placed, key=lambda post: (post.created_at, places[post.id].depth, int(post.id)))


def _of_brands(posts: Sequence[RecordedPost], brands: Collection[str]) -> list[RecordedPost]:
    """Return the conversations of these brands, with the posts of customers and of these brands only."""
    roots = {post.root_id for post in posts if _speaks_for(post, brands) or not _named(post).isdisjoint(brands)}
    return [post for post in posts if post.root_id in roots and (not post.ours or _speaks_for(post, brands))]


def _speaks_for(post: RecordedPost, brands: Collection[str]) -> bool:
    return post.ours and post.author.casefold() in brands


def _named(post: RecordedPost) -> set[str]:
    return {name.casefold() for name in _MENTION.findall(post.text)}


def _present(posts: Sequence[RecordedPost]) -> set[str]:
    return {post.author.casefold() for post in posts if post.ours}.union(*map(_named, posts))
