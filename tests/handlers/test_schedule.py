"""The schedule: no run is lost, dropped as late or left out, whatever happens to jobs, clocks and threads."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

import pytest
from apscheduler.executors.base import BaseExecutor
from apscheduler.schedulers import base
from apscheduler.schedulers.base import BaseScheduler

from bot.gateways.findings import ok, warn
from bot.ports import OutOfService
from handlers.loops import AFTER_TROUBLE, SETTLE
from handlers.schedule import OPTIONS, JobThread, Schedule, State, Task, TaskTrigger
from tests.fakes import NOON, FakeClock

BOUND = 30  # real seconds after which a test gives up waiting
MINUTE = 60.0


class ByHand(BaseScheduler):  # type: ignore[misc]
    """The library's scheduler without its thread: a test calls it."""

    def wakeup(self) -> None:
        """Do nothing: the test calls the scheduler."""

    def shutdown(self, wait: bool = True) -> None:
        super().shutdown(wait)


class HandThread(JobThread):
    """A job thread that works when a test calls it."""

    def start(self, scheduler: BaseScheduler, alias: str) -> None:
        BaseExecutor.start(self, scheduler, alias)

    def work_off(self) -> None:
        while not self._queue.empty():
            if one := self._queue.get():
                self.do(*one)


@dataclass
class Hand:
    """A schedule whose time, scheduler and threads move only when a test calls them."""

    clock: FakeClock = field(default_factory=FakeClock)
    troubles: list[OutOfService] = field(default_factory=list)
    threads: list[HandThread] = field(default_factory=list)
    did: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scheduler = ByHand(**OPTIONS)
        self.schedule = Schedule(self.clock, self.troubles.append, self.scheduler, self._thread)

    def _thread(self, name: str) -> HandThread:
        self.threads.append(HandThread(name))
        return self.threads[-1]

    def add(
        self, name: str, wait: float | None = None, every: float = MINUTE, thread: str = "", *, then: object = None
    ) -> None:
        """Add a task that records its run, calls `then`, and asks for a pause of `wait`."""

        def work() -> float | None:
            self.did.append(name)
            if callable(then):
                then()
            return wait

        self.schedule.add(name, work, every, thread)

    def submit(self, **by: float) -> None:
        """Let time pass and run the scheduler, but no job thread."""
        self.clock.move(**by)
        self.scheduler._process_jobs()

    def passes(self, **by: float) -> list[str]:
        """Let time pass and run the scheduler and the job threads; return what ran."""
        self.did.clear()
        self.submit(**by)
        for thread in self.threads:
            thread.work_off()
        return list(self.did)


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hand]:
    hand = Hand()

    class Held:
        """The library's own clock, which somebody may have set wrong."""

        @staticmethod
        def now(zone: tzinfo) -> datetime:
            return hand.clock.at.astimezone(zone)

    monkeypatch.setattr(base, "datetime", Held)
    yield hand
    if hand.scheduler.running:
        hand.scheduler.shutdown(wait=False)


# --- runs that the library loses by default------------------------------------------------------------------------


def test_every_task_runs_at_the_start_and_then_at_its_own_interval(hand: Hand) -> None:
    hand.add("a", every=5.0)
    hand.add("b", every=60.0)
    hand.schedule.start()
    assert hand.passes() == ["a", "b"]
    assert [hand.passes(seconds=5) for _ in range(12)] == [*[["a"]] * 11, ["a", "b"]]


def test_a_task_that_says_when_it_is_next_due_runs_at_that_moment(hand: Hand) -> None:
    hand.add("alarm", 12.5)
    hand.schedule.start()
    hand.passes()
    assert [hand.passes(seconds=12), hand.passes(milliseconds=499), hand.passes(milliseconds=1)] == [
        [],
        [],
        ["alarm"],
    ]


@pytest.mark.parametrize("late", [1.001, 60.0, 3_600.0, 86_400.0 * 30])
def test_a_moment_long_past_is_looked_at_at_once_and_only_once(hand: Hand, late: float) -> None:
    hand.add("alarm", every=5.0)
    hand.schedule.start()
    hand.passes()
    assert hand.passes(seconds=5 + late) == ["alarm"]
    assert hand.passes() == []


def test_a_run_that_the_library_leaves_out_as_too_late_is_tried_again(hand: Hand) -> None:
    hand.add("alarm")
    hand.schedule.start()
    hand.passes()
    [job] = hand.scheduler.get_jobs()
    job.modify(misfire_grace_time=1)  # the test's clock is months from the computer's, so each run is too late
    assert hand.passes(seconds=60) == []
    assert hand.schedule.runs()[0].finding().what == "“alarm” ran at 12:00:00 UTC for 0.00 s, next at 12:01:10 UTC."
    job.modify(misfire_grace_time=None)
    assert hand.passes(seconds=AFTER_TROUBLE) == ["alarm"]


def test_nothing_left_to_wait_for_is_looked_at_again_at_once(hand: Hand) -> None:
    hand.add("alarm", 0.0)
    hand.schedule.start()
    assert [hand.passes() for _ in range(3)] == [["alarm"]] * 3


def test_a_task_woken_looks_at_once_and_many_times_woken_is_one_look(hand: Hand) -> None:
    hand.add("alarm", 3_600.0, every=3_600.0)
    hand.schedule.start()
    hand.passes()
    for _ in range(50):
        hand.schedule.wake("alarm")
    assert hand.passes(seconds=SETTLE) == ["alarm"]
    assert hand.passes(seconds=3_599) == []
    assert hand.passes(seconds=1) == ["alarm"]


def test_to_be_woken_makes_nothing_later(hand: Hand) -> None:
    hand.add("alarm", SETTLE / 2)
    hand.schedule.start()
    hand.passes()
    hand.schedule.wake("alarm")
    assert hand.passes(seconds=SETTLE / 2) == ["alarm"]


def test_a_task_woken_while_it_runs_looks_again_after_it(hand: Hand) -> None:
    woken = iter([True, False])
    hand.add("alarm", 3_600.0, then=lambda: next(woken, False) and hand.schedule.wake("alarm"), every=3_600.0)
    hand.schedule.start()
    assert hand.passes() == ["alarm"]
    assert hand.passes(seconds=SETTLE) == ["alarm"]
    assert hand.passes(seconds=SETTLE) == []


def test_a_task_that_may_not_run_yet_runs_when_it_may(hand: Hand) -> None:
    hand.add("poll", 3_600.0, every=3_600.0)
    hand.schedule.start()
    hand.passes()
    hand.schedule.wake("poll", after=lambda: 5.0)
    assert hand.passes(seconds=4) == []
    assert hand.passes(seconds=1) == ["poll"]


def test_a_task_woken_while_it_runs_waits_as_long_as_that_run_found_out(hand: Hand) -> None:
    woken, left = iter([True, False]), [5.0]

    def works() -> None:
        if next(woken, False):
            hand.schedule.wake("poll", after=lambda: left[0])
            left[0] = 420.0  # what the network asked for in this run

    hand.add("poll", 3_600.0, then=works, every=3_600.0)
    hand.schedule.start()
    hand.passes()
    assert hand.passes(seconds=419) == []
    assert hand.passes(seconds=1) == ["poll"]


def test_a_task_woken_between_its_moment_and_its_run_sees_the_change_in_that_run(hand: Hand) -> None:
    hand.add("alarm", every=5.0)
    hand.schedule.start()
    hand.submit()
    hand.schedule.wake("alarm")
    assert hand.passes(seconds=SETTLE) == ["alarm"]
    assert hand.passes(seconds=SETTLE) == []


def test_a_run_that_takes_longer_than_its_interval_is_not_doubled_and_not_the_last(hand: Hand) -> None:
    looks = iter([3, 0])
    hand.add("keeper", then=lambda: [hand.submit(seconds=70) for _ in range(next(looks, 0))])
    hand.schedule.start()
    assert hand.passes() == ["keeper"]
    assert hand.schedule.tasks["keeper"].runs.overran == 3
    assert hand.passes(seconds=59) == []
    assert hand.passes(seconds=1) == ["keeper"]


# --- trouble --------------------------------------------------------------------------------------------------------


def goes_wrong(trouble: BaseException) -> Callable[[], None]:
    def raises() -> None:
        raise trouble

    return raises


@pytest.mark.parametrize("trouble", [RuntimeError("?"), KeyError("Ana"), SystemExit(1), OutOfService("disk full")])
def test_trouble_in_one_task_leaves_the_others_and_is_tried_again_soon(hand: Hand, trouble: BaseException) -> None:
    hand.add("broken", then=goes_wrong(trouble))
    hand.add("whole", thread="the same")
    hand.add("beside", thread="the same", then=goes_wrong(trouble))
    hand.schedule.start()
    assert hand.passes() == ["broken", "whole", "beside"]
    assert hand.passes(seconds=AFTER_TROUBLE) == ["broken", "beside"]
    assert {one.name: one.rounds for one in hand.schedule.tasks.values()} == {"broken": 0, "whole": 1, "beside": 0}


def test_a_store_out_of_service_is_told_of_and_left_alone_for_a_while(hand: Hand) -> None:
    full = OutOfService("disk full")
    hand.add("indexer", then=goes_wrong(full))
    hand.schedule.start()
    hand.passes()
    assert hand.troubles == [full]
    assert hand.passes(seconds=AFTER_TROUBLE - 1) == []


def test_a_trouble_that_cannot_even_be_told_stops_nothing(hand: Hand) -> None:
    hand.schedule.tell = lambda _: 1 / 0  # type: ignore[assignment, return-value]
    hand.add("indexer", then=goes_wrong(OutOfService("disk full")))
    hand.schedule.start()
    hand.passes()
    assert hand.passes(seconds=AFTER_TROUBLE) == ["indexer"]


def test_what_a_run_met_is_logged_once_and_by_the_desk(hand: Hand, caplog: pytest.LogCaptureFixture) -> None:
    hand.add("broken", then=goes_wrong(KeyError("Ana")))
    hand.schedule.start()
    hand.passes()
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == ["worker.broken name=broken"]


# --- the store knows what is due ----------------------------------------------------------------------------------


def test_a_scheduler_that_lost_its_jobs_has_them_again_with_their_moments(hand: Hand) -> None:
    hand.add("alarm", 30.0)
    hand.add("keeper")
    hand.schedule.start()
    hand.passes()
    hand.scheduler.remove_all_jobs()
    assert hand.passes(seconds=10) == []
    hand.schedule.tend()
    assert hand.passes(seconds=20) == ["alarm"]
    assert hand.passes(seconds=30) == ["alarm", "keeper"]


def test_a_job_lost_while_it_runs_is_there_again_after_it(hand: Hand) -> None:
    hand.add("alarm", then=hand.scheduler.remove_all_jobs)
    hand.schedule.start()
    assert hand.passes() == ["alarm"]
    assert hand.passes(seconds=60) == ["alarm"]


def test_a_lost_job_that_is_woken_is_there_again(hand: Hand) -> None:
    hand.add("alarm")
    hand.schedule.start()
    hand.passes()
    hand.scheduler.remove_all_jobs()
    hand.schedule.wake("alarm")
    assert hand.passes(seconds=SETTLE) == ["alarm"]


# --- clocks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [-3_600, -1, 1, 3_600])
def test_a_clock_that_somebody_sets_makes_nothing_wait_longer(hand: Hand, by: int) -> None:
    hand.add("alarm", 20.0)
    hand.schedule.start()
    hand.passes()
    hand.clock.set(seconds=by)
    hand.schedule.tend()
    assert [hand.passes(seconds=19), hand.passes(seconds=1)] == [[], ["alarm"]]


def test_what_a_jump_of_time_made_due_runs_at_once(hand: Hand) -> None:
    hand.add("alarm", 3_600.0, every=3_600.0)
    hand.add("poll", every=86_400.0)
    hand.schedule.start()
    hand.passes()
    hand.clock.ahead -= timedelta(hours=2)  # the rehearsal's time jumps, the computer's clock does not
    hand.schedule.tend()
    assert hand.passes() == ["alarm"]


class Fast(FakeClock):
    speed = 60.0

    def real_seconds(self, pace_seconds: float) -> float:
        return pace_seconds / self.speed


def a_task(**given: float) -> Task:
    return Task("alarm", lambda: None, HandThread("alarm"), **given)  # type: ignore[arg-type]


def test_in_a_fast_rehearsal_an_hour_is_a_minute_of_the_schedulers_time() -> None:
    clock = Fast()
    trigger = TaskTrigger(a_task(due=clock.pace() + 3_600.0), clock)
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert trigger.get_next_fire_time(None, now) == now + timedelta(minutes=1)
    clock.speed = 3_600.0
    assert trigger.get_next_fire_time(None, now) == now + timedelta(seconds=1)


@pytest.mark.parametrize("speed", [1e-12, 1.0, 60.0, 1e12])
@pytest.mark.parametrize("every", [0.1, 5.0, 86_400.0])
@pytest.mark.parametrize("ago", [0, 1, 10**7])
def test_after_a_start_there_is_always_a_moment_to_come(speed: float, every: float, ago: int) -> None:
    clock = Fast()
    clock.speed = speed
    trigger = TaskTrigger(a_task(due=clock.pace() - ago, every=every), clock)
    assert trigger.get_next_fire_time(NOON, NOON) > NOON
    assert trigger.get_next_fire_time(None, NOON) == NOON


# --- threads ------------------------------------------------------------------------------------------------------------


def test_who_waits_for_a_thread_says_for_whom(hand: Hand) -> None:
    seen = []
    hand.add("rooms", thread="keeper", then=lambda: seen.extend([one.behind for one in hand.schedule.tasks.values()]))
    hand.add("swaps", thread="keeper")
    hand.add("alarm")
    hand.schedule.start()
    assert hand.passes() == ["rooms", "swaps", "alarm"]
    assert seen == ["", "rooms", ""]


@dataclass
class Slow:
    """Work that reports its beginning and ends when a test releases it."""

    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    go: threading.Event = field(default_factory=threading.Event)
    ended: int = 0

    def __call__(self) -> None:
        self.begun.release()
        assert self.go.wait(BOUND)
        self.ended += 1


def test_a_slow_job_holds_up_nobody_in_another_thread() -> None:
    slow, quick = Slow(), threading.Semaphore(0)
    schedule = Schedule(FakeClock())
    schedule.add("poll", slow)
    schedule.add("alarm", lambda: quick.release() or 0.0)
    schedule.start()
    assert slow.begun.acquire(timeout=BOUND)
    assert all(quick.acquire(timeout=BOUND) for _ in range(3))
    slow.go.set()
    schedule.stop()
    assert slow.ended == 1


def test_to_stop_is_to_end_the_job_in_hand_and_to_begin_no_other() -> None:
    slow, ended, begun = Slow(), list[int](), list[str]()

    class Noted(JobThread):
        def join(self, within: float) -> None:
            super().join(within)
            ended.append(slow.ended)

    schedule = Schedule(FakeClock(), new_thread=Noted)
    schedule.add("rooms", slow, MINUTE, "keeper")
    schedule.add("swaps", lambda: begun.append("swaps"), MINUTE, "keeper")
    schedule.start()
    assert slow.begun.acquire(timeout=BOUND)
    stopping = threading.Thread(target=schedule.stop)
    stopping.start()
    assert schedule.tasks["rooms"].thread._stopping.wait(BOUND)
    schedule.wake("rooms")
    schedule.tend()
    slow.go.set()
    stopping.join(BOUND)
    assert not stopping.is_alive()
    schedule.tend()
    assert (ended, begun) == ([1], [])
    assert not schedule.scheduler.running
    assert schedule.scheduler.get_jobs() == []


def test_to_stop_gives_up_on_a_job_that_hangs() -> None:
    slow = Slow()
    schedule = Schedule(FakeClock())
    schedule.add("rooms", slow)
    schedule.start()
    assert slow.begun.acquire(timeout=BOUND)
    schedule.stop(within=0.0)
    assert slow.ended == 0
    slow.go.set()


def test_a_schedule_that_never_started_stops() -> None:
    schedule = Schedule(FakeClock())
    schedule.add("rooms", lambda: None)
    schedule.stop()


def test_tasks_woken_from_many_threads_at_once_all_look_afterwards() -> None:
    """Each waker counts up first; in any order, a run that begins after the last count sees all of it."""
    count, seen = [0], [0]
    all_seen = threading.Event()

    def look() -> None:
        seen[0] = count[0]
        if seen[0] == 400:
            all_seen.set()

    schedule = Schedule(FakeClock())
    schedule.add("alarm", look, every=3_600.0)
    schedule.start()
    lock = threading.Lock()

    def wake() -> None:
        for _ in range(100):
            with lock:
                count[0] += 1
            schedule.wake("alarm")

    wakers = [threading.Thread(target=wake) for _ in range(4)]
    for one in wakers:
        one.start()
    for one in wakers:
        one.join(BOUND)
    assert all_seen.wait(BOUND)
    schedule.stop()


# --- what the doctor says ---------------------------------------------------------------------------------------------


def test_the_runs_of_a_job_are_told_without_what_its_trouble_says(hand: Hand) -> None:
    troubles: Iterator[BaseException | None] = iter([None, KeyError("Ana"), None])
    said = []

    def then() -> None:
        hand.clock.move(seconds=2)
        said.append(hand.schedule.runs()[0].finding())
        if trouble := next(troubles):
            raise trouble

    hand.add("swaps", then=then)
    hand.schedule.start()
    said.append(hand.schedule.runs()[0].finding())
    for _ in range(3):
        hand.passes(seconds=60)
        said.append(hand.schedule.runs()[0].finding())
    assert said == [
        ok("“swaps” has not run yet."),
        ok("“swaps” has been running since 12:01:00 UTC."),
        ok("“swaps” ran at 12:01:00 UTC for 2.00 s, next at 12:02:02 UTC."),
        ok("“swaps” has been running since 12:02:02 UTC."),
        warn(
            "“swaps” met trouble at 12:02:02 UTC (KeyError); it is tried again at 12:02:14 UTC.",
            "The log says why, under “worker.broken”. Nothing else waits for it.",
        ),
        ok("“swaps” has been running since 12:03:04 UTC; it met trouble at 12:02:02 UTC (KeyError)."),
        ok(
            "“swaps” ran at 12:03:04 UTC for 2.00 s, next at 12:04:06 UTC; it met trouble at 12:02:02 UTC (KeyError)."
        ),
    ]


def test_a_job_that_takes_longer_than_its_interval_says_so(hand: Hand) -> None:
    said = []

    def then() -> None:
        hand.submit(seconds=70)
        said.append(hand.schedule.runs()[0].finding().what)

    hand.add("swaps", then=then)
    hand.schedule.start()
    hand.passes()
    assert said == ["“swaps” has been running since 12:00:00 UTC, longer than its interval."]


def test_a_job_that_is_due_says_that_it_is_next(hand: Hand) -> None:
    hand.add("swaps")
    hand.schedule.start()
    hand.passes()
    hand.submit(seconds=60)
    assert hand.schedule.tasks["swaps"].state is State.QUEUED
    assert hand.schedule.runs()[0].finding().what == "“swaps” ran at 12:00:00 UTC for 0.00 s, next now."


def test_the_library_says_nothing_of_what_is_usual() -> None:
    assert not logging.getLogger("apscheduler.scheduler").isEnabledFor(logging.WARNING)
    assert logging.getLogger("apscheduler.scheduler").isEnabledFor(logging.ERROR)
