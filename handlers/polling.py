"""Reads one account's streams, and says so when a network cannot be read."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.mentions.poll_pace import rests
from bot.ports import Conflict, CountsReadings, Desk, Network, NetworkTrouble, OutOfService
from bot.services.cases.view import label
from bot.services.mentions import intake, unreadable

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Poller:
    """Reads one account's streams in turn and says so when a network cannot be read."""

    desk: Desk
    network: Network
    every: timedelta
    silent_since: datetime | None = None  # of any of its streams
    unread: set[str] = field(default_factory=set)  # streams whose last reading met trouble
    readings: dict[str, int] = field(default_factory=dict)  # that ended well, by stream
    resting: float = 0.0  # seconds until the next reading
    _held: dict[str, tuple[float, float]] = field(default_factory=dict)  # streams: until when (pace), for how long

    @property
    def name(self) -> str:
        """Return the name of this part of the desk, as people read it."""
        return f"poll-{self.network.name}-{self.network.account}"

    def step(self) -> float:
        """Read every stream once that may be read; return the seconds until the next time."""
        waits = []
        for stream in self.network.streams:
            if self._left_of(stream) > 0:
                continue
            self._held.pop(stream, None)
            trouble = self._read(stream)
            if trouble is not None and trouble.retry_after is not None:
                waits.append(trouble.retry_after.total_seconds())
        self.resting = max([self._pace(), *waits])
        return self.resting

    def rests(self, stream: str) -> float:
        """Return for how many seconds a stream is left alone on purpose."""
        return max(self.resting, self._held.get(stream, (0.0, 0.0))[1])

    def _pace(self) -> float:
        """Return the seconds until the next reading; a stream whose readings are used up waits by itself."""
        met = self.network.met if isinstance(self.network, CountsReadings) else {}
        waits = []
        for stream, one in met.items():
            if self._left_of(stream) > 0:
                continue
            wait = rests(self.every, one.load, one.allowance).total_seconds()
            if one.allowance.whole:
                waits.append(wait)
            else:
                self._held[stream] = (self.desk.clock.pace() + wait, wait)
        held = [self._left_of(stream) for stream in self._held]
        return min(waits or held or [self.every.total_seconds()])

    def _left_of(self, stream: str) -> float:
        return self._held.get(stream, (0.0, 0.0))[0] - self.desk.clock.pace()

    def _read(self, stream: str) -> NetworkTrouble | None:
        try:
            self._poll(stream)
        except NetworkTrouble as trouble:
            self.unread.add(stream)
            self._say(trouble)
            return trouble
        self.unread.discard(stream)
        if not self.unread:
            self._say_it_is_back()
        self.readings[stream] = self.readings.get(stream, 0) + 1
        return None

    def _poll(self, stream: str) -> None:
        try:
            intake.poll(self.desk, self.network, stream, self.desk.clock.now())
            unreadable.say(self.desk, self.desk.clock.now())
        except (NetworkTrouble, OutOfService, Conflict):
            raise
        except Exception as odd:  # around one stream: the others are not to blame
            log.exception("poll.broken network=%s stream=%s", self.network.name, stream)
            raise NetworkTrouble(f"Something unexpected came in between ({type(odd).__name__}).") from odd

    def _say_it_is_back(self) -> None:
        since = self.silent_since
        if since is None:
            return
        network, now = self.network, self.desk.clock.now()
        key = f"read-again:{network.name}:{network.account}:{since.isoformat()}"
        said = (f"{label(network.name)} can be read again; what was posted since ", since, " is being taken in.")
        self.desk.store.notice(key, self.desk.policy.leads_channel, said, now)
        self.silent_since = None

    def _say(self, trouble: NetworkTrouble) -> None:
        network, now = self.network, self.desk.clock.now()
        log.warning("poll.trouble network=%s account=%s", network.name, network.account)
        since = self.silent_since = self.silent_since or now
        key = f"unread:{network.name}:{network.account}:{since.isoformat()}"
        said = (f"{label(network.name)} cannot be read since ", since, f": {trouble.sentence}")
        self.desk.store.notice(key, self.desk.policy.leads_channel, said, now)
