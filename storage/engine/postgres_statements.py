"""Statements for PostgreSQL: the names of their parameters become the numbers that PostgreSQL itself knows."""

from collections.abc import Iterator, Sequence
from functools import cache

import psycopg

from storage.engine.base import NAMED, Params, Row

# Which words are looked for decides how; the way of a prepared statement is fixed after a few runs, for any words.
WORDS = "tsquery"
PAGE = 1_000  # rows of a long result that are fetched together
Connection = psycopg.Connection[Row]


@cache
def translated(sql: str) -> tuple[bytes, Sequence[str]]:
    """Return a statement with numbers in the place of its `:name` parameters, and the names in that order.

    With names psycopg would look through each of our longer statements every time: 0.3 ms for a hundred of them.
    """
    names = tuple(dict.fromkeys(NAMED.findall(sql)))
    return NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", sql).encode(), names


def execute(conn: Connection, sql: str, params: Params) -> psycopg.RawCursor[Row]:
    """Run one statement, and return its cursor."""
    query, names = translated(sql)
    prepare = False if WORDS in sql else None
    return psycopg.RawCursor(conn).execute(query, [params[name] for name in names], prepare=prepare)


def stream_rows(conn: Connection, sql: str, params: Params) -> Iterator[Row]:
    """Run one statement and yield its rows from a server-side cursor, a page at a time."""
    query, names = translated(sql)
    with psycopg.RawServerCursor(conn, "stream") as cursor:
        cursor.itersize = PAGE
        yield from cursor.execute(query, [params[name] for name in names])


def execute_all(conn: Connection, sql: str, many: Sequence[Params]) -> int:
    """Run one statement with each of the parameters, and return how many rows were changed."""
    query, names = translated(sql)
    with psycopg.RawCursor(conn) as cursor:
        cursor.executemany(query, [[params[name] for name in names] for params in many])
        return cursor.rowcount
