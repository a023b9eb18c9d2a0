"""Copies all rows of a database into another one, of either engine, table by table."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from graphlib import TopologicalSorter
from itertools import islice

from bot.domain.base.text import clean
from bot.ports.backups import BackupFailed
from storage.engine import migrate
from storage.engine.base import Engine, Row

AT_ONCE = 1_000  # rows
Counted = Callable[[str, int], object]  # told of a table's further rows that were copied
# Rows about running processes; and what is made by the migrations themselves.
_TABLES = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
_NEEDS = 'SELECT "table" FROM pragma_foreign_key_list(?)'
_STAY = frozenset({"desks", "leases", "migrations"})
_OF_EMPTY = ("trail", "trail_before")  # opening an empty database writes a row there


def not_counted(_table: str, _rows: int) -> None:
    """Do nothing: nobody watches the copying."""


@cache
def columns_by_table() -> Mapping[str, Sequence[str]]:
    """Return the columns of every table that is copied, each table after those that it refers to."""
    from sqlite_utils import Database  # noqa: PLC0415 - only whoever copies needs the schema

    built = Database(memory=True, execute_plugins=False)
    try:
        for one in migrate.known("sqlite"):
            migrate.apply_migration(built, one)
        return _ordered(built.conn)
    finally:
        built.close()


def _ordered(conn: sqlite3.Connection) -> Mapping[str, Sequence[str]]:
    ask = conn.execute
    names = [name for (name,) in ask(_TABLES)]
    ours = [name for name in names if not name.startswith("sqlite_") and name not in _STAY]
    needs = {one: {name for (name,) in ask(_NEEDS, (one,))} - {one} for one in ours}
    return {
        one: [row[1] for row in ask(f"PRAGMA table_info({one})")]
        for one in TopologicalSorter(needs).static_order()
        if one in needs
    }


def copy_all(source: Engine, target: Engine, counted: Counted = not_counted) -> int:
    """Copy every row within one transaction of the target; return how many.

    The target has all tables and no row. The source is read as of one moment. `counted` is called with each portion.
    """
    copied = 0
    with source.snapshot(), target.transaction():
        for table in _OF_EMPTY:
            target.run(f"DELETE FROM {table}")
        for table, columns in columns_by_table().items():
            copied += _copy(source, target, table, columns, counted)
        target.numbers_go_on()
    return copied


def _copy(source: Engine, target: Engine, table: str, columns: Sequence[str], counted: Counted) -> int:
    names = ", ".join(columns)
    put = f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{one}' for one in columns)})"
    found, copied = source.stream(f"SELECT {names} FROM {table}"), 0
    for some in _batches(found):
        target.run_all(put, [dict(zip(columns, map(_plain, row), strict=True)) for row in some])
        copied += len(some)
        counted(table, len(some))
    return copied


def refuse_difference(source: Mapping[str, int], target: Mapping[str, int]) -> None:
    """Raise BackupFailed, which names the first table of which not every row arrived."""
    for table, rows in source.items():
        if target[table] != rows:
            raise BackupFailed(f"Of the table {table} {target[table]:,} of {rows:,} rows arrived.")


def _batches(found: Iterator[Row]) -> Iterator[Sequence[Row]]:
    while some := list(islice(found, AT_ONCE)):
        yield some


def _plain(value: object) -> object:
    """Return what either engine can store: PostgreSQL has no text with a NUL in it."""
    if isinstance(value, str):
        return clean(value)
    return bytes(value) if isinstance(value, memoryview) else value


def is_empty(engine: Engine) -> bool:
    """Return whether no desk has worked in a database that has all tables."""
    tables = columns_by_table().keys() - set(_OF_EMPTY)
    return not any(engine.rows(f"SELECT 1 FROM {table} LIMIT 1") for table in tables)


def count_rows(engine: Engine) -> Mapping[str, int]:
    """Return the number of rows of every table that is copied."""
    return {table: engine.rows(f"SELECT count(*) FROM {table}")[0][0] for table in columns_by_table()}
