"""Triage rules in heard.toml, and their faults: rules that can never decide anything, and contradictions."""

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StrictBool, model_validator

from bot.domain.mentions.mention import STARS
from bot.domain.team.languages import tongue
from bot.domain.triage.rules import IMPORTANCE, Conditions, TriageRule
from bot.domain.triage.triage import LIGHT, Kind, Urgent
from bot.settings.faults import Fault
from bot.settings.lines import Lines
from bot.settings.patterns import Pattern, Re2Pattern, RuleName
from bot.settings.values import Channel, Section, Small, Some, fault

if TYPE_CHECKING:
    from bot.settings.model import Config

MOST = 100  # rules: each costs some microseconds for each post
_ANYTHING = frozenset({".", ".+", r"\S", r"\S+", "(?s).", "(?s).+"})
_PLAIN = re.compile(r"[\w ,'-]+(?:\|[\w ,'-]+)*")
Said = tuple[str, str]  # what is wrong, and what to do


class TriageSection(Section):
    """A rule of yours that says what posts are; of several that fit, the first that says something decides it."""

    name: RuleName = Field(description="What the card calls it, next to the words that fitted.")
    pattern: Pattern = Field(
        description="What a post must contain, as an RE2 pattern; capitals make no difference: 'lamp ?club'."
    )
    networks: tuple[Small, ...] = Field((), description="Networks it is for; empty means all.")
    channels: tuple[Channel, ...] = Field((), description="Channels it is for, by the routes; empty means all.")
    languages: tuple[Small, ...] = Field((), description='Languages it is for ("en", "de"); empty means all.')
    followers_at_least: Some | None = Field(None, description="Only for authors with so many followers.")
    followers_below: Some | None = Field(None, description="Only for authors with fewer followers.")
    stars_at_most: Annotated[int, Field(ge=1, le=STARS, strict=True)] | None = Field(
        None, description="Only for reviews with so many stars or fewer."
    )
    kind: Kind | Literal[""] = Field(
        "",
        description='"complaint", "question", "praise", "thanks", "chatter", "spam", "impostor" or "troll"; '
        "empty: as the words say.",
    )
    urgent: Literal["safety", "legal", "vulnerable", ""] = Field(
        "", description='Makes it urgent: "safety", "legal" or "vulnerable". Nothing makes it less urgent.'
    )
    topic: str = Field("", description="What such a case is about, whatever the routes say; safety stays safety.")
    light: StrictBool | None = Field(
        None, description="true lets it wait in the light lane, false never; left out: as the words say."
    )

    @model_validator(mode="after")
    def _decides_something(self) -> "TriageSection":
        found = contradiction(self)
        if found is not None:
            raise fault(*found)
        return self


def triage_rules(config: "Config") -> tuple[TriageRule, ...]:
    """Return the rules as domain values, in their order."""
    return tuple(
        TriageRule(
            name=one.name,
            finds=Re2Pattern(one.pattern),
            where=Conditions(
                networks=frozenset(one.networks),
                channels=frozenset(one.channels),
                languages=frozenset(map(tongue, one.languages)),
                at_least=one.followers_at_least or 0,
                below=one.followers_below or 0,
                stars_at_most=one.stars_at_most or 0,
            ),
            kind=one.kind or None,
            urgent=Urgent(one.urgent),
            topic=one.topic,
            light=one.light,
        )
        for one in config.triage
    )


def triage_faults(config: "Config", lines: Lines) -> Iterator[Fault]:
    """Yield a fault for each rule that can never count in this file, or repeats a name."""
    rules = triage_rules(config)
    if len(rules) > MOST:
        what = f"There are {len(rules)} rules, and each costs time for every post."
        yield Fault(lines.of(("triage", MOST)), "triage", what, f"Join some with |: at most {MOST} are allowed.")
    said = [*_in_this_file(config, rules), *_behind(rules)]
    for number, (what, remedy) in said:
        where = f"triage[{number + 1}]"
        yield Fault(lines.of(("triage", number)), where, f"The rule “{rules[number].name}” {what}", remedy)


def contradiction(one: TriageSection) -> Said | None:
    """Return what is wrong with a rule by itself, and what to do; None where it can decide something."""
    rule = f"The rule “{one.name}”"
    if not (one.kind or one.urgent or one.topic or one.light is not None):
        return f"{rule} decides nothing.", "Give it a kind, urgent, a topic or light."
    least, below = one.followers_at_least or 0, one.followers_below or 0
    if below and least >= below:
        what = f"{rule} is for nobody: {least} followers at least, and fewer than {below}."
        return what, "Exchange the two numbers, or take one out."
    if one.light and (one.urgent or (one.kind and one.kind not in LIGHT)):
        what = f"{rule} contradicts itself: {one.urgent or one.kind} is never light."
        return what, "Take light = true out, or the other."
    if not all(map(tongue, one.languages)):
        return f"{rule} names a language that nobody writes.", 'Write its two letters: "en", "de".'
    return None


def _in_this_file(config: "Config", rules: tuple[TriageRule, ...]) -> Iterator[tuple[int, Said]]:
    """Yield the rules with the name of another one, and those for channels to which no route leads."""
    channels = _channels(config)
    for number, one in enumerate(rules):
        if one.name in [other.name for other in rules[:number]]:
            yield number, ("has the name of another one.", "Give each rule a name of its own: cards show it.")
        if one.where.channels and not one.where.channels & channels:
            yield number, ("never fits: no route leads to its channels.", "Name a channel of a route, or of [slack].")


def _channels(config: "Config") -> frozenset[str]:
    """Return the channels to which routes send posts."""
    return frozenset({config.slack.channel, *(one.channel for one in config.routes if one.channel)})


def triage_rules_without_an_account(config: "Config") -> Iterator[str]:
    """Yield the names of the rules that are only for networks on which the desk has no account."""
    known = {one.network for one in config.accounts}
    return (one.name for one in config.triage if one.networks and not known & set(one.networks))


def _decides(rule: TriageRule) -> Mapping[str, object]:
    """Return what a rule decides, by the key of the configuration."""
    said = {"kind": rule.kind, "urgent": rule.urgent, "topic": rule.topic}
    light = {} if rule.light is None else {"light": rule.light}
    return {name: value for name, value in said.items() if value} | light


def _behind(rules: tuple[TriageRule, ...]) -> Iterator[tuple[int, Said]]:
    """Yield each rule that an earlier, wider one leaves something to say that never counts."""
    for (_, first), (number, later) in combinations(enumerate(rules), 2):
        taken = [name for name in _decides(later) if _is_taken(name, first, later)]
        if taken and first.where.include(later.where) and _wider(first, later):
            what = f"comes after “{first.name}”, which fits all its posts: its {' and '.join(taken)} never counts."
            yield number, (what, "Put it before that one, or take it out.")


def _is_taken(name: str, first: TriageRule, later: TriageRule) -> bool:
    if name == "urgent":
        return bool(first.urgent) and IMPORTANCE.index(first.urgent) <= IMPORTANCE.index(later.urgent)
    return name in _decides(first)


def _wider(first: TriageRule, later: TriageRule) -> bool:
    """Return whether the pattern of the first rule surely fits whatever the later one's fits."""
    wide, narrow = (str(getattr(one.finds, "text", "")) for one in (first, later))
    if wide == narrow or wide in _ANYTHING:
        return True
    if not (_PLAIN.fullmatch(wide) and _PLAIN.fullmatch(narrow)):
        return False
    shorter, longer = (one.lower().split("|") for one in (wide, narrow))
    return all(any(part in one for part in shorter) for one in longer)
