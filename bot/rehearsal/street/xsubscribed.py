"""The subscriptions of X's Activity API: the events that an app is told of."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.rehearsal.street.xproblems import Problem, bad_request, forbidden, plain

KINDS = frozenset(
    {
        "post.create",
        "post.delete",
        "post.mention.create",
        "post.reply.create",
        "post.quote.create",
        "post.repost.create",
        "chat.received",
    }
)
MOST = 1_500
MOST_STREAMS = 2


@dataclass(frozen=True, slots=True)
class Subscribed:
    """One subscription."""

    id: str
    kind: str
    account: str
    tag: str
    at: datetime

    def shape(self) -> dict[str, Any]:
        """Return it as X writes it."""
        at = self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {
            "subscription_id": self.id,
            "event_type": self.kind,
            "filter": {"user_id": self.account},
            "tag": self.tag,
            "created_at": at,
            "updated_at": at,
        }


class Activity:
    """All subscriptions of one app, and how many streams it has open."""

    def __init__(self, next_number: Callable[[], int]) -> None:
        self._next_number = next_number
        self.most = MOST
        self._lock = threading.Lock()
        self._known: list[Subscribed] = []
        self._streams = 0
        self.ends = threading.Event()  # the stage stops: open streams end

    def known(self) -> list[Subscribed]:
        """Return all subscriptions, oldest first."""
        with self._lock:
            return list(self._known)

    def list(self) -> dict[str, Any]:
        """Return X's answer to the question which there are."""
        known = self.known()
        return {"data": [one.shape() for one in known], "meta": {"result_count": len(known)}}

    def add(self, body: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Add one. Raises Problem 400 for an unknown event, 403 when there are too many."""
        kind, account = str(body.get("event_type")), str((body.get("filter") or {}).get("user_id"))
        if kind not in KINDS or not account.isdigit():
            raise bad_request(f"$.event_type: [{kind}] is not one of the events known.")
        if len(self.known()) >= self.most:
            raise forbidden("The app has reached its limit of subscriptions.")
        new = Subscribed(str(self._next_number()), kind, account, str(body.get("tag") or ""), now)
        with self._lock:
            self._known.append(new)
        return {"data": {"subscription": new.shape()}}

    def end(self, number: str) -> dict[str, Any]:
        """End one. Raises Problem 404 when there is none."""
        with self._lock:
            kept = [one for one in self._known if one.id != number]
            there, self._known = len(kept) < len(self._known), kept
        if not there:
            raise plain(404, "Not Found", "There is no such subscription.")
        return {"data": {"deleted": True}}

    def open_stream(self) -> None:
        """Count one stream. Raises Problem 429 when too many are open."""
        with self._lock:
            if self._streams >= MOST_STREAMS:
                raise too_many_streams()
            self._streams += 1

    def close_stream(self) -> None:
        """Count one stream less."""
        with self._lock:
            self._streams -= 1


def too_many_streams() -> Problem:
    """Refuse another stream."""
    return Problem(
        429,
        {
            "title": "ConnectionException",
            "detail": "This stream is currently at the maximum allowed connection limit.",
            "connection_issue": "TooManyConnections",
            "type": "https://api.x.com/2/problems/streaming-connection",
        },
    )
