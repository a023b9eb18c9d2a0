"""The rows of a file of recorded posts, whatever program wrote it: its encoding, its separator, a table or JSON."""

import codecs
import csv
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

SEPARATORS = (",", ";", "\t", "|")
# The longer mark first: UTF-32 begins like UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BROKEN = "\ufffd"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands for people, as it stood, and its cells by name; None: it cannot even be split."""

    where: str  # "Line 12", "Post 3"
    raw: str
    cells: Mapping[str, Any] | None


def rows_of(content: bytes, columns: Collection[str]) -> tuple[Iterable[Row], Sequence[str]]:
    """Return the rows of a file that has these columns, and what is to be said about the file as a whole."""
    text, remark = _decoded(content)
    remarks = [remark] if remark else []
    if not text.strip():
        return (), ["The file is empty."]
    begins = text.lstrip()[:1]
    if begins not in "{[":
        rows, fault = _table(text, columns)
    elif begins == "[" or _is_one_document(text):
        rows, fault = _document(text)
    else:
        rows, fault = _json_lines(text), ""
    return rows, [*remarks, *([fault] if fault else [])]


def _decoded(content: bytes) -> tuple[str, str]:
    """Return the text, and a remark where it was written in none of Unicode's forms."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content.decode(name, "replace"), ""
    if (name := _unmarked(content)) != "utf-8":
        return content.decode(name, "replace"), ""
    text = content.decode("utf-8", "replace")
    broken = text.count(_BROKEN)
    whole = sum(not sign.isascii() for sign in text) - broken
    if broken > whole:  # a file of an office program, rather than one whose bytes were damaged
        return content.decode("cp1252", "replace"), "The file is not UTF-8; it was read as Windows-1252."
    return text, ""


def _unmarked(content: bytes) -> str:
    """Return the encoding of a file without a mark: two bytes a sign have a zero in every other place."""
    beginning = content[:200]
    if beginning[1::2].count(0) * 4 > len(beginning):
        return "utf-16-le"
    return "utf-16-be" if beginning[::2].count(0) * 4 > len(beginning) else "utf-8"


# -- JSON


def _json_lines(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield Row(f"Line {number}", line, _cells(_json(line)))


def _is_one_document(text: str) -> bool:
    """Tell whether a file that begins with { is one object over many lines."""
    return _json(text.lstrip().partition("\n")[0]) is None and isinstance(_json(text), dict)


def _document(text: str) -> tuple[Iterable[Row], str]:
    """Return the posts of an array, or of the one array that an object holds."""
    found = _json(text)
    if isinstance(found, dict):
        arrays = [one for one in found.values() if isinstance(one, list)]
        if len(arrays) != 1:
            return (), "The file is one JSON object. Write an array of posts, or one post a line."
        found = arrays[0]
    if not isinstance(found, list):
        return (), "The file begins like JSON and cannot be read as such. Is its end missing?"
    return (Row(f"Post {n}", json.dumps(one, ensure_ascii=False), _cells(one)) for n, one in enumerate(found, 1)), ""


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _cells(found: object) -> Mapping[str, Any] | None:
    return found if isinstance(found, dict) else None


# -- a table


def _table(text: str, columns: Collection[str]) -> tuple[Iterable[Row], str]:
    """Return the rows of a table; the separator is the one by which its first line names most of the columns."""
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)
    named = {separator: _names(lines[0], separator) for separator in SEPARATORS}
    separator = max(SEPARATORS, key=lambda one: len(set(columns) & set(named[one])))
    missing = [name for name in columns if name not in named[separator]]
    if missing:
        return (), f"The first line does not name the columns {', '.join(missing)}."
    return _rows(lines, named[separator], separator), ""


def _names(line: str, separator: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return []


def _rows(lines: Sequence[str], names: Sequence[str], separator: str) -> Iterator[Row]:
    """Split a table. A row that cannot be used ends where its line does: an open quote must not swallow the rest."""
    then = re.escape(separator)
    begins = re.compile(
        rf"[0-9]{{1,19}}{then}\w{{1,50}}{then}(?:true|false){then}", re.IGNORECASE
    )  # as no text has it
    at = 1
    while at < len(lines):
        cells, taken = _row(lines, at, separator)
        usable = len(cells) == len(names) and not any(map(begins.match, lines[at + 1 : at + taken]))
        taken = taken if usable else 1
        if cells:
            row = dict(zip(names, cells, strict=True)) if usable else None
            yield Row(f"Line {at + 1}", "".join(lines[at : at + taken]), row)
        at += taken


def _row(lines: Sequence[str], at: int, separator: str) -> tuple[list[str], int]:
    """Return the cells of the row that begins there, and how many lines it takes."""
    reader = csv.reader(islice(lines, at, None), delimiter=separator)
    try:
        return next(reader, []), reader.line_num
    except csv.Error:
        return ["?"], 1
