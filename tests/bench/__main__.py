"""Measures the desk beside a baseline in the same run and prints ratios: `python -m tests.bench [--quick] [part ...]`."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench import (
    clicks,
    history,
    intake,
    lateness,
    monday,
    noticing,
    processes,
    remarks,
    starting,
    sweep,
    triage,
)
from tests.bench.figures import QUICK, WHOLE, Figure, Scale, table

Part = Callable[[Path, Scale], list[Figure]]

PARTS: dict[str, Part] = {
    "intake": lambda place, scale: [*intake.measured(place, scale, "OFF"), *intake.measured(place, scale, "FULL")],
    "clicks": lambda place, scale: [*clicks.measured(place, scale, "OFF"), *clicks.measured(place, scale, "FULL")],
    "sweep": sweep.measured,
    "triage": triage.measured,
    "lateness": lateness.measured,
    "monday": monday.measured,
    "noticing": noticing.measured,
    "history": history.measured,
    "remarks": remarks.measured,
    "processes": processes.measured,
    "start": starting.measured,
}


def asked_for(words: Sequence[str]) -> tuple[Scale, Sequence[str]]:
    """Return the scale and the parts that these words ask for; leave with help, or with what is not understood."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Measure the desk beside a baseline in the same run, and print ratios. See docs/speed.md.",
    )
    parser.add_argument(
        "parts", nargs="*", metavar="part", help=f"what to measure, all without one: {', '.join(PARTS)}"
    )
    parser.add_argument("--quick", action="store_true", help="half a minute, with figures too rough to quote")
    asked = parser.parse_args(words)
    if unknown := [one for one in asked.parts if one not in PARTS]:
        sys.exit(f"There is no part called {' or '.join(unknown)}. The parts are {', '.join(PARTS)}.")
    return QUICK if asked.quick else WHOLE, asked.parts or list(PARTS)


def main(words: Sequence[str]) -> None:
    """Run the parts asked for, or all, and print one table."""
    scale, chosen = asked_for(words)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="heard-bench-") as place:
        for part in chosen:
            print(f"measuring: {part}", file=sys.stderr)
            figures += PARTS[part](Path(place), scale)
    print(table(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
