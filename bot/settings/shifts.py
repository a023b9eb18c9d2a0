"""Shifts and skills in heard.toml, and the faults that concern several of them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations
from typing import TYPE_CHECKING

from bot.domain.team.shifts import Shift
from bot.domain.team.skills import Skill
from bot.settings.faults import Fault
from bot.settings.lines import Lines
from bot.settings.values import WEEKDAYS

if TYPE_CHECKING:
    from bot.settings.model import Config

# Two weeks on either side of the year: shifts in different zones can overlap in one of them only.
_WEEKS = (datetime(2026, 1, 5, 12, tzinfo=UTC), datetime(2026, 7, 6, 12, tzinfo=UTC))


def shifts_of(config: "Config") -> tuple[Shift, ...]:
    """Return the shifts of the configuration as domain values."""
    return tuple(
        Shift(
            days=frozenset(WEEKDAYS.index(day) for day in one.days),
            hours=one.hours,
            people=frozenset(one.people),
            zone=one.zone or config.desk.zone,
        )
        for one in config.shifts
    )


def shift_faults(config: "Config", lines: Lines) -> Iterator[Fault]:
    """Yield a fault for each two shifts of one person that overlap."""
    found = shifts_of(config)
    for (first, one), (second, other) in combinations(enumerate(found), 2):
        twice = sorted(one.people & other.people)
        if twice and any(_meet(one, other, week) for week in _WEEKS):
            what = f"{twice[0]} is in shifts[{first + 1}] too, and the two overlap."
            remedy = "Part their hours or days, or take the person out of one."
            yield Fault(lines.of(("shifts", second)), f"shifts[{second + 1}]", what, remedy)


def skills_of(config: "Config") -> tuple[Skill, ...]:
    """Return people's languages and topics as domain values."""
    return tuple(
        Skill(people=frozenset(one.people), languages=frozenset(one.languages), topics=frozenset(one.topics))
        for one in config.skills
    )


def skill_faults(config: "Config", lines: Lines) -> Iterator[Fault]:
    """Yield a fault for each skill rule without content, and each topic that no case can have."""
    known = config.topics
    for number, one in enumerate(config.skills):
        where, at = f"skills[{number + 1}]", ("skills", number)
        if not one.languages and not one.topics:
            remedy = 'Give it languages = ["en"], or topics = [...], or take the part out.'
            yield Fault(lines.of(at), where, "This says neither which languages nor which topics.", remedy)
        for topic in one.topics:
            if topic not in known:
                remedy = (
                    f"Routes give these topics: {', '.join(sorted(known))}." if known else "Give a route a topic."
                )
                line = lines.of((*at, "topics"))
                yield Fault(line, f"{where}.topics", f"No route gives the topic “{topic}”.", remedy)


def _meet(one: Shift, other: Shift, week: datetime) -> bool:
    theirs = list(other.turns(week))
    return any(begin < until and since < end for begin, end in one.turns(week) for since, until in theirs)
