"""Weeks of turns, swaps and kills: every end is reported once, no turn has two takers, every question ends."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.base.refusals import Refusal
from bot.domain.slack.telling import TellingKind
from bot.domain.team.handover import BREAK
from bot.domain.team.shifts import Shift
from bot.domain.team.swaps import Swap, SwapState
from bot.ports import Desk
from bot.services.cases import assigning, casework
from bot.services.team import access, handover, shifts, swaps
from tests.engines import store_in
from tests.fakes import ANA, BEN, CARO, DEE, POLICY, FakeClock, a_desk, a_post
from tests.long import examples
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import receive

PEOPLE = (ANA, BEN, CARO, DEE)
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
DOINGS = (
    "post",
    "claim",
    "release",
    "swap",
    "swap",
    "accept",
    "accept",
    "decline",
    "off",
    "on",
    "away",
    "kill",
    "wait",
)


@dataclass(frozen=True)
class Moment:
    """One random action: what, by whom, after how many minutes."""

    doing: str
    which: int
    who: int
    minutes: int


moments = st.builds(
    Moment, st.sampled_from(DOINGS), st.integers(0, 9), st.integers(0, 3), st.sampled_from([1, 20, 61, 200, 600])
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
        zone = ZoneInfo(self.zone)
        early = Shift(days=frozenset(range(5)), hours=[(7 * 60, 13 * 60)], people=frozenset({ANA, BEN}), zone=zone)
        late = replace(early, days=frozenset(range(7)), hours=[(13 * 60, 20 * 60)], people=frozenset({CARO}))
        store = store_in(self.folder)
        policy = replace(POLICY, shifts=(early, late), gives_out=True)
        self.desk = a_desk(store, clock=self.clock, policy=policy)
        access.renew_directory(self.desk, self.clock.now())

    def reopen(self) -> None:
        before = shifts.on_now(self.desk, self.clock.now())
        self.desk.store.close()  # type: ignore[attr-defined]
        self.open()
        assert shifts.on_now(self.desk, self.clock.now()) == before, "who is on depends on more than what is stored"

    def keep(self, desk: Desk | None = None) -> None:
        """Run the keeper's jobs of every minute."""
        desk, now = desk or self.desk, self.clock.now()
        access.renew_directory(desk, now)
        assigning.give_out_waiting(desk, now)
        swaps.expire(desk, now)
        handover.hand_over_ended(desk, now)

    def happens(self, moment: Moment) -> None:
        for _ in range(0, moment.minutes, 60):
            self.clock.move(minutes=min(moment.minutes, 60))
            self.keep()
        with suppress(Refusal):
            self.does(moment, PEOPLE[moment.who], self.clock.now())
        self.keep()
        self.check()

    def does(self, moment: Moment, by: str, at: datetime) -> None:
        case, doing = 1 + moment.which % max(self.posts, 1), moment.doing
        acts: dict[str, Callable[[], object]] = {
            "post": lambda: self.post(at),
            "claim": lambda: casework.claim(self.desk, case, by=by, at=at),
            "release": lambda: casework.release(self.desk, case, by=by, at=at),
            "swap": lambda: swaps.ask_for_swap(
                self.desk, PEOPLE[(moment.who + 1 + moment.which % 3) % 4], by=by, at=at
            ),
            "accept": lambda: self.answer(swaps.accept, at),
            "decline": lambda: self.answer(swaps.decline, at),
            "off": lambda: handover.go_off(self.desk, by=by, at=at),
            "on": lambda: shifts.go_on(self.desk, by=by, at=at),
            "away": lambda: shifts.go_away(self.desk, f"{moment.which + 9}:00", by=by, at=at),
            "kill": lambda: self.dies(moment.which),
            "wait": lambda: None,
        }
        acts[doing]()

    def post(self, at: datetime) -> None:
        self.posts += 1
        receive(self.desk, a_post(str(self.posts), "parcel?", by=f"c{self.posts}", at=at))

    def answer(self, how: Callable[..., Swap], at: datetime) -> None:
        for one in self.desk.store.swaps(at):
            if one.state == SwapState.ASKED:
                how(self.desk, one.id, by=one.taker, at=at)

    def dies(self, n: int) -> None:
        """Kill the desk at the n-th write of the keeper, and start it again."""
        self.clock.move(minutes=1)
        names = ("record", "decide_swap", "write_handover", "note", "put_people")
        broken = BreakingStore(self.desk.store, **{names[n % 5]: at_call(1 + n // 5, Killed())})
        with suppress(Killed):
            self.keep(replace(self.desk, store=broken))  # type: ignore[arg-type]
        self.reopen()

    def check(self) -> None:
        now, store = self.clock.now(), self.desk.store
        standing = store.swaps(now - timedelta(days=90))
        taken = Counter((one.asker, one.begins) for one in standing)
        assert all(count == 1 for count in taken.values()), "a turn that two people take"
        assert all(one.answer_by > now for one in standing if one.state == SwapState.ASKED), (
            "a question without an end"
        )
        lists = [one for one in store.to_tell(now, 100_000) if one.kind == TellingKind.HANDOVER]
        assert all(one.wanted == 1 for one in lists), "an end that was told twice"
        self.check_swaps(standing, now)
        self.check_ends(now)
        assert store.broken_chains() == []

    def check_swaps(self, standing: Sequence[Swap], now: datetime) -> None:
        """Check that for people in a swap their last command applies while the turn runs."""
        planned = shifts.planned(self.desk, now)
        running = [one for one in standing if one.changes and one.changes[0].holds(now)]
        for who in {one for swap in running for one in (swap.asker, swap.taker)}:
            last = max((one for one in running if who in {one.asker, one.taker}), key=lambda one: one.id)
            assert (who in planned) == (who == last.taker), "a swap that does not hold"

    def check_ends(self, now: datetime) -> None:
        """Check that a list was sent for everybody who held cases when their turn ended."""
        present = shifts.on_now(self.desk, now)
        for who in PEOPLE:
            for begin, end in shifts.turns(self.desk, who, now - timedelta(hours=2)):
                back = shifts.next_turn(self.desk, who, end)
                if end > now or who in present or (back and back - end <= BREAK):
                    continue
                held = [one for one in self.desk.store.queue(assignee=who, limit=100) if one.due_at]
                if any(one.assigned_at and begin <= one.assigned_at <= end for one in held):
                    assert self.desk.store.handed_over(who, begin, end), "an end that nobody heard of"


@settings(max_examples=examples(30), deadline=None)
@given(st.sampled_from(ZONES), st.integers(0, 300), st.lists(moments, min_size=5, max_size=40))
def test_every_end_is_told_once_and_no_turn_has_two_takers(zone: str, day: int, weeks: list[Moment]) -> None:
    with TemporaryDirectory() as folder:
        world = World(Path(folder), FakeClock(datetime(2026, 1, 5, 10, tzinfo=UTC) + timedelta(days=day)), zone)
        for moment in [Moment("post", 0, 0, 1)] * 4 + weeks:
            world.happens(moment)
        world.desk.store.close()  # type: ignore[attr-defined]
