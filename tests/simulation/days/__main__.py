"""Lives through simulated days of the whole desk: `python -m tests.simulation.days [--days N] [--seed S]`."""

import argparse
import os
import sys
from collections.abc import Sequence

from tests.simulation.days.living import Lived, live, live_all, live_on_postgres

SHOWN = 5  # failures whose reason is printed


def main(words: Sequence[str]) -> int:
    """Live through the days that the words ask for and print a table; return 1 when something did not hold."""
    parser = argparse.ArgumentParser(
        prog="make simulate",
        description="Simulate days of the whole desk with faults and kills. See docs/simulation.md.",
    )
    parser.add_argument("--days", type=int, default=200, help="how many days (200)")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first day; the others follow it (1)")
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, help="how many at once (all processors)"
    )
    parser.add_argument(
        "--postgres", action="store_true", help="days of two or three desks on one temporary PostgreSQL"
    )
    asked = parser.parse_args(words)
    seeds = range(asked.seed, asked.seed + asked.days)
    lived = Lived()
    alone = map(live, seeds) if asked.days == 1 else live_all(seeds, asked.processes)
    for one in live_on_postgres(seeds) if asked.postgres else alone:
        lived.add(one)
        if lived.days % 100 == 0:
            print(f"{lived.days} of {asked.days} days, {len(lived.failed)} failed", file=sys.stderr)
    print(table(lived, " ARGS=--postgres" if asked.postgres else ""))
    return 1 if lived.failed else 0


def table(lived: Lived, how: str = "") -> str:
    """Return what was tried and what failed, with the command that replays each failure."""
    lines = [f"{count:>12,}  {what}" for what, count in lived.tried.most_common()]
    said = [f"{lived.days:,} days, {len(lived.failed)} failed", "", *lines]
    for seed, why in lived.failed[:SHOWN]:
        said += ["", f"make simulate DAYS=1 SEED={seed}{how}", why.rstrip()]
    return "\n".join(said)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
