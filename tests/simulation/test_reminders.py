"""Weeks of work with kills and restarts: no reminder is skipped, and none is sent twice for a level."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.base.refusals import Refusal
from bot.domain.promises.promise import LAPSE, LEVELS, DeskHours, Reminder
from bot.domain.reminders.recipients import LadderStep, ReminderPolicy
from bot.domain.slack.telling import Telling, TellingKind
from bot.ports import Desk
from bot.services.cases import casework
from bot.services.reminders import answers, remind
from bot.services.replies import review
from bot.services.team import access, shifts
from storage import SqlStore
from tests.engines import store_in
from tests.fakes import ANA, BEN, CARO, DEE, POLICY, FakeClock, a_desk, a_post
from tests.long import examples
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import WORDS, receive

PEOPLE = (ANA, BEN, CARO, DEE)
LADDER = ((110, LadderStep.BACKUP), (150, LadderStep.LEAD), (200, LadderStep.CHANNEL))
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
DAY = ((9 * 60, 12 * 60 + 30), (13 * 60 + 30, 17 * 60))
DOINGS = ("post", "claim", "write", "release", "solve", "snooze", "on_it", "have_it", "off", "on", "kill", "restart")


@dataclass(frozen=True)
class Moment:
    """One random action: what, on which case, by whom, after how many minutes."""

    doing: str
    which: int
    who: int
    minutes: int


moments = st.builds(
    Moment, st.sampled_from(DOINGS), st.integers(0, 5), st.integers(0, 3), st.sampled_from([1, 7, 30, 61, 600, 5_000])
)


@dataclass
class World:
    """One desk over some weeks; `desk` is opened again after every kill."""

    folder: Path
    clock: FakeClock
    zone: str
    posts: int = 0
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        hours = DeskHours(ZoneInfo(self.zone), dict.fromkeys(range(5), DAY))
        store = store_in(self.folder)
        policy = replace(POLICY, hours=hours, reminders=ReminderPolicy(ladder=LADDER, digest_above=2, at_most=1_000))
        self.desk = a_desk(store, clock=self.clock, policy=policy)
        access.renew_directory(self.desk, self.clock.now())

    def restart(self, _: Moment) -> None:
        self.reopen()

    def reopen(self) -> None:
        self.desk.store.close()  # type: ignore[attr-defined]
        self.open()

    def sweep(self) -> None:
        access.renew_directory(self.desk, self.clock.now())
        while remind.remind(self.desk, self.clock.now()):
            pass

    def happens(self, moment: Moment) -> None:
        self.clock.move(minutes=moment.minutes)
        with suppress(Refusal):
            getattr(self, moment.doing, self.ends)(moment)
        if moment.doing != "kill":
            self.sweep()

    def post(self, _: Moment) -> None:
        self.posts += 1
        receive(self.desk, a_post(str(self.posts), "parcel?", by=f"c{self.posts}", at=self.clock.now()))

    def ends(self, moment: Moment) -> None:
        case, by, at = 1 + moment.which % max(self.posts, 1), PEOPLE[moment.who], self.clock.now()
        if moment.doing == "write":
            review.begin_writing(self.desk, case, by=by, at=at)
            review.submit(self.desk, case, review.Words(text=WORDS), by=by, at=at)
        elif moment.doing in {"off", "on"}:
            (shifts.go_off if moment.doing == "off" else shifts.go_on)(self.desk, by=by, at=at)
        elif moment.doing in {"snooze", "on_it", "have_it"}:
            for its in self.nags(case)[-1:]:
                by = its.asked if its.asked in PEOPLE else by
                getattr(answers, moment.doing)(self.desk, its.id, by=by, at=at)
        else:
            getattr(casework, moment.doing)(self.desk, case, by=by, at=at)

    def kill(self, moment: Moment) -> None:
        """Kill the desk at the n-th write of a sweep, and start it again."""
        self.die(1 + 3 * moment.which + moment.who)
        self.sweep()

    def die(self, n: int) -> None:
        """Kill the desk at the n-th statement of a sweep, and start it again without another sweep."""
        at = at_call(n, Killed())
        broken = BreakingStore(self.desk.store.engine, run=at, run_all=at)  # type: ignore[attr-defined]
        with suppress(Killed):
            remind.remind(replace(self.desk, store=SqlStore(broken)), self.clock.now())  # type: ignore[arg-type]
        self.reopen()

    def nags(self, case_id: int) -> Sequence[Reminder]:
        promise = self.desk.store.case(case_id).promise
        return self.desk.store.reminders_of(promise.id) if promise else ()

    def check(self) -> None:
        now, hours = self.clock.now(), self.desk.policy.hours
        told = Counter(one.about for one in self.everything() if one.kind == TellingKind.REMINDER)
        for number in range(1, self.posts + 1):
            promise, nags = self.desk.store.case(number).promise, self.nags(number)
            levels = [one.level for one in nags]
            assert len(levels) == len(set(levels)), "a level that was told twice"
            assert all(told[one.id] <= 1 for one in nags)
            if promise and promise.clock_runs:
                snoozed = any(one.quiet_until and one.quiet_until > now for one in nags)
                due = [one for one in LEVELS if hours.after(promise.started_at, promise.within * one / 100) <= now]
                assert snoozed or set(due) <= set(levels), "a level that was skipped"
                assert LAPSE not in due or LAPSE in levels
        assert self.desk.store.broken_chains() == []

    def everything(self) -> Sequence[Telling]:
        return self.desk.store.to_tell(self.clock.now(), 100_000)


@settings(max_examples=examples(40), deadline=None)
@given(st.sampled_from(ZONES), st.integers(0, 300), st.lists(moments, min_size=5, max_size=40))
def test_nobody_is_skipped_and_nobody_nagged_twice(zone: str, day: int, weeks: list[Moment]) -> None:
    with TemporaryDirectory() as folder:
        world = World(Path(folder), FakeClock(datetime(2026, 1, 5, 10, tzinfo=UTC) + timedelta(days=day)), zone)
        for moment in [Moment("post", 0, 0, 1)] * 4 + weeks:
            world.happens(moment)
            world.check()
        world.clock.move(days=30)
        world.sweep()
        world.check()
        world.desk.store.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("n", range(1, 14))
def test_a_kill_within_a_digest_leaves_the_whole_of_it_or_nothing(tmp_path: Path, n: int) -> None:
    world = World(tmp_path, FakeClock(datetime(2026, 1, 5, 10, tzinfo=UTC)), "Europe/London")
    for _ in range(6):
        world.happens(Moment("post", 0, 0, 0))
    world.clock.move(minutes=31)
    world.die(n)
    digests = [one for one in world.everything() if one.kind == TellingKind.DIGEST]
    gathered = [its.case_id for one in digests for its in world.desk.store.reminders_in(one.about)]
    assert sorted(gathered) in ([], [1, 2, 3, 4, 5, 6])
    world.sweep()
    world.check()
