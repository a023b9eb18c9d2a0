"""Notices that the machine's clock was ahead and set back, and corrects the moments planned meanwhile."""

import logging
from datetime import datetime, timedelta

from bot.domain.base.clock_set_back import promises_set_right, set_right
from bot.domain.base.moments import AHEAD, is_ahead
from bot.domain.cases.case import Case
from bot.domain.cases.events import MomentsCorrected
from bot.ports import Desk
from bot.services.base.change import change
from bot.services.base.sweeping import sweep

log = logging.getLogger(__name__)

_SEEN = "clock.seen"  # the furthest moment that the desk has seen
_STEP = timedelta(minutes=1)  # smallest step in which it is stored


def put_right(desk: Desk, now: datetime) -> int:
    """Correct moments if the clock is behind the furthest one seen; return on how many cases.

    The furthest moment is stored, so that it survives a restart. Of several desks, one whose own clock is behind the
    database's corrects nothing by it.
    """
    if desk.store.clock_behind(now) > AHEAD:
        log.warning("clock.behind the database's")
        return 0
    seen = desk.store.setting(_SEEN)
    furthest = datetime.fromisoformat(seen) if seen else now
    if is_ahead(furthest, now):
        return _put_right(desk, furthest, now)
    if not seen or now - furthest >= _STEP:
        desk.store.put_setting(_SEEN, now.isoformat())
    return 0


def _put_right(desk: Desk, furthest: datetime, now: datetime) -> int:
    log.warning("clock.set_back seconds=%d", (furthest - now).total_seconds())
    desk.store.leave_no_moment_ahead(now)
    cases = dict.fromkeys((*desk.store.owed_cases(), *desk.store.cases_ahead(now)))
    count = sweep(desk, "rewound", cases, lambda one: _one(desk, one, now))
    with desk.store.transaction():
        desk.store.put_setting(_SEEN, now.isoformat())
        desk.store.notice(
            f"clock:{furthest.isoformat()}", desk.policy.leads_channel, _said(furthest, now, count), now
        )
    return count


def _one(desk: Desk, case_id: int, now: datetime) -> bool:
    moved = False

    def right(case: Case) -> MomentsCorrected | None:
        nonlocal moved
        promises = promises_set_right(case, desk.policy.hours, now, desk.policy.reminders.beyond)
        moved = set_right(case, promises, now) != case
        return MomentsCorrected(by="desk", at=now, promises=promises) if moved else None

    change(desk, case_id, right)
    return moved


def _said(furthest: datetime, now: datetime, count: int) -> str:
    days, rest = divmod(furthest - now, timedelta(days=1))
    ahead = f"{days} days" if days > 1 else f"{(days * timedelta(days=1) + rest) // timedelta(minutes=1)} minutes"
    cases = "1 case was" if count == 1 else f"{count} cases were"
    return (
        f"The clock of the desk's machine was set back by {ahead}. What was planned by it is planned anew, and "
        f"{cases} put right. What was told early by the wrong clock is not told again: please look through "
        "`/care queue`."
    )
