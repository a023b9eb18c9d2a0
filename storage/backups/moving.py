"""Moves a desk to another database, of either engine: a verified copy, in hold; the old database is held, too."""

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.domain.backups.backup import BackupContent
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import Refusal
from bot.domain.halts.halt import Halt, HaltKind
from storage.audit.key import KeyFile
from storage.audit.unlocking import unlock
from storage.backups.copying import count_rows, refuse_difference
from storage.backups.files import create_private, remove_database
from storage.backups.folder import copy_database
from storage.backups.restoring import NotEmpty, Prepare, refuse_full, restore
from storage.backups.verifying import verified
from storage.engine.base import Engine
from storage.engine.sqlite import SqliteEngine
from storage.store import SqlStore, engine_at

_FILE = "sqlite:///"
_MOVED = "Nothing is sent and nobody is reminded: this desk was moved to another database. Start it there."


class Watches(Protocol):
    """Somebody who watches a move."""

    def begins(self, sentence: str, rows: int) -> None:
        """Be told what begins now, and how many rows it copies; 0: it does not count them."""

    def counted(self, table: str, rows: int) -> None:
        """Be told that further rows of a table were copied."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The result of a move: what was in the database, and the rows of each table, the same in both."""

    content: BackupContent
    tables: Mapping[str, int]


class NothingThere(Refusal):
    """The old address leads to no desk, so nothing was moved."""


def move(source: str, target: str, key: KeyFile, prepare: Prepare, *, now: datetime, watch: Watches) -> Moved:
    """Move a desk that is stopped; raise a Refusal, BackupFailed or OutOfService, and then the old one is as it was.

    `prepare` begins the epoch of the new one.
    """
    _refuse_file(target)
    _refuse_no_file(source)
    part = key.path.with_name("moving.db")
    remove_database(part)
    try:
        with closing(engine_at(source)) as engine:
            _opened(engine)
            with engine.alone() as still:
                unlock(engine, key)
                _refuse_full(target)
                tables = count_rows(engine)
                many = sum(tables.values())
                watch.begins("Copying every row, and verifying the copy.", 0 if source.startswith(_FILE) else many)
                content = _copied(engine, part, tables, watch)
                watch.begins("Bringing the rows into the new database.", 0 if target.startswith(_FILE) else many)
                restore(part, target, key, prepare, f"{now:%Y%m%dT%H%M%SZ}", counted=watch.counted)
                still()
                _hold(engine, now)
        return Moved(content, tables)
    finally:
        remove_database(part)


def _refuse_file(target: str) -> None:
    path = Path(target.removeprefix(_FILE))
    if target.startswith(_FILE) and path.exists() and path.stat().st_size:
        raise NotEmpty(f"{path} is there already, and nothing is overwritten by a move. Please name another file.")


def _refuse_full(target: str) -> None:
    """Raise NotEmpty for a server's database with rows, before anything is copied."""
    if not target.startswith(_FILE):
        with closing(engine_at(target)) as engine:
            engine.migrate()
            refuse_full(engine)


def _refuse_no_file(source: str) -> None:
    """Raise NothingThere before the engine makes the file that it does not find."""
    path = Path(source.removeprefix(_FILE))
    if source.startswith(_FILE) and not (path.exists() and path.stat().st_size):
        raise NothingThere(f"There is no desk in {path}, so nothing was moved. Please look at the first address.")


def _opened(engine: Engine) -> None:
    if not engine.schema():
        raise NothingThere(
            "There is no desk in that database, so nothing was moved. Please look at the first address."
        )
    engine.migrate()


def _copied(engine: Engine, part: Path, tables: Mapping[str, int], watch: Watches) -> BackupContent:
    create_private(part)
    copy_database(engine, part, watch.counted)
    content = verified(part, engine.key)
    with closing(SqliteEngine(part, read_only=True)) as copy:
        refuse_difference(tables, count_rows(copy))
    return content


def _hold(engine: Engine, now: datetime) -> None:
    """Hold the old database, so that a desk that is started there by mistake sends nothing."""
    store = SqlStore(engine)
    with store.transaction():
        store.halt(Halt(kind=HaltKind.HOLD, by="command line", at=now, why=_MOVED))
        store.note("moved", "command line", now, {})
