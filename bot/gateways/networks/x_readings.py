"""Counts the read requests that X still allows, by its headers, and the posts of the newest request."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.base.moments import EPOCH
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.poll_pace import PAGE, Allowance, Load
from bot.gateways.networks.answers import answered_at
from bot.gateways.networks.x_answers import WINDOW, is_number
from bot.gateways.networks.x_posts import Item, snowflake_at

UNTOLD = 300  # requests a window when the headers do not say: X's documented limit for mentions


@dataclass(slots=True)
class XReadings:
    """X's newest limit for one kind of read request; without X's headers the desk counts its own calls."""

    untold: int = UNTOLD  # requests a window when the headers do not say
    at: datetime | None = None  # X's time of the newest answer
    _used: int = 0
    _ends: datetime | None = None
    _told: Allowance | None = None

    def count(self, headers: Mapping[str, str]) -> None:
        """Count one call by the headers of its answer, also of a failure."""
        at = answered_at(headers)
        if at is not None and (self._ends is None or at >= self._ends):
            self._ends, self._used = at + WINDOW, 0
        self._used += 1
        self._told, self.at = _told(headers, at), at or self.at
        if self._told is None and at is not None and self._ends is not None:
            self._told = Allowance(
                limit=self.untold, left=max(self.untold - self._used, 0), resets_in=self._ends - at
            )

    @property
    def allowance(self) -> Allowance:
        """Return the requests left; all of them when unknown, since X refuses by itself when none are left."""
        return self._told or Allowance(limit=self.untold, left=self.untold, resets_in=WINDOW)


def _told(headers: Mapping[str, str], at: datetime | None) -> Allowance | None:
    limit, left, reset = (headers.get(f"x-rate-limit-{name}", "") for name in ("limit", "remaining", "reset"))
    if at is None or not all(map(is_number, (limit, left, reset))) or int(limit) <= 0:
        return None
    resets_in = min(timedelta(seconds=int(reset)) - (at - EPOCH), WINDOW)
    return Allowance(limit=int(limit), left=max(int(left), 0), resets_in=max(resets_in, timedelta()))


def came(items: Sequence[Item], last: int, since: datetime | None, at: datetime | None) -> Load:
    """Return the rate of posts since the request at `since`, or of the newest page when that is higher."""
    newest = sorted((item.id for item in items if item.id), reverse=True)
    new = sum(one > last for one in newest)
    ways = [Load(new=new, took=at - since)] if at and since and at > since else []
    if len(newest) >= PAGE:
        span = snowflake_at(newest[0]) - snowflake_at(newest[PAGE - 1])
        ways.append(Load(new=PAGE, took=max(span, timedelta(milliseconds=1))))
    return min(ways, key=lambda one: one.gap, default=Load(new=0, took=timedelta()))
