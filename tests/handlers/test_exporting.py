"""A table as text: CSV without formulas, JSON, and one JSON object a line; written in portions."""

import csv
import io
import json
from datetime import UTC, datetime
from itertools import count, islice

import pytest

from bot.ports.exports import Exported, Table
from handlers.exporting import LINES, TableFormat, table_lines

AT = datetime(2026, 1, 5, 9, 0, 0, 123456, tzinfo=UTC)
COLUMNS = ("case", "text", "private", "at", "facts", "none", "within_minutes")
ROW = (7, '=HYPERLINK("https://evil.example")\n<!channel> “é”', True, AT, {"to": "new"}, None, 60.0)


def said(form, *rows):
    return "".join(table_lines(Exported(Table.CASES, COLUMNS, iter(rows)), form))


def test_a_table_for_spreadsheets_is_quoted_and_inert():
    head, row = csv.reader(io.StringIO(said(TableFormat.CSV, ROW), newline=""))
    assert head == list(COLUMNS)
    assert row == [
        "7",
        '\'=HYPERLINK("https://evil.example")\n<!channel> “é”',
        "yes",
        "2026-01-05T09:00:00+00:00",
        '{"to": "new"}',
        "",
        "60.0",
    ]


def test_json_holds_the_values_as_they_are():
    expected = {
        "case": 7,
        "text": ROW[1],
        "private": True,
        "at": "2026-01-05T09:00:00+00:00",
        "facts": {"to": "new"},
        "none": None,
        "within_minutes": 60.0,
    }
    assert json.loads(said(TableFormat.JSON, ROW, ROW)) == [expected, expected]
    assert [json.loads(line) for line in said(TableFormat.NL, ROW, ROW).splitlines()] == [expected, expected]


def test_a_table_without_rows_is_one_all_the_same():
    assert said(TableFormat.CSV) == ",".join(f'"{name}"' for name in COLUMNS) + "\r\n"
    assert json.loads(said(TableFormat.JSON)) == []
    assert said(TableFormat.NL) == ""


def test_a_line_is_a_line_whatever_the_words_hold():
    ends = "a\u2028b\u0085c\rd"
    assert len(said(TableFormat.NL, (7, ends, *ROW[2:])).splitlines()) == 1
    assert json.loads(said(TableFormat.NL, (7, ends, *ROW[2:])))["text"] == ends


@pytest.mark.parametrize("form", TableFormat)
def test_no_words_of_others_tell_a_terminal_what_to_do(form):
    shown = said(form, (7, "\x1b[2J \x9b2J \x07", *ROW[2:]))
    assert not {"\x1b", "\x9b", "\x07"} & set(shown)


@pytest.mark.parametrize("form", TableFormat)
def test_what_is_read_is_written_at_once_however_much_follows(form):
    endless = ((number, *ROW[1:]) for number in count())
    pieces = table_lines(Exported(Table.CASES, COLUMNS, endless), form)
    assert len(list(islice(pieces, 3))) == 3
    assert next(endless)[0] <= 3 * LINES
