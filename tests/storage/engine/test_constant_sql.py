"""SQL is put together from constants of the code alone; what comes from outside is a parameter."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ASKS = {"rows", "row", "run", "run_all", "stream", "execute", "executemany", "executescript"}
# What else stands in a statement, by module or folder, and why nobody outside chooses it.
OTHERS = {
    "storage/": {"column", "names", "table", "self.engine.clock"},  # of our own schema; the engine's own words
    "storage/engine/": {"highest", "one.sql", "pragma", "row", "self._synchronous", "version"},
    "storage/exports/datasette.py": {"pragma"},
    "storage/cases/lists.py": {"took"},  # one of two constants, handed over
    "storage/replies/past_replies.py": {"matching", "place"},  # the engine's own words
    "storage/storms/holding_replies.py": {"_FOR[holding.audience]"},  # a constant for each member of an enumeration
}


def is_constant(part: ast.expr) -> bool:
    if isinstance(part, ast.IfExp):
        return is_constant(part.body) and is_constant(part.orelse)
    named = part.id if isinstance(part, ast.Name) else part.attr if isinstance(part, ast.Attribute) else ""
    return isinstance(part, ast.Constant) or named.isupper()


def put_into(statement: ast.expr) -> Iterator[ast.expr]:
    """Yield what a statement is made of, beside its own text."""
    for node in ast.walk(statement):
        if isinstance(node, ast.FormattedValue):
            yield node.value
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
            yield from (side for side in (node.left, node.right) if not isinstance(side, ast.JoinedStr | ast.BinOp))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            yield from [*node.args, *(one.value for one in node.keywords)]


def odd_parts(source: str) -> set[str]:
    calls = (
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ASKS
        and node.args
    )
    return {ast.unparse(part) for call in calls for part in put_into(call.args[0]) if not is_constant(part)}


def known(module: str) -> set[str]:
    return {name for place, names in OTHERS.items() if module.startswith(place) for name in names}


def test_nothing_but_constants_stands_in_a_statement() -> None:
    modules = {str(path.relative_to(ROOT)): path.read_text() for path in (ROOT / "storage").rglob("*.py")}
    found = {module: odd for module, text in modules.items() if (odd := odd_parts(text) - known(module))}
    assert found == {}


@pytest.mark.parametrize(
    "statement",
    [
        "f'SELECT {word}'",
        "'SELECT ' + word",
        "'SELECT %s' % word",
        "'SELECT {}'.format(word)",
        "f'SELECT {post.text}'",
    ],
)
def test_a_statement_with_something_from_outside_is_seen(statement: str) -> None:
    assert odd_parts(f"engine.rows({statement})")
