"""Moves a desk to another database, of either engine: a verified copy, in hold; the old database is held, too."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.domain.backups.backup import BackupContent
from bot.domain.base.refusals import Refusal
from bot.domain.halts.halt import Halt, HaltKind
from bot.ports.backups import BackupFailed
from storage.audit.key import KeyFile
from storage.audit.unlocking import unlock
from storage.backups.copying import count_rows
from storage.backups.files import create_private, remove_database
from storage.backups.folder import copy_database
from storage.backups.restoring import NotEmpty, Prepare, restore
from storage.backups.verifying import verified
from storage.engine.base import Engine
from storage.store import SqlStore, engine_at

_FILE = "sqlite:///"
_MOVED = "Nothing is sent and nobody is reminded: this desk was moved to another database. Start it there."
Step = Callable[[str], object]  # told what happens now


class NothingThere(Refusal):
    """The old address leads to no desk, so nothing was moved."""


def move(source: str, target: str, key: KeyFile, prepare: Prepare, *, now: datetime, told: Step) -> BackupContent:
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
                told("Copying every row, and verifying the copy.")
                content = _copied(engine, part)
                told("Bringing the rows into the new database.")
                restore(part, target, key, prepare, f"{now:%Y%m%dT%H%M%SZ}")
                still()
                _hold(engine, now)
        return content
    finally:
        remove_database(part)


def _refuse_file(target: str) -> None:
    path = Path(target.removeprefix(_FILE))
    if target.startswith(_FILE) and path.exists() and path.stat().st_size:
        raise NotEmpty(f"{path} is there already, and nothing is overwritten by a move. Please name another file.")


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


def _copied(engine: Engine, part: Path) -> BackupContent:
    create_private(part)
    copy_database(engine, part)
    content = verified(part, engine.key)
    if content.rows != sum(count_rows(engine).values()):
        raise BackupFailed("Not every row arrived in the copy, so nothing was moved.")
    return content


def _hold(engine: Engine, now: datetime) -> None:
    """Hold the old database, so that a desk that is started there by mistake sends nothing."""
    store = SqlStore(engine)
    with store.transaction():
        store.halt(Halt(kind=HaltKind.HOLD, by="command line", at=now, why=_MOVED))
        store.note("moved", "command line", now, {})
