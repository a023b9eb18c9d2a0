"""The connections of one process to PostgreSQL: opened when needed, shared by its threads, and bounded (ADR 50).

Two of them belong to the registration of a running desk, so that it is renewed also while all others are in use.
"""

import select
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from math import ceil
from queue import Empty, LifoQueue
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from bot.domain.base.quick_dataclass import dataclass
from bot.ports.store_errors import OutOfService
from storage.engine.base import CONNECTIONS, Row
from storage.engine.refusals import NotOurs
from storage.engine.unreached import why_unreached

OF_THE_REGISTRATION = 2
CONNECT_WITHIN = 3  # seconds, for each address of a host; a click is answered within three seconds
FREE_WITHIN = 2.0  # seconds until a connection is free
STATEMENT_WITHIN = 60  # seconds; a migration may take longer
LOCKED_WITHIN = 5  # seconds that a statement waits for another transaction
READ_WITHIN = 3_600  # seconds that a command may rest in a long result, as before a person who pages through it
# The server ends the transaction of a desk that hangs, so that another can take over. It compiles no statement to
# machine code: for ours that takes 0.1 to 2 s of processor time, and saves less.
_LIMITS = (
    " -c jit=off -c statement_timeout={statement}s"
    " -c lock_timeout={lock}s -c idle_in_transaction_session_timeout={idle}s"
)
# A server that vanished without a word is noticed after eleven seconds of silence, well within a lease.
_KEPT_ALIVE: dict[str, Any] = {
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class DeskConnection(psycopg.Connection[Row]):
    """A connection, and since when its server counts (see commit_check.py)."""

    counted_since: datetime | None = None  # not asked yet


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """The place of the database, and the settings of each connection to it."""

    address: str
    synchronous: str
    read_only: bool
    lease: float

    def connect(self) -> DeskConnection:
        """Open a connection to the server that takes writes; raise NotOurs or OutOfService.

        An address can name several hosts, of which a failover makes another one the primary.
        """
        try:
            return DeskConnection.connect(
                self.address,
                autocommit=True,
                options=self._settings,
                connect_timeout=CONNECT_WITHIN,
                application_name="heard",
                target_session_attrs="primary" if self.read_only else "read-write",
                **_KEPT_ALIVE,
            )
        except (psycopg.ProgrammingError, UnicodeError):
            raise NotOurs("PostgreSQL cannot read the address of the database. See docs/configuration.md.") from None
        except psycopg.Error as error:
            raise OutOfService(f"The database cannot be used: {why_unreached(str(error))}.") from None

    @property
    def _settings(self) -> str:
        idle = READ_WITHIN if self.read_only else ceil(self.lease)
        limits = _LIMITS.format(statement=STATEMENT_WITHIN, lock=LOCKED_WITHIN, idle=idle)
        kept = "off" if self.synchronous == "OFF" else "on"
        reads = " -c default_transaction_read_only=on" if self.read_only else ""
        return f"-c synchronous_commit={kept}{limits}{reads}"


class Connections:
    """The shared connections. Whoever borrows one gives it back, at the latest with the end of its transaction."""

    def __init__(self, server: DatabaseServer, most: int = CONNECTIONS) -> None:
        self.server, self._most = server, max(1, most - OF_THE_REGISTRATION)
        self._open: weakref.WeakSet[DeskConnection] = weakref.WeakSet()
        # Who comes next takes the connection that was used last, which knows its statements; None is one not opened.
        self._free: LifoQueue[DeskConnection | None] = LifoQueue()
        for _ in range(self._most):
            self._free.put(None)

    @contextmanager
    def borrowed(self) -> Iterator[DeskConnection]:
        """Lend a connection for the block."""
        conn = self.borrow()
        try:
            yield conn
        finally:
            self.give_back(conn)

    def borrow(self) -> DeskConnection:
        """Return a connection that nobody else uses; raise OutOfService while none is free, or none can be opened."""
        try:
            conn = self._free.get(timeout=FREE_WITHIN)
        except Empty:
            raise OutOfService(
                f"All {self._most} connections of this desk to its database are in use. Please try again in a moment."
            ) from None
        if conn is not None and _is_sound(conn):
            return conn
        if conn is not None:
            self._forget_idle()
        try:
            conn = self.server.connect()
        except BaseException:
            self._free.put(None)
            raise
        self._open.add(conn)
        return conn

    def give_back(self, conn: DeskConnection) -> None:
        """Let others use it; after a lost one, as when a server fails over, nobody is given another old one.

        One whose transaction goes on is closed: what others write next would be lost with it, or kept with it.
        """
        if conn.closed:
            self._forget_idle()
        elif conn.info.transaction_status != TransactionStatus.IDLE:
            conn.close()
        self._free.put(None if conn.closed else conn)

    def close(self) -> None:
        """Close all of them, also those in use."""
        for conn in list(self._open):
            conn.close()

    def _forget_idle(self) -> None:
        """Close the connections that nobody uses; each is opened anew when it is needed."""
        idle = 0
        while True:
            try:
                conn = self._free.get_nowait()
            except Empty:
                break
            idle += 1
            if conn is not None:
                conn.close()
        for _ in range(idle):
            self._free.put(None)


def _is_sound(conn: DeskConnection) -> bool:
    """Return whether an idle connection can be used: a server that ended it has said so, without being asked."""
    if conn.closed:
        return False
    look = select.poll()
    look.register(conn.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    if not look.poll(0):
        return True
    conn.close()
    return False
