"""X's rate limits: calls of one account to each endpoint in 15 minutes of stage time."""

import threading

from bot.rehearsal.street.pace import Pace
from bot.rehearsal.street.xproblems import too_many

WINDOW = 15 * 60
LIMITS = {
    "GET /2/users/me": 75,
    "GET /2/users/by/username/:username": 900,
    "GET /2/users/:id/mentions": 300,
    "GET /2/users/:id/tweets": 900,
    "GET /2/tweets": 900,
    "GET /2/tweets/:id": 900,
    "GET /2/activity/stream": 50,
    "GET /2/activity/subscriptions": 500,
    "POST /2/activity/subscriptions": 500,
    "DELETE /2/activity/subscriptions/:id": 500,
    "POST /2/tweets": 100,
    "DELETE /2/tweets/:id": 50,
    "PUT /2/tweets/:id/hidden": 50,
}


class Limits:
    """The rate-limit windows of one account."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[float, int]] = {}

    def spend(self, method: str) -> dict[str, str]:
        """Count one call and return X's headers. Raises Problem 429 when the window is used up."""
        with self._lock:
            since, used = self._window(method)
            headers = self._headers(method, since, used + 1)
            if used >= LIMITS[method]:
                raise too_many(headers)
            self._windows[method] = (since, used + 1)
            return headers

    def used_up(self, method: str) -> dict[str, str]:
        """Return X's headers with no calls left, whatever was spent."""
        with self._lock:
            return self._headers(method, self._window(method)[0], LIMITS[method])

    def _window(self, method: str) -> tuple[float, int]:
        now = self._pace.monotonic()
        since, used = self._windows.get(method, (now, 0))
        return (since, used) if now < since + WINDOW else (now, 0)

    def _headers(self, method: str, since: float, used: int) -> dict[str, str]:
        left = since + WINDOW - self._pace.monotonic()
        return {
            "x-rate-limit-limit": str(LIMITS[method]),
            "x-rate-limit-remaining": str(max(0, LIMITS[method] - used)),
            "x-rate-limit-reset": str(int(self._pace.now().timestamp() + left) + 1),
        }
