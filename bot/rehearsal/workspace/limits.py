"""Slack's rate limits: one post a second per channel, and calls a minute per method."""

import math
from collections import deque

from bot.rehearsal.clock import StageClock

TIER_1, TIER_2, TIER_3, TIER_4, SPECIAL = 1, 20, 50, 100, 600
POSTS_PER_MINUTE = 300
OPEN_SOCKETS = 10
_MINUTE = 60.0


class Limiter:
    """Decides whether a call is within the limits; refused calls do not count."""

    def __init__(self, clock: StageClock, *, on: bool = True) -> None:
        self.on = on
        self._clock = clock
        self._calls: dict[str, deque[float]] = {}
        self._posts: dict[str, tuple[float, float]] = {}

    def wait_for(self, method: str, per_minute: int, channel: str = "") -> int:
        """Return 0 when the call may pass, else the whole stage seconds after which to retry."""
        if not self.on:
            return 0
        now = self._clock.monotonic()
        calls = self._calls.setdefault(method, deque())
        wait = max(self._minute_wait(calls, per_minute, now), self._post_wait(channel, now) if channel else 0.0)
        if wait > 0:
            return max(1, math.ceil(wait))
        calls.append(now)
        if channel:
            self._take_post(channel, now)
        return 0

    def _minute_wait(self, calls: deque[float], most: int, now: float) -> float:
        # Slack's clock runs a little behind the caller's: allow for calls that arrive at the end of a window.
        window = _MINUTE - max(1.0, 0.1 * self._clock.speed)
        while calls and calls[0] <= now - window:
            calls.popleft()
        return 0.0 if len(calls) < most else calls[0] + window - now

    def _tokens(self, channel: str, now: float) -> float:
        # One post a second and one more; on a fast stage the burst also covers calls that arrive late.
        most = 1.0 + max(1.0, 0.1 * self._clock.speed)
        left, at = self._posts.get(channel, (most, now))
        return min(most, left + now - at)

    def _post_wait(self, channel: str, now: float) -> float:
        missing = 1.0 - self._tokens(channel, now)
        return missing if missing > 1e-9 else 0.0

    def _take_post(self, channel: str, now: float) -> None:
        self._posts[channel] = (self._tokens(channel, now) - 1.0, now)
