"""Exported tables as text: CSV for spreadsheets, one JSON document, or one JSON object per line."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import islice

from bot.domain.base import spreadsheet
from bot.domain.base.moments import utc
from bot.ports.exports import Exported, Value

LINES = 500  # written together
# JSON does not escape these, but terminals obey some, and others end a line for some readers.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029]")


class TableFormat(StrEnum):
    """The format of an exported table."""

    CSV = "csv"
    JSON = "json"
    NL = "nl"


def table_lines(exported: Exported, form: TableFormat) -> Iterator[str]:
    """Yield a table in pieces of some lines while it is read; the last piece ends with a line break."""
    lines = {TableFormat.CSV: _csv, TableFormat.JSON: _json, TableFormat.NL: _nl}[form](exported)
    while piece := "".join(islice(lines, LINES)):
        yield piece


def _csv(exported: Exported) -> Iterator[str]:
    yield spreadsheet.csv_line(exported.columns)
    for row in exported.rows:
        yield spreadsheet.csv_line(map(_cell, row))


def _nl(exported: Exported) -> Iterator[str]:
    for row in exported.rows:
        yield f"{_object(exported.columns, row)}\n"


def _json(exported: Exported) -> Iterator[str]:
    before = "[\n"
    for row in exported.rows:
        yield f"{before}{_object(exported.columns, row)}"
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _object(columns: Sequence[str], row: Sequence[Value]) -> str:
    said = json.dumps(dict(zip(columns, row, strict=True)), default=_moment, ensure_ascii=False)
    return _ESCAPED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", said)


def _cell(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def _moment(at: datetime) -> str:
    return utc(at).isoformat(timespec="seconds")
