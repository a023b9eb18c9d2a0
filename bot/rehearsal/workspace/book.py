"""The workspace's record of calls, acknowledgements and strangers (unknown calls); tests check it."""

import threading
from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime

from bot.rehearsal.workspace.errors import Json

_REMEMBERED = 500  # lines of traffic for the page; all other records are kept in full


class Book:
    """Records every call and every acknowledgement where the desk cannot change it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._calls: dict[str, Counter[str]] = {}
        self.strangers: list[Json] = []
        self.acks: list[Json] = []
        self.traffic: deque[Json] = deque(maxlen=_REMEMBERED)

    def call(self, method: str, outcome: str) -> None:
        """Count one Web API call by how it ended: ok, an error code or an HTTP status."""
        with self._lock:
            self._calls.setdefault(method, Counter())[outcome] += 1
            self.traffic.append(
                {"at": self._now().isoformat(), "way": "from the app", "what": method, "outcome": outcome}
            )

    def stranger(self, what: str, **more: object) -> None:
        """Record a method, argument or answer that Slack would not know."""
        with self._lock:
            self.strangers.append({"what": what, **more})

    def ack(self, kind: str, what: str, *, acked: bool, ms: float, error: str | None, attempt: int = 0) -> None:
        """Record how long the app took to acknowledge a payload, in real milliseconds."""
        line: Json = {"kind": kind, "what": what, "acked": acked, "ms": round(ms, 1), "error": error}
        with self._lock:
            self.acks.append({**line, "attempt": attempt} if attempt else line)
            outcome = error or "ok"
            self.traffic.append(
                {"at": self._now().isoformat(), "way": "to the app", "what": f"{kind} {what}", "outcome": outcome}
            )

    def calls(self) -> dict[str, dict[str, int]]:
        """Count the calls per method and outcome."""
        with self._lock:
            return {method: dict(counts) for method, counts in sorted(self._calls.items())}

    def ratelimited(self) -> dict[str, int]:
        """Count the answers 429 per method."""
        with self._lock:
            return {m: c["ratelimited"] for m, c in sorted(self._calls.items()) if c["ratelimited"]}
