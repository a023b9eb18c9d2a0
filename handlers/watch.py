"""The auditor: every minute it looks whether all is well, says what is not, and only else pings the heartbeat."""

import logging
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from bot.domain.health import findings
from bot.ports import Desk, OutOfService
from bot.services import trail, unpaired, watching, weekly
from handlers.polling import Poller
from handlers.workers import Loop

log = logging.getLogger(__name__)

EVERY = 60.0  # seconds of pace time between two rounds
STALLED = 5  # rounds in which a loop that should have run did not: then the heartbeat stops (PROMISES P15)
UNREAD = 10  # rounds after which an unread stream is said aloud


@dataclass(slots=True)
class Watch:
    """Counts in its own rounds, so that a clock that jumps makes nothing look late.

    `ping` is called only while everything holds; it never raises.
    """

    desk: Desk
    loops: Callable[[], Sequence[Loop]]
    pollers: Callable[[], Sequence[Poller]]
    ping: Callable[[], object] = lambda: None
    stopped: Sequence[str] = ()  # what had stopped in the last round
    _since: datetime | None = None
    _seen: dict[Hashable, tuple[int, int]] = field(default_factory=dict)  # what was counted, rounds since it moved
    _said: dict[tuple[str, str, str], bool] = field(default_factory=dict)

    def round(self) -> None:
        """Look once at everything; ping only where nothing is wrong."""
        now = self.desk.clock.now()
        self._since = self._since or now
        broken = self._done([partial(self._listen, poller, self._since, now) for poller in self.pollers()])
        self.stopped = [*self._stalled(), *self._unread(now)]
        troubles = [*self.stopped, *self.shut_out(), *self.findings(now)]
        for trouble in troubles:
            log.warning("audit.finding what=%s", trouble)
        if not troubles:
            self.ping()
        broken += self._done([partial(job, self.desk, now) for job in (unpaired.morning, weekly.digest, trail.tell)])
        if broken:
            raise broken[0]

    def _done(self, jobs: Sequence[Callable[[], object]]) -> list[Exception]:
        """Do each job, whatever becomes of the others; return what nobody foresaw about them."""
        broken: list[Exception] = []
        for job in jobs:
            try:
                job()
            except OutOfService:
                raise
            except Exception as trouble:
                log.exception("audit.broken")
                broken.append(trouble)
        return broken

    def findings(self, now: datetime) -> list[str]:
        """Return what does not hold in the store."""
        return findings(self.desk.store.loose_ends(now), now)

    def shut_out(self) -> list[str]:
        """Say what cannot be said in Slack: the heartbeat, the log and `heard doctor` are the only ways left."""
        word = self.desk.chat.shut_out
        return [f"Slack does not accept the desk's token any more ({word}), so nothing is sent."] if word else []

    def _stalled(self) -> list[str]:
        late = [
            loop for loop in self.loops() if self._rounds_since(("loop", loop.name), loop.rounds) > _allowed(loop)
        ]
        return [f"The part of the desk called “{loop.name}” has stopped." for loop in late]

    def _unread(self, now: datetime) -> list[str]:
        found = []
        for poller in self.pollers():
            for stream in poller.network.streams:
                idle = self._rounds_since(self._key(poller, stream), poller.readings.get(stream, 0))
                self._say(poller, stream, idle, now)
                if idle > STALLED + poller.resting / EVERY:
                    found.append(f"{stream} of @{poller.network.handle} has not been read for {idle} min.")
        return found

    def _say(self, poller: Poller, stream: str, idle: int, now: datetime) -> None:
        key = self._key(poller, stream)
        if idle == 0 and self._said.pop(key, False):
            watching.read_again(self.desk, poller.network, stream, now)
        known = poller.silent_since is not None  # the poller said itself that the network cannot be read
        if idle > UNREAD + poller.resting / EVERY and not known and not self._said.get(key):
            self._said[key] = True
            watching.unread(self.desk, poller.network, stream, idle, now)

    def _listen(self, poller: Poller, since: datetime, now: datetime) -> None:
        if poller.silent_since is None:
            watching.listen(self.desk, poller.network, since, now)

    def _rounds_since(self, key: Hashable, count: int) -> int:
        was, idle = self._seen.get(key, (count, -1))
        idle = idle + 1 if was == count else 0
        self._seen[key] = (count, idle)
        return idle

    def _key(self, poller: Poller, stream: str) -> tuple[str, str, str]:
        return poller.network.name, poller.network.account, stream


def _allowed(loop: Loop) -> float:
    return STALLED + loop.resting / EVERY
