"""Asking what is due when nothing is, with very many open cases."""

import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from bot.services import intake
from storage import SqlStore, open_store
from tests.bench.figures import Figure, Scale, at_most, in_turn
from tests.fakes import NOON, a_desk, a_post

ASKED = 200  # times per round
TABLES = ("cases", "promises", "tellings")  # all that a sweep might read
OWN = {"cases": ("root_id",), "promises": (), "tellings": ()}  # what has to differ from row to row besides the number


def measured(directory: Path, scale: Scale) -> list[Figure]:
    """Return what an empty sweep costs, in milliseconds."""
    path = directory / "sweep.db"
    with closing(open_store(f"sqlite:///{path}", synchronous="OFF")) as store:
        intake.take_in(a_desk(store), a_post("1", "where is my parcel?"), NOON)
    multiply(path, scale.open_cases)
    with closing(open_store(f"sqlite:///{path}", synchronous="OFF")) as store:
        found = in_turn(scale.rounds, {"sweep": lambda: _empty(store), "bare": lambda: _bare(store)})
    raw = f"{found.usual('sweep') * 1_000:.0f} us, and {found.usual('bare') * 1_000:.1f} us for SELECT 1"
    return [at_most(f"an empty sweep, {scale.open_cases:,} open cases", found.usual("sweep"), 1.0, raw, " ms")]


def _empty(store: SqlStore) -> float:
    begun = time.perf_counter()
    for _ in range(ASKED):
        due, next_at = store.reminders(NOON), store.next_reminder_at()
    took = time.perf_counter() - begun
    if due or next_at is None or next_at <= NOON + timedelta(minutes=1):
        raise RuntimeError("something is due where nothing should be")
    return took * 1_000 / ASKED


def _bare(store: SqlStore) -> float:
    begun = time.perf_counter()
    for _ in range(ASKED):
        store.engine.rows("SELECT 1")
    return (time.perf_counter() - begun) * 1_000 / ASKED


def multiply(path: Path, cases: int) -> None:
    """Repeat the one open case with its promise and card until there are so many; moments spread over a day."""
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -100000"):
            conn.execute(f"PRAGMA {pragma}")
        conn.execute("BEGIN")
        indexes = conn.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in indexes:  # building each once is faster than growing it row by row
            conn.execute(f"DROP INDEX {name}")
        for table in TABLES:
            conn.execute(_copied(conn, table), {"cases": cases})
        for _, sql in indexes:
            conn.execute(sql)
        conn.execute("COMMIT")
        conn.execute("ANALYZE")


def _copied(conn: sqlite3.Connection, table: str) -> str:
    """Return the statement that repeats a table's only row under numbers from 2 on."""
    names = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
    return f"""WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < :cases)
INSERT INTO {table} SELECT {", ".join(_value(table, name) for name in names)} FROM n, (SELECT * FROM {table})"""


def _value(table: str, name: str) -> str:
    if name in {"id", "case_id"}:
        return "i"
    if name in {"due_at", "nag_at"}:
        return f"{name} + (i % 86400) * 1000000"
    return f"{name} || '-' || i" if name in OWN[table] else name
