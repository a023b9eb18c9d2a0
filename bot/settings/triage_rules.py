"""Triage rules in heard.toml, and their faults: rules that can never decide anything, and contradictions."""

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING

from bot.domain.team.languages import tongue
from bot.domain.triage.rules import IMPORTANCE, Conditions, TriageRule
from bot.domain.triage.triage import LIGHT, Urgent
from bot.settings.faults import Fault
from bot.settings.lines import Lines
from bot.settings.patterns import Re2Pattern

if TYPE_CHECKING:
    from bot.settings.model import Config

MOST = 100  # rules: each costs some microseconds for each post
_ANYTHING = frozenset({".", ".+", r"\S", r"\S+", "(?s).", "(?s).+"})
_PLAIN = re.compile(r"[\w ,'-]+(?:\|[\w ,'-]+)*")
Said = tuple[str, str]  # what is wrong, and what to do


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
            ),
            kind=one.kind or None,
            urgent=Urgent(one.urgent),
            topic=one.topic,
            light=one.light,
        )
        for one in config.triage
    )


def triage_faults(config: "Config", lines: Lines) -> Iterator[Fault]:
    """Yield a fault for each rule that can never decide anything, contradicts itself, or repeats a name."""
    rules = triage_rules(config)
    if len(rules) > MOST:
        what = f"There are {len(rules)} rules, and each costs time for every post."
        yield Fault(lines.of(("triage", MOST)), "triage", what, f"Join some with |: at most {MOST} are allowed.")
    said = [*_alone(config, rules), *_behind(rules)]
    for number, (what, remedy) in said:
        where = f"triage[{number + 1}]"
        yield Fault(lines.of(("triage", number)), where, f"The rule “{rules[number].name}” {what}", remedy)


def _alone(config: "Config", rules: tuple[TriageRule, ...]) -> Iterator[tuple[int, Said]]:
    channels = _channels(config)
    for number, one in enumerate(rules):
        names = [other.name for other in rules[:number]]
        if one.name in names:
            yield number, ("has the name of another one.", "Give each rule a name of its own: cards show it.")
        if not _decides(one):
            yield number, ("decides nothing.", "Give it a kind, urgent, a topic or light.")
        if one.where.below and one.where.at_least >= one.where.below:
            what = f"is for nobody: {one.where.at_least} followers at least, and fewer than {one.where.below}."
            yield number, (what, "Exchange the two numbers, or take one out.")
        if one.light and (one.urgent or (one.kind and one.kind not in LIGHT)):
            what = f"contradicts itself: {one.urgent or one.kind} is never light."
            yield number, (what, "Take light = true out, or the other.")
        if one.where.channels and not one.where.channels & channels:
            yield number, ("never fits: no route leads to its channels.", "Name a channel of a route, or of [slack].")
        if "" in one.where.languages:
            yield number, ("names a language that nobody writes.", 'Write its two letters: "en", "de".')


def _channels(config: "Config") -> frozenset[str]:
    """Return the channels to which routes send posts."""
    return frozenset({config.slack.channel, *(one.channel for one in config.routes if one.channel)})


def rules_without_an_account(config: "Config") -> Iterator[str]:
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
