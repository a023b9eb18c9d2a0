"""Presses everything beside very many cases: `python -m tests.bench.growth [--cases N] [--beside N] [--keep DIR] [--plans]`."""

import argparse
import logging
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.growth.doors import LEFT_OUT
from tests.bench.growth.jobs import LEFT_OUT as JOBS_LEFT_OUT
from tests.bench.growth.run import Run, measured
from tests.bench.growth.shown import plans, table

FEW = 1_000


def asked_for(words: Sequence[str]) -> argparse.Namespace:
    """Return what these words ask for; leave with help, or with what is not understood."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.growth",
        description="Press every verb and door, and run every job, beside few and very many cases. See docs/speed.md.",
    )
    parser.add_argument("--cases", type=int, default=100_000, help="how many, over two years (100,000)")
    parser.add_argument("--keep", type=Path, help="a folder in which filled databases stay for the next time")
    parser.add_argument("--plans", action="store_true", help="the slowest statements, and how SQLite runs them")
    parser.add_argument("--all", action="store_true", help="every line, not only the slow ones")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    """Measure, and print the table; return 1 if something is too slow, or a door was not pressed."""
    asked = asked_for(words)
    logging.disable(logging.ERROR)  # a desk that was off for years has much to report
    with tempfile.TemporaryDirectory(prefix="heard-growth-") as place:
        if asked.keep:
            asked.keep.mkdir(exist_ok=True, parents=True)
        runs = [_one(Path(place), cases, asked.keep) for cases in sorted({FEW, asked.cases})]
    print(table(runs, everything=asked.all))
    for name, why in {**LEFT_OUT, **JOBS_LEFT_OUT}.items():
        print(f"not measured: {name}: {why}")
    if asked.plans:
        print(plans(runs[-1]))
    return 1 if runs[-1].missing or runs[-1].too_slow() else 0


def _one(place: Path, cases: int, keep: Path | None) -> Run:
    print(f"measuring beside {cases:,} cases", file=sys.stderr)
    return measured(place, cases, lambda said: print(f"  {said}", file=sys.stderr), kept=keep)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
