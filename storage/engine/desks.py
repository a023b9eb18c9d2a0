"""The running desks of a PostgreSQL database: each is registered for a while that it renews; see ADR 42.

Every moment is one of the database's clock. Any other desk deletes one that did not renew in time, with its leases,
once no transaction of it is running. It never comes back: it registers anew, under another number.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg

from bot.ports.store import OutOfService
from storage.engine.base import Row

LEASE = 30.0  # seconds; longer than a call to a network or to Slack
_FENCES = 1_212_498_258  # the first part of the advisory locks of desks' transactions
_NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"
_UNTIL = f"{_NOW} + {int(LEASE * 1_000_000)}"
_ADD = f"INSERT INTO desks (name, began_at, until_at) VALUES (%(name)s, {_NOW}, {_UNTIL}) RETURNING id"
_RENEW = f"UPDATE desks SET until_at = {_UNTIL} WHERE id = %(id)s AND until_at > {_NOW} RETURNING id"
# A running transaction of a desk shares its lock; the locks are tried only of desks that are over.
_BURY = f"""WITH over AS MATERIALIZED (SELECT id FROM desks WHERE until_at <= {_NOW})
DELETE FROM desks WHERE id IN (SELECT id FROM over WHERE pg_try_advisory_xact_lock({_FENCES}, CAST(id AS int)))
RETURNING id"""
_LEAVE = "DELETE FROM desks WHERE id = %(id)s"
_TAKE = """INSERT INTO leases (name, desk_id) VALUES (%(name)s, %(id)s) ON CONFLICT (name) DO NOTHING RETURNING id"""
_LET_GO = "DELETE FROM leases WHERE id = %(fence)s"
_RUNNING = f"SELECT count(*) FROM desks WHERE until_at > {_NOW}"

NO_LEASE = 0

Connect = Callable[[], "psycopg.Connection[Row]"]


class LeaseLost(OutOfService):
    """Another desk does this by now, or may do it: this one was not heard of for too long."""


@dataclass(slots=True)
class Membership:
    """This process among the running desks. `seconds` counts real time, also while the machine sleeps."""

    name: str
    connect: Connect
    seconds: Callable[[], float]
    number: int = 0
    ends: float = float("-inf")  # by `seconds`, never later than in the database
    leases: dict[str, int] = field(default_factory=dict)  # by name: the number that fences it
    _conn: "psycopg.Connection[Row] | None" = None

    def join(self) -> None:
        """Register; the leases of an earlier number are lost."""
        self.bury()
        asked = self.seconds()
        [(number,)] = self._ask(_ADD, name=self.name)
        self.number, self.ends, self.leases = int(number), asked + LEASE, {}

    def renew(self) -> None:
        """Renew; after the lease was lost, register anew."""
        asked = self.seconds()
        if self._ask(_RENEW, id=self.number):
            self.ends = asked + LEASE
            self.bury()
        else:
            self.join()

    def bury(self) -> None:
        """Delete the desks that did not renew in time."""
        self._ask(_BURY)

    def left(self) -> float:
        """Return the seconds until another desk may take over; negative after that."""
        return self.ends - self.seconds()

    def take(self, name: str) -> int | None:
        """Return the number of this lease, taken if it is free; None while another desk has it."""
        if name not in self.leases:
            for (fence,) in self._ask(_TAKE, name=name, id=self.number):
                self.leases[name] = int(fence)
        return self.leases.get(name)

    def let_go(self, name: str) -> None:
        """Give a lease back."""
        fence = self.leases.pop(name, None)
        if fence is not None:
            self._ask(_LET_GO, fence=fence)

    def leave(self) -> None:
        """Give everything back; never raises. Without an answer the lease ends by itself."""
        with suppress(OutOfService, psycopg.Error):
            self._ask(_LEAVE, id=self.number)
        if self._conn is not None:
            self._conn.close()

    def _ask(self, sql: str, **params: object) -> Sequence[Row]:
        """Run one statement by itself, on a connection of its own."""
        if self._conn is None or self._conn.closed:
            self._conn = self.connect()
        try:
            cursor = self._conn.execute(sql.encode(), params)
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            self._conn.close()
            raise OutOfService(f"The database cannot be used: {error}") from error


def beginning(number: int, fence: int) -> str:
    """Return the SQL that begins a transaction: its last row is its id, and whether the lease still holds.

    The shared lock keeps the desk from being deleted before the transaction ends. It is taken before the check.
    """
    if not number:
        return "BEGIN; SELECT CAST(pg_current_xact_id() AS text), true"
    held = f"EXISTS (SELECT 1 FROM desks WHERE id = {number:d} AND until_at > {_NOW})"
    if fence:
        held += f" AND EXISTS (SELECT 1 FROM leases WHERE id = {fence:d})"
    lock = f"SELECT pg_advisory_xact_lock_shared({_FENCES}, {number:d})"
    return f"BEGIN; {lock}; SELECT CAST(pg_current_xact_id() AS text), {held}"


def running(ask: Callable[[str], Sequence[Row]]) -> int:
    """Return how many desks are running; `ask` runs a statement."""
    if ask("SELECT 1 WHERE to_regclass('desks') IS NOT NULL"):
        return int(ask(_RUNNING)[0][0])
    return 0
