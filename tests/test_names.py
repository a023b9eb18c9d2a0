"""Names and types say what a thing is and what happened: one meaning for a name, nothing told by words for people."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = [
    ROOT / "app.py",
    *sorted(path for part in ("bot", "cli", "handlers", "storage") for path in (ROOT / part).rglob("*.py")),
]
# Fields that hold sentences for people. What happened has a typed field beside them.
FOR_PEOPLE = {"reason", "why", "note", "assigned_note", "sentence"}
LOOKS_AT_WORDS = {
    "startswith",
    "endswith",
    "partition",
    "rpartition",
    "removeprefix",
    "removesuffix",
    "index",
    "find",
}


def told_by_wording(tree: ast.AST) -> Iterator[int]:
    """Yield the lines in which code decides by the wording of a field for people."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Compare)
            and _has_words(node)
            and any(map(_for_people, (node.left, *node.comparators)))
        ):
            yield node.lineno
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            looked_up = node.func.attr == "get" and any(map(_for_people, node.args))
            if looked_up or (node.func.attr in LOOKS_AT_WORDS and _for_people(node.func.value)):
                yield node.lineno


def _has_words(node: ast.Compare) -> bool:
    sides = (node.left, *node.comparators)
    flat = [
        one for side in sides for one in (side.elts if isinstance(side, ast.Set | ast.Tuple | ast.List) else [side])
    ]
    return any(isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value != "" for one in flat)


def _for_people(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in FOR_PEOPLE


def test_what_happened_is_told_by_type_and_never_by_the_wording_of_a_note() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}" for path in OURS for line in told_by_wording(ast.parse(path.read_text()))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "case.reason.startswith(SAME_AS)",
        "because.get(draft.why, '')",
        "draft.why == 'mismatch'",
        "'case' in view.case.reason",
        "draft.note in {'solve', 'close'}",
    ],
)
def test_each_way_to_tell_by_wording_is_seen(line: str) -> None:
    assert list(told_by_wording(ast.parse(line))) == [1]
