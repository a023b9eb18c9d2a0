"""The list of reminders of one person, or of the leads' channel: which digest shows it, and which is told next."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.reminders.recipients import LATE
from storage.engine import rows
from storage.engine.base import Engine

_OF = "FROM digests d WHERE d.person_id = :recipient"
_TOLD = f"SELECT d.id, d.told_at {_OF} AND d.lists = 1 AND d.told_at IS NOT NULL ORDER BY d.id DESC LIMIT 1"
_OLDER = f"SELECT d.id {_OF} AND d.lists = 1 AND d.told_at IS NOT NULL AND d.id < :digest ORDER BY d.id DESC LIMIT 1"
_UNTOLD = f"SELECT d.id {_OF} AND d.lists = :lists AND d.told_at IS NULL ORDER BY d.id DESC LIMIT 1"
_NEW = rows.insert("digests", "person_id noted_at lists", "RETURNING id")
_WHOSE = "SELECT d.person_id FROM digests d WHERE d.id = :digest"
_TOLD_BY = """SELECT d.id, d.person_id, d.told_at FROM digests d JOIN tellings t ON t.about = d.id
WHERE t.id = :telling AND t.kind = 'digest' AND d.lists = 1"""
_DIGEST_OF = "SELECT about FROM tellings WHERE id = :telling AND kind = 'digest'"
_BEGUN = f"""UPDATE digests SET told_at = coalesce(CAST(:at AS bigint), told_at, noted_at)
WHERE id = ({_DIGEST_OF})"""
_NOT_BEGUN = f"UPDATE digests SET told_at = NULL WHERE id = ({_DIGEST_OF} AND ts = '')"
IN_DIGEST = """n.id IN (SELECT id FROM nags WHERE digest_id {which}
    UNION SELECT about FROM tellings WHERE digest_id {which} AND kind = 'nudge')"""
OWED = "p.kept_at IS NULL AND p.dropped_at IS NULL AND p.folded = 0"
_TAKE_OVER = (
    f"""UPDATE nags SET digest_id = :digest WHERE digest_id = :older
AND EXISTS (SELECT 1 FROM promises p WHERE p.id = nags.promise_id AND {OWED})""",
    f"""UPDATE tellings SET digest_id = :digest WHERE digest_id = :older AND kind = 'nudge'
AND EXISTS (SELECT 1 FROM nags n JOIN promises p ON p.id = n.promise_id WHERE n.id = tellings.about AND {OWED})""",
)
_URGENT_LAPSE = f"""SELECT 1 FROM nags n JOIN promises p ON p.id = n.promise_id JOIN cases c ON c.id = p.case_id
WHERE n.level >= {LATE} AND c.priority = 0 AND {OWED}"""
_LAPSED_IN = f"{_URGENT_LAPSE} AND {IN_DIGEST.format(which='= :digest')} LIMIT 1"
_LAPSED = f"{_URGENT_LAPSE} AND n.id = :reminder"


def newest_told(engine: Engine, recipient: str) -> tuple[int, datetime] | None:
    """Return the newest list that was sent to a person, and when; None without one."""
    row = engine.row(_TOLD, {"recipient": recipient})
    return (int(row[0]), rows.at(row[1])) if row else None


def untold(engine: Engine, recipient: str, *, lists: bool = True) -> int:
    """Return a person's digest that waits to be sent, with or without reminders; 0 without one."""
    row = engine.row(_UNTOLD, {"recipient": recipient, "lists": int(lists)})
    return int(row[0]) if row else 0


def to_fill(engine: Engine, recipient: str, at: datetime, *, lists: bool = True) -> int:
    """Return the digest that waits to be sent, or a new one."""
    new = {"person_id": recipient, "noted_at": rows.stored(at), "lists": int(lists)}
    return untold(engine, recipient, lists=lists) or int(engine.rows(_NEW, new)[0][0])


def shown_by(engine: Engine, digest: int) -> tuple[int, int]:
    """Return the digests whose reminders this one shows. The newest sent list and the next one show both."""
    row = engine.row(_WHOSE, {"digest": digest})
    newest, following = (newest_told(engine, row[0]), untold(engine, row[0])) if row else (None, 0)
    standing = newest[0] if newest else 0
    return (standing or digest, following or digest) if digest in {standing, following} else (digest, digest)


def begun(engine: Engine, telling: int, at: datetime | None) -> None:
    """Record when the post of a digest began or arrived (None: keep it); do nothing for other messages."""
    engine.run(_BEGUN, {"telling": telling, "at": rows.stored(at)})


def not_begun(engine: Engine, telling: int) -> None:
    """Undo `begun`, since nothing was posted."""
    engine.run(_NOT_BEGUN, {"telling": telling})


def take_over(engine: Engine, telling: int) -> Iterator[tuple[int, int]]:
    """Move the open reminders of the list before into a sent list; yield the former and a moment, if any moved."""
    for newer, recipient, since in engine.rows(_TOLD_BY, {"telling": telling}):
        older = engine.row(_OLDER, {"digest": newer, "recipient": recipient})
        if older and sum(engine.run(sql, {"digest": newer, "older": older[0]}) for sql in _TAKE_OVER):
            yield int(older[0]), int(since)


def urgent_lapse(engine: Engine, *, digest: int = 0, reminder: int = 0) -> bool:
    """Return whether the lapse of an urgent case is new in a digest, or is what a reminder is about."""
    sql, about = (_LAPSED_IN, {"digest": digest}) if digest else (_LAPSED, {"reminder": reminder})
    return engine.row(sql, about) is not None
