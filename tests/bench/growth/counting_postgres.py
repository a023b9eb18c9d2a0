"""A PostgreSQL database that is measured: pages that were read, and the processor time of the server."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from storage.engine.base import NOTHING, Params, Row
from storage.engine.postgres import PostgresEngine
from tests.bench.growth.counting import Counted, MeasuringEngine, Slowest

TICKS = 100  # of the kernel, in a second
# Those that were reported, and those of this connection that were not yet; tables, indexes and long values.
_PAGES = """SELECT coalesce(sum(pg_stat_get_blocks_fetched(oid) + pg_stat_get_xact_blocks_fetched(oid)), 0)
FROM pg_class WHERE relnamespace IN ('public'::regnamespace, 'pg_toast'::regnamespace) AND oid >= 16384
AND relkind IN ('r', 'i', 't')"""
_LARGE = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples > 2000"
)
# With autovacuum's own settings.
_TO_TEND = """SELECT quote_ident(relname) FROM pg_stat_user_tables
WHERE n_dead_tup > 50 + 0.2 * n_live_tup OR n_mod_since_analyze > 50 + 0.1 * n_live_tup"""
_SCANNED = re.compile(r"Seq Scan on (\w+)")


class CountingPostgres(MeasuringEngine, PostgresEngine):
    """A database on a server of our own, whose process has this number."""

    read = "pages"

    def __init__(self, address: str, server: int) -> None:
        self.counted, self._server = Counted(), server
        super().__init__(address, synchronous="OFF")

    def steps(self) -> int:
        """Return the pages that were looked at, also more than once."""
        return 0 if self._session().lame else int(PostgresEngine.rows(self, _PAGES)[0][0])

    def server_seconds(self) -> float:
        """Return the processor seconds of the processes that serve connections, and of those that have ended."""
        return sum(_served(self._server)) + _of_ended(self._server)

    def rows(self, sql: str, params: Params = NOTHING) -> list[Row]:
        """Run one statement and return its rows."""
        with self.counted.timed(sql, params):
            return PostgresEngine.rows(self, sql, params)

    def run(self, sql: str, params: Params = NOTHING) -> int:
        """Run one statement and return how many rows it changed."""
        with self.counted.timed(sql, params):
            return PostgresEngine.run(self, sql, params)

    def run_all(self, sql: str, many: Sequence[Params]) -> int:
        """Run one statement with each of the parameters and return how many rows were changed."""
        if not many:
            return 0
        with self.counted.timed(sql, many[0]):
            return PostgresEngine.run_all(self, sql, many)

    def plan(self, one: Slowest) -> Sequence[str]:
        """Return the plan of a statement's slowest run, a line for each step."""
        return [row[0] for row in PostgresEngine.rows(self, f"EXPLAIN {one.sql}", one.params)]

    def whole(self) -> Mapping[str, Sequence[str]]:
        """Return the statements that read a large table from end to end, each with its plan."""
        large = {table for (table,) in PostgresEngine.rows(self, _LARGE)}
        plans = {one.sql: self.plan(one) for one in list(self.counted.by_sql.values()) if _has_plan(one.sql)}
        return {sql: plan for sql, plan in plans.items() if large & set(_SCANNED.findall(" ".join(plan)))}

    def tend(self) -> None:
        """Clear and analyse the tables that autovacuum would take."""
        PostgresEngine.rows(self, "SELECT pg_stat_force_next_flush()")
        for (table,) in PostgresEngine.rows(self, _TO_TEND):
            PostgresEngine.run(self, f"VACUUM (ANALYZE) {table}")

    def size(self) -> int:
        """Return the bytes of the database."""
        return int(PostgresEngine.rows(self, "SELECT pg_database_size(current_database())")[0][0])


def _has_plan(sql: str) -> bool:
    return sql.split(None, 1)[0] in {"SELECT", "WITH", "INSERT", "UPDATE", "DELETE"}


def _served(server: int) -> Sequence[float]:
    """Return the processor seconds of each process of the server that serves a connection."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cmdline").read_bytes().startswith(b"postgres: heard ") and _parent(process) == server:
                found.append(int((process / "schedstat").read_text().split()[0]) / 1e9)
    return found


def _parent(process: Path) -> int:
    return int(_stat(process)[1])


def _of_ended(server: int) -> float:
    """Return the processor seconds of the server's processes that have ended, such as those that helped with one query."""
    words = _stat(Path(f"/proc/{server}"))
    return (int(words[13]) + int(words[14])) / TICKS


def _stat(process: Path) -> list[str]:
    return (process / "stat").read_text().rpartition(")")[2].split()
