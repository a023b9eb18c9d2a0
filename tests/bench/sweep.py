"""Measures the query for due reminders when none is due, with very many open cases."""

import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from storage import SqlStore, open_store
from tests.bench import million
from tests.bench.figures import Figure, Scale, at_most, in_turn
from tests.fakes import NOON

ASKED = 200  # times per round


def measured(directory: Path, scale: Scale) -> list[Figure]:
    """Return what an empty sweep costs, in milliseconds."""
    path = million.open_cases(directory, scale.open_cases)
    with closing(open_store(f"sqlite:///{path}", synchronous="OFF")) as store:
        found = in_turn(scale.rounds, {"sweep": lambda: _empty(store), "bare": lambda: _bare(store)})
    raw = f"{found.usual('sweep') * 1_000:.0f} us, and {found.usual('bare') * 1_000:.1f} us for SELECT 1"
    return [at_most(f"an empty sweep, {scale.open_cases:,} open cases", found.usual("sweep"), 1.0, raw, " ms")]


def _empty(store: SqlStore) -> float:
    begun = time.perf_counter()
    for _ in range(ASKED):
        due, next_at = store.reminders_due(NOON), store.next_reminder_at()
    took = time.perf_counter() - begun
    if due or next_at is None or next_at <= NOON + timedelta(minutes=1):
        raise RuntimeError("something is due where nothing should be")
    return took * 1_000 / ASKED


def _bare(store: SqlStore) -> float:
    begun = time.perf_counter()
    for _ in range(ASKED):
        store.engine.rows("SELECT 1")
    return (time.perf_counter() - begun) * 1_000 / ASKED
