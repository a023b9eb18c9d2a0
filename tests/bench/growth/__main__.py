"""Presses everything beside very many cases: `python -m tests.bench.growth [--cases N] [--postgres] [--keep DIR] [--plans]`."""

import argparse
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from tests.bench.growth.counting import MeasuringEngine
from tests.bench.growth.databases import SETTINGS, filled_database, filled_file
from tests.bench.growth.doors import LEFT_OUT
from tests.bench.growth.jobs import LEFT_OUT as JOBS_LEFT_OUT
from tests.bench.growth.run import Run, measured
from tests.bench.growth.shown import plans, table
from tests.engines import running_cluster, server_binaries

FEW = 1_000
Filled = Callable[[int], AbstractContextManager[MeasuringEngine]]


def asked_for(words: Sequence[str]) -> argparse.Namespace:
    """Return what these words ask for; leave with help, or with what is not understood."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.growth",
        description="Press every verb and door, and run every job, beside few and very many cases. See docs/speed.md.",
    )
    parser.add_argument("--cases", type=int, default=100_000, help="how many, over two years (100,000)")
    parser.add_argument("--keep", type=Path, help="a folder in which filled databases stay for the next time")
    parser.add_argument("--postgres", action="store_true", help="on a temporary PostgreSQL; nothing is kept")
    parser.add_argument("--plans", action="store_true", help="the slowest statements, and how the database runs them")
    parser.add_argument("--all", action="store_true", help="every line, not only the slow ones")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    """Measure, and print the table; return 1 if something is too slow, or a door was not pressed."""
    asked = asked_for(words)
    logging.disable(logging.ERROR)  # a desk that was off for years has much to report
    runs = list(_runs(asked))
    print(table(runs, everything=asked.all))
    for name, why in {**LEFT_OUT, **JOBS_LEFT_OUT}.items():
        print(f"not measured: {name}: {why}")
    if asked.plans:
        print(plans(runs[-1]))
    return 1 if runs[-1].missing or runs[-1].too_slow() else 0


def _runs(asked: argparse.Namespace) -> Iterator[Run]:
    """Yield what was measured beside few cases, then beside many."""
    with ExitStack() as ends:
        filled = _databases(asked, ends)
        for cases in sorted({FEW, asked.cases}):
            print(f"measuring beside {cases:,} cases", file=sys.stderr)
            with filled(cases) as engine:
                yield measured(engine, cases, _told)


def _databases(asked: argparse.Namespace, ends: ExitStack) -> Filled:
    """Return what opens a filled database of so many cases."""
    if not asked.postgres:
        place = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="heard-growth-")))
        if asked.keep:
            asked.keep.mkdir(exist_ok=True, parents=True)
        return lambda cases: filled_file(place, cases, _told, asked.keep)
    binaries = server_binaries()
    if binaries is None:
        raise SystemExit("PostgreSQL's server programs are not installed here (Debian: apt-get install postgresql).")
    cluster = ends.enter_context(running_cluster(binaries, *SETTINGS))
    return lambda cases: filled_database(cluster, cases, _told)


def _told(said: str) -> None:
    print(f"  {said}", file=sys.stderr)


if __name__ == "__main__":
    ended = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(ended)  # at once: what ends a server left behind would end us, too, while Python clears a large memory
