"""The desk's schedule: one APScheduler, with jobs timed by the desk's clock, which may run fast or jump.

The scheduler only says when to check. Due work is in the store, and the next moment of each task is kept here, so
`tend` repairs a job that the scheduler lost, or timed by a wrong clock.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from queue import SimpleQueue

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobExecutionEvent,
    JobSubmissionEvent,
)
from apscheduler.executors.base import BaseExecutor, run_job
from apscheduler.job import Job
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.domain.base.quick_dataclass import dataclass
from bot.ports.desk import Clock
from handlers.draining import TimeLeft
from handlers.loops import AFTER_TROUBLE, NET, SETTLE, Tells, Work, bounded_wait, met
from handlers.runs import Runs

# By the library's default a run more than a second late is skipped, and its zone is the machine's.
OPTIONS = {"timezone": UTC, "job_defaults": {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}}

logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)  # `met` reports a run's error once
logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)  # a task due during its own run is usual

LATE = 60.0  # seconds of pace time after which a job that is due and does not run counts as late


class State(Enum):
    """The state of a task: its job waits for its moment, waits for the thread, or runs."""

    WAITING = auto()
    QUEUED = auto()
    RUNNING = auto()


@dataclass(slots=True, eq=False)
class Task:
    """A repeated job: run when its last run asked for it, when woken, and every `every` seconds of pace time."""

    name: str
    work: Work
    thread: "JobThread"
    place: int = 0
    every: float = NET
    due: float = 0.0  # in pace time
    state: State = State.WAITING
    again: Callable[[], float] | None = None  # woken while it ran: seconds from its end until the next run
    rounds: int = 0  # that ended well
    resting: float = 0.0
    runs: Runs = field(default_factory=Runs)

    @property
    def id(self) -> str:
        """Return the name of its job; the library starts jobs due at one moment in the order of names."""
        return f"{self.place:03} {self.name}"

    @property
    def behind(self) -> str:
        """Return the name of the task that occupies this one's thread."""
        ahead = self.thread.in_hand if self.state is State.QUEUED else ""
        return ahead if ahead != self.name else ""


class TaskTrigger(BaseTrigger):
    """A trigger that converts a task's next moment into the scheduler's real time."""

    __slots__ = ("_clock", "_task")

    def __init__(self, task: Task, clock: Clock) -> None:
        self._task, self._clock = task, clock

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Return when the task is due; after a start, a whole interval from now, until the run's end sets it.

        It always returns a moment, since without one the scheduler would delete the job. After a start it is in the
        future, since the scheduler asks until it gets such a one.
        """
        if previous_fire_time is not None:
            return now + timedelta(seconds=bounded_wait(self._clock.real_seconds(self._task.every)))
        left = self._clock.real_seconds(self._task.due - self._clock.pace())
        return now + timedelta(seconds=bounded_wait(left) if left > 0 else 0.0)


class JobThread(BaseExecutor):
    """One thread that runs its jobs one after another; a slow job does not delay those of other threads.

    It ends with the process and keeps its database connection, unlike the library's pool.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.in_hand = ""
        self._queue: SimpleQueue[tuple[Job, list[datetime]] | None] = SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self, scheduler: BaseScheduler, alias: str) -> None:
        """Start the thread."""
        super().start(scheduler, alias)
        self._thread.start()

    def shutdown(self, wait: bool = True) -> None:  # noqa: ARG002 - as the library calls it
        """Begin no further job. It does not wait, since the scheduler holds locks that a run may need."""
        self._stopping.set()
        self._queue.put(None)

    def join(self, within: float) -> None:
        """Wait for the current job, at most `within` real seconds."""
        if self._thread.is_alive():
            self._thread.join(within)

    def _do_submit_job(self, job: Job, run_times: list[datetime]) -> None:
        job.args[0].state = State.QUEUED
        self._queue.put((job, run_times))

    def _run(self) -> None:
        while (one := self._queue.get()) is not None and not self._stopping.is_set():
            self.do(*one)

    def do(self, job: Job, run_times: list[datetime]) -> None:
        """Run a job and report its result to the scheduler's listeners."""
        self.in_hand = job.args[0].name
        try:
            events = run_job(job, "default", run_times, self._logger.name)
        finally:
            self.in_hand = ""
        self._run_job_success(job.id, events)


@dataclass(slots=True)
class Schedule:
    """All scheduled tasks of the desk, by name."""

    clock: Clock
    tell: Tells = lambda _: None
    scheduler: BaseScheduler = field(default_factory=lambda: BackgroundScheduler(**OPTIONS))
    new_thread: Callable[[str], JobThread] = JobThread
    tasks: dict[str, Task] = field(default_factory=dict)
    _threads: dict[str, JobThread] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)  # taken before the library's own, never after
    _stopping: bool = False

    def add(self, name: str, work: Work, every: float = NET, thread: str = "") -> None:
        """Add a task before the start; tasks of the same thread run one after another, in this order."""
        where = thread or name
        if where not in self._threads:
            self._threads[where] = self.new_thread(where)
            self.scheduler.add_executor(self._threads[where], where)
        self.tasks[name] = Task(name, work, self._threads[where], len(self.tasks), every)

    def start(self) -> None:
        """Run every task at once, and then whenever it is due."""
        self.scheduler.add_listener(self._ended, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR | EVENT_JOB_MISSED)
        self.scheduler.add_listener(self._overran, EVENT_JOB_MAX_INSTANCES)
        with self._lock:
            for task in self.tasks.values():
                task.due = self.clock.pace()
                self._arm(task)
        self.scheduler.start()

    def in_hand(self) -> list[str]:
        """Return the names of the jobs that run."""
        return [one.in_hand for one in self._threads.values() if one.in_hand]

    def halt(self) -> None:
        """Begin no further job."""
        with self._lock:
            self._stopping = True
        if self.scheduler.running:
            self.scheduler.shutdown(wait=False)

    def stop(self, within: float = 25.0) -> None:
        """Wait for the current jobs, at most `within` real seconds for all; begin no other."""
        self.halt()
        left = TimeLeft(within)
        for thread in self._threads.values():
            thread.join(left())

    def wake(self, *names: str, after: Callable[[], float] | None = None) -> None:
        """Run tasks at once, since something changed; a running one runs again after its end.

        `after` returns the seconds of pace time to wait first; for a running task it is asked when that has ended.
        """
        with self._lock:
            for name in names:
                self._wake(self.tasks[name], after or _at_once)

    def tend(self) -> None:
        """Compute the moment of every waiting task anew, after a lost job, a jump of time, or a changed clock."""
        with self._lock:
            for task in self.tasks.values():
                if task.state is State.WAITING or self.scheduler.get_job(task.id) is None:
                    self._arm(task)

    def runs(self) -> Sequence[Runs]:
        """Return the runs of every task."""
        now, pace = self.clock.now(), self.clock.pace()
        return [one.runs.known(one.name, self._next(one, now, pace)) for one in self.tasks.values()]

    def late(self) -> list[str]:
        """Return the names of jobs that are due for a minute and do not run, or are due again while they run."""
        before = self.clock.pace() - LATE
        waits = [one for one in self.tasks.values() if one.state is not State.RUNNING and one.due < before]
        overdue = [one for one in self.tasks.values() if one.state is State.RUNNING and one.runs.overran]
        return [one.name for one in (*waits, *overdue)]

    def _next(self, task: Task, now: datetime, pace: float) -> datetime | None:
        if task.state is not State.WAITING or self.scheduler.get_job(task.id) is None:
            return None
        return now + timedelta(seconds=max(task.due - pace, 0.0))

    def _wake(self, task: Task, after: Callable[[], float]) -> None:
        if task.state is State.RUNNING:
            task.again = after if task.again is not _at_once else _at_once
        elif task.due > (soon := self.clock.pace() + self._settled(after())):
            task.due = soon
            self._arm(task)

    def _settled(self, seconds: float) -> float:
        return max(seconds, SETTLE / self.clock.real_seconds(1.0))

    def _arm(self, task: Task) -> None:
        if self._stopping:
            return
        trigger = TaskTrigger(task, self.clock)
        try:
            self.scheduler.reschedule_job(task.id, trigger=trigger)
        except JobLookupError:
            where = task.thread.name
            self.scheduler.add_job(self._round, trigger, [task], id=task.id, name=task.name, executor=where)

    def _round(self, task: Task) -> float | None:
        with self._lock:  # a wake-up from here on may be about data read already
            task.state, task.again = State.RUNNING, None
        task.runs.begins(self.clock.now(), self.clock.pace())
        return task.work()

    def _ended(self, event: JobExecutionEvent) -> None:
        task = self._of(event)
        if event.code != EVENT_JOB_MISSED:  # a missed run has not begun; it is tried again like a failed one
            task.runs.ends(self.clock.pace(), event.exception)
        if event.code == EVENT_JOB_EXECUTED:
            task.rounds += 1
        elif event.exception is not None:
            met(task.name, event.exception, self.tell)
        with self._lock:
            task.state = State.WAITING
            task.due = self.clock.pace() + self._rest(task, _asked(event))
            self._arm(task)

    def _rest(self, task: Task, wait: float | None) -> float:
        task.resting = task.every if wait is None else min(wait, task.every)
        if task.again is None:
            return task.resting
        return min(task.resting, self._settled(task.again()))

    def _of(self, event: JobExecutionEvent | JobSubmissionEvent) -> Task:
        return next(one for one in self.tasks.values() if one.id == event.job_id)

    def _overran(self, event: JobSubmissionEvent) -> None:
        self._of(event).runs.overran += 1


def _at_once() -> float:
    return 0.0


def _asked(event: JobExecutionEvent) -> float | None:
    """Return the seconds until the next run as the run asked; after a failure a fixed wait."""
    wait: float | None = event.retval if event.code == EVENT_JOB_EXECUTED else AFTER_TROUBLE
    return wait
