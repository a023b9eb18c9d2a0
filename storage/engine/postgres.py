"""PostgreSQL as the engine: a connection per thread, the same queries."""

import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import cache
from math import ceil
from typing import Any, NoReturn
from zlib import crc32

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from bot.ports.store import CommitUnknown, Conflict, Damaged, LeaseLost, OutOfService
from storage.engine import migrate, schema_postgres, sequences
from storage.engine.base import LEASE, NAMED, NOTHING, Engine, Lease, Params, Row, SchemaPart, Session
from storage.engine.commit_check import TransactionMark, begin, counted_since, was_committed
from storage.engine.desks import CALLS, CHANNEL, NOW, Membership, running
from storage.engine.migrate import Migration
from storage.engine.refusals import AlreadyOpen, NotOurs
from storage.engine.unreached import why_unreached

_RACES = (errors.UniqueViolation, errors.SerializationFailure, errors.DeadlockDetected)
# Errors of a database that cannot store data now; all others are defects of ours.
_TROUBLE = (psycopg.OperationalError, psycopg.InterfaceError, errors.ReadOnlySqlTransaction)
_DAMAGE = (errors.DataCorrupted, errors.IndexCorrupted)
CONNECT_WITHIN = 5  # seconds
STATEMENT_WITHIN = 60  # seconds; a migration may take longer
# The server ends the transaction of a desk that hangs, so that another can take over.
_LIMITS = " -c statement_timeout={statement}s -c idle_in_transaction_session_timeout={idle}s"
_KEPT_ALIVE: dict[str, Any] = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
_UNLIMITED = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
PAGE = 1_000  # rows of a long result that are fetched together


@cache
def translated(sql: str) -> bytes:
    """Return a query with `:name` parameters in psycopg's form, with a literal % escaped."""
    return NAMED.sub(r"%(\1)s", sql.replace("%", "%%")).encode()


class PostgresEngine(Engine):
    """A PostgreSQL database, 15 or newer."""

    name = "postgres"
    next_case = sequences.NEXT_CASE
    clock = NOW
    matching = (
        "mentions m WHERE array_to_tsvector(string_to_array(m.words, ' ')) @@ CAST(:asked AS tsquery)",
        "m.id",
    )

    def __init__(
        self, address: str, *, synchronous: str = "FULL", read_only: bool = False, lease: float = LEASE
    ) -> None:
        self._address, self.read_only = address, read_only
        limits, self._lease = _LIMITS.format(statement=STATEMENT_WITHIN, idle=ceil(lease)), lease
        self._settings = f"-c synchronous_commit={'off' if synchronous == 'OFF' else 'on'}{limits}"
        if read_only:
            self._settings += " -c default_transaction_read_only=on"
        self._here = threading.local()
        self._sessions: weakref.WeakSet[_PostgresSession] = weakref.WeakSet()
        self._member: Membership | None = None

    def occupy(self, name: str, seconds: Callable[[], float]) -> None:
        """Register as a running desk, beside others."""
        newest = migrate.known(self.name)[-1].number
        member = Membership(name, self._connect, seconds, newest, self._lease)
        member.join()
        self._member = member

    def renew(self) -> None:
        """Stay among the running desks; after the lease was lost, register anew."""
        if self._member is not None:
            self._member.renew()

    def take(self, name: str, *, keep: bool = False) -> Lease | None:
        """Take a piece of work that one desk does at a time."""
        return self._member.take(name, keep=keep) if self._member is not None else Lease(name)

    def put_down(self, lease: Lease, *, keep: bool = False) -> None:
        """End a round of that work."""
        if self._member is not None:
            self._member.put_down(lease, keep=keep)

    def tell(self, topic: str) -> None:
        """Tell the other running desks; PostgreSQL does that at the commit."""
        if self.number:
            self.rows(f"SELECT pg_notify('{CHANNEL}', :what)", {"what": f"{self.number} {topic}"})

    def told(self, within: float) -> Sequence[str]:
        """Return what other desks told."""
        return self._member.told(within) if self._member is not None else ()

    def running_desks(self) -> Sequence[Row]:
        """Return the running desks."""
        return self._member.running() if self._member is not None else ()

    @property
    def own_name(self) -> str:
        """Return the name of this process among the running desks."""
        return self._member.name if self._member is not None else ""

    def ail(self, troubles: str) -> None:
        """Let the other desks know what this one ails from."""
        if self._member is not None:
            self._member.ail(troubles)

    @contextmanager
    def under(self, lease: Lease) -> Iterator[None]:
        """Begin the transactions of this thread within this only while the lease is held."""
        before = self._taken
        self._here.taken = (*before, lease)
        try:
            yield
        finally:
            self._here.taken = before

    def holds(self, lease: Lease) -> bool:
        """Return whether the work is still this process's."""
        return self._member is None or self._member.holds(lease)

    def lease_left(self, lease: Lease | None = None) -> float:
        """Return the seconds until another desk may do that work."""
        member = self._member
        if member is None:
            return super().lease_left(lease)
        return member.left(lease.number if lease else member.number)

    @property
    def least_lease(self) -> float:  # type: ignore[override]
        """Return the seconds of a lease that have to be left when a call to the outside begins."""
        return CALLS * self._lease if self._member is not None else 0.0

    @property
    def number(self) -> int:  # type: ignore[override]
        """Return the number of this process among the running desks."""
        return self._member.number if self._member is not None else 0

    @property
    def _taken(self) -> Sequence[Lease]:
        """Return the leases that this thread's work needs."""
        taken: Sequence[Lease] = getattr(self._here, "taken", ())
        return taken

    @property
    def begins_as(self) -> tuple[int, Sequence[int]]:
        """Return the number of this desk and those of the leases that a transaction of this thread needs."""
        member = self._member
        if member is None:
            return 0, ()
        taken = self._taken
        return taken[0].number if taken else member.number, [one.fence for one in taken]

    def rows(self, sql: str, params: Params = NOTHING) -> list[Row]:
        """Run one statement and return its rows."""
        try:
            return self._session().conn.execute(translated(sql), params).fetchall()
        except psycopg.Error as error:
            _translate(error)

    def stream(self, sql: str, params: Params = NOTHING) -> Iterator[Row]:
        """Run one statement and yield its rows from a server-side cursor, a page at a time."""
        try:
            with self.snapshot(), self._session().conn.cursor(name="stream") as cursor:
                cursor.itersize = PAGE
                yield from cursor.execute(translated(sql), params)
        except psycopg.Error as error:
            _translate(error)

    def run(self, sql: str, params: Params = NOTHING) -> int:
        """Run one statement and return how many rows it changed."""
        try:
            return self._session().conn.execute(translated(sql), params).rowcount
        except psycopg.Error as error:
            _translate(error)

    def run_all(self, sql: str, many: Sequence[Params]) -> int:
        """Run one statement with each of the parameters and return how many rows were changed."""
        try:
            with self._session().conn.cursor() as cursor:
                cursor.executemany(translated(sql), many)
                return cursor.rowcount
        except psycopg.Error as error:
            _translate(error)

    def line_fact(self, column: str, name: str) -> str:
        """Return the SQL of one fact of an audit line."""
        return f"(CAST({column} AS json) ->> '{name}')"

    def asked(self, whole: Sequence[str], begun: Sequence[str]) -> str:
        """Return the search as a tsquery; no word contains a quotation mark or a backslash."""
        return " & ".join([*(f"'{word}'" for word in whole), *(f"'{word}':*" for word in begun)])

    def exclusive(self, what: str) -> None:
        """Wait until no other transaction has the lock named `what`, and take it."""
        self.rows("SELECT pg_advisory_xact_lock(:key)", {"key": crc32(what.encode())})

    def shared(self, what: str) -> None:
        """Wait until no other transaction has the lock `what` for itself, and share it."""
        self.rows("SELECT pg_advisory_xact_lock_shared(:key)", {"key": crc32(what.encode())})

    def hold(self, *case_ids: int) -> None:
        """Lock the cases' rows, so that they do not change between a transaction's reads and writes."""
        if self._session().running:
            held = "SELECT id FROM cases WHERE id = ANY(:ids) ORDER BY id FOR UPDATE"  # in one order: no deadlock
            self.rows(held, {"ids": list(case_ids)})

    def migrate(self) -> None:
        """Bring the schema up to date; a lock makes desks that start together do it once."""
        if self.read_only:
            there = self.rows("SELECT 1 WHERE to_regclass('migrations') IS NOT NULL")
            migrate.nothing_pending(self.name, self._applied() if there else [])
            return
        with self.transaction():
            self.run(_UNLIMITED)
            self.exclusive("migrations")
            self.run(migrate.TABLE.format(integer="BIGINT"))
            pending = migrate.pending(migrate.known(self.name), self._applied())
            if pending:
                self._refuse_while_others_run()
            for one in pending:
                self._apply(one)

    def schema(self) -> Sequence[SchemaPart]:
        """Return all parts of the database's schema."""
        try:
            return schema_postgres.parts(self._session().conn)
        except psycopg.Error as error:
            _translate(error)

    def schema_as_built(self) -> Sequence[SchemaPart]:
        """Return the schema that the migrations make, on a connection of its own; raise CannotCompare."""
        try:
            with closing(self._connect()) as conn:
                return schema_postgres.as_built(conn)
        except psycopg.Error as error:
            _translate(error)

    def _refuse_while_others_run(self) -> None:
        """Raise AlreadyOpen while a desk is running, whose version does not know the new schema.

        Before migration 59 a running desk had an advisory lock for as long as its connection.
        """
        [(free,)] = self.rows("SELECT pg_try_advisory_xact_lock(:key)", {"key": crc32(b"desk")})
        if not free or running(self.rows):
            raise AlreadyOpen(
                "A Heard of another version is at work on this database. Stop every desk there, then start this one."
            )

    def _applied(self) -> list[Row]:
        return self.rows("SELECT number, name, digest FROM migrations")

    def _apply(self, one: Migration) -> None:
        row = {"number": one.number, "name": one.name, "digest": one.digest}
        try:
            self._session().conn.execute(one.sql.encode())
        except psycopg.Error as error:
            _translate(error)
        self.run("INSERT INTO migrations (number, name, digest) VALUES (:number, :name, :digest)", row)

    def others_at_work(self) -> bool:
        """Return whether a desk is registered as running, besides this process."""
        return bool(running(self.rows, self.number))

    def page_checksums(self) -> bool | None:
        """Return whether the server was made with checksums of its pages."""
        return self.rows("SHOW data_checksums") == [("on",)]

    def numbers_go_on(self) -> None:
        """Set each sequence to the highest number that is there; of the cases no lower than their epoch begins."""
        sequences.go_on(self.rows)

    def raise_case_number(self, first: int) -> None:
        """Let the sequence go on there; it is never set back."""
        sequences.raise_cases(self.rows, first)

    def close(self) -> None:
        """Close all connections."""
        self.closed = True
        for session in list(self._sessions):
            session.close()
        if self._member is not None:
            self._member.leave()
            self._member = None
        self._here = threading.local()

    def _session(self) -> "_PostgresSession":
        session: _PostgresSession | None = getattr(self._here, "session", None)
        if session is None or session.lost:
            self.refuse_if_closed()
            session = _PostgresSession(self, self._connect)
            self._here.session = session
            self._sessions.add(session)
        return session

    def _connect(self) -> "psycopg.Connection[Row]":
        try:
            return psycopg.connect(
                self._address,
                autocommit=True,
                options=self._settings,
                connect_timeout=CONNECT_WITHIN,
                application_name="heard",
                **_KEPT_ALIVE,
            )
        except psycopg.ProgrammingError:
            raise NotOurs("PostgreSQL cannot read the address of the database. See docs/configuration.md.") from None
        except psycopg.Error as error:
            raise OutOfService(f"The database cannot be used: {why_unreached(str(error))}.") from None


class _PostgresSession(Session):
    __slots__ = ("_connect", "_counted_since", "_xid", "close", "conn")

    close: Callable[[], object]
    _engine: PostgresEngine

    def __init__(self, engine: PostgresEngine, connect: "Callable[[], psycopg.Connection[Row]]") -> None:
        super().__init__(engine)
        self.conn, self._connect = connect(), connect
        self._counted_since: datetime | None = None  # not asked yet
        self.close = weakref.finalize(self, self.conn.close)  # also when its thread ends

    @property
    def lost(self) -> bool:
        """Return whether the connection is closed and no transaction needs it."""
        return self.conn.closed and not self._depth

    def begin(self) -> None:
        number, fences = self._engine.begins_as
        try:
            self._counted_since = self._counted_since or counted_since(self.conn)
            self._xid, holds = begin(self.conn, number, fences)
        except psycopg.Error as error:
            _translate(error)
        if not holds:
            self.roll_back()
            raise LeaseLost("This desk was not heard of for too long, so another may work in its place.")

    @contextmanager
    def still(self) -> Iterator[None]:
        try:
            self.conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        except psycopg.Error as error:
            _translate(error)
        finally:
            self.roll_back()

    @property
    def lame(self) -> bool:
        return self.conn.info.transaction_status == TransactionStatus.INERROR

    def commit(self) -> None:
        if self.lame:  # COMMIT would roll back without an error
            self.roll_back()
            raise Conflict("another writer was first, so none of these changes was kept")
        try:
            self.conn.execute("COMMIT")
        except psycopg.Error as error:
            answer_lost = self.conn.closed
            self.roll_back()
            if not (answer_lost and self._kept_all_the_same(error)):
                _translate(error)

    def _kept_all_the_same(self, error: psycopg.Error) -> bool:
        kept = was_committed(self._connect, TransactionMark(self._xid, self._counted_since))
        if kept is None:
            raise CommitUnknown(f"The database does not say whether this was written down: {error}") from error
        return kept

    def roll_back(self) -> None:
        try:
            self.conn.execute("ROLLBACK")
        except psycopg.Error:  # the connection cannot be used any more, and closing it ends the transaction too
            self.conn.close()


def _translate(error: psycopg.Error) -> NoReturn:
    """Raise Conflict or OutOfService for an error of the database; raise an error of ours unchanged."""
    if isinstance(error, _RACES):
        raise Conflict(str(error)) from error
    if isinstance(error, _DAMAGE):
        raise Damaged(f"A part of the database cannot be read as it was written: {error}") from error
    if isinstance(error, _TROUBLE):
        raise OutOfService(f"The database cannot be used: {error}") from error
    raise error
