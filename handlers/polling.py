"""Reads one account's streams, each as often as its network allows."""

import logging
from dataclasses import field
from datetime import timedelta

from bot.domain.accounts.holds import Use
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import RECORDED
from bot.domain.mentions.poll_pace import SHORTEST, pause_before_next
from bot.ports import Conflict, CountsReadings, Desk, LimitsPolling, Network, NetworkTrouble, OutOfService
from bot.services.accounts.holds import hold_on
from bot.services.mentions import intake, unreadable
from bot.services.mentions.readings import Readings

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Poller:
    """Reads one account's streams in turn; `readings` tracks and reports whether they can be read."""

    desk: Desk
    network: Network
    every: timedelta  # while little comes; no less than the network's own shortest pause
    readings: Readings = field(init=False)
    resting: float = 0.0  # seconds until the next reading
    _held: dict[str, tuple[float, float]] = field(default_factory=dict)  # streams: until when (pace), for how long
    _not_before: float = 0.0  # in pace time: until then no hint has the account read

    def __post_init__(self) -> None:
        self.readings = Readings(self.network)
        if isinstance(self.network, LimitsPolling):
            self.every = max(self.every, self.network.shortest_pause)

    @property
    def name(self) -> str:
        """Return the name of this worker for people."""
        return f"poll-{self.network.name}-{self.network.account}"

    @property
    def by_each_desk(self) -> bool:
        """Return whether each desk reads it: recorded posts wait in the process that they were given to."""
        return self.network.name == RECORDED

    def one_round(self) -> float:
        """Read each stream that is due; return the seconds until the next time."""
        self._not_before = self.desk.clock.pace() + self._apart()  # also when this round breaks off
        for stream in self.network.streams:
            if self._left_of(stream) <= 0 and not self._account_waits() and not self.desk.draining.is_set():
                self._held.pop(stream, None)
                self._read(stream)
        self.resting = max(self._pace(), self._account_waits())
        self._not_before = self.desk.clock.pace() + max(self._apart(), self._account_waits())
        return self.resting

    def soonest(self) -> float:
        """Return in how many seconds a hint may have the account read, so that hints never exceed what is allowed."""
        return max(self._not_before - self.desk.clock.pace(), 0.0)

    def _apart(self) -> float:
        """Return the least seconds between two readings."""
        least = max(SHORTEST, self.network.shortest_pause if isinstance(self.network, LimitsPolling) else SHORTEST)
        met = self.network.met if isinstance(self.network, CountsReadings) else {}
        read = [one for stream, one in met.items() if one.allowance.whole and self._left_of(stream) <= 0]
        counted = [pause_before_next(least, one.load, one.allowance) for one in read]
        return max([least, *counted]).total_seconds()

    def rests(self, stream: str) -> float:
        """Return for how many seconds a stream is not read on purpose."""
        return max(self.resting, self._held.get(stream, (0.0, 0.0))[1])

    def _pace(self) -> float:
        """Return the seconds until the next reading; a stream with few readings left waits longer than others."""
        met = self.network.met if isinstance(self.network, CountsReadings) else {}
        waits = []
        for stream, one in met.items():
            left = self._left_of(stream)
            if left <= 0:
                left = pause_before_next(self.every, one.load, one.allowance).total_seconds()
                if one.allowance.is_scarce(self.every) or not one.allowance.whole:
                    self._held[stream] = (self.desk.clock.pace() + left, left)
            if one.allowance.whole:
                waits.append(left)
        held = [self._left_of(stream) for stream in self._held]
        return min(waits or held or [self.every.total_seconds()])

    def _account_waits(self) -> float:
        """Return for how many seconds the network asked not to be read, also before a restart."""
        now = self.desk.clock.now()
        hold = hold_on(self.desk, self.network.name, self.network.account, Use.POLL, now)
        return (hold.until - now).total_seconds() if hold else 0.0

    def _left_of(self, stream: str) -> float:
        return self._held.get(stream, (0.0, 0.0))[0] - self.desk.clock.pace()

    def _read(self, stream: str) -> None:
        try:
            self._poll(stream)
        except NetworkTrouble as trouble:
            log.warning("poll.trouble network=%s account=%s", self.network.name, self.network.account)
            self.readings.met(self.desk, stream, trouble, self.desk.clock.now())
        else:
            self.readings.went_well(self.desk, stream, self.desk.clock.now())

    def _poll(self, stream: str) -> None:
        try:
            intake.poll(self.desk, self.network, stream, self.desk.clock.now())
            unreadable.tell_unreadable(self.desk, self.desk.clock.now())
        except (NetworkTrouble, OutOfService, Conflict):
            raise
        except Exception as odd:  # one bad stream must not stop the others
            log.exception("poll.broken network=%s stream=%s", self.network.name, stream)
            raise NetworkTrouble(f"Something unexpected came in between ({type(odd).__name__}).") from odd
