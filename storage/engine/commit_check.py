"""Read back whether PostgreSQL committed a transaction whose answer was lost on the way."""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime

import psycopg
from psycopg import errors

from bot.domain.base.quick_dataclass import dataclass
from bot.ports.store_errors import OutOfService
from storage.engine.base import Lease, Row
from storage.engine.desks import beginning

TRIES = 10
PAUSE = 0.2  # seconds between two tries: a click is answered within three seconds
_STATUS = "SELECT pg_xact_status(CAST(%(xid)s AS xid8)), (SELECT stats_reset FROM pg_stat_wal)"


@dataclass(frozen=True, slots=True)
class TransactionMark:
    """A transaction as its server knows it."""

    xid: str
    counted_since: (
        datetime | None
    )  # by its connection; a server that crashed counts anew, and may give the same xid once more


def counted_since(conn: "psycopg.Connection[Row]") -> datetime | None:
    """Return since when the server counts, which is after its last crash."""
    [(since,)] = conn.execute("SELECT stats_reset FROM pg_stat_wal").fetchall()
    return since if isinstance(since, datetime) else None


def begin(
    conn: "psycopg.Connection[Row]", number: int, began_at: int = 0, leases: Sequence[Lease] = ()
) -> tuple[str, bool]:
    """Begin a transaction of a desk, in one call; return its id, and whether the desk still holds its lease."""
    begun = conn.execute(beginning(number, began_at, leases).encode(), prepare=False)
    while begun.nextset():
        pass
    [(xid, holds)] = begun.fetchall()
    return str(xid), bool(holds)


def was_committed(connect: Callable[[], "psycopg.Connection[Row]"], mark: TransactionMark) -> bool | None:
    """Return whether the transaction was committed; None: the server cannot be asked, or crashed since.

    `connect` opens a new connection, or raises OutOfService.
    """
    try:
        with closing(connect()) as conn:
            return _status(conn, mark)
    except errors.InvalidParameterValue:  # the server has not come to this xid: it was lost in a crash
        return False
    except (OutOfService, psycopg.OperationalError):
        return None


def _status(conn: "psycopg.Connection[Row]", mark: TransactionMark) -> bool | None:
    for _ in range(TRIES):
        [(status, since)] = conn.execute(_STATUS, {"xid": mark.xid}).fetchall()
        if since != mark.counted_since:
            return None
        if status in {"committed", "aborted"}:
            return bool(status == "committed")
        conn.execute("SELECT pg_sleep(%(pause)s)", {"pause": PAUSE})  # the server still works on it
    return None
