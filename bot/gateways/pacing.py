"""Decides when the next call to Slack is allowed, in pace time; it never waits itself."""

from collections import deque
from collections.abc import Callable
from dataclasses import field

from bot.domain.base.quick_dataclass import dataclass

# Slack: one post a second per channel, "several hundred" a minute per workspace, and for Tier 3 methods such as
# chat.update 50 a minute. The margin is for calls that arrive closer together than they were sent.
MARGIN = 0.05  # seconds
POST_GAP = 1.0 + MARGIN
WINDOW = 60.0 + MARGIN
POSTS = 240
UPDATES = 50
FOR_CLICKS = 20  # of the updates; only clicks may use these
OTHERS = 50
_FORGET_ABOVE = 500  # channels whose last post is remembered


@dataclass(slots=True)
class _Window:
    """The calls of the last minute, and until when Slack wants no calls."""

    most: int
    calls: deque[float] = field(default_factory=deque)
    closed_until: float = float("-inf")

    def ready_in(self, now: float, spare: int = 0) -> float:
        while self.calls and self.calls[0] <= now - WINDOW:
            self.calls.popleft()
        over = len(self.calls) - (self.most - spare)
        free_at = self.calls[over] + WINDOW if over >= 0 else now
        return max(free_at, self.closed_until) - now


class Limiter:
    """Slack's limits for one workspace. `pace` returns pace time in seconds; not safe for several threads."""

    def __init__(self, pace: Callable[[], float]) -> None:
        self._pace = pace
        self._windows = {"post": _Window(POSTS), "update": _Window(UPDATES), "other": _Window(OTHERS)}
        self._rooms: dict[str, float] = {}  # channel -> when the next post is allowed

    def refresh(self) -> None:
        """Do nothing: all calls are made by this process."""

    def reserve(self, kind: str, channel: str, *, click: bool = False) -> bool:
        """Count a call that is allowed now; return False where it is not."""
        if self.ready_in(kind, channel, click=click) > 0:
            return False
        self.took(kind, channel)
        return True

    def ready_in(self, kind: str, channel: str, *, click: bool = False) -> float:
        """Return the seconds of pace time until such a call is allowed; 0 means now.

        `kind` is "post", "update" or "other". A click may also use the updates that are reserved for clicks.
        """
        now = self._pace()
        spare = FOR_CLICKS if kind == "update" and not click else 0
        wait = self._windows[kind].ready_in(now, spare)
        if kind == "post":
            wait = max(wait, self._rooms.get(channel, now) - now)
        return max(wait, 0.0)

    def took(self, kind: str, channel: str) -> None:
        """Count a call that is made now."""
        self._count(kind, channel, self._pace())

    def back_off(self, kind: str, channel: str, seconds: float) -> None:
        """Allow no calls for as long as Slack asked: for a post in that channel, otherwise of the whole method."""
        self._keep_off(kind, channel, self._pace() + seconds)

    def _count(self, kind: str, channel: str, at: float) -> None:
        self._windows[kind].calls.append(at)
        if kind == "post":
            self._close(channel, at + POST_GAP)

    def _keep_off(self, kind: str, channel: str, until: float) -> None:
        if kind == "post":
            self._close(channel, until)
        else:
            window = self._windows[kind]
            window.closed_until = max(window.closed_until, until)

    def _close(self, channel: str, until: float) -> None:
        if len(self._rooms) > _FORGET_ABOVE:
            now = self._pace()
            self._rooms = {room: at for room, at in self._rooms.items() if at > now}
        self._rooms[channel] = max(until, self._rooms.get(channel, until))
