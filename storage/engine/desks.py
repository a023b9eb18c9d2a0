"""The running desks of a PostgreSQL database: each is registered for a while that it renews; see ADR 42.

Every moment is one of the database's clock. Any other desk deletes one that did not renew in time, with its leases,
once no transaction of it is running. It never comes back: it registers anew, under another number.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import field
from typing import Any
from zlib import crc32

import psycopg

from bot.domain.base.quick_dataclass import dataclass
from bot.ports.store_errors import OutOfService
from storage.engine.base import LEASE, MIGRATIONS, SEAL, WORK, Lease, Row

CALLS = 0.53  # the share of a lease that has to be left when a call to the outside begins: a whole call takes less
CHANNEL = "heard"  # of NOTIFY
ASKED_WITHIN = 5  # seconds
_FENCES = 1_212_498_258  # the first part of the advisory locks of desks' transactions
NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"
_UNTIL = f"{NOW} + %(lease)s"
# The schema does not change meanwhile, and a process that slept while a newer version changed it stays out.
# Nor does the key of the trail: a desk that slept while it was sealed anew would break the new seal.
_STILL = "; ".join(f"SELECT pg_advisory_xact_lock_shared({crc32(one.encode())})" for one in (MIGRATIONS, SEAL))
_ADD = f"""INSERT INTO desks (name, began_at, until_at)
SELECT %(name)s, {NOW}, {_UNTIL} WHERE %(schema)s = (SELECT max(number) FROM migrations)
AND (CAST(%(mark)s AS bytea) IS NULL OR %(mark)s = (SELECT key_mark FROM trail)) RETURNING id, began_at"""
_ALONE = f"SELECT pg_advisory_lock({crc32(MIGRATIONS.encode())})"  # until the connection ends
_SCHEMA = "SELECT max(number) FROM migrations"
# The number alone is not enough: a server that takes over without the last commits gives the same one once more.
_OURS = "id = %(id)s AND began_at = %(began_at)s"
_RENEW = f"UPDATE desks SET until_at = {_UNTIL} WHERE {_OURS} AND until_at > {NOW} RETURNING id"
# A running transaction of a desk shares its lock; the locks are tried only of desks that are over.
_BURY = f"""WITH over AS MATERIALIZED (SELECT id FROM desks WHERE until_at <= {NOW})
DELETE FROM desks WHERE id IN (SELECT id FROM over WHERE pg_try_advisory_xact_lock({_FENCES}, CAST(id AS int)))
RETURNING id"""
_LEAVE = f"DELETE FROM desks WHERE {_OURS}"
# What was taken by this process, and not given back because the database did not answer, is taken anew.
_TAKE = f"""INSERT INTO leases (name, desk_id) SELECT %(name)s, id FROM desks WHERE {_OURS} AND until_at > {NOW}
ON CONFLICT (name) DO UPDATE SET id = DEFAULT WHERE leases.desk_id = excluded.desk_id RETURNING id"""
_GIVE_BACK = f"""DELETE FROM leases WHERE id = %(fence)s AND name = %(name)s
AND desk_id IN (SELECT d.id FROM desks d WHERE {_OURS})"""
_HOLDS = f"""SELECT 1 FROM leases l JOIN desks d ON d.id = l.desk_id
WHERE l.id = %(fence)s AND l.name = %(name)s AND d.id = %(id)s AND d.began_at = %(began_at)s AND d.until_at > {NOW}"""
_TAKEN = "SELECT name, id, desk_id FROM leases"
_AIL = f"UPDATE desks SET troubles = %(troubles)s WHERE {_OURS}"
_WHO = f"""SELECT name, began_at, (until_at - {NOW}) / 1000000.0, troubles,
    (SELECT coalesce(string_agg(l.name, ', ' ORDER BY l.name), '') FROM leases l WHERE l.desk_id = d.id)
FROM desks d WHERE until_at > {NOW} ORDER BY id"""
_RUNNING = f"SELECT count(*) FROM desks WHERE until_at > {NOW} AND id <> {{but:d}}"

_OTHER_VERSION = "Another version of Heard has changed this database. Please start that version here."
_OTHER_KEY = (
    "The audit trail of this database is under another key by now. Stop this desk, copy trail.key from the desk that "
    "sealed it anew, and start this one again."
)

Connect = Callable[[], "psycopg.Connection[Row]"]


@dataclass(slots=True)
class Membership:
    """This process among the running desks. `seconds` counts real time, also while the process is stopped."""

    name: str
    connect: Connect
    seconds: Callable[[], float]
    schema: int  # the number of the newest migration that this process knows
    lease: float = LEASE  # seconds
    mark: Callable[[], bytes | None] = lambda: None  # of the key of the trail that this process writes under
    number: int = 0
    began_at: int = 0  # of this number, by the database's clock
    ends: float = float("-inf")  # by `seconds`, never later than in the database
    _kept: dict[str, Lease] = field(default_factory=dict)  # for further rounds, by name
    _in_use: set[str] = field(default_factory=set)
    _of_others: frozenset[str] = frozenset()  # as of the last renewal
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _conn: "psycopg.Connection[Row] | None" = None
    _hearing: "psycopg.Connection[Row] | None" = None

    @property
    def _lease(self) -> int:
        """Return its length in microseconds."""
        return round(self.lease * 1_000_000)

    def join(self) -> None:
        """Register; what was taken under an earlier number is lost.

        Raises OutOfService in the database of another version, or under another key.
        """
        self.bury()
        asked = self.seconds()
        known = {"schema": self.schema, "mark": self.mark()}
        added = self._ask(_ADD, before=_STILL, name=self.name, lease=self._lease, **known)
        if not added:
            raise OutOfService(_OTHER_KEY if self._ask(_SCHEMA) == [(self.schema,)] else _OTHER_VERSION)
        [(number, began_at)] = added
        with self._lock:
            self.number, self.began_at, self.ends, self._kept = number, began_at, asked + self.lease, {}

    def renew(self) -> None:
        """Renew; after the lease was lost, register anew."""
        asked = self.seconds()
        if self._ask(_RENEW, **self._own(self.number), lease=self._lease):
            self.ends = asked + self.lease
            self.bury()
        else:
            self.join()
        self._compare(self._ask(_TAKEN))

    def _compare(self, taken: Sequence[Row]) -> None:
        """Note what others have; keep nothing that is not there any more, as after a failover."""
        ours = {(name, fence) for name, fence, desk in taken if desk == self.number}
        self._of_others = frozenset(name for name, _, desk in taken if desk != self.number)
        with self._lock:
            self._kept = {name: one for name, one in self._kept.items() if (name, one.fence) in ours}

    def began(self, number: int) -> int:
        """Return when this process was registered under this number; 0 for a number that it has no more."""
        began_at = self.began_at  # read first: a new registration sets the number before it
        return began_at if number == self.number else 0

    def _own(self, number: int) -> dict[str, Any]:
        return {"id": number, "began_at": self.began(number)}

    def bury(self) -> None:
        """Delete the desks that did not renew in time."""
        self._ask(_BURY)

    def left(self, number: int) -> float:
        """Return the seconds until another desk may take over what was taken under this number."""
        ends = self.ends  # read first: a new registration sets the number before it
        return ends - self.seconds() if number == self.number else float("-inf")

    def take(self, name: str, *, keep: bool) -> Lease | None:
        """Take this piece of work, if nobody has it; None while another desk, or another thread, does.

        `keep`: it may be kept from earlier rounds; who else has it is known from the last renewal.
        """
        with self._lock:
            if name in self._in_use or (keep and name in self._of_others):
                return None
            self._in_use.add(name)
        try:
            found = self._kept.get(name) if keep else None
            found = found or self._taken(name)
        except BaseException:
            self._in_use.discard(name)
            raise
        if found is None:
            self._in_use.discard(name)
        return found

    def _taken(self, name: str) -> Lease | None:
        number = self.number
        return next(
            (Lease(name, number, int(fence)) for (fence,) in self._ask(_TAKE, name=name, **self._own(number))), None
        )

    def put_down(self, lease: Lease, *, keep: bool) -> None:
        """End this round of work; never raises. What the database did not hear of is free when this process ends."""
        try:
            if not keep:
                self._ask(_GIVE_BACK, fence=lease.fence, name=lease.name, **self._own(lease.number))
        except OutOfService:
            pass
        finally:
            with self._lock:
                self._in_use.discard(lease.name)
                if keep and lease.number == self.number:
                    self._kept[lease.name] = lease

    def holds(self, lease: Lease) -> bool:
        """Return whether a piece of work is still this process's, as the database knows."""
        return bool(self._ask(_HOLDS, fence=lease.fence, name=lease.name, **self._own(lease.number)))

    def ail(self, troubles: str) -> None:
        """Store what this desk's own workers and connections ail from."""
        self._ask(_AIL, **self._own(self.number), troubles=troubles)

    def running(self) -> Sequence[Row]:
        """Return name, beginning, seconds until the end, troubles and the names of leases of each running desk."""
        return self._ask(_WHO)

    def told(self, within: float) -> Sequence[str]:
        """Return the topics that other desks told, each once; wait for the first at most so many seconds.

        After a new connection, WORK is among them: something may have been missed.
        """
        fresh = self._hearing is None or self._hearing.closed
        try:
            if self._hearing is None or self._hearing.closed:
                self._hearing = self.connect()
                self._hearing.execute(f"LISTEN {CHANNEL}".encode())
            heard = [one.payload.partition(" ") for one in self._hearing.notifies(timeout=within, stop_after=1)]
            heard += [one.payload.partition(" ") for one in self._hearing.notifies(timeout=0)]
        except psycopg.Error as error:
            if self._hearing is not None:
                self._hearing.close()
            raise OutOfService(f"The database cannot be used: {error}") from error
        topics = [topic for number, _, topic in heard if number != str(self.number)]
        return list(dict.fromkeys([WORK, *topics] if fresh else topics))

    def leave(self) -> None:
        """Give everything back; never raises. Without an answer the lease ends by itself."""
        with suppress(OutOfService, psycopg.Error):
            self._ask(_LEAVE, **self._own(self.number))
        for conn in (self._conn, self._hearing):
            if conn is not None:
                conn.close()

    def _ask(self, sql: str, before: str = "", **params: object) -> Sequence[Row]:
        """Run one statement by itself, on a connection of its own; `before`: first in the same transaction."""
        with self._lock:
            conn = self._conn
            if conn is None or conn.closed:
                conn = self.connect()
            try:
                if conn is not self._conn:
                    conn.execute(f"SET statement_timeout = '{ASKED_WITHIN}s'".encode())
                    self._conn = conn
                with conn.transaction() if before else nullcontext():
                    if before:
                        conn.execute(before.encode())
                    cursor = conn.execute(sql.encode(), params)
                    return cursor.fetchall() if cursor.description else []
            except psycopg.Error as error:
                conn.close()
                raise OutOfService(f"The database cannot be used: {error}") from error


def beginning(number: int, began_at: int, leases: Sequence[Lease]) -> str:
    """Return the SQL that begins a transaction: its last row is its id, and whether the lease still holds.

    The shared lock keeps the desk from being deleted before the transaction ends. It is taken before the check.
    """
    if not number:
        return "BEGIN; SELECT CAST(pg_current_xact_id() AS text), true"
    held = f"EXISTS (SELECT 1 FROM desks WHERE id = {number:d} AND began_at = {began_at:d} AND until_at > {NOW})"
    held += "".join(f" AND EXISTS (SELECT 1 FROM leases WHERE {_is(one, number)})" for one in leases)
    lock = f"SELECT pg_advisory_xact_lock_shared({_FENCES}, {number:d})"
    return f"BEGIN; {lock}; SELECT CAST(pg_current_xact_id() AS text), {held}"


def _is(lease: Lease, number: int) -> str:
    name = lease.name.replace("'", "''")
    return f"id = {lease.fence:d} AND desk_id = {number:d} AND name = '{name}'"


def running(ask: Callable[[str], Sequence[Row]], but: int = 0) -> int:
    """Return how many desks are running, without the one of that number; `ask` runs a statement."""
    if ask("SELECT 1 WHERE to_regclass('desks') IS NOT NULL"):
        return int(ask(_RUNNING.format(but=but))[0][0])
    return 0


@contextmanager
def alone(connect: Connect) -> Iterator[Callable[[], None]]:
    """Hold the lock without which no desk registers; yield what raises OutOfService if it was lost meanwhile."""
    with closing(connect()) as conn:

        def still() -> None:
            try:
                conn.execute(b"SELECT 1")  # the lock lasts as long as this connection
            except psycopg.Error as error:
                raise OutOfService(f"The database cannot be used: {error}") from error

        try:
            conn.execute(_ALONE.encode())
        except psycopg.Error as error:
            raise OutOfService(f"The database cannot be used: {error}") from error
        yield still
