"""The printed table of what was pressed, and of the slowest statements."""

from collections.abc import Sequence

from tests.bench.growth.run import Run

SHOWN = 0.1  # seconds from which on a line is shown without --all


def table(runs: Sequence[Run], *, everything: bool) -> str:
    """Return a line for each thing pressed: its time beside each number of cases, and what it cost in the largest."""
    last = runs[-1]
    served = any(one.spent.server for one in last.took.values())
    head = [
        "",
        *(f"{one.cases:,} cases" for one in runs),
        "processor",
        *(["of it the server"] if served else []),
        last.read,
    ]
    lines = [head]
    for name, took in sorted(last.took.items(), key=lambda item: -item[1].spent.seconds):
        if everything or took.spent.seconds >= SHOWN:
            times = [f"{one.took[name].spent.seconds:.3f} s" if name in one.took else "-" for one in runs]
            slow = f"  more than {last.goal:.0f} s" if name in last.too_slow() else ""
            spent = [f"{took.spent.processor:.3f} s", *([f"{took.spent.server:.3f} s"] if served else [])]
            lines.append([name, *times, *spent, f"{took.spent.steps:,}{slow}"])
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    said = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    below = len(last.took) + 1 - len(lines)
    said += [f"{below} others took less than {SHOWN} s."] if below > 0 else []
    said += [f"MISSING: nothing pressed {name}." for one in runs for name in one.missing]
    said.append(f"{len(last.took)} things beside {last.cases:,} cases, a database of {last.size / 1e6:,.0f} MB.")
    return "\n".join(said)


def plans(run: Run) -> str:
    """Return the slowest statements with their plans."""
    lines = []
    for one in run.slowest:
        lines.append(f"\n{one.seconds:.3f} s at most, {one.runs} times: {' '.join(one.sql.split())[:600]}")
        lines += [f"    {step}" for step in run.plans[one.sql]]
    for sql, plan in run.whole.items():
        lines.append(f"\nreads a large table from end to end: {' '.join(sql.split())[:600]}")
        lines += [f"    {step}" for step in plan]
    return "\n".join(lines)
