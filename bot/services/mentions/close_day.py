"""Gathers where every mention of the day ended, and what is left."""

from datetime import datetime

from bot.domain.base.tables import OURS
from bot.domain.mentions.day_end import ClosingDay
from bot.domain.slack.readers import Reader
from bot.ports import Desk
from bot.services.cases.lists import midnight
from bot.services.cases.view import names, storm_link, thread_link, view
from bot.services.light_lane.seen import light_page

SHOWN = 10  # cases that wait for us
LIGHT = 5  # light mentions that wait


def close_day(desk: Desk, reader: Reader, now: datetime) -> ClosingDay:
    """Return the end of the local day of `now`, as this reader may see it."""
    end = desk.store.day_end(midnight(desk.policy.hours.zone, now))
    waiting = [case for case in desk.store.queue(limit=SHOWN) if case.state in OURS]
    by = dict(end.aside)
    aside = desk.store.cases(list(by))
    return ClosingDay(
        end=end,
        left=[view(desk, case, reader, now) for case in waiting],
        aside=[(view(desk, case, reader, now), by[case.id]) for case in aside],
        light=light_page(desk, 0, 0, reader, now, limit=LIGHT),
        storm_links={one.storm: storm_link(desk, one.storm) for one in end.storms},
        links={case.id: thread_link(desk, case.id) for case in [*waiting, *aside]},
        names=names(desk),
    )
