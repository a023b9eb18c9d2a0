"""Customer segments in heard.toml, and the rules that name one."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field, StrictBool, StrictInt

from bot.domain.base.seldom import closest
from bot.domain.mentions.segments import Segment, titled
from bot.settings.faults import Fault
from bot.settings.lines import Lines
from bot.settings.values import Handle, PersonId, Section, SegmentName, Small, Some, fault

if TYPE_CHECKING:
    from bot.settings.model import Config

Place = tuple[str | int, ...]


def _points(value: int) -> int:
    from bot.domain.cases.customer import MOST  # noqa: PLC0415 - only where records are configured

    if not 0 <= value <= MOST:
        raise fault(f"{value} is no customer score.", f"Write 0 to {MOST}.")
    return value


class SegmentRule(Section):
    """A group of customers, by handle, by followers or by their record; the first matching rule applies."""

    name: SegmentName = Field(description='What rules call it: "press".')
    title: str = Field("", description='What the card says; left out, the name: "Press".')
    handles: dict[Small, tuple[Handle, ...]] = Field(
        {}, description='Who is in it, by network, with or without the @: handles.x = ["priya_n"].'
    )
    followers_at_least: Some | None = Field(None, description="Whoever has so many followers is in it as well.")
    networks: tuple[Small, ...] = Field((), description="Networks on which followers count; empty means all.")
    score_at_least: Annotated[StrictInt, AfterValidator(_points)] | None = Field(
        None, description="Whoever's record in [customers] has this customer score, 0 to 100, is in it as well."
    )
    recorded: StrictBool = Field(
        default=False, description="Whoever's record in [customers] names this segment is in it as well."
    )
    approvers: tuple[PersonId, ...] = Field(
        (), description="Who of people.approvers lets out replies to it; empty means each of them."
    )
    next_step: str = Field("", description='What to do next for them, shown with the record: "Offer a call."')


def segments_of(config: "Config") -> tuple[Segment, ...]:
    """Return the segments of the configuration as domain values."""
    return tuple(
        Segment(
            name=one.name,
            title=one.title or titled(one.name),
            handles=frozenset((network, handle) for network, named in one.handles.items() for handle in named),
            followers_at_least=one.followers_at_least or 0,
            networks=frozenset(one.networks),
            score_at_least=one.score_at_least,
            recorded=one.recorded,
            approvers=frozenset(one.approvers),
            next_step=one.next_step.strip(),
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
        if not _has_members(one):
            remedy = 'Name people (handles.x = ["priya_n"]), or give it followers_at_least.'
            yield Fault(line, where, "Nobody would ever be in this segment.", remedy)
        yield from _of_record_faults(config, one, where, line)
        yield from _approver_faults(config, one, where, line)
    for place, where, name in _named(config):
        if name not in names:
            yield Fault(lines.of(place, name), where, f"There is no segment “{name}”.", _remedy(name, names))


def _has_members(one: SegmentRule) -> bool:
    return any(one.handles.values()) or one.followers_at_least is not None or _is_of_record(one)


def _is_of_record(one: SegmentRule) -> bool:
    return one.recorded or one.score_at_least is not None


def _of_record_faults(config: "Config", one: SegmentRule, where: str, line: int | None) -> Iterator[Fault]:
    if not _is_of_record(one):
        return
    from bot.domain.cases.forbidden_traits import forbidden_trait  # noqa: PLC0415 - only where records are configured

    if config.customers is None:
        what = "Its members come from customers' records, and there are none."
        yield Fault(line, where, what, "Add a section [customers], or take score_at_least and recorded out.")
    for name in (one.name, one.title):
        if trait := forbidden_trait(name):
            what = f"“{name}” tells of {trait}, which networks forbid to keep beside a handle."
            yield Fault(line, where, what, "Take the segment out. If it means something else, give it another name.")


def _approver_faults(config: "Config", one: SegmentRule, where: str, line: int | None) -> Iterator[Fault]:
    known = config.people.approvers
    for who in one.approvers:
        if who not in known and not any(named.startswith("S") for named in known):
            what = f"{who} is not among people.approvers."
            yield Fault(line, f"{where}.approvers", what, "Add them there, or name somebody who is.")


def _named(config: "Config") -> Iterator[tuple[Place, str, str]]:
    """Yield every segment that a rule names: its path, the path as people write it, and the name."""
    for number, rule in enumerate(config.turnaround):
        if rule.segment:
            yield ("turnaround", number, "segment"), f"turnaround[{number + 1}].segment", rule.segment
    for number, route in enumerate(config.routes):
        for place, name in enumerate(route.segments):
            yield ("routes", number, "segments", place), f"routes[{number + 1}].segments[{place + 1}]", name


def _remedy(name: str, names: list[str]) -> str:
    if close := closest(name, names):
        return f"Did you mean {close}?"
    return f'Add [[segments]] with name = "{name}", or take this out.'
