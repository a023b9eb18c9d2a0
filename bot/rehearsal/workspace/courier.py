"""Delivers events to the app: at once, then again after Slack's own pauses, in stage time."""

import heapq
import itertools
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.delivery import TIMED_OUT, UNREACHED, Delivery
from bot.rehearsal.workspace.errors import Json
from bot.rehearsal.workspace.faults import Faults
from bot.rehearsal.workspace.team import Team

PAUSES = (1.0, 60.0, 300.0)  # stage seconds before the first, second and third repetition
_REASONS = {TIMED_OUT: "http_timeout", UNREACHED: "connection_failed"}
_LOOKS_EVERY = 0.05  # real seconds between two checks while something waits, since the stage clock may jump


class Courier:
    """Delivers events in the background, each up to four times."""

    def __init__(self, team: Team, delivery: Delivery, faults: Faults) -> None:
        self._team = team
        self._delivery = delivery
        self._faults = faults
        self._held: list[Json] = []
        self._carriers = ThreadPoolExecutor(16, "courier")
        self._later: list[tuple[float, int, Json, int, str]] = []
        self._order = itertools.count()
        self._woken = threading.Condition()
        self._closed = False
        self._watch = threading.Thread(target=self._wait, name="courier-later", daemon=True)
        self._watch.start()

    def carry(self, _subscription: str, event: Json) -> None:
        """Start the delivery of one event."""
        bot = {"team_id": cast.TEAM, "user_id": cast.BOT_USER, "is_bot": True}
        authorization = {"enterprise_id": None, **bot, "is_enterprise_install": False}
        about: Json = {
            "token": cast.VERIFICATION,
            "team_id": cast.TEAM,
            "api_app_id": cast.APP,
            "type": "event_callback",
        }
        when = {"event_id": self._team.new_id("Ev"), "event_time": int(self._team.stamps.seconds())}
        shared = {"is_ext_shared_channel": self._is_shared(event)}
        payload = {**about, **when, "event": event, "authorizations": [authorization], **shared}
        if self._faults.holds("events_api"):
            self._held.append(payload)
            return
        overtaken, self._held = self._held, []
        self._hand_over(payload, 0, "", overtaken)

    def _is_shared(self, event: Json) -> bool:
        room = self._team.channels.get(str(event.get("channel", "")))
        return room is not None and room.is_ext_shared

    def close(self) -> None:
        """Stop all deliveries."""
        with self._woken:
            self._closed = True
            self._woken.notify()
        self._carriers.shutdown(wait=False, cancel_futures=True)

    def _hand_over(self, payload: Json, attempt: int, reason: str, overtaken: Sequence[Json] = ()) -> None:
        if not self._closed:
            self._carriers.submit(self._try, payload, attempt, reason, overtaken)

    def _try(self, payload: Json, attempt: int, reason: str, overtaken: Sequence[Json]) -> None:
        what = str(payload["event"]["type"])
        outcome = self._delivery.send("events_api", what, payload, attempt=attempt, reason=reason)
        for late in overtaken:
            self._hand_over(late, 0, "")
        if outcome.acked or attempt >= len(PAUSES):
            return
        why = _REASONS.get(str(outcome.error), "http_error")
        due = self._team.clock.monotonic() + PAUSES[attempt]
        with self._woken:
            heapq.heappush(self._later, (due, next(self._order), payload, attempt + 1, why))
            self._woken.notify()

    def _wait(self) -> None:
        while not self._closed:
            with self._woken:
                self._woken.wait(_LOOKS_EVERY if self._later else None)
                now = self._team.clock.monotonic()
                due = [heapq.heappop(self._later) for entry in sorted(self._later) if entry[0] <= now]
            for _, _, payload, attempt, reason in due:
                self._hand_over(payload, attempt, reason)
