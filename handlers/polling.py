"""Reads one account's streams, and says so when a network cannot be read."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.ports import Conflict, Desk, Network, NetworkTrouble, OutOfService
from bot.services import intake, unreadable
from bot.services.viewing import label

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

    def step(self) -> float:
        """Read every stream once; return the seconds until the next time."""
        waits = [self.every]
        for stream in self.network.streams:
            trouble = self._read(stream)
            if trouble is not None and trouble.retry_after is not None:
                waits.append(trouble.retry_after)
        self.resting = max(waits).total_seconds()
        return self.resting

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
            raise NetworkTrouble(f"Something nobody foresaw came in between ({type(odd).__name__}).") from odd

    def _say_it_is_back(self) -> None:
        since = self.silent_since
        if since is None:
            return
        network, now = self.network, self.desk.clock.now()
        key = f"read-again:{network.name}:{network.account}:{since.isoformat()}"
        said = (f"{label(network.name)} can be read again; what was posted since ", since, " is being taken in.")
        if self.desk.store.notice(key, self.desk.policy.leads_channel, said, now):
            self.desk.changed()
        self.silent_since = None

    def _say(self, trouble: NetworkTrouble) -> None:
        network, now = self.network, self.desk.clock.now()
        log.warning("poll.trouble network=%s account=%s", network.name, network.account)
        since = self.silent_since = self.silent_since or now
        key = f"unread:{network.name}:{network.account}:{since.isoformat()}"
        said = (f"{label(network.name)} cannot be read since ", since, f": {trouble.sentence}")
        if self.desk.store.notice(key, self.desk.policy.leads_channel, said, now):
            self.desk.changed()
