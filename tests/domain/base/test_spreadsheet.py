"""A table with other people's words has no formula for a spreadsheet."""

import csv
import io

import pytest

from bot.domain.base import spreadsheet

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    "\u00a0=1",
    "\u3000=1",
    "\u2003=1",
    "\u200b=1",
    "\ufeff=1",
    " \t@1",
    "\ufe66HYPERLINK(1)",
]


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_cell_that_could_be_a_formula_is_made_text(cell: str) -> None:
    assert spreadsheet.inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ana", "1.5", "2026-03-02T12:00:00+00:00", "a=1", "  "])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert spreadsheet.inert(cell) == cell


def test_a_line_is_read_back_as_the_cells_that_it_was_made_of() -> None:
    cells = ["1", 'said "no"', "two\nlines, one cell", "", "=1"]
    assert next(csv.reader(io.StringIO(spreadsheet.csv_line(cells), newline=""))) == [*cells[:-1], "'=1"]


@pytest.mark.parametrize("sign", ["\x1b", "\x9b", "\x07", "\x08", "\x7f", "\x00", "\x85"])
def test_no_cell_tells_a_terminal_what_to_do(sign: str) -> None:
    assert spreadsheet.inert(f"a{sign}[2J") == "a\ufffd[2J"


def test_blanks_and_ends_of_lines_stay() -> None:
    assert spreadsheet.inert("a\tb\nc\r\nd é 荷物") == "a\tb\nc\r\nd é 荷物"
