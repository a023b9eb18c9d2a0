"""Engines that measure: what a piece of work took, how much the database read for it, the slowest run of each statement."""

import time
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from storage.engine.base import NOTHING, Engine, Params, Row
from storage.engine.sqlite import SqliteEngine

EVERY = 1_000  # steps between two counts: each costs a call of Python
Done = TypeVar("Done")


@dataclass(frozen=True)
class Spent:
    """What one piece of work took: seconds by the clock, of all processors, and of those the server's; what was read."""

    seconds: float = 0.0
    processor: float = 0.0
    server: float = 0.0
    steps: int = 0


@dataclass
class Slowest:
    """The slowest run of a statement."""

    sql: str
    seconds: float = 0.0
    runs: int = 0
    params: Params = field(default_factory=dict)


@dataclass
class Counted:
    """Steps and statements since the beginning."""

    steps: int = 0
    by_sql: dict[str, Slowest] = field(default_factory=dict)

    def slowest(self) -> list[Slowest]:
        """Return all statements, the slowest first."""
        return sorted(self.by_sql.values(), key=lambda one: -one.seconds)

    @contextmanager
    def timed(self, sql: str, params: Params) -> Iterator[None]:
        """Remember how long the block takes as one run of a statement."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            one, took = self.by_sql.setdefault(sql, Slowest(sql)), time.perf_counter() - begun
            one.runs += 1
            if took > one.seconds:
                one.seconds, one.params = took, params


class MeasuringEngine(Engine):
    """A database that is measured."""

    read = "steps"  # what `steps` counts, as the table says it
    counted: Counted

    @abstractmethod
    def steps(self) -> int:
        """Return how much was read since the beginning."""

    @abstractmethod
    def plan(self, one: Slowest) -> Sequence[str]:
        """Return the plan of a statement's slowest run, a line for each step."""

    @abstractmethod
    def size(self) -> int:
        """Return the bytes of the database."""

    def whole(self) -> Mapping[str, Sequence[str]]:
        """Return the statements that read a large table from end to end, each with its plan, where that is known."""
        return {}

    def tend(self) -> None:
        """Do at once what a server does by itself after many changes."""

    def server_seconds(self) -> float:
        """Return the processor seconds that a server has used."""
        return 0.0

    def spend(self, work: Callable[[], Done]) -> tuple[Done, Spent]:
        """Do some work; return its result, and what it took."""
        steps, server = self.steps(), self.server_seconds()
        begun, ours = time.perf_counter(), time.process_time()
        done = work()
        seconds, ours = time.perf_counter() - begun, time.process_time() - ours
        server = self.server_seconds() - server
        return done, Spent(seconds, ours + server, server, self.steps() - steps)


class CountingSqlite(MeasuringEngine, SqliteEngine):
    """A SQLite file, of which the steps of SQLite's virtual machine are counted."""

    def __init__(self, path: Path) -> None:
        self.counted = Counted()
        super().__init__(path, synchronous="OFF")

    def count(self) -> None:
        """Count the steps of this thread's connection from now on."""
        self._session().conn.set_progress_handler(self._step, EVERY)

    def _step(self) -> int:
        self.counted.steps += EVERY
        return 0

    def steps(self) -> int:
        """Return the steps, in thousands."""
        return self.counted.steps

    def rows(self, sql: str, params: Params = NOTHING) -> list[Row]:
        """Run one statement and return its rows."""
        with self.counted.timed(sql, params):
            return SqliteEngine.rows(self, sql, params)

    def run(self, sql: str, params: Params = NOTHING) -> int:
        """Run one statement and return how many rows it changed."""
        with self.counted.timed(sql, params):
            return SqliteEngine.run(self, sql, params)

    def plan(self, one: Slowest) -> Sequence[str]:
        """Return the plan of a statement, a line for each step."""
        from storage.engine.sqlite import positional

        query, _ = positional(one.sql)
        found = self._session().conn.execute(f"EXPLAIN QUERY PLAN {query}", [None] * query.count("?")).fetchall()
        return [row[3] for row in found]

    def size(self) -> int:
        """Return the bytes of the file."""
        return self.path.stat().st_size
