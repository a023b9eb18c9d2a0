"""Measurements, runs in turn, and the printed table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

Run = Callable[[], float]


@dataclass(frozen=True)
class Figure:
    """One line of the table. `met` is None without a goal."""

    what: str
    figure: str
    goal: str = ""
    met: bool | None = None
    raw: str = ""


@dataclass(frozen=True)
class Scale:
    """The size of the measurements: large enough for figures, or only large enough to see that everything runs."""

    rounds: int
    seconds: float  # of clicks under load
    posts: int  # per round, taken in one by one
    clicks: int  # per round, one by one
    open_cases: int


WHOLE = Scale(rounds=9, seconds=10.0, posts=1_000, clicks=80, open_cases=1_000_000)
QUICK = Scale(rounds=3, seconds=2.0, posts=300, clicks=30, open_cases=50_000)


@dataclass(frozen=True)
class Turns:
    """The results of every run in every round, by the run's name."""

    seen: Mapping[str, Sequence[float]]

    def usual(self, name: str) -> float:
        """Return a run's median."""
        return median(self.seen[name])

    def ratio(self, ours: str, theirs: str) -> float:
        """Return the median of the rounds' ratios, since other load on the machine affects both in a round."""
        return median(one / other for one, other in zip(self.seen[ours], self.seen[theirs], strict=True))


def in_turn(rounds: int, runs: Mapping[str, Run]) -> Turns:
    """Carry out every run once in each round."""
    seen: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            seen[name].append(run())
    return Turns(seen)


def at_least(what: str, figure: float, goal: float | None, raw: str) -> Figure:
    """Return a line for a ratio that should not be smaller."""
    if goal is None:
        return Figure(what, f"{figure:.2f}", raw=raw)
    return Figure(what, f"{figure:.2f}", f"at least {goal:g}", figure >= goal, raw)


def at_most(what: str, figure: float, goal: float | None, raw: str, unit: str = "") -> Figure:
    """Return a line for a ratio or a length that should not be larger."""
    said = f"{figure:.3g}{unit}" if figure < 100 else f"{figure:.0f}{unit}"
    if goal is None:
        return Figure(what, said, raw=raw)
    return Figure(what, said, f"at most {goal:g}{unit}", figure <= goal, raw)


def share(values: list[float], percent: int) -> float:
    """Return the percentile of the values."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def table(figures: list[Figure]) -> str:
    """Return the lines as a table."""
    rows = [("", "goal", "figure", "", "the figures behind it")]
    rows += [(one.what, one.goal, one.figure, _verdict(one.met), one.raw) for one in figures]
    widths = [max(len(row[n]) for row in rows) for n in range(4)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]).rstrip()
        for row in rows
    )


def _verdict(met: bool | None) -> str:
    return "" if met is None else ("met" if met else "MISSED")
