"""A simulated day of two or three desks that share a PostgreSQL database, one thread driving their steps in turn.

Each desk has its own connection and its lease. It hangs during a call until its lease is over, and wakes; its connection
breaks within a transaction; PostgreSQL's answer to a commit is lost; a killed desk keeps its leases until they end.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg

from storage import SqlStore, open_store
from tests.engines import Cluster
from tests.simulation.days import deeds
from tests.simulation.days.day import SENDING, STEPS, Day

LEASE = 3_600.0  # seconds: longer than a day takes here, so that leases end only when they shall
_ENDS = "UPDATE desks SET until_at = until_at - 7200000000 WHERE id = :id"


class SharedDay(Day):
    """The same day, with a store for each desk; `store` is the judge's own."""

    steps = tuple(one for one in STEPS if one[1] not in {deeds.keep_copy, deeds.put_back})

    def __init__(self, seed: int, home: Path, address: str, faults: float = 0.12) -> None:
        self.address, self.current = address, 0
        self.slept: dict[int, float] = {}  # seconds of each desk's own clock, by its number of desk
        self.stores: dict[int, SqlStore] = {}
        self.dead: set[int] = set()  # killed desks whose leases go on
        self.cuts = self.loses = False
        super().__init__(seed, home, faults)

    def open(self) -> None:
        """Open the judge's store."""
        self.store = open_store(self.address, synchronous="OFF")

    def count_of_processes(self) -> int:
        return 2 + self.dice.randrange(2)

    def store_for(self, which: int) -> SqlStore:
        """Open a store of its own for a desk that starts, and register it."""
        store = open_store(self.address, synchronous="OFF", lease=LEASE)
        self._breakable(store)
        self.slept[which] = 0.0
        store.engine.occupy(f"desk-{which}", lambda: self.slept[which])
        self.stores[which] = self._mortal(store)
        return self.stores[which]

    def _breakable(self, store: SqlStore) -> None:
        """Let a connection break at a statement, or after a commit whose answer is lost."""
        connections = store.engine._connections  # type: ignore[attr-defined]
        borrow = connections.borrow

        def lent() -> Any:
            conn = borrow()
            if "execute" not in vars(conn):
                conn.execute = partial(self._executed, conn, conn.execute)
            return conn

        connections.borrow = lent

    def _executed(self, conn: Any, execute: Any, query: Any, *more: Any, **how: Any) -> Any:
        done = execute(query, *more, **how)
        if query == "COMMIT" and self.loses:
            self.loses = False
            self.tried["answer to a commit lost"] += 1
            conn.close()
            raise psycopg.OperationalError("the answer was lost")
        return done

    def come_so_far(self) -> tuple[int, ...]:
        """Return other numbers each time: what a desk changed is not counted in one place."""
        return (self.tried.total(),)

    def step(self) -> None:
        """Let a desk do something; it renews its lease first, as its own thread does."""
        self.cuts = self.loses = False
        super().step()

    def arm(self) -> None:
        """Choose what goes wrong within a step."""
        super().arm()
        self.fills = False
        self.cuts = self.fuse > 0 and self.dice.random() < 0.3
        self.loses = self.fuse == 0 and self.faults.strike(0.5)

    def at_the_end_of_the_fuse(self) -> None:
        if self.cuts:
            self.tried["connection broken"] += 1
            held = self.stores[self.current].engine._session()._held  # type: ignore[attr-defined]
            if held is not None:
                held.close()
        else:
            super().at_the_end_of_the_fuse()

    def within(self, which: int, work: Any) -> None:
        before, self.current = self.current, which
        try:
            self.stores[which].renew_lease()
            super().within(which, work)
        finally:
            self.current = before
            self.unsettled |= {number for (number,) in self.store.engine.rows(SENDING)}

    def killed(self, which: int) -> None:
        """End a desk without a farewell: its leases last until they end."""
        engine = self.stores[which].engine
        self.dead.add(engine.number)
        engine._connections.close()  # type: ignore[attr-defined]
        if self.dice.random() < 0.5:
            self.leases_end()

    def leases_end(self) -> None:
        """Let the leases of killed desks end, and another desk notice."""
        for number in self.dead:
            self.store.engine.run(_ENDS, {"id": number})
        self.dead.clear()

    def meanwhile(self) -> None:
        """Let another desk work during a call; sometimes this one hangs meanwhile until its lease is over."""
        if self.depth or not self.faults.strike():
            return
        if self.stores[self.current].engine.busy:
            self.faults.broken.append("a call to the outside inside a transaction")
        hangs, which = self.dice.random() < 0.3, self.current
        if hangs:
            self.tried["hung past its lease"] += 1
            self.store.engine.run(_ENDS, {"id": self.stores[which].engine.number})
            self.slept[which] += 2 * LEASE
            self.clock.move(seconds=60)
        for _ in range(3 if hangs else 1):
            self.during_a_call((which + 1) % len(self.processes))

    def wake(self) -> None:
        """Let all leases of killed desks end, and all others be renewed."""
        self.leases_end()
        for store in self.stores.values():
            store.renew_lease()

    def close(self) -> None:
        """Close all stores."""
        for store in (*self.stores.values(), self.store):
            store.close()


@contextmanager
def a_shared_day(cluster: Cluster, seed: int) -> Iterator[SharedDay]:
    """Yield a day on a database that is emptied afterwards."""
    address = cluster.built()
    day = SharedDay(seed, Path(mkdtemp(prefix="day-")), address)
    try:
        yield day
    finally:
        day.close()
        shutil.rmtree(day.home)
        cluster.give_back(address)
