"""Delivers payloads to the app and waits up to three real seconds for the acknowledgement."""

import time
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass, field

from bot.rehearsal.workspace.book import Book
from bot.rehearsal.workspace.errors import Json
from bot.rehearsal.workspace.faults import Fault, Faults
from bot.rehearsal.workspace.posting import ANSWERS_WITHIN, Poster
from bot.rehearsal.workspace.sockets import Sockets

TIMED_OUT = "operation_timeout"
UNREACHED = "dispatch_failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a delivery: acknowledged with a body, or the failure that the person sees."""

    acked: bool
    error: str | None = None
    body: Json = field(default_factory=dict)


class Delivery:
    """Delivers payloads to the app, by socket or by signed HTTP."""

    def __init__(self, book: Book, sockets: Sockets, faults: Faults, poster: Poster | None = None) -> None:
        self._book = book
        self._faults = faults
        self.sockets = sockets
        self.poster = poster

    def send(self, kind: str, what: str, payload: Json, *, attempt: int = 0, reason: str = "") -> Outcome:
        """Deliver one payload and wait for its acknowledgement; faults planned for its kind apply here."""
        began = time.monotonic()
        fault = self._faults.strike(kind, any_method=False)
        outcome = (
            self._struck(fault, kind, payload, attempt, reason)
            if fault
            else self._sent(kind, payload, attempt, reason)
        )
        ms = (time.monotonic() - began) * 1000
        self._book.ack(kind, what, acked=outcome.acked, ms=ms, error=outcome.error, attempt=attempt)
        return outcome

    def _struck(self, fault: Fault, kind: str, payload: Json, attempt: int, reason: str) -> Outcome:
        if fault.kind == "lost_before":
            return Outcome(acked=False, error=TIMED_OUT)
        if fault.kind in ("late", "hang"):
            time.sleep(float(fault.value or 0))
        outcome = self._sent(kind, payload, attempt, reason)
        if fault.kind == "twice":
            return self._sent(kind, payload, attempt, reason)
        return Outcome(acked=False, error=TIMED_OUT) if fault.kind == "lost_after" else outcome

    def _sent(self, kind: str, payload: Json, attempt: int, reason: str) -> Outcome:
        if self.poster is not None:
            return self._posted(self.poster, kind, payload, attempt, reason)
        acked = self.sockets.send(kind, payload, attempt=attempt, reason=reason)
        if acked is None:
            return Outcome(acked=False, error=UNREACHED)
        try:
            return Outcome(acked=True, body=acked.result(timeout=ANSWERS_WITHIN))
        except TooLate:
            self.sockets.forget(acked)
            return Outcome(acked=False, error=TIMED_OUT)

    def _posted(self, poster: Poster, kind: str, payload: Json, attempt: int, reason: str) -> Outcome:
        headers = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
        try:
            status, body = poster.post(kind, payload, headers)
        except TimeoutError:
            return Outcome(acked=False, error=TIMED_OUT)
        except (OSError, ValueError):
            return Outcome(acked=False, error=UNREACHED)
        if not 200 <= status < 300:
            return Outcome(acked=False, error=f"http_{status}")
        return Outcome(acked=True, body=body)
