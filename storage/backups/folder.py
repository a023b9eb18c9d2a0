"""The folder of backups: each is one SQLite file, also of a PostgreSQL database, verified before it gets its name."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from bot.domain.backups.backup import BackupContent, BackupPolicy, backup_name, made_at, newest_of, too_many
from bot.domain.base.quick_dataclass import dataclass
from bot.gateways.durable_files import flush
from bot.ports.backups import BackupFailed
from bot.ports.store_errors import OutOfService
from storage.backups.copying import Counted, copy_all, count_rows, not_counted
from storage.backups.files import create_private, remove_database
from storage.backups.verifying import verified
from storage.engine.at_rest import of_backup
from storage.engine.base import Engine
from storage.engine.sqlite import SqliteEngine


@dataclass(frozen=True, slots=True)
class BackupFolder:
    """The backups of the database of an engine."""

    engine: Engine
    folder: Path
    policy: BackupPolicy

    def newest(self, now: datetime) -> datetime | None:
        """Return when the newest good backup was made; None also where the folder cannot be read."""
        return newest_of(self._names(), now)

    def count(self) -> int:
        """Return how many backups are there; 0 also where the folder cannot be read."""
        return sum(made_at(name) is not None for name in self._names())

    def make(self, now: datetime) -> BackupContent:
        """Make a backup, verify it, and delete the oldest ones; raise BackupFailed, and then no file is left."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._alone():
                return self._made(now)
        except OSError as trouble:
            raise BackupFailed(f"No backup can be written to {self.folder}: {trouble.strerror}.") from None

    def _made(self, now: datetime) -> BackupContent:
        part = self.folder / f"{backup_name(now)}.part"
        try:
            self._clean()
            content, made = self._written(part), self.folder / backup_name(now)
            of_backup(made).forget()
            part.replace(made)
            of_backup(made).write_down()
            flush(self.folder)
        except OutOfService as trouble:
            remove_database(part)
            raise BackupFailed(f"No backup was made. {trouble}") from trouble
        except BaseException:
            remove_database(part)
            raise
        for name in too_many(self._names(), self.policy.keep, now):
            of_backup(self.folder / name).forget()
            (self.folder / name).unlink(missing_ok=True)
        return content

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Lock the folder, since a backup removes every `.part` that it finds; a kill ends the lock."""
        opened = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(opened)
            raise BackupFailed(
                f"Another backup is being written to {self.folder} just now. Please try again in a minute."
            ) from None
        except OSError:  # a network's file system that locks no folder
            pass
        try:
            yield
        finally:
            os.close(opened)

    def _written(self, part: Path) -> BackupContent:
        create_private(part)
        before = self._lines()
        copy_database(self.engine, part)
        content = verified(part, self.engine.key)
        if not before <= content.lines <= self._lines():
            raise BackupFailed("The copy has other lines of the audit trail than the database, so it was not kept.")
        return content

    def _lines(self) -> int:
        return int(self.engine.rows("SELECT lines FROM trail")[0][0])

    def _names(self) -> list[str]:
        with suppress(OSError):
            return os.listdir(self.folder)
        return []

    def _clean(self) -> None:
        """Remove what a kill has left."""
        for name in self._names():
            if name.removesuffix(".part") != name and made_at(name.removesuffix(".part")):
                remove_database(self.folder / name)


def copy_database(engine: Engine, target: Path, counted: Counted = not_counted) -> None:
    """Write a complete copy as of one moment into an empty file, and flush it to the disk."""
    if isinstance(engine, SqliteEngine):
        engine.rows("VACUUM INTO :target", {"target": str(target)})  # reads each page, and leaves erased words out
    else:
        with closing(SqliteEngine(target, synchronous="OFF")) as copy:
            copy.migrate()
            copied = copy_all(engine, copy, counted)
            if copied != sum(count_rows(copy).values()):
                raise BackupFailed("Not every row arrived in the copy, so it was not kept.")
            copy.rows("INSERT INTO mention_words (mention_words) VALUES ('rebuild')")
            copy.rows("PRAGMA journal_mode = DELETE")
    flush(target)
