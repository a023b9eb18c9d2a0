"""The running desks of a PostgreSQL database: each is registered for a while that it renews; see ADR 42.

Every moment is one of the database's clock. Any other desk deletes one that did not renew in time, with its leases,
once no transaction of it is running. It never comes back: it registers anew, under another number.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import field
from zlib import crc32

import psycopg

from bot.domain.base.quick_dataclass import dataclass
from bot.ports.store import OutOfService
from storage.engine.base import LEASE, WORK, Lease, Row

CALLS = 0.53  # the share of a lease that has to be left when a call to the outside begins: a whole call takes less
CHANNEL = "heard"  # of NOTIFY
ASKED_WITHIN = 5  # seconds
_FENCES = 1_212_498_258  # the first part of the advisory locks of desks' transactions
NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"
_UNTIL = f"{NOW} + %(lease)s"
# The schema does not change meanwhile, and a process that slept while a newer version changed it stays out.
_STILL = f"SELECT pg_advisory_xact_lock_shared({crc32(b'migrations')})"
_ADD = f"""INSERT INTO desks (name, began_at, until_at)
SELECT %(name)s, {NOW}, {_UNTIL} WHERE %(schema)s = (SELECT max(number) FROM migrations) RETURNING id"""
_RENEW = f"UPDATE desks SET until_at = {_UNTIL} WHERE id = %(id)s AND until_at > {NOW} RETURNING id"
# A running transaction of a desk shares its lock; the locks are tried only of desks that are over.
_BURY = f"""WITH over AS MATERIALIZED (SELECT id FROM desks WHERE until_at <= {NOW})
DELETE FROM desks WHERE id IN (SELECT id FROM over WHERE pg_try_advisory_xact_lock({_FENCES}, CAST(id AS int)))
RETURNING id"""
_LEAVE = "DELETE FROM desks WHERE id = %(id)s"
# What was taken by this process, and not given back because the database did not answer, is taken anew.
_TAKE = f"""INSERT INTO leases (name, desk_id) SELECT %(name)s, id FROM desks WHERE id = %(id)s AND until_at > {NOW}
ON CONFLICT (name) DO UPDATE SET id = DEFAULT WHERE leases.desk_id = excluded.desk_id RETURNING id"""
_GIVE_BACK = "DELETE FROM leases WHERE id = %(fence)s"
_HOLDS = f"""SELECT 1 FROM leases l JOIN desks d ON d.id = l.desk_id
WHERE l.id = %(fence)s AND d.id = %(id)s AND d.until_at > {NOW}"""
_TAKEN = "SELECT name, id, desk_id FROM leases"
_AIL = "UPDATE desks SET troubles = %(troubles)s WHERE id = %(id)s"
_WHO = f"""SELECT name, began_at, (until_at - {NOW}) / 1000000.0, troubles,
    (SELECT coalesce(string_agg(l.name, ', ' ORDER BY l.name), '') FROM leases l WHERE l.desk_id = d.id)
FROM desks d WHERE until_at > {NOW} ORDER BY id"""
_RUNNING = f"SELECT count(*) FROM desks WHERE until_at > {NOW} AND id <> {{but:d}}"

Connect = Callable[[], "psycopg.Connection[Row]"]


@dataclass(slots=True)
class Membership:
    """This process among the running desks. `seconds` counts real time, also while the process is stopped."""

    name: str
    connect: Connect
    seconds: Callable[[], float]
    schema: int  # the number of the newest migration that this process knows
    lease: float = LEASE  # seconds
    number: int = 0
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

        Raises OutOfService in the database of another version.
        """
        self.bury()
        asked = self.seconds()
        added = self._ask(_ADD, before=_STILL, name=self.name, lease=self._lease, schema=self.schema)
        if not added:
            raise OutOfService("Another version of Heard has changed this database. Please start that version here.")
        [(number,)] = added
        with self._lock:
            self.number, self.ends, self._kept = int(number), asked + self.lease, {}

    def renew(self) -> None:
        """Renew; after the lease was lost, register anew."""
        asked = self.seconds()
        if self._ask(_RENEW, id=self.number, lease=self._lease):
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
        return next((Lease(name, number, int(fence)) for (fence,) in self._ask(_TAKE, name=name, id=number)), None)

    def put_down(self, lease: Lease, *, keep: bool) -> None:
        """End this round of work; never raises. What the database did not hear of is free when this process ends."""
        try:
            if not keep:
                self._ask(_GIVE_BACK, fence=lease.fence)
        except OutOfService:
            pass
        finally:
            with self._lock:
                self._in_use.discard(lease.name)
                if keep and lease.number == self.number:
                    self._kept[lease.name] = lease

    def holds(self, lease: Lease) -> bool:
        """Return whether a piece of work is still this process's, as the database knows."""
        return bool(self._ask(_HOLDS, fence=lease.fence, id=lease.number))

    def ail(self, troubles: str) -> None:
        """Store what this desk's own workers and connections ail from."""
        self._ask(_AIL, id=self.number, troubles=troubles)

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
            self._ask(_LEAVE, id=self.number)
        for conn in (self._conn, self._hearing):
            if conn is not None:
                conn.close()

    def _ask(self, sql: str, before: str = "", **params: object) -> Sequence[Row]:
        """Run one statement by itself, on a connection of its own; `before`: first in the same transaction."""
        with self._lock:
            if self._conn is None or self._conn.closed:
                self._conn = self.connect()
                self._conn.execute(f"SET statement_timeout = '{ASKED_WITHIN}s'".encode())
            try:
                with self._conn.transaction() if before else nullcontext():
                    if before:
                        self._conn.execute(before.encode())
                    cursor = self._conn.execute(sql.encode(), params)
                    return cursor.fetchall() if cursor.description else []
            except psycopg.Error as error:
                self._conn.close()
                raise OutOfService(f"The database cannot be used: {error}") from error


def beginning(number: int, fences: Sequence[int]) -> str:
    """Return the SQL that begins a transaction: its last row is its id, and whether the lease still holds.

    The shared lock keeps the desk from being deleted before the transaction ends. It is taken before the check.
    """
    if not number:
        return "BEGIN; SELECT CAST(pg_current_xact_id() AS text), true"
    held = f"EXISTS (SELECT 1 FROM desks WHERE id = {number:d} AND until_at > {NOW})"
    held += "".join(
        f" AND EXISTS (SELECT 1 FROM leases WHERE id = {fence:d} AND desk_id = {number:d})" for fence in fences
    )
    lock = f"SELECT pg_advisory_xact_lock_shared({_FENCES}, {number:d})"
    return f"BEGIN; {lock}; SELECT CAST(pg_current_xact_id() AS text), {held}"


def running(ask: Callable[[str], Sequence[Row]], but: int = 0) -> int:
    """Return how many desks are running, without the one of that number; `ask` runs a statement."""
    if ask("SELECT 1 WHERE to_regclass('desks') IS NOT NULL"):
        return int(ask(_RUNNING.format(but=but))[0][0])
    return 0
