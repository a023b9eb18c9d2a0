"""The sequences from which PostgreSQL takes the numbers of new rows."""

from collections.abc import Callable
from typing import Any

Ask = Callable[..., list[tuple[Any, ...]]]

_NUMBERED = """SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND is_identity = 'YES'"""
_CASES = "pg_get_serial_sequence('cases', 'id')"
NEXT_CASE = f"nextval({_CASES})"


def go_on(ask: Ask) -> None:
    """Set each sequence to the highest number that is there; of the cases no lower than their epoch begins."""
    for table, column in ask(_NUMBERED):
        highest = f"(SELECT max({column}) FROM {table})"
        ask(f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), {highest}) WHERE {highest} > 0")
    [(first,)] = ask("SELECT max(first_case) FROM epochs")
    if first:
        raise_cases(ask, first)


def raise_cases(ask: Ask, first: int) -> None:
    """Let the sequence of the cases go on there; it is never set back."""
    ask(f"SELECT setval({_CASES}, greatest(nextval({_CASES}), :first) - 1, true)", {"first": first})
