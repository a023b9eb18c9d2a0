"""Reads the schema of a SQLite database with sqlite-utils."""

from collections.abc import Iterator

from sqlite_utils import Database
from sqlite_utils.db import Table

from storage.engine import migrate
from storage.engine.base import SchemaPart
from storage.engine.schema import comparable_definition, in_one_line

_INDEXES = "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
_SHADOW = "shadow"  # the type of a table in which FTS5 keeps its index


def as_built() -> list[SchemaPart]:
    """Return the parts that the migrations make in an empty database in memory."""
    database = Database(memory=True, execute_plugins=False)
    try:
        for one in migrate.known("sqlite"):
            migrate.apply_migration(database, one)
        return parts(database)
    finally:
        database.close()


def parts(database: Database) -> list[SchemaPart]:
    """Return all parts, without SQLite's own tables and the tables of FTS5's index."""
    hidden = {name for _, name, kind, *_ in database.execute("PRAGMA table_list") if kind == _SHADOW}
    tables = [one for one in database.tables if one.name not in hidden and not one.name.startswith("sqlite_")]
    indexes = database.execute(_INDEXES).fetchall()
    return [
        *(part for table in tables for part in _of_table(table)),
        *(_made("view", one.name, "", one.schema) for one in database.views),
        *(_made("trigger", one.name, one.table, one.sql) for one in database.triggers),
        *(_made("index", name, table, sql) for name, table, sql in indexes),
    ]


def _of_table(table: Table) -> Iterator[SchemaPart]:
    yield SchemaPart(kind="table", name=table.name, definition=comparable_definition(table.schema))
    for column in table.columns:
        facts = (column.type, column.notnull, column.default_value, column.is_pk)
        yield SchemaPart(kind="column", name=column.name, table=table.name, definition=" ".join(map(str, facts)))


def _made(kind: str, name: str, table: str, sql: str) -> SchemaPart:
    drop, make = f"DROP {kind.upper()} {name};", f"{in_one_line(sql)};"
    return SchemaPart(kind=kind, name=name, table=table, definition=comparable_definition(sql), make=make, drop=drop)
