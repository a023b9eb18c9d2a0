"""Brings a database's schema up to date: numbered files, forward only, each recorded with its digest."""

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.base.quick_dataclass import dataclass
from bot.gateways.durable_files import flush
from bot.ports.schema import NotSetUpYet
from storage.engine.refusals import EditedMigration, NewerDatabase

if TYPE_CHECKING:
    from sqlite_utils import Database  # not needed for PostgreSQL

TABLE = """CREATE TABLE IF NOT EXISTS migrations (
    number {integer} NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    digest TEXT NOT NULL
)"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of statements."""

    number: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the file."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


@cache
def known(engine: str) -> Sequence[Migration]:
    """Return the migrations of this version for an engine, in order."""
    folder = resources.files("storage") / "migrations" / engine
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return [
        Migration(int(file.name[:4]), file.name.removesuffix(".sql"), file.read_text(encoding="utf-8"))
        for file in files
    ]


def pending(ours: Sequence[Migration], before: Iterable[tuple[int, str, str]]) -> Sequence[Migration]:
    """Return the migrations that are not applied yet; raise NewerDatabase or EditedMigration."""
    done = {number: (name, digest) for number, name, digest in before}
    newest = max((one.number for one in ours), default=0)
    if max(done, default=0) > newest:
        raise NewerDatabase(
            f"This database was written by a newer Heard (schema {max(done)}; this one knows {newest}). "
            "Please start the newer version, or go back to the copy made before the update."
        )
    for one in ours:
        if one.number in done and done[one.number][1] != one.digest:
            raise EditedMigration(
                f"The migration {one.name} is not the one this database was built with. "
                "Please restore the released file; a change needs a migration of its own."
            )
    return [one for one in ours if one.number not in done]


def nothing_pending(engine: str, done: Iterable[tuple[int, str, str]]) -> None:
    """Raise NotSetUpYet when a database that is opened read-only would need a migration."""
    if pending(known(engine), done):
        raise NotSetUpYet(
            "This database was not set up by this version of Heard yet. Start the desk once, then look again."
        )


def apply_all(database: "Database", path: Path, ours: Sequence[Migration]) -> None:
    """Apply those of `ours` that are pending, each in one transaction with its row, after a copy of the file."""
    before = applied(database.conn)
    todo = pending(ours, before)
    if todo and before:
        copy(database, path.with_name(f"{path.name}.before-{todo[0].number:04}"))
    for one in todo:
        apply_migration(database, one)


def applied(conn: sqlite3.Connection) -> list[tuple[int, str, str]]:
    """Return number, name and digest of what was applied to a SQLite file."""
    if not conn.execute("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'").fetchall():
        return []
    return conn.execute("SELECT number, name, digest FROM migrations").fetchall()


def apply_migration(database: "Database", one: Migration) -> None:
    """Run one file and write its row, in one transaction."""
    row = f"INSERT INTO migrations (number, name, digest) VALUES ({one.number}, '{one.name}', '{one.digest}')"
    table = TABLE.format(integer="INTEGER") + " STRICT"
    version = f"PRAGMA user_version = {one.number}"
    try:
        database.executescript(f"BEGIN IMMEDIATE;\n{table};\n{one.sql}\n;{row};\n{version};\nCOMMIT;")
    except sqlite3.Error:
        database.rollback()
        raise


def copy(database: "Database", target: Path) -> None:
    """Write a complete and consistent copy to `target`, readable by its owner only."""
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
    other = sqlite3.connect(target)
    try:
        database.conn.backup(other)
    finally:
        other.close()
    flush(target.parent)
