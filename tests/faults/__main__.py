"""Runs the matrix of faults outside: `python -m tests.faults [--only WORD] [--way WORD]`."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence

from tests.faults.matrix import Result, run


def main(words: Sequence[str]) -> int:
    """Run the cells that the words ask for, and print the table; return 1 when something did not hold."""
    parser = argparse.ArgumentParser(
        prog="make faults", description="Each call that goes out, times each way to go wrong. See docs/simulation.md."
    )
    parser.add_argument("--only", default="", help="only rows whose name has this word")
    parser.add_argument("--way", default="", help="only ways whose name has this word")
    asked = parser.parse_args(words)
    results = []
    for one in run(lambda row, way: asked.only in row.name and asked.way in way.name):
        if not results or results[-1].row != one.row:
            print(f"\n{one.row}", flush=True)
        results.append(one)
        print(f"    {one.way:<60} {one.said:<28} {'; '.join(one.wrong)}", flush=True)
    print(f"\n{summary(results)}")
    return 1 if not results or any(one.wrong for one in results) else 0


def summary(results: Sequence[Result]) -> str:
    """Return how many cells there were, and which went wrong."""
    wrong = Counter(one.row for one in results if one.wrong)
    said = [f"{len({one.row for one in results})} calls, {len(results):,} cells, {wrong.total()} wrong"]
    return "\n".join([*said, *(f"    {count:>4}  {row}" for row, count in wrong.most_common())])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
