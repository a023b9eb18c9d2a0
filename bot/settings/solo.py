"""The lanes of solo replies in heard.toml, and the faults that concern several sections."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.domain.replies.solo import Lane, LaneRule
from bot.settings.faults import Fault
from bot.settings.lines import Lines

if TYPE_CHECKING:
    from bot.settings.model import Config


def lane_rules(config: "Config") -> tuple[LaneRule, ...]:
    """Return the lane rules as domain values."""
    return tuple(
        LaneRule(lanes=frozenset(Lane(lane) for lane in rule.lanes), topics=frozenset(rule.topics))
        for rule in config.alone
    )


def solo_faults(config: "Config", lines: Lines) -> Iterator[Fault]:
    """Yield the faults of the lanes: a topic with two rules or given by no route, and nobody to read the replies."""
    first: dict[str, int] = {}
    given = {one.lower() for one in config.topics}
    for number, rule in enumerate(config.alone):
        where, line = f"alone[{number + 1}]", lines.of(("alone", number))
        if rule.lanes and not config.people.leads:
            remedy = "Name somebody in people.leads, or write lanes = []."
            yield Fault(line, where, "Nobody leads, so nobody would read what goes out this way.", remedy)
        for topic in sorted(set(rule.topics)) or [""]:
            if first.setdefault(topic, number) != number:
                yield _twice(topic, where, first[topic], line)
            if topic and topic not in given:
                what = f"No route gives the topic “{topic}”, so this would hold for nothing."
                remedy = f"Write one of: {', '.join(sorted(given))}." if given else "Take it out."
                yield Fault(lines.of(("alone", number, "topics")), f"{where}.topics", what, remedy)


def _twice(topic: str, where: str, first: int, line: int | None) -> Fault:
    about = f"the topic “{topic}”" if topic else "every topic that no other section names"
    return Fault(
        line, where, f"alone[{first + 1}] is for {about} too.", "Join the two into one, or give each its own topics."
    )
