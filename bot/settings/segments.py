"""Customer segments in heard.toml, and the rules that name one."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from bot.domain.mentions.segments import Segment, titled
from bot.settings.faults import Fault
from bot.settings.lines import Lines

if TYPE_CHECKING:
    from bot.settings.model import Config

Place = tuple[str | int, ...]


def segments_of(config: "Config") -> tuple[Segment, ...]:
    """Return the segments of the configuration as domain values."""
    return tuple(
        Segment(
            name=one.name,
            title=one.title or titled(one.name),
            handles=frozenset((network, handle) for network, named in one.handles.items() for handle in named),
            followers_at_least=one.followers_at_least or 0,
            networks=frozenset(one.networks),
        )
        for one in config.segments
    )


def segment_faults(config: "Config", lines: Lines) -> Iterator[Fault]:
    """Yield a fault for a segment without members or with a repeated name, and for a rule with an unknown segment."""
    names = [one.name for one in config.segments]
    for number, one in enumerate(config.segments):
        where, line = f"segments[{number + 1}]", lines.of(("segments", number))
        if one.name in names[:number]:
            what = f"segments[{names.index(one.name) + 1}] is called “{one.name}” too."
            yield Fault(line, where, what, "Put the two together, or give one of them another name.")
        if not any(one.handles.values()) and one.followers_at_least is None:
            remedy = 'Name people (handles.x = ["priya_n"]), or give it followers_at_least.'
            yield Fault(line, where, "Nobody would ever be in this segment.", remedy)
    for place, where, name in _named(config):
        if name not in names:
            yield Fault(lines.of(place, name), where, f"There is no segment “{name}”.", _remedy(name, names))


def _named(config: "Config") -> Iterator[tuple[Place, str, str]]:
    """Yield every segment that a rule names: its path, the path as people write it, and the name."""
    for number, rule in enumerate(config.turnaround):
        if rule.segment:
            yield ("turnaround", number, "segment"), f"turnaround[{number + 1}].segment", rule.segment
    for number, route in enumerate(config.routes):
        for place, name in enumerate(route.segments):
            yield ("routes", number, "segments", place), f"routes[{number + 1}].segments[{place + 1}]", name


def _remedy(name: str, names: list[str]) -> str:
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    if close:
        return f"Did you mean {close[0]}?"
    return f'Add [[segments]] with name = "{name}", or take this out.'
