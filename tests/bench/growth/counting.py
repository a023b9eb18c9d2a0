"""An engine that counts the steps of SQLite's virtual machine, and remembers the slowest run of every statement."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from storage.engine.base import NOTHING, Params, Row
from storage.engine.sqlite import SqliteEngine

EVERY = 1_000  # steps between two counts: each costs a call of Python
# What may be read whole: it does not grow with the cases, or only with those that are open.
SMALL = frozenset(
    [
        "people",
        "groups",
        "shifts",
        "shift_changes",
        "swaps",
        "settings",
        "halts",
        "epochs",
        "migrations",
        "storms",
        "spikes",
        "cursors",
        "gaps",
        "holds",
        "desks",
        "leases",
        "holding_replies",
        "erasures",
        "trail",
    ]
)


@dataclass
class Slowest:
    """The slowest run of a statement."""

    sql: str
    seconds: float = 0.0
    runs: int = 0


@dataclass
class Counted:
    """Steps and statements since the beginning."""

    steps: int = 0
    by_sql: dict[str, Slowest] = field(default_factory=dict)

    def slowest(self) -> list[Slowest]:
        """Return all statements, the slowest first."""
        return sorted(self.by_sql.values(), key=lambda one: -one.seconds)


class CountingEngine(SqliteEngine):
    """A SQLite file whose statements are counted and timed."""

    def __init__(self, path: Path) -> None:
        self.counted = Counted()
        super().__init__(path, synchronous="OFF")

    def count(self) -> None:
        """Count the steps of this thread's connection from now on."""
        self._session().conn.set_progress_handler(self._step, EVERY)

    def _step(self) -> int:
        self.counted.steps += EVERY
        return 0

    @contextmanager
    def _timed(self, sql: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            one = self.counted.by_sql.setdefault(sql, Slowest(sql))
            one.seconds, one.runs = max(one.seconds, time.perf_counter() - begun), one.runs + 1

    def rows(self, sql: str, params: Params = NOTHING) -> list[Row]:
        """Run one statement and return its rows."""
        with self._timed(sql):
            return super().rows(sql, params)

    def run(self, sql: str, params: Params = NOTHING) -> int:
        """Run one statement and return how many rows it changed."""
        with self._timed(sql):
            return super().run(sql, params)

    def plan(self, sql: str) -> list[str]:
        """Return the plan of a statement, a line for each step."""
        from storage.engine.sqlite import positional

        query, _ = positional(sql)
        found = self._session().conn.execute(f"EXPLAIN QUERY PLAN {query}", [None] * query.count("?")).fetchall()
        return [row[3] for row in found]
