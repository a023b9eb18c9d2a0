"""How many readings X still allows, as its headers say it, and how much came with the newest one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.base.moments import EPOCH
from bot.domain.mentions.poll_pace import PAGE, Allowance, Load
from bot.gateways.networks.x_answers import WINDOW, answered_at, is_number
from bot.gateways.networks.x_posts import Item, snowflake_at

UNTOLD = 300  # readings a window, where X does not say: what it documents for mentions


@dataclass(slots=True)
class XReadings:
    """Keeps what X said last of one kind of reading; where it says nothing, the desk counts its own calls."""

    _used: int = 0
    _ends: datetime | None = None
    _told: Allowance | None = None

    def count(self, headers: Mapping[str, str]) -> None:
        """Count one call by the headers of its answer, whatever the answer was."""
        at = answered_at(headers)
        if at is not None and (self._ends is None or at >= self._ends):
            self._ends, self._used = at + WINDOW, 0
        self._used += 1
        self._told = _told(headers, at)
        if self._told is None and at is not None and self._ends is not None:
            self._told = Allowance(limit=UNTOLD, left=max(UNTOLD - self._used, 0), resets_in=self._ends - at)

    @property
    def allowance(self) -> Allowance:
        """Return what is left; all of it where nothing is known, since X says so itself when it is not."""
        return self._told or Allowance(limit=UNTOLD, left=UNTOLD, resets_in=WINDOW)


def _told(headers: Mapping[str, str], at: datetime | None) -> Allowance | None:
    limit, left, reset = (headers.get(f"x-rate-limit-{name}", "") for name in ("limit", "remaining", "reset"))
    if at is None or not all(map(is_number, (limit, left, reset))) or int(limit) <= 0:
        return None
    resets_in = min(timedelta(seconds=int(reset)) - (at - EPOCH), WINDOW)
    return Allowance(limit=int(limit), left=max(int(left), 0), resets_in=max(resets_in, timedelta()))


def came(items: Sequence[Item], last: int, since: datetime | None, at: datetime | None) -> Load:
    """Return how much came since the reading made at `since`, or by the newest page where that came faster."""
    newest = sorted((item.id for item in items if item.id), reverse=True)
    new = sum(one > last for one in newest)
    ways = [Load(new=new, took=at - since)] if at and since and at > since else []
    if len(newest) >= PAGE:
        span = snowflake_at(newest[0]) - snowflake_at(newest[PAGE - 1])
        ways.append(Load(new=PAGE, took=max(span, timedelta(milliseconds=1))))
    return min(ways, key=lambda one: one.gap, default=Load(new=0, took=timedelta()))
