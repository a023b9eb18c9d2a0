"""Faults among turnaround rules: two that match one case equally well, and promises that cannot be kept."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import combinations

from bot.settings.faults import Fault
from bot.settings.lines import Lines
from bot.settings.model import DAYS, Config, TurnaroundRule
from bot.settings.values import DAY

WEEKS = 52  # of a year: no promise is longer than one
Said = tuple[int, tuple[str, str]]  # which rule; what is wrong and the remedy


def turnaround_faults(config: Config, lines: Lines) -> Iterator[Fault]:
    """Yield a fault for rules that match equally well, and for promises longer than the opening hours of a year."""
    for number, (what, remedy) in (*_rivals(config.turnaround), *_hopeless(config)):
        yield Fault(lines.of(("turnaround", number)), f"turnaround[{number + 1}]", what, remedy)


def _rivals(rules: Sequence[TurnaroundRule]) -> Iterator[Said]:
    """Yield pairs of rules that match a case equally well, unless a better rule decides that case."""
    for (first, one), (number, other) in combinations(enumerate(rules), 2):
        named, rival = _names(one), _names(other)
        if named == rival:
            yield number, (f"This is for the same cases as turnaround[{first + 1}].", "Keep one of them.")
        elif len(named) == len(rival) and _meet(named, rival) and not _decided(named | rival, len(named), rules):
            both = " and ".join(f'{name} = "{value}"' for name, value in (named | rival).items())
            what = f"A case may fit this and turnaround[{first + 1}] equally well."
            yield number, (what, f"Add a rule that names both ({both}), or take one of them out.")


def _names(rule: TurnaroundRule) -> dict[str, str]:
    named = (
        (name, str(getattr(rule, name))) for name in ("kind", "network", "account", "priority", "channel", "segment")
    )
    return {name: value for name, value in named if value}


def _meet(named: Mapping[str, str], rival: Mapping[str, str]) -> bool:
    kinds = {named.get("kind", ""), rival.get("kind", "")}
    if kinds == {"", "resolution"}:  # a rule without a kind is for answers
        return False
    return all(rival.get(name, value) == value for name, value in named.items())


def _decided(both: Mapping[str, str], size: int, rules: Sequence[TurnaroundRule]) -> bool:
    return any(len(named := _names(one)) > size and named.items() <= both.items() for one in rules)


def _hopeless(config: Config) -> Iterator[Said]:
    open_a_year = timedelta(minutes=_week(config)) * WEEKS
    for number, rule in enumerate(config.turnaround):
        if timedelta() < open_a_year < rule.within:
            what = "In a whole year the desk is not open for that long, so the promise would be worth nothing."
            yield number, (what, "Promise less, or open the desk for longer in [hours].")


def _week(config: Config) -> int:
    """Return the minutes in a week that the desk is open."""
    if config.hours is None:
        return len(DAYS) * DAY
    return sum(closes - opens for day in DAYS for opens, closes in getattr(config.hours, day))
