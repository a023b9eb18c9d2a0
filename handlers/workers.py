"""All workers: the threads that empty a queue, and the jobs of the schedule."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.word_caches import ERASED, WORDS_ERASED, empty_word_caches, people_were_erased, words_were_erased
from bot.ports import Damaged, Desk, OutOfService
from bot.ports.meter import Duration
from bot.services.backups import damage, reconciling, scheduled
from bot.services.backups.slack_knows import SlackKnows
from bot.services.base import clock_set_back
from bot.services.cases import owed
from bot.services.mentions import silence, unreadable
from bot.services.mentions.token_renewal import TokenRenewal, renews
from bot.services.reminders import remind
from bot.services.replies import sending, statement_sending
from bot.services.slack.out_of_service import OutOfServiceReport
from bot.services.slack.publishing import Publisher
from bot.services.storms import noticing
from bot.services.team import access
from handlers.draining import TimeLeft
from handlers.loops import NET, Loop, Work, Worker
from handlers.other_desks import CHANNELS, READ
from handlers.polling import Poller
from handlers.streaming import StreamFollower, StreamIntake, StreamReader, stream_mark, stream_name
from handlers.turns import Turns, patiently

if TYPE_CHECKING:
    from bot.ports.pushes import Pushes
    from handlers.other_desks import Hears
    from handlers.runs import Runs
    from handlers.schedule import Schedule

HOUSEKEEPING = 60.0  # seconds of pace time between two readings of people and groups
FOLLOWING = 120.0  # seconds of pace time until a network is told anew whose deletions concern us
TESTIFIES_EVERY = 10.0  # seconds of pace time
UNKNOWN_AGAIN = 10.0  # seconds of pace time after which Slack is asked again about people without an answer
INDEX_NEXT = 0.1  # seconds of pace time until further posts are indexed, so that people's actions go first
ALARM, READER, KEEPER, NOTICING = "alarm", "reader", "keeper", "noticing"


@dataclass(slots=True)
class Clockwork:
    """Starts and stops all workers."""

    desk: Desk
    publisher: Publisher
    poll_every: timedelta = timedelta(seconds=20)  # while little comes
    audit: Callable[[], None] | None = None  # checks every minute whether all is well
    oversee: Callable[[datetime], object] = lambda _: None  # checks the auditor
    testify: Callable[[datetime], object] = lambda _: None  # writes down, outside the database, how far it has come
    slack_knows: SlackKnows = field(default_factory=SlackKnows)
    pushes: "Sequence[Pushes]" = ()  # networks that tell of new posts by themselves
    streams: list[StreamReader] = field(default_factory=list)
    _followers: list[StreamFollower] = field(default_factory=list)
    _queues: list[Loop] = field(default_factory=list)  # publisher and sender
    _readers: list[Poller] = field(default_factory=list)
    _overseer: Loop | None = None
    _schedule: "Schedule | None" = None
    _turns: Turns = field(init=False)
    _out_of_service: OutOfServiceReport = field(default_factory=OutOfServiceReport)
    _overseen: float | None = None  # pace time of the last check of the auditor

    def __post_init__(self) -> None:
        self._turns = Turns(self.desk)

    def start(self) -> None:
        """Settle replies left by a kill, then run; the publisher settles messages left by a kill."""
        now = self.desk.clock.now()
        patiently(lambda: self._catch_up(now))
        self._queues = [self._loop(silence.PUBLISHER, self._publish), self._loop("sender", self._send)]
        self._overseer = self._loop("overseer", self._oversee, one_day())
        self._readers = [Poller(self.desk, one, self.poll_every) for one in self.desk.networks.values()]
        self._open_streams()
        self._schedule = self._scheduled()
        self._schedule.start()
        for loop in [*self._queues, self._overseer]:
            loop.start()
        for stream in self.streams:
            stream.start()

    def _catch_up(self, now: datetime) -> None:
        with self.desk.store.turn("catching up") as turn:
            if turn is not None:  # else another desk starts at this moment
                self._settle_all(now)

    def _settle_all(self, now: datetime) -> None:
        sending.recover(self.desk, now)
        statement_sending.recover_statements(self.desk, now)
        reconciling.doubt_approved(self.desk, now)  # before the sender looks, and before anybody is asked again
        clock_set_back.put_right(self.desk, now)
        owed.retime(self.desk, now)
        owed.owe_decisions(self.desk, now)
        self.desk.store.look_at_all_unreadables()
        unreadable.look_again(self.desk, now)  # before any report, since it may be readable now

    def wake(self) -> None:
        """Wake publisher, sender and alarm, since something changed."""
        for loop in self._queues:
            loop.wake()
        self._wake(ALARM, NOTICING)

    def jumped(self) -> None:
        """Handle a jump of time, or another speed of time."""
        if self._schedule is not None:
            self._schedule.tend()

    def read_now(self) -> None:
        """Read the networks at once, by whichever desk."""
        self._wake(*(one.name for one in self._readers))
        self.desk.store.tell_desks(READ)

    def read_soon(self, network: str, account: str) -> None:
        """Read an account whose network hints at something new, as soon as it may be, by whichever desk."""
        for one in self._readers:
            if (one.network.name, one.network.account) == (network, account) and self._schedule is not None:
                self._schedule.wake(one.name, after=one.soonest)
                if one.name not in self._turns.ours:
                    self.desk.store.tell_desks(one.name)

    def heard_from_others(self) -> "Hears":
        """Return what is done when another desk tells a topic."""
        hints = {one.name: partial(self._hinted, one) for one in self._readers}
        return {
            "work": self.wake,
            CHANNELS: self._channels_changed,
            READ: lambda: self._wake(*hints),
            **hints,
            ERASED: people_were_erased,
            WORDS_ERASED: words_were_erased,
        }

    def _hinted(self, reader: Poller) -> None:
        if self._schedule is not None:
            self._schedule.wake(reader.name, after=reader.soonest)

    def renew_streams(self) -> None:
        """Check what the networks tell by themselves, and open their streams anew."""
        for stream in self.streams:
            stream.renew()

    def renew_directory_soon(self) -> None:
        """Read people, groups and channels again at once, and run the jobs that depend on them, by whichever desk."""
        self._house_soon()
        self.desk.store.tell_desks(CHANNELS)

    def _channels_changed(self) -> None:
        self.desk.rooms.forget()
        self._house_soon()

    def _house_soon(self) -> None:
        from handlers.house import HOUSE  # noqa: PLC0415 - loaded with the schedule by then

        self._wake(*HOUSE)
        self.wake()

    def read_people_soon(self) -> None:
        """Read people and groups that changed, at once."""
        self._wake(READER)

    def in_hand(self) -> list[str]:
        """Return the names of the workers that work now."""
        jobs = self._schedule.in_hand() if self._schedule is not None else []
        return [*(one.name for one in self._queues if one.working), *jobs]

    def halt(self) -> None:
        """Begin nothing new; return at once."""
        for stream in self.streams:
            stream.halt()
        for loop in (*self._overseers(), *self._queues):
            loop.halt()
        if self._schedule is not None:
            self._schedule.halt()

    def stop(self, within: float = 25.0) -> None:
        """Finish the current work within so many real seconds, and stop."""
        self.halt()
        left = TimeLeft(within)
        for stream in self.streams:
            stream.stop()
        for loop in (*self._queues, *self._overseers()):
            loop.stop(left())
        if self._schedule is not None:
            self._schedule.stop(left())

    def workers(self) -> "list[Worker]":
        """Return all workers except the auditor."""
        tasks = self._schedule.tasks if self._schedule is not None else {}
        return [*self._queues, *self._overseers(), *(one for name, one in tasks.items() if name != silence.AUDITOR)]

    def runs(self) -> "Sequence[Runs]":
        """Return the runs of every job."""
        return self._schedule.runs() if self._schedule is not None else ()

    def late(self) -> list[str]:
        """Return the names of jobs that are late."""
        return self._schedule.late() if self._schedule is not None else []

    def pollers(self) -> list[Poller]:
        """Return the pollers of the accounts that this desk reads at present."""
        return [one for one in self._readers if one.name in self._turns.ours or one.by_each_desk]

    def _overseers(self) -> list[Loop]:
        return [self._overseer] if self._overseer is not None else []

    def _wake(self, *names: str) -> None:
        if self._schedule is not None:
            self._schedule.wake(*names)

    def _scheduled(self) -> "Schedule":
        """Return the schedule of the desk, with one thread per network, and the alarm first."""
        from handlers.house import DIGESTS, HOUSE, do  # noqa: PLC0415 - the jobs need not delay the open door
        from handlers.schedule import Schedule  # noqa: PLC0415 - nor need APScheduler

        schedule = Schedule(self.desk.clock, self._say_out_of_service)
        alone = self._turns.alone
        schedule.add(ALARM, alone(ALARM, self._remind))
        for one in self._readers:
            schedule.add(one.name, one.one_round if one.by_each_desk else alone(one.name, one.one_round), one_day())
            if renews(one.network):
                token = TokenRenewal(self.desk, one.network)
                # By each desk: its tokens are in its own state directory.
                schedule.add(token.name, partial(self._renew, token), one_day(), one.name)
        for name, job in HOUSE.items():
            schedule.add(name, alone(name, partial(do, self.desk, name, job)), HOUSEKEEPING, KEEPER)
        for follower in self._followers:
            name = f"deletions-{stream_name(follower.pushes)}"
            schedule.add(name, alone(name, follower.one_round, stream_name(follower.pushes)), FOLLOWING)
        schedule.add(READER, self._read_people, HOUSEKEEPING)  # by each desk: the one that hears of a change reads it
        schedule.add(NOTICING, alone(NOTICING, self._notice, anew=self.desk.noticing.forget), HOUSEKEEPING)
        if self.desk.backups is not None:
            schedule.add("backup", alone("backup", self._back_up), scheduled.LOOKED_EVERY.total_seconds())
        schedule.add("pages", alone("pages", self._check_pages), damage.CHECKED_EVERY.total_seconds())
        schedule.add("witness", self.write_testimony, TESTIFIES_EVERY, NOTICING)
        schedule.add(
            "words in memory", self._empty_word_caches, HOUSEKEEPING, NOTICING
        )  # by each desk: its own memory
        schedule.add("indexer", alone("indexer", self._index), HOUSEKEEPING, NOTICING)
        if self.audit is not None:
            schedule.add(silence.AUDITOR, self._audit, HOUSEKEEPING)  # by each desk: it checks its own workers, too
            for name, job in DIGESTS.items():
                schedule.add(name, alone(name, partial(do, self.desk, name, job)), HOUSEKEEPING, silence.AUDITOR)
        return schedule

    def _open_streams(self) -> None:
        """Make the reader and the intake of each stream; the intakes are queues like the others."""
        for one in self.pushes:
            reader = StreamReader(self.desk, one, stream_mark(self.desk), lambda _: None)
            intake = StreamIntake(self.desk, one, partial(self.read_soon, one.name), reader.state)
            loop = self._loop(f"intake-{stream_name(one)}", partial(self._take_in, reader, intake))
            reader.heard, intake.wake = intake.heard, loop.wake
            reader.hold(ours=False)  # until its first round
            self._followers.append(StreamFollower(self.desk, one, reader.mark, reader.state))
            self.streams.append(reader)
            self._queues.append(loop)

    def _take_in(self, reader: StreamReader, intake: StreamIntake) -> float | None:
        """Hold the stream, and take in what it tells, while that is this desk's turn."""

        def work() -> float | None:
            reader.hold(ours=True)
            return intake.one_round()

        name = stream_name(reader.pushes)
        wait = self._turns.alone(name, work)()
        if name not in self._turns.ours:
            reader.hold(ours=False)
        return wait

    def _audit(self) -> None:
        if self.audit is not None:
            self.audit()

    def _check_pages(self) -> None:
        damage.check_pages(self.desk, self.desk.clock.now())

    def write_testimony(self) -> None:
        """Write down, outside the database, how far it has come."""
        self.testify(self.desk.clock.now())

    def _back_up(self) -> None:
        scheduled.back_up(self.desk, self.desk.clock.now())

    def _renew(self, token: TokenRenewal) -> float:
        return token.one_round(self.desk.clock.now())

    def _loop(self, name: str, work: Work, every: float = NET) -> Loop:
        return Loop(name, work, self.desk.clock.real_seconds, every, self._say_out_of_service)

    def _oversee(self) -> float:
        """Watch the schedule: compute its moments anew every few seconds, and check the auditor every minute."""
        self.jumped()
        pace = self.desk.clock.pace()
        if self._overseen is None or pace - self._overseen >= HOUSEKEEPING:
            self._overseen = pace
            self.oversee(self.desk.clock.now())
        return NET / self.desk.clock.real_seconds(1.0)

    def _say_out_of_service(self, trouble: OutOfService) -> None:
        if isinstance(trouble, Damaged):
            with suppress(OutOfService):  # where even that cannot be written, no attempt can
                damage.begin_damage(self.desk, str(trouble), self.desk.clock.now())
        self._out_of_service.say(self.desk, trouble, self.desk.clock.now())

    def _publish(self) -> float | None:
        self.publisher.reconcile(self.desk.clock.now())
        return self.publisher.one_round(self.desk.clock.now())

    def _send(self) -> float | None:
        now = self.desk.clock.now()
        sending.recover_late(self.desk, now)
        sending.void_old_approvals(self.desk, now)
        self.slack_knows.look(self.desk, now)
        if self.desk.store.to_send(now) or any(one.is_due(now) for one in self.desk.store.undone_statement_posts()):
            self.write_testimony()  # a database that went back since is held before anything goes out
        if sending.send_due(self.desk, now) + statement_sending.post_due_statements(self.desk, now):
            self.write_testimony()  # so that a copy from before a reply is noticed, however young it is
        looked = sending.check_due_outcomes(self.desk, now) + statement_sending.check_due_statements(self.desk, now)
        return _until(statement_sending.next_send_or_look_at(self.desk), self.desk.clock.now(), moved=looked > 0)

    def _remind(self) -> float | None:
        clock_set_back.put_right(self.desk, self.desk.clock.now())
        due, now = self.desk.store.next_reminder_at(), self.desk.clock.now()
        if due is not None and due <= now:
            self.desk.meter.took(Duration.REMINDER, (now - due).total_seconds())
        reminded = remind.remind(self.desk, self.desk.clock.now())
        if reminded:
            self.wake()
        return _until(self.desk.store.next_reminder_at(), self.desk.clock.now(), moved=reminded > 0)

    def _read_people(self) -> float | None:
        return UNKNOWN_AGAIN if access.read_forgotten(self.desk, self.desk.clock.now()) else None

    def _notice(self) -> float | None:
        """Look at what came in lately; at once again while more waits."""
        return INDEX_NEXT if noticing.check_new_posts(self.desk, self.desk.clock.now()) else None

    def _empty_word_caches(self) -> None:
        empty_word_caches(self.desk.clock.now())

    def _index(self) -> float | None:
        """Add some posts to the index of words; a search reads the waiting ones by itself."""
        return INDEX_NEXT if self.desk.store.index_words() else None


def _until(moment: datetime | None, now: datetime, *, moved: bool) -> float | None:
    """Return the seconds until then; None if it has passed and the last round moved nothing, to avoid spinning."""
    if moment is None or (moment <= now and not moved):
        return None
    return max((moment - now).total_seconds(), 0.001)


def one_day() -> float:
    """Return the seconds of a day, since a poller returns its own next moment."""
    return timedelta(days=1).total_seconds()
