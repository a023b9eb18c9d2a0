"""Measures very many reminders due at the same moment, beside bare SQLite that writes as many rows."""

import shutil
import time
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from statistics import median

from bot.services.reminders import remind
from storage import open_store
from tests.bench import million
from tests.bench.figures import Figure, Scale, at_most, in_turn
from tests.bench.intake import RAW_AT_ONCE, Raw
from tests.fakes import FakeClock, a_desk

DUE = 10_000
WRITES = 5  # rows that a reminder writes: case, promise, reminder, audit line, card
WITHIN = 1.0  # second


def measured(directory: Path, scale: Scale) -> list[Figure]:
    """Return how long writing them takes, at `synchronous` FULL as the desk runs."""
    path, numbers = million.open_cases(directory, DUE, timedelta()), count(1)
    with closing(Raw(directory / "monday-raw.db", "FULL")) as raw:
        runs = {
            "desk": lambda: _swept(path, directory / f"monday-{next(numbers)}.db"),
            "raw": lambda: DUE * WRITES / raw.together(DUE * WRITES),
        }
        found = in_turn(scale.rounds, runs)
    said = f"median of {len(found.seen['desk'])}; bare inserts of {DUE * WRITES:,} rows, {RAW_AT_ONCE} to a commit: "
    said += f"{found.usual('raw'):.2f} s, a {found.ratio('desk', 'raw'):.1f}th of it"
    return [at_most(f"{DUE:,} reminders due at once", median(found.seen["desk"]), WITHIN, said, " s")]


def _swept(path: Path, copy: Path) -> float:
    """Return the seconds until every reminder was written."""
    shutil.copy(path, copy)
    with closing(open_store(f"sqlite:///{copy}")) as store:
        desk = a_desk(store, clock=FakeClock(million.FIRST_DUE))
        begun, done = time.perf_counter(), 0
        while told := remind.remind(desk, million.FIRST_DUE):
            done += told
        took = time.perf_counter() - begun
    copy.unlink()
    if done != DUE:
        raise RuntimeError(f"{done} of {DUE} reminders were written down")
    return took
