"""What a database says that is full, read-only or locked: a sentence, with what to do."""

import sqlite3

import pytest
from psycopg import errors

from bot.ports import OutOfService
from cli.output import what_now
from storage.engine import postgres_errors, sqlite


def of_sqlite(code: int, said: str) -> sqlite3.Error:
    error = sqlite3.OperationalError(said)
    error.sqlite_errorcode = code
    return error


FULL, READ_ONLY, LOCKED = "Make room", "writable again", "Another program"
REFUSED = [  # by SQLite, and by PostgreSQL's SQLSTATE
    (of_sqlite(sqlite3.SQLITE_FULL, "database or disk is full"), FULL),
    (of_sqlite(sqlite3.SQLITE_IOERR | 3 << 8, "disk I/O error"), "desk.database"),
    (of_sqlite(sqlite3.SQLITE_READONLY, "attempt to write a readonly database"), READ_ONLY),
    (of_sqlite(sqlite3.SQLITE_BUSY, "database is locked"), LOCKED),
    (of_sqlite(sqlite3.SQLITE_CANTOPEN, "unable to open database file"), "desk.database"),
    (errors.lookup("53100")("could not extend file: No space left on device\nHINT:  Check free disk space."), FULL),
    (errors.lookup("25006")("cannot execute INSERT in a read-only transaction"), READ_ONLY),
    (errors.lookup("53200")("out of memory"), "desk.database"),
    (errors.lookup("58030")("could not write block 7: Disk quota exceeded"), FULL),
]


@pytest.mark.parametrize(("error", "remedy"), REFUSED, ids=lambda one: str(one)[:24])
def test_a_write_that_a_database_refuses_is_out_of_service_with_what_to_do(error: Exception, remedy: str) -> None:
    translate = sqlite._translate if isinstance(error, sqlite3.Error) else postgres_errors.translate
    with pytest.raises(OutOfService, match="The database cannot be used: ") as said:
        translate(error)
    assert remedy in what_now(said.value)
