"""Rows that are older than they are kept, a few in each round: found, and emptied where that is all."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storage.engine import rows
from storage.engine.base import Engine

# The indexes cases_with_words and quarantine_with_raw have these conditions.
_CLOSED_BEFORE = """SELECT id, network, author_id FROM cases WHERE state = 'closed'
AND root_id <> author_id || ':' || CAST(id AS TEXT) AND ended_at < :before ORDER BY ended_at LIMIT :limit"""
_OLD_UNREADABLE = """UPDATE quarantine SET raw = :nothing, text = '', handle = '', author_id = '', url = '',
root_id = '' WHERE id IN (SELECT id FROM quarantine WHERE settled_at IS NOT NULL AND length(raw) > 0
    AND settled_at < :before ORDER BY settled_at LIMIT :limit)"""
_AFTER = """m.side = 'theirs' AND m.received_at < :before AND m.received_at >= :moment
AND (m.received_at > :moment OR m.id > :number)"""
_OLD_WITHOUT_CASE = f"""SELECT m.id, m.received_at, m.external_id, m.network, m.author_id FROM mentions m
WHERE {_AFTER} AND m.case_id IS NULL ORDER BY m.received_at, m.id LIMIT :limit"""
_OLD_RAW = f"SELECT m.id, m.received_at FROM mentions m WHERE {_AFTER} ORDER BY m.received_at, m.id LIMIT :limit"
_NO_PAYLOAD = "UPDATE mentions SET raw = :nothing WHERE id = :id"
_REACHED = "SELECT value FROM settings WHERE key = :key"
_REACH = """INSERT INTO settings (key, value) VALUES (:key, :value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value"""


def closed_before(engine: Engine, before: datetime, limit: int) -> Sequence[tuple[int, str, str]]:
    """Return cases that ended before a moment and still have words, with network and author."""
    found = engine.rows(_CLOSED_BEFORE, {"before": rows.stored(before), "limit": limit})
    return [(case, network, author) for case, network, author in found]


def without_case(engine: Engine, before: datetime, limit: int) -> Sequence[tuple[int, str, str, str]]:
    """Return the next posts without a case: row, id, network and author of each. They are not returned again."""
    found = _next(engine, "retention:without_case", _OLD_WITHOUT_CASE, before, limit)
    return [(row, post, network, author) for row, _, post, network, author in found]


def erase_raw(engine: Engine, before: datetime, limit: int) -> int:
    """Empty the next payloads, and return how many."""
    with engine.transaction():
        found = _next(engine, "retention:raw", _OLD_RAW, before, limit)
        for row, _ in found:
            engine.run(_NO_PAYLOAD, {"id": row, "nothing": b""})
    return len(found)


def erase_settled_unreadable(engine: Engine, before: datetime, limit: int) -> int:
    """Empty posts that could not be read and were settled before a moment; return how many."""
    with engine.transaction():
        return engine.run(_OLD_UNREADABLE, {"before": rows.stored(before), "limit": limit, "nothing": b""})


def _next(engine: Engine, name: str, sql: str, before: datetime, limit: int) -> Sequence[Any]:
    """Return what came before a moment and after the last one that was returned."""
    with engine.transaction():
        row = engine.row(_REACHED, {"key": name})
        moment, number = map(int, row[0].split()) if row else (-1, 0)
        params = {"before": rows.stored(before), "moment": moment, "number": number, "limit": limit}
        found = engine.rows(sql, params)
        if found:
            newest = found[-1]
            engine.run(_REACH, {"key": name, "value": f"{newest[1]} {newest[0]}"})
    return found
