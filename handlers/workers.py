"""The desk's own clockwork: threads that publish, send, remind, read the networks and keep the house."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.reading import OURS, InChannel
from bot.domain.text import for_slack
from bot.ports import Desk, Message, OutOfService
from bot.services import (
    access,
    assigning,
    backlogs,
    casework,
    handing_over,
    holding,
    outgoing,
    reminding,
    rewinding,
    rooms,
    sending,
    swapping,
    unreadable,
    watching,
)
from bot.services.publishing import Publisher
from handlers.polling import Poller

log = logging.getLogger(__name__)

NET = 5.0  # seconds of pace time after which a loop looks again, whatever it was told
SETTLE = 0.02  # real seconds between a change and the look at it: the click's ack goes first, a burst is one look
HOUSEKEEPING = 60.0  # seconds of pace time between two readings of people and groups (ARCHITECTURE 6)
UNKNOWN_AGAIN = 10.0  # seconds of pace time after which Slack is asked again about whoever it did not tell of
SAID_AGAIN = timedelta(hours=1)
INDEX_NEXT = 0.1  # seconds of pace time until further posts are indexed: what people do goes first
AFTER_TROUBLE = 10.0  # seconds of pace time that a loop rests after something unforeseen


@dataclass(slots=True)
class Loop:
    """A thread that works until there is nothing to do and then rests until it is woken, at most `every` seconds.

    `work` returns the seconds of pace time until it wants to run again; None: when woken, or after `every`.
    """

    name: str
    work: Callable[[], float | None]
    real_seconds: Callable[[float], float]
    every: float = NET
    out_of_service: Callable[[OutOfService], None] = lambda _: None
    _woken: threading.Event = field(default_factory=threading.Event)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    rounds: int = 0  # that ended well
    resting: float = 0.0  # seconds of pace time it chose to rest after the last one

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Make the loop look again at once."""
        self._woken.set()

    def stop(self, within: float = 25.0) -> None:
        """Let the work in hand finish, at most `within` real seconds."""
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(within)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            wait = self._once()
            if wait is None or wait > 0:
                self.resting = self.every if wait is None else min(wait, self.every)
                if self._woken.wait(max(self.real_seconds(self.resting), 0.001)):
                    self._stopping.wait(SETTLE)

    def _once(self) -> float | None:
        try:
            wait = self.work()
        except OutOfService as trouble:
            log.critical(
                "store.out_of_service loop=%s why=%s", self.name, type(trouble.__cause__ or trouble).__name__
            )
            self._say_it(trouble)
        except Exception:  # around one round of a loop: it must go on, and it rests so as not to spin
            log.exception("loop.broken name=%s", self.name)
        else:
            self.rounds += 1
            return wait
        return AFTER_TROUBLE

    def _say_it(self, trouble: OutOfService) -> None:
        try:
            self.out_of_service(trouble)
        except Exception:  # it must not end the thread
            log.exception("loop.not_said name=%s", self.name)


@dataclass(slots=True)
class Clockwork:
    """Starts and stops everything that runs by itself."""

    desk: Desk
    publisher: Publisher
    poll_every: timedelta = timedelta(seconds=20)  # while little comes
    audit: Callable[[], None] | None = None  # looks every minute whether all is well
    oversee: Callable[[datetime], object] = lambda _: None  # looks whether the auditor does
    _eager: list[Loop] = field(default_factory=list)  # woken by every change
    _pollers: list[Loop] = field(default_factory=list)
    _readers: list[Poller] = field(default_factory=list)
    _keeper: Loop | None = None
    _reader: Loop | None = None
    _last_said: datetime | None = None
    _indexer: Loop | None = None
    _auditor: Loop | None = None

    def start(self) -> None:
        """Repair what a kill left half sent, then run; the publisher repairs what was left half told."""
        sending.recover(self.desk, self.desk.clock.now())
        rewinding.look(self.desk, self.desk.clock.now())
        casework.retime(self.desk, self.desk.clock.now())
        casework.owe_decisions(self.desk, self.desk.clock.now())
        self.desk.store.look_at_all_unreadables()
        unreadable.look_again(self.desk, self.desk.clock.now())  # before any is said: it may be read now
        self._eager = [
            self._loop(watching.PUBLISHER, self._publish),
            self._loop("sender", self._send),
            self._loop("alarm", self._remind),
        ]
        self._readers = [Poller(self.desk, one, self.poll_every) for one in self.desk.networks.values()]
        self._pollers = [
            self._loop(f"poll-{one.network.name}-{one.network.account}", one.step, one_day()) for one in self._readers
        ]
        self._keeper = self._loop("keeper", self._keep, HOUSEKEEPING)
        self._reader = self._loop("reader", self._read_people, HOUSEKEEPING)
        self._indexer = self._loop("indexer", self._index, HOUSEKEEPING)
        for loop in self._all():
            loop.start()
        if self.audit is not None:
            self._auditor = self._loop("auditor", self._audit, HOUSEKEEPING)
            self._auditor.start()

    def wake(self) -> None:
        """Make publisher, sender and alarm look again: something changed."""
        for loop in self._eager:
            loop.wake()

    def read_now(self) -> None:
        """Read the networks at once."""
        for loop in self._pollers:
            loop.wake()

    def renew_directory_soon(self) -> None:
        """Read people and groups again at once."""
        if self._keeper is not None:
            self._keeper.wake()

    def read_people_soon(self) -> None:
        """Read those at once of whom Slack said that they changed."""
        if self._reader is not None:
            self._reader.wake()

    def stop(self) -> None:
        """Stop; what was in hand is finished first."""
        for loop in [*([self._auditor] if self._auditor else []), *self._all()]:
            loop.stop()

    def loops(self) -> list[Loop]:
        """Return every loop but the auditor's own."""
        return self._all()

    def pollers(self) -> list[Poller]:
        """Return those who read the networks."""
        return self._readers

    def _all(self) -> list[Loop]:
        keepers = [one for one in (self._keeper, self._reader, self._indexer) if one is not None]
        return [*keepers, *self._eager, *self._pollers]

    def _loop(self, name: str, work: Callable[[], float | None], every: float = NET) -> Loop:
        return Loop(name, work, self.desk.clock.real_seconds, every, self._say_out_of_service)

    def _say_out_of_service(self, trouble: OutOfService) -> None:
        """Tell the leads without the store, which is what cannot be written to; at most once an hour."""
        now = self.desk.clock.now()
        if self._last_said is not None and abs(now - self._last_said) < SAID_AGAIN:
            return
        self._last_said = now
        sentence = (
            f"The desk cannot write anything down ({_first_line(trouble)}) and has stopped sending. What was "
            "acknowledged is safe. Whoever runs Heard can make room on the disk or free the database; the desk then "
            "goes on by itself."
        )
        leads = InChannel(self.desk.policy.leads_channel)
        outgoing.post(self.desk, leads, Message(text=sentence, kept_to=OURS), now)

    def _publish(self) -> float | None:
        self.publisher.reconcile(self.desk.clock.now())
        return self.publisher.step()

    def _send(self) -> float | None:
        now = self.desk.clock.now()
        sending.recover_late(self.desk, now)
        sending.void_old_approvals(self.desk, now)
        sending.send_due(self.desk, now)
        looked = sending.look_due(self.desk, now)
        moments = [one for one in (self.desk.store.next_look_at(), self.desk.store.next_send_at()) if one]
        return _until(min(moments, default=None), self.desk.clock.now(), moved=looked > 0)

    def _remind(self) -> float | None:
        rewinding.look(self.desk, self.desk.clock.now())
        reminded = reminding.remind(self.desk, self.desk.clock.now())
        if reminded:
            self.wake()
        return _until(self.desk.store.next_reminder_at(), self.desk.clock.now(), moved=reminded > 0)

    def _read_people(self) -> float | None:
        return UNKNOWN_AGAIN if access.read_forgotten(self.desk, self.desk.clock.now()) else None

    def _index(self) -> float | None:
        """Put some posts into the index of words; a search looks at those that wait by itself."""
        return INDEX_NEXT if self.desk.store.index_words() else None

    def _audit(self) -> float | None:
        if self.audit is not None:
            self.audit()
        return None

    def _keep(self) -> float | None:
        """Do the house's work; what is broken stops nothing else, but the round does not count."""
        broken = [trouble for job in self._jobs() if (trouble := _troubled(job, self.desk))]
        if broken:
            raise broken[0]
        return None

    def _jobs(self) -> "Sequence[Job]":
        return (
            rooms.look,
            backlogs.say,
            access.renew_directory,
            casework.tidy,
            holding.check_claims,
            assigning.give_out_waiting,
            swapping.expire,
            handing_over.hand_over_ended,
            handing_over.look_who_is_on,
            lambda _, now: self.oversee(now),
            unreadable.look_again,
            unreadable.say,
        )


def _first_line(trouble: OutOfService) -> str:
    """Return what the database says is wrong with it, without its details and inert."""
    return for_slack((str(trouble).splitlines() or [""])[0], 200)


def _until(moment: datetime | None, now: datetime, *, moved: bool) -> float | None:
    """Return the seconds until then; None where it has passed and the round just done moved nothing (do not spin)."""
    if moment is None or (moment <= now and not moved):
        return None
    return max((moment - now).total_seconds(), 0.001)


Job = Callable[[Desk, datetime], object]


def _troubled(job: Job, desk: Desk) -> Exception | None:
    """Do a job and return what nobody foresaw about it."""
    try:
        job(desk, desk.clock.now())
    except OutOfService:
        raise
    except Exception as trouble:  # around one job of a round: the others are not to blame
        log.exception("keeper.broken")
        return trouble
    return None


def one_day() -> float:
    """Return the seconds of a day: a poller says itself when it wants to read again."""
    return timedelta(days=1).total_seconds()
