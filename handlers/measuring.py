"""The present numbers of a running desk for monitoring, and whether it lives and is ready."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from datetime import datetime
from typing import Protocol

from bot.domain.base.idle_rounds import STALLED
from bot.domain.base.measures import Measures
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import DraftState
from bot.ports import Desk, OutOfService
from bot.ports.meter import Gauge, Labels
from bot.services.mentions import connections
from handlers.hearing import Listens
from handlers.in_time import InTime
from handlers.watch import EVERY, Watch
from handlers.workers import Clockwork

KEPT_FOR = 5.0  # real seconds for which numbers of the store are used again, however often they are asked for
ReadAt = Mapping[tuple[str, str], datetime | None]  # when each account was last read completely
_NOT_SENT = tuple(one for one in DraftState if one not in {DraftState.SENT, DraftState.WITHDRAWN})


class HasSchema(Protocol):
    """A store whose schema and lease can be checked."""

    def is_of_this_version(self) -> bool:
        """Return whether exactly this version's migrations are applied; raise OutOfService."""

    def lease_left(self) -> float:
        """Return the seconds for which this process may write."""


@dataclass(slots=True)
class Measuring:
    """Reads the numbers and checks of one desk; each costs a bounded number of look-ups."""

    desk: Desk
    store: HasSchema
    clockwork: Clockwork
    watch: Watch
    slack: Listens
    seconds: Callable[[], float] = time.monotonic
    _since: datetime = field(init=False)
    _since_pace: float = field(init=False)
    _checked: InTime[tuple[bool, bool]] = field(init=False)
    _counted: InTime[tuple[Measures, ReadAt]] = field(init=False)
    _kept: tuple[float, tuple[Measures, ReadAt] | None] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._since, self._since_pace = self.desk.clock.now(), self.desk.clock.pace()
        self._checked = InTime(lambda: (self.store.lease_left() > 0, self.store.is_of_this_version()))
        self._counted = InTime(
            lambda: (self.desk.store.measures(self.desk.clock.now()), connections.read_at(self.desk))
        )

    def live(self) -> Mapping[str, bool]:
        """Return whether the threads of the desk go on working; if not, only a restart helps."""
        silent = self.desk.clock.pace() - (self.watch.looked_at or self._since_pace)
        return {"workers": not self.watch.still, "auditor": not self.watch.asleep and silent <= (STALLED + 1) * EVERY}

    def ready(self) -> Mapping[str, bool]:
        """Return whether the desk can take and store what people press."""
        reached, schema = self._store()
        return {
            "database": reached,
            "schema": schema,
            "slack": self.slack.deaf() is None and not self.desk.chat.shut_out,
            "not_draining": not self.desk.draining.is_set(),
        }

    def gauges(self) -> Iterator[Gauge]:
        """Yield the numbers; without a database those that need none."""
        now, found = self.desk.clock.now(), self._measures()
        yield _one("heard_database_up", "Whether the database can be read", found is not None)
        if found is not None:
            counted, read_at = found
            yield from _of_store(counted, now)
            yield from self._of_accounts(read_at, now)
        yield _one("heard_jobs_late", "Jobs that are due for a minute and do not run", len(self.clockwork.late()))
        failing = [one for one in self.clockwork.runs() if one.failed]
        yield _one("heard_jobs_failing", "Jobs whose last run failed", len(failing))
        yield _one("heard_workers_stopped", "Workers that do not go on", len(self.watch.still))
        yield _one("heard_slack_connected", "Whether requests of Slack's arrive", self.slack.deaf() is None)
        yield _one("heard_draining", "Whether the desk is stopping", self.desk.draining.is_set())

    def _of_accounts(self, read_at: ReadAt, now: datetime) -> Iterator[Gauge]:
        lags = {key: now - (at or self._since) for key, at in read_at.items()}
        values: dict[Labels, float] = {
            (("network", network), ("account", account)): lag.total_seconds()
            for (network, account), lag in lags.items()
        }
        yield Gauge("heard_poll_lag_seconds", "Since the last complete reading of an account of ours", values)

    def _store(self) -> tuple[bool, bool]:
        try:
            return self._checked.answer()
        except OutOfService:
            return False, False

    def _measures(self) -> tuple[Measures, ReadAt] | None:
        """Return the store's numbers, at most KEPT_FOR old; None when the database cannot be read."""
        with self._lock:
            now = self.seconds()
            if self._kept is None or now - self._kept[0] >= KEPT_FOR:
                self._kept = (now, self._read())
            return self._kept[1]

    def _read(self) -> tuple[Measures, ReadAt] | None:
        try:
            return self._counted.answer()
        except OutOfService:
            return None


def _one(name: str, meaning: str, value: float) -> Gauge:
    return Gauge(name, meaning, {(): float(value)})


def _of_store(found: Measures, now: datetime) -> Iterator[Gauge]:
    yield _one("heard_cases_waiting", "Cases that wait for us", found.waiting)
    yield _one("heard_cases_overdue", "Cases that wait for us longer than promised", found.overdue)
    yield _one("heard_cases_unclaimed", "Cases that wait for us and that nobody holds", found.unclaimed)
    oldest = "Age of the oldest case that nobody holds"
    yield _one("heard_case_unclaimed_oldest_seconds", oldest, _age(found.oldest_unclaimed, now))
    yield _one("heard_messages_untold", "Messages that wait for Slack", found.untold)
    untold = "How long the oldest message waits for Slack"
    yield _one("heard_message_untold_oldest_seconds", untold, _age(found.untold_since, now))
    drafts: dict[Labels, float] = {(("state", str(one)),): float(found.drafts.get(one, 0)) for one in _NOT_SENT}
    yield Gauge("heard_drafts", "Drafts that are not sent, by state; unconfirmed: of unknown outcome", drafts)
    unsent = "How long the oldest approved reply waits to be sent"
    yield _one("heard_reply_unsent_oldest_seconds", unsent, _age(found.approved_since, now))
    yield _one(
        "heard_posts_unreadable", "Posts that could not be read, and about which nobody decided", found.unreadable
    )


def _age(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since is not None else 0.0
