"""A store with very many open cases: one case from the desk's own intake, copied in bulk with all its rows."""

import hashlib
import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from bot.services.mentions import intake
from storage import open_store
from tests.fakes import CARE, NOON, POLICY, a_desk, a_post

FIRST_DUE = NOON + POLICY.turnarounds[0].within / 2  # by the clock: the first reminder comes at half of the time
APART = timedelta(days=1) / 1_000_000  # between the reminders of two cases: a million a day
TABLES = ("mentions", "cases", "promises", "tellings", "audit")  # all tables with rows of a new complaint
NUMBERS = frozenset({"id", "case_id", "latest", "chain"})  # all are 1 in the first case
MOMENTS = frozenset({"posted_at", "received_at", "opened_at", "latest_at", "started_at", "due_at", "nag_at", "at"})
OWN = {
    "external_id": "external_id + i - 1",
    "root_id": "root_id + i - 1",
    "author_id": "author_id || '-' || i",
    "author_handle": "author_handle || '_' || i",
    "ts": "(1700000000 + i) || '.000100'",
    "facts": "replace(facts, '\"mention\":1', '\"mention\":' || i)",
}
LINE = f"i, position, {{}}, who, verb, {OWN['facts']}"  # the fields of the audit trail's hash


def open_cases(directory: Path, count: int, apart: timedelta = APART) -> Path:
    """Return a store with open cases with posted cards, made once; their reminders fall due from FIRST_DUE on."""
    path = directory / f"{count}-open-{apart.microseconds}.db"
    if path.exists():
        return path
    with closing(open_store(f"sqlite:///{path}", synchronous="OFF")) as store:
        intake.take_in(a_desk(store), a_post(str(10**18), "@northwind where is my parcel?", at=NOON), NOON)
        card = store.card(1)
        if card is None or store.next_reminder_at() != FIRST_DUE:
            raise RuntimeError("the case to repeat is not as it should be")
        store.mark_told(card.id, CARE, "1700000001.000100", 1)
    _repeat(path, count, apart)
    with path.open("rb+") as file:  # else the desk's first checkpoint would write all of it
        os.fsync(file.fileno())
    return path


def _repeat(path: Path, count: int, apart: timedelta) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.create_function("line_hash", -1, _line_hash, deterministic=True)
        for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -100000"):
            conn.execute(f"PRAGMA {pragma}")
        conn.execute("BEGIN")
        indexes = conn.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in indexes:  # building an index once is faster than adding row by row
            conn.execute(f"DROP INDEX {name}")
        for table in TABLES:
            conn.execute(_copied(conn, table), {"count": count, "apart": apart // timedelta(microseconds=1)})
        for _, sql in indexes:
            conn.execute(sql)
        conn.execute("COMMIT")
        conn.execute("ANALYZE")
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copied(conn: sqlite3.Connection, table: str) -> str:
    """Return the statement that copies a table's only row with numbers from 2 on."""
    names = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
    return f"""WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
INSERT INTO {table} SELECT {", ".join(map(_value, names))} FROM n, (SELECT * FROM {table})"""


def _value(name: str) -> str:
    if name in NUMBERS:
        return "i"
    if name in MOMENTS:
        return _moved(name)
    return f"line_hash({LINE.format(_moved('at'))})" if name == "hash" else OWN.get(name, name)


def _moved(name: str) -> str:
    return f"{name} + (i - 1) * :apart"


def _line_hash(*line: object) -> bytes:
    return hashlib.sha256("\0".join(map(str, line)).encode()).digest()
