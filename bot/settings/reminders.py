"""The reminder settings and the ladder in heard.toml, and the faults between them."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.domain.promises.promise import LAPSE
from bot.domain.reminders.recipients import LadderStep, ReminderPolicy
from bot.settings.faults import Fault
from bot.settings.lines import Lines

if TYPE_CHECKING:
    from bot.settings.model import Config

USUALLY = ((110, LadderStep.BACKUP), (150, LadderStep.LEAD), (200, LadderStep.CHANNEL))


def reminder_policy(config: "Config") -> ReminderPolicy:
    """Return the policy of reminders as a domain value."""
    nags = config.nags
    return ReminderPolicy(
        quiet=nags.quiet,
        lapse_waits=nags.lapse_waits,
        at_most=nags.at_most,
        digest_above=nags.digest_above,
        ask_after=nags.ask_after,
        free_after=nags.free_after,
        ladder=_ladder(config),
    )


def _ladder(config: "Config") -> tuple[tuple[int, LadderStep], ...]:
    if config.ladder is not None:
        return tuple(_written(config))
    return tuple(one for one in USUALLY if one[1] != LadderStep.LEAD or config.people.leads)


def _written(config: "Config") -> Iterator[tuple[int, LadderStep]]:
    for step in LadderStep:
        level = getattr(config.ladder, step.value)
        if level is not None:
            yield level, step


def ladder_faults(config: "Config", lines: Lines) -> Iterator[Fault]:
    """Yield the faults of the ladder: its percentages must rise, and each step needs somebody to ask."""
    if config.ladder is None:
        return
    steps = list(_written(config))
    if not steps:
        remedy = "Give it channel = 200, or take the section out for the usual steps."
        yield Fault(lines.of(("ladder",)), "ladder", "This ladder ends in nobody.", remedy)
    if config.ladder.lead is not None and not config.people.leads:
        remedy = "Name somebody in people.leads, or take the step out."
        yield Fault(lines.of(("ladder", "lead")), "ladder.lead", "Nobody leads, so this step asks nobody.", remedy)
    for (before, _), (level, step) in pairwise([(LAPSE, LadderStep.BACKUP), *steps]):
        if level <= before:
            what = f"{level} does not come after {before}, the step before it."
            remedy = "Let the steps rise from above 100: backup, then lead, then channel."
            yield Fault(lines.of(("ladder", step.value)), f"ladder.{step}", what, remedy)
