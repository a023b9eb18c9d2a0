"""Faults that concern several keys: repeated rules, hours that are never open."""

from collections.abc import Iterator

from bot.settings.customers import customers_faults
from bot.settings.do_not_feed import feed_faults
from bot.settings.faults import Fault
from bot.settings.health import health_faults
from bot.settings.lines import Lines
from bot.settings.model import DAYS, Config
from bot.settings.other_teams import other_team_faults
from bot.settings.own_accounts import account_faults
from bot.settings.reminders import ladder_faults
from bot.settings.segments import segment_faults
from bot.settings.shifts import shift_faults, skill_faults
from bot.settings.solo import solo_faults
from bot.settings.suggestions import suggestion_faults
from bot.settings.triage_rules import triage_faults
from bot.settings.turnarounds import turnaround_faults
from bot.settings.webhooks import webhook_faults


def crosswise(config: Config, lines: Lines) -> list[Fault]:
    """Return the faults between keys, for a file in which each key by itself is valid."""
    return [
        *account_faults(config, lines),
        *_hours(config, lines),
        *segment_faults(config, lines),
        *customers_faults(config, lines),
        *turnaround_faults(config, lines),
        *triage_faults(config, lines),
        *shift_faults(config, lines),
        *skill_faults(config, lines),
        *ladder_faults(config, lines),
        *solo_faults(config, lines),
        *suggestion_faults(config, lines),
        *feed_faults(config, lines),
        *other_team_faults(config, lines),
        *webhook_faults(config, lines),
        *health_faults(config, lines),
    ]


def _hours(config: Config, lines: Lines) -> Iterator[Fault]:
    if config.hours and not any(getattr(config.hours, day) for day in DAYS):
        remedy = 'Give at least one day its periods, such as mon = ["09:00-17:00"], or take the section out.'
        yield Fault(
            lines.of(("hours",)), "hours", "The desk is never open, so no promise would ever fall due.", remedy
        )
