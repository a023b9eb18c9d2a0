"""Verifies a copy by opening it: its pages, its references, its rows, and every hash of its audit trail."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.domain.audit.trail import TrailProof
from bot.domain.backups.backup import BackupContent
from bot.ports.backups import BackupFailed
from bot.ports.store_errors import OutOfService
from storage.audit.proving import Proving
from storage.backups.copying import count_rows
from storage.engine.base import Engine
from storage.engine.sqlite import SqliteEngine


class _Opened(Proving):
    def __init__(self, engine: Engine) -> None:
        self.engine = engine


def verified(path: Path, key: bytes) -> BackupContent:
    """Return what a copy holds; raise BackupFailed, which says what is wrong with it. `key`: of the audit trail."""
    try:
        with closing(SqliteEngine(path, read_only=True)) as engine:
            engine.key = key
            engine.migrate()
            refuse_damaged(engine)
            return content_of(engine)
    except (sqlite3.Error, OutOfService) as trouble:
        raise BackupFailed(f"{path} cannot be read as a whole: {trouble}") from trouble


def refuse_damaged(engine: SqliteEngine) -> None:
    """Raise BackupFailed where a page, or a reference between rows, is not as it should be."""
    if (found := engine.rows("PRAGMA integrity_check(1)")) != [("ok",)]:
        raise BackupFailed(f"A part of the copy cannot be read as it was written: {found[0][0]}.")
    if engine.rows("PRAGMA foreign_key_check"):
        raise BackupFailed("A row of the copy refers to one that is not there.")


def refuse_broken(engine: Engine) -> TrailProof:
    """Read every line of the audit trail; raise BackupFailed where it does not match its seal."""
    proof = _Opened(engine).prove()
    if not proof.whole:
        raise BackupFailed("The audit trail in it does not match its seal.")
    return proof


def content_of(engine: SqliteEngine) -> BackupContent:
    """Return what is in a database; raise BackupFailed where its audit trail does not match its seal."""
    proof, counts = refuse_broken(engine), count_rows(engine)
    return BackupContent(cases=counts["cases"], rows=sum(counts.values()), lines=proof.lines, trail=proof.sealed.head)
