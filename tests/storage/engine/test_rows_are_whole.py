"""Every stored field of a value is read back: a field that is only written or only read fails here."""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Author, Mention
from bot.domain.promises.promise import Promise
from bot.domain.replies.draft import Approval, Attempt, Draft
from bot.domain.slack.telling import Telling
from storage.cases import cases
from storage.engine import row_shapes, rows
from storage.promises import promises
from storage.replies import drafts, solo

STORAGE = Path(__file__).parents[3] / "storage"
VALUES = (Mention, Promise, Draft, Approval, Attempt, Telling)
# The module that writes each row.
WRITTEN_IN: Mapping[type, Sequence[ModuleType]] = {
    row_shapes.CaseRow: [cases],
    row_shapes.PromiseRow: [promises],
    row_shapes.DraftRow: [drafts],
    row_shapes.WordsRow: [drafts],
    row_shapes.ApprovalRow: [drafts, solo],
    row_shapes.AttemptRow: [drafts],
}


def made() -> Mapping[str, set[str]]:
    """Return the names of the fields that rows.py sets, for each kind of value."""
    calls = [
        one for one in ast.walk(ast.parse((STORAGE / "engine/rows.py").read_text())) if isinstance(one, ast.Call)
    ]
    named = [(one.func.id, {str(key.arg) for key in one.keywords}) for one in calls if isinstance(one.func, ast.Name)]
    return {name: keys for name, keys in named if name in {value.__name__ for value in VALUES}}


@pytest.mark.parametrize("value", VALUES, ids=lambda one: one.__name__)
def test_every_field_of_a_value_is_read_from_its_row(value: type) -> None:
    assert made()[value.__name__] == {one.name for one in fields(value)}


def test_every_field_of_a_case_has_its_column_or_its_row() -> None:
    """A case's columns are derived from its fields; only these four kinds of value are put together by hand."""
    by_hand = {"author", "promise", "resolution", "spoken", "own_accord", "draft"}
    of_author = {f"author_{one.name}" for one in fields(Author)}
    assert {one.name for one in fields(Case)} == rows.CASE_FIELDS | by_hand
    assert set(row_shapes.CaseRow._fields) == rows.CASE_FIELDS | of_author


@pytest.mark.parametrize("row", WRITTEN_IN, ids=lambda one: one.__name__)
def test_every_column_that_is_read_is_written_too(row: type) -> None:
    texts = [one for module in WRITTEN_IN[row] for one in vars(module).values() if isinstance(one, str)]
    writes = [one for one in texts if re.match(r"\s*(INSERT|UPDATE)", one)]
    words = {word for one in writes for word in re.findall(r"\w+", one)}
    assert [name for name in row._fields if name not in words] == []  # type: ignore[attr-defined]
