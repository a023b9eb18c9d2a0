"""Puts a backup in the place of the database, in hold: the new file is complete before the old one is touched."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import BinaryIO

from bot.domain.backups.backup import BackupContent
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import Refusal
from bot.gateways.durable_files import flush
from bot.ports.backups import BackupFailed
from bot.ports.store_errors import OutOfService
from storage.audit.key import KeyFile
from storage.audit.unlocking import recognise, unlock
from storage.backups.copying import Counted, copy_all, count_rows, is_empty, not_counted, refuse_difference
from storage.backups.files import BESIDE, LOGS, remove_database, with_suffix
from storage.backups.verifying import content_of, refuse_broken, refuse_damaged
from storage.engine.at_rest import beside, of_backup
from storage.engine.base import Engine
from storage.engine.hold import Hold
from storage.engine.refusals import EditedMigration, NewerDatabase
from storage.engine.sqlite import APPLICATION_ID, SqliteEngine
from storage.store import SqlStore, engine_at

_FILE = "sqlite:///"
Prepare = Callable[[SqlStore], object]  # begins the epoch, in hold


class NotEmpty(Refusal):
    """The PostgreSQL database has rows already, so nothing is copied into it."""


@dataclass(frozen=True, slots=True)
class Source:
    """The backup, and what makes a database in hold of it."""

    backup: Path
    key: KeyFile
    prepare: Prepare
    anew: bool
    counted: Counted = not_counted


@dataclass(frozen=True, slots=True)
class Restored:
    """The result of a restore: what was in the backup, and where the database of before is kept."""

    content: BackupContent
    before: Path | None


def restore(
    backup: Path,
    address: str,
    key: KeyFile,
    prepare: Prepare,
    stamp: str,
    *,
    anew: bool = False,
    counted: Counted = not_counted,
) -> Restored:
    """Restore a backup as the database at this address; raise a Refusal, BackupFailed or OutOfService.

    `anew`: seal the trail as it stands, since its key is lost. `stamp`: goes into the name under which the file of
    before is kept. Killed at any point, it leaves either the old database as it was, or the new one in hold.
    """
    source = Source(backup, key, prepare, anew, counted)
    if address.startswith(_FILE):
        return _into_file(source, Path(address.removeprefix(_FILE)).absolute(), stamp)
    with closing(engine_at(address)) as engine:
        return _into_server(source, engine)


def _into_file(source: Source, path: Path, stamp: str) -> Restored:
    hold = Hold(path)  # no desk works on it, and none begins to
    try:
        part = path.with_name(f"{path.name}.restoring")
        content = _prepared(source, part)
        before = _kept_aside(path, stamp)
        beside(source.key.path).unlink(missing_ok=True)
        for suffix in BESIDE:  # a log of the old file must not be read with the new one
            with_suffix(path, suffix).unlink(missing_ok=True)
        part.replace(path)
        flush(path.parent)
        return Restored(content, before)
    finally:
        hold.release()


def refuse_full(engine: Engine) -> None:
    """Raise NotEmpty where a desk has worked in a server's database; it has all tables."""
    if not is_empty(engine):
        raise NotEmpty(
            "A desk has worked in that database already, and nothing in it is deleted. Please make an empty "
            "database, and try once more with its address."
        )


def _into_server(source: Source, engine: Engine) -> Restored:
    engine.migrate()
    with engine.alone():
        refuse_full(engine)
        return _into_empty(source, engine)


def _into_empty(source: Source, engine: Engine) -> Restored:
    part = source.key.path.with_name("restoring.db")
    try:
        content = _prepared(source, part)
        with closing(SqliteEngine(part, read_only=True)) as copy:
            recognise(copy, source.key)
            engine.key = copy.key
            with engine.transaction():  # nothing stays of a copy that differs
                copy_all(copy, engine, source.counted)
                refuse_difference(count_rows(copy), count_rows(engine))
                refuse_broken(engine)
    finally:
        remove_database(part)
    return Restored(content, None)


def _prepared(source: Source, part: Path) -> BackupContent:
    """Write the complete new database to `part`, in hold, and return what was in the backup."""
    remove_database(part)
    try:
        _copied(source.backup, part)
        with closing(SqliteEngine(part)) as engine:
            refuse_damaged(engine)
            engine.migrate()
            unlock(engine, source.key, anew=source.anew)
            content = content_of(engine)
            source.prepare(SqlStore(engine))
            engine.rows("PRAGMA journal_mode = DELETE")
        for copy in part.parent.glob(f"{part.name}.before-*"):  # of the schema of before; the backup has it
            copy.unlink()
        flush(part)
    except (sqlite3.Error, OutOfService, NewerDatabase, EditedMigration) as trouble:
        remove_database(part)
        raise BackupFailed(f"{source.backup} cannot be restored: {trouble}") from trouble
    except BaseException:
        remove_database(part)
        raise
    return content


def _copied(backup: Path, part: Path) -> None:
    """Copy a file with its log, which a backup has not: the newest commits of a killed desk are only there."""
    refuse_foreign(backup)
    if of_backup(backup).changed():
        raise BackupFailed(
            f"{backup} is not as it was written: it differs from the digest in {backup.name}.sum. Please restore "
            "another one. If you know who changed it, and why, remove that .sum file."
        )
    for suffix in ("", *LOGS):
        with suppress(FileNotFoundError), with_suffix(backup, suffix).open("rb") as old:
            _copied_file(old, with_suffix(part, suffix))


def _copied_file(old: BinaryIO, path: Path) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
        shutil.copyfileobj(old, new)


def refuse_foreign(backup: Path) -> None:
    """Raise BackupFailed unless a file begins as a database of Heard does."""
    if backup.exists() and not backup.is_file():  # opening a named pipe waits for whoever writes to it
        raise BackupFailed(f"{backup} is no file. Please name the backup itself.")
    try:
        with backup.open("rb") as file:
            head = file.read(100)
    except OSError as trouble:
        raise BackupFailed(f"{backup} cannot be read: {trouble.strerror}.") from None
    if not head.startswith(b"SQLite format 3\0") or int.from_bytes(head[68:72]) != APPLICATION_ID:
        raise BackupFailed(f"{backup} is no backup of Heard.")


def _kept_aside(path: Path, stamp: str) -> Path | None:
    """Keep the old file under another name, complete, without taking it away from its own."""
    if not path.exists() or not path.stat().st_size:
        return None
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # a damaged one is kept with its log instead
    aside = path.with_name(f"{path.name}.before-restore-{stamp}")
    for suffix in ("", *BESIDE):
        with suppress(FileNotFoundError):
            os.link(with_suffix(path, suffix), with_suffix(aside, suffix))
    flush(path.parent)
    return aside
