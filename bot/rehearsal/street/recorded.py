"""What real customers once wrote, read from a file, for a crowd that says it again.

CSV with the columns of the "Customer Support on Twitter" collection, or JSON Lines with the same keys.
"""

import csv
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

_NEEDED = ("tweet_id", "author_id", "inbound", "created_at", "text", "in_response_to_tweet_id")
_WRITTEN = "%a %b %d %H:%M:%S %z %Y"
_HANDLE = re.compile(r"@(\w{1,15})")

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """Something a customer wrote. `after`: the key of their own earlier post in the same conversation, or empty."""

    key: str
    handle: str
    text: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """What a file holds for the crowd, in the order it was written, and a sentence for each row left out."""

    said: Sequence[Said]
    faults: Sequence[str]


class _Broken(Exception):
    """A row that cannot be used; the words say why."""


def read(path: Path, brand: str) -> Recording:
    """Return what customers wrote to any brand in the file, as if to ours.

    What brands answered is left out: that is the desk's part. Raises ValueError with a sentence, and OSError.
    """
    rows, faults = _usable(path)
    if not rows:
        raise ValueError(f"{path} holds no posts that the crowd could say.")
    brands = {row["author_id"].lower() for row in rows.values() if not _customer(row)}
    theirs = sorted((row for row in rows.values() if _customer(row)), key=_order)
    known: set[str] = set()
    return Recording([_said(row, rows, brands, known, brand) for row in theirs], faults)


def _usable(path: Path) -> tuple[dict[str, Row], list[str]]:
    rows: dict[str, Row] = {}
    faults = []
    for line, cells in _lines(path):
        try:
            row = _row(cells)
            rows[row["tweet_id"]] = row
        except _Broken as broken:
            faults.append(f"Line {line} was left out: {broken}.")
    return rows, faults


def _lines(path: Path) -> Iterator[tuple[int, object]]:
    text = path.read_text("utf-8-sig", "replace")
    if text.lstrip()[:1] == "{":
        yield from ((number, _json(line)) for number, line in enumerate(text.splitlines(), 1) if line.strip())
        return
    reader = csv.DictReader(text.splitlines(keepends=True))
    missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise ValueError(f"{path} does not name the columns {', '.join(missing)}, which the crowd needs.")
    yield from ((reader.line_num, cells) for cells in reader)


def _json(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _row(cells: object) -> Row:
    if not isinstance(cells, dict) or any(name not in cells for name in _NEEDED):
        raise _Broken("it has not the cells that are needed, or is no JSON")
    row = {name: "" if cells[name] is None else str(cells[name]).strip().removesuffix(".0") for name in _NEEDED}
    if not (row["tweet_id"].isdecimal() and re.fullmatch(r"\w{1,50}", row["author_id"])):
        raise _Broken("its tweet_id or author_id is not what it should be")
    if row["inbound"].lower() not in {"true", "false"} or not row["text"]:
        raise _Broken("it has no text, or inbound is neither True nor False")
    try:
        _order(row)
    except ValueError:
        raise _Broken("created_at is no moment with a time zone") from None
    return row


def _customer(row: Row) -> bool:
    return row["inbound"].lower() == "true"


def _order(row: Row) -> tuple[datetime, int]:
    written, number = row["created_at"], row["tweet_id"]
    old = written[:1].isalpha()
    at = datetime.strptime(written, _WRITTEN) if old else datetime.fromisoformat(written)  # noqa: DTZ007 - it has %z
    return at.astimezone(UTC) if at.tzinfo else _no_zone(), int(number)


def _no_zone() -> NoReturn:
    raise ValueError("a moment without a time zone")


def _said(row: Row, rows: Mapping[str, Row], brands: Collection[str], known: set[str], brand: str) -> Said:
    named = [handle for handle in _HANDLE.findall(row["text"]) if handle.lower() in brands]
    text = _HANDLE.sub(lambda one: f"@{brand}" if one[1].lower() in brands else one[0], row["text"])
    after = _own_earlier(row, rows, known)
    known.add(row["tweet_id"])
    return Said(row["tweet_id"], f"c_{row['author_id']}"[:15], text if named else f"@{brand} {text}", after)


def _own_earlier(row: Row, rows: Mapping[str, Row], known: Collection[str]) -> str:
    """Walk up the conversation to the author's nearest post that was said already."""
    seen = {row["tweet_id"]}
    at = rows.get(row["in_response_to_tweet_id"])
    while at is not None and at["tweet_id"] not in seen:
        if at["author_id"] == row["author_id"] and at["tweet_id"] in known:
            return at["tweet_id"]
        seen.add(at["tweet_id"])
        at = rows.get(at["in_response_to_tweet_id"])
    return ""
