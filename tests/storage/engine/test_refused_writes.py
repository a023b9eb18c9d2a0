"""What a database says that is full, read-only, locked or out of connections: a sentence, with what to do."""

import sqlite3

import pytest
from psycopg import errors

from bot.ports import OutOfService
from cli.output import what_now
from storage.engine import postgres, sqlite
from storage.engine.unreached import why_unreached


def of_sqlite(code: int, said: str) -> sqlite3.Error:
    error = sqlite3.OperationalError(said)
    error.sqlite_errorcode = code
    return error


FULL, READ_ONLY, LOCKED, TAKEN = "Make room", "writable again", "Another program", "max_connections"
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
    engine = sqlite if isinstance(error, sqlite3.Error) else postgres
    with pytest.raises(OutOfService, match="The database cannot be used: ") as said:
        engine._translate(error)
    assert remedy in what_now(said.value)


@pytest.mark.parametrize(
    "said",
    [
        "FATAL:  sorry, too many clients already",
        "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
        'FATAL:  too many connections for role "desk"',
    ],
)
def test_a_server_without_a_free_connection_says_so(said: str) -> None:
    why = why_unreached(said)
    assert why == "it has no connection left for us"
    assert TAKEN in what_now(OutOfService(f"The database cannot be used: {why}."))
