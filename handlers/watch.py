"""The auditor: checks everything once a minute, reports what is wrong, and pings the heartbeat only if nothing is."""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from datetime import datetime
from functools import partial

from bot.domain.base.health import findings
from bot.domain.base.idle_rounds import STALLED, IdleRounds
from bot.domain.base.quick_dataclass import dataclass
from bot.gateways.findings import Finding, bad
from bot.ports import Desk, OutOfService
from bot.services.halts.gate import reminders_wait
from bot.services.mentions import silence
from handlers.hearing import Listens
from handlers.loops import Worker
from handlers.polling import Poller

log = logging.getLogger(__name__)
_HANDLE = re.compile(r"@[\w.-]+")  # also our own: the log names nobody

EVERY = 60.0  # seconds of pace time between two rounds
DEAF = 2  # rounds in a row without a working connection before it is reported


@dataclass(slots=True)
class Watch:
    """It counts in rounds, so that a jump of the clock has no effect.

    `ping` is called only while all checks succeed; it never raises. The overseer checks the auditor itself, by
    `overseen`.
    """

    desk: Desk
    workers: Callable[[], Sequence[Worker]]
    pollers: Callable[[], Sequence[Poller]]
    ping: Callable[[], object] = lambda: None
    doors: Callable[[], Sequence[Listens]] = lambda: ()
    stopped: Sequence[str] = ()  # workers that had stopped in the last round
    still: Sequence[str] = ()  # names of workers that had stopped then
    looked_at: float | None = None  # in pace time: the last round
    asleep: bool = False  # the auditor itself has stopped
    rounds: int = 0
    _since: datetime | None = None
    _idle: IdleRounds = field(default_factory=IdleRounds)
    _silent: dict[str, datetime] = field(default_factory=dict)  # stopped workers, as reported
    _deaf: dict[str, tuple[int, datetime]] = field(default_factory=dict)  # connections: rounds so far, and since when

    def round(self) -> None:
        """Check everything once; ping only if nothing is wrong."""
        now = self.desk.clock.now()
        self._since = self._since or now
        broken = self._done(
            [partial(poller.readings.listen, self.desk, self._since, now) for poller in self.pollers()]
        )
        self.stopped = [*self._stalled(now), *self._unread(now)]
        own = [*self.stopped, *self._unheard(now), *self.shut_out()]
        self.desk.store.note_own_troubles(own)
        with self.desk.store.turn("heartbeat", keep=True) as turn:
            troubles = [*own, *(self._of_all(now) if turn is not None else ())]
            for trouble in troubles:
                log.warning("audit.finding what=%s", _HANDLE.sub("@...", trouble))
            if turn is not None and not troubles:
                self.ping()
        self.rounds += 1
        self.looked_at = self.desk.clock.pace()
        if broken:
            raise broken[0]

    def _of_all(self, now: datetime) -> list[str]:
        """Return the failed checks of the store, and what other running desks ail from."""
        others = [f"{one.name}: {one.troubles}" for one in self.desk.store.running_desks() if one.troubles]
        return [*self.findings(now), *others]

    def _done(self, jobs: Sequence[Callable[[], object]]) -> list[Exception]:
        """Do each job, also after a failure of others; return the unexpected errors."""
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

    def overseen(self, now: datetime) -> None:
        """Check whether the auditor itself still runs; called by the overseer, once a minute."""
        self.asleep = self._idle.of(("part", "auditor"), self.rounds) > STALLED
        self._tell_of("auditor", now, stopped=self.asleep, ran=self.rounds > 0)

    def deaf(self) -> list[Finding]:
        """Check every connection now; return the sentences of those that fail."""
        return [finding for door in self.doors() if (finding := _asked(door))]

    def findings(self, now: datetime) -> list[str]:
        """Return the failed checks of the store."""
        loose = self.desk.store.loose_ends(now)
        return findings(replace(loose, not_reminded=()) if reminders_wait(self.desk) else loose, now)

    def shut_out(self) -> list[str]:
        """Log a report that cannot be posted in Slack; only the heartbeat, the log and `heard doctor` are left."""
        word = self.desk.chat.shut_out
        return [f"Slack does not accept the desk's token any more ({word}), so nothing is sent."] if word else []

    def _unheard(self, now: datetime) -> list[str]:
        """Return sentences on failing connections; lasting failures are reported, and their end."""
        found = []
        for door in self.doors():
            finding = _asked(door)
            so_far, since = self._deaf.pop(door.name, (0, now))
            if finding is not None:
                found.append(finding.what)
                self._deaf[door.name] = (so_far + 1, since)
                if so_far == DEAF:
                    silence.say_deaf(
                        self.desk, door.name, f"{finding.what} For whoever runs Heard: {finding.remedy}", since, now
                    )
            elif so_far > DEAF or (left := silence.left_deaf(self.desk, door.name)):
                silence.say_hears(self.desk, door.name, door.again, since if so_far > DEAF else left or since, now)
        return found

    def _stalled(self, now: datetime) -> list[str]:
        """Report stopped workers; of those on one thread only the one that blocks it."""
        workers = list(self.workers())
        still = [one.name for one in workers if self._idle.of(("loop", one.name), one.rounds) > _allowed(one)]
        self.still = still
        named = [one for one in workers if one.name not in still or one.behind not in still]
        for one in named:
            self._tell_of(one.name, now, stopped=one.name in still, ran=one.rounds > 0)
        return [silence.stands_still(one.name) for one in named if one.name in still]

    def _tell_of(self, worker: str, now: datetime, *, stopped: bool, ran: bool = True) -> None:
        """Report once that a worker stopped, and that it runs again, also after an earlier process reported it."""
        if stopped and worker not in self._silent:
            self._silent[worker] = now
            silence.say_stopped(self.desk, worker, now)
        elif not stopped and ran:
            since = self._silent.pop(worker, None) or silence.left_stopped(self.desk, worker)
            if since:
                silence.say_runs_again(self.desk, worker, since, now)

    def _unread(self, now: datetime) -> list[str]:
        return [
            one for poller in self.pollers() for one in poller.readings.look(self.desk, partial(_rests, poller), now)
        ]


def _rests(poller: Poller, stream: str) -> float:
    """Return for how many rounds a stream is not read on purpose."""
    return poller.rests(stream) / EVERY


def _asked(door: Listens) -> Finding | None:
    try:
        return door.deaf()
    except Exception as odd:  # one connection must not stop the checks of others
        log.exception("audit.door name=%s", door.name)
        return bad(
            f"The desk cannot tell whether it hears ({door.name}: {type(odd).__name__}).", "See the desk's log."
        )


def _allowed(worker: Worker) -> float:
    return STALLED + worker.resting / EVERY
