"""Lines of CSV without side effects: no cell is a formula to a spreadsheet, or a command to a terminal."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable

from bot.domain.base.invisible_signs import is_unseen

_BEGINS_FORMULA = frozenset("=+-@")  # also as full-width or small characters
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # a terminal obeys some of them
_STARTS_A_CELL = ("\t", "\r", "\n")


def csv_line(cells: Iterable[str]) -> str:
    """Return one line of a table, every cell quoted and inert."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([inert(cell) for cell in cells])
    return written.getvalue()


def inert(cell: str) -> str:
    """Return the cell, with an apostrophe in front where a spreadsheet would take it for a formula.

    Control characters become U+FFFD; blanks and ends of lines stay.
    """
    if not cell.isprintable():
        cell = _CONTROLS.sub("\ufffd", cell)
    if cell[:1].isalnum():
        return cell  # the first character decides for nearly all cells
    first = next((sign for sign in cell if not sign.isspace() and not is_unseen(sign)), " ")
    begins = unicodedata.normalize("NFKC", first)[0] in _BEGINS_FORMULA or cell.startswith(_STARTS_A_CELL)
    return f"'{cell}" if begins else cell
