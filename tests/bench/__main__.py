"""Measures the desk beside a baseline in the same run and prints ratios: `python -m tests.bench [--quick] [part ...]`."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import clicks, history, intake, lateness, monday, noticing, starting, sweep, triage
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
    "start": starting.measured,
}


def main(asked: list[str]) -> None:
    """Run the parts asked for, or all, and print one table."""
    scale = QUICK if "--quick" in asked else WHOLE
    chosen = [one for one in asked if one in PARTS] or list(PARTS)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="heard-bench-") as place:
        for part in chosen:
            print(f"measuring: {part}", file=sys.stderr)
            figures += PARTS[part](Path(place), scale)
    print(table(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
