"""PostgreSQL as the engine: a connection per transaction, the same queries."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from zlib import crc32

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from bot.ports.store_errors import CommitUnknown, Conflict, LeaseLost
from storage.engine import migrate, schema_postgres, sequences
from storage.engine.base import (
    CONNECTIONS,
    LEASE,
    MIGRATIONS,
    NOTHING,
    Engine,
    Lease,
    Params,
    Row,
    SchemaPart,
    Session,
)
from storage.engine.commit_check import TransactionMark, begin, counted_since, was_committed
from storage.engine.connections import Connections, DatabaseServer, DeskConnection
from storage.engine.desks import CALLS, CHANNEL, NOW, Membership, alone, running
from storage.engine.migrate import Migration
from storage.engine.postgres_errors import translate
from storage.engine.postgres_statements import execute, execute_all, stream_rows
from storage.engine.refusals import AlreadyOpen

_UNLIMITED = "; ".join(
    f"SET LOCAL {one} = 0" for one in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
)


class PostgresEngine(Engine):
    """A PostgreSQL database, 15 or newer."""

    name = "postgres"
    next_case = sequences.NEXT_CASE
    clock = NOW
    matching = (
        "mentions m WHERE array_to_tsvector(string_to_array(m.words, ' ')) @@ CAST(:asked AS tsquery)",
        "m.id",
    )
    # Of beginnings PostgreSQL guesses one post in sixty, and would walk from the newest post to the first one.
    newest = "(m.id + 0)"

    def __init__(
        self,
        address: str,
        *,
        synchronous: str = "FULL",
        read_only: bool = False,
        lease: float = LEASE,
        most: int = CONNECTIONS,
    ) -> None:
        self.read_only, self._lease = read_only, lease
        self._connections = Connections(DatabaseServer(address, synchronous, read_only, lease), most)
        self._connect = self._connections.server.connect
        self._here = threading.local()
        self._member: Membership | None = None

    def occupy(self, name: str, seconds: Callable[[], float]) -> None:
        """Register as a running desk, beside others."""
        newest = migrate.known(self.name)[-1].number
        member = Membership(name, self._connect, seconds, newest, self._lease, lambda: self.key_mark)
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
    def begins_as(self) -> tuple[int, int, Sequence[Lease]]:
        """Return this desk's number and its beginning, and the leases that a transaction of this thread needs."""
        member = self._member
        if member is None:
            return 0, 0, ()
        taken = self._taken
        number = taken[0].number if taken else member.number
        return number, member.began(number), taken

    def rows(self, sql: str, params: Params = NOTHING) -> list[Row]:
        """Run one statement and return its rows."""
        with self._session().connection() as conn:
            return execute(conn, sql, params).fetchall()

    def stream(self, sql: str, params: Params = NOTHING) -> Iterator[Row]:
        """Run one statement and yield its rows from a server-side cursor, a page at a time."""
        with self.snapshot(), self._session().connection() as conn:
            yield from stream_rows(conn, sql, params)

    def run(self, sql: str, params: Params = NOTHING) -> int:
        """Run one statement and return how many rows it changed."""
        with self._session().connection() as conn:
            return execute(conn, sql, params).rowcount

    def run_all(self, sql: str, many: Sequence[Params]) -> int:
        """Run one statement with each of the parameters and return how many rows were changed."""
        with self._session().connection() as conn:
            return execute_all(conn, sql, many)

    def line_fact(self, column: str, name: str) -> str:
        """Return the SQL of one fact of an audit line."""
        return f"(CAST({column} AS json) ->> '{name}')"

    def asked(self, whole: Sequence[str], begun: Sequence[str]) -> str:
        """Return the search as a tsquery; no word contains a quotation mark or a backslash."""
        return " & ".join([*(f"'{word}'" for word in whole), *(f"'{word}':*" for word in begun)])

    def asked_any(self, words: Sequence[str]) -> str:
        """Return the search for any of these words as a tsquery."""
        return " | ".join(f"'{word}'" for word in words)

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
            self.exclusive(MIGRATIONS)
            self.run(migrate.TABLE.format(integer="BIGINT"))
            pending = migrate.pending(migrate.known(self.name), self._applied())
            if pending:
                self._refuse_while_others_run()
            for one in pending:
                self._apply(one)

    def schema(self) -> Sequence[SchemaPart]:
        """Return all parts of the database's schema."""
        with self._session().connection() as conn:
            return schema_postgres.parts(conn)

    def schema_as_built(self) -> Sequence[SchemaPart]:
        """Return the schema that the migrations make, in a transaction that is rolled back; raise CannotCompare."""
        with self._session().connection() as conn:
            return schema_postgres.as_built(conn)

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
        with self._session().connection() as conn:
            conn.execute(one.sql.encode())
        self.run("INSERT INTO migrations (number, name, digest) VALUES (:number, :name, :digest)", row)

    def others_at_work(self) -> bool:
        """Return whether a desk is registered as running, besides this process."""
        return bool(running(self.rows, self.number))

    @contextmanager
    def alone(self) -> Iterator[Callable[[], object]]:
        """Let no desk register within this; raise AlreadyOpen while one is registered."""
        with alone(self._connect) as still:
            if self.others_at_work():
                raise AlreadyOpen("A Heard is at work on that database. Stop every desk there first.")
            yield still

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
        self._connections.close()
        if self._member is not None:
            self._member.leave()
            self._member = None

    def _session(self) -> "_PostgresSession":
        session: _PostgresSession | None = getattr(self._here, "session", None)
        if session is None:
            session = self._here.session = _PostgresSession(self, self._connections)
        return session


class _PostgresSession(Session):
    """A thread's transaction or snapshot, which has a connection for itself; other statements borrow one each."""

    __slots__ = ("_connections", "_held", "_xid")

    _engine: PostgresEngine

    def __init__(self, engine: PostgresEngine, connections: Connections) -> None:
        super().__init__(engine)
        self._connections = connections
        self._held: DeskConnection | None = None

    @contextmanager
    def connection(self) -> Iterator[DeskConnection]:
        """Lend the transaction's connection, or one for the block; raise its errors as Conflict or OutOfService."""
        conn = self._held or self._borrowed()
        try:
            yield conn
        except psycopg.Error as error:
            self._leave(conn, error)
            translate(error)
        finally:
            if conn is not self._held:
                self._connections.give_back(conn)

    def begin(self) -> None:
        if self._held is not None:
            raise RuntimeError("A transaction begins while its thread reads a snapshot.")  # SQLite refuses it, too
        conn = self._hold()
        try:
            conn.counted_since = conn.counted_since or counted_since(conn)
            self._xid, holds = begin(conn, *self._engine.begins_as)
        except psycopg.Error as error:
            self._leave(conn, error)
            self.roll_back()
            translate(error)
        if not holds:
            self.roll_back()
            raise LeaseLost("This desk was not heard of for too long, so another may work in its place.")

    @contextmanager
    def still(self) -> Iterator[None]:
        conn = self._hold()
        try:
            conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        except psycopg.Error as error:
            translate(error)
        finally:
            self.roll_back()

    def _hold(self) -> DeskConnection:
        self._held = self._borrowed()
        return self._held

    def _borrowed(self) -> DeskConnection:
        self._engine.refuse_if_closed()
        return self._connections.borrow()

    def _leave(self, conn: DeskConnection, error: psycopg.Error) -> None:
        """Close the connection to a server that takes no writes any more: another one may be the primary now."""
        if isinstance(error, errors.ReadOnlySqlTransaction) and not self._engine.read_only:
            conn.close()

    @property
    def lame(self) -> bool:
        return self._held is not None and self._held.info.transaction_status == TransactionStatus.INERROR

    def commit(self) -> None:
        if self.lame:  # COMMIT would roll back without an error
            self.roll_back()
            raise Conflict("another writer was first, so none of these changes was kept")
        conn = self._held
        assert conn is not None  # noqa: S101 - for the type checker: a transaction is running
        try:
            conn.execute("COMMIT")
        except psycopg.Error as error:
            if not (conn.closed and self._kept_all_the_same(conn, error)):
                translate(error)
        finally:
            self.roll_back()

    def _kept_all_the_same(self, conn: DeskConnection, error: psycopg.Error) -> bool:
        kept = was_committed(self._connections.server.connect, TransactionMark(self._xid, conn.counted_since))
        if kept is None:
            raise CommitUnknown(f"The database does not say whether this was written down: {error}") from error
        return kept

    def roll_back(self) -> None:
        conn, self._held = self._held, None
        if conn is None:
            return
        try:
            if conn.info.transaction_status != TransactionStatus.IDLE:
                conn.execute("ROLLBACK")
        except psycopg.Error:  # the connection cannot be used any more, and closing it ends the transaction too
            conn.close()
        finally:
            self._connections.give_back(conn)
