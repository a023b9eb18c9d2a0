"""A publisher with random messages: a ready message never waits for one that is not ready, and all are sent."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.slack.readers import OURS
from bot.domain.slack.telling import Telling, TellingKind, Urgency
from bot.gateways.pacing import Limiter
from bot.ports import ChatOutcome, Desk, Message, NotPosted, Paced, Posted
from bot.services.slack import gathered_messages
from bot.services.slack.publishing import AGE_BETWEEN, AGE_EVERY, Publisher, settles
from bot.services.slack.reading_back import room_of
from storage import SqlStore
from storage.engine.rows import stored
from tests.engines import store_in
from tests.fakes import CARE, NOON, FakeClock, a_desk
from tests.long import examples

ROOMS = ("C0CARE", "C0BILLING", "C0LEADS", "U0BEN")
HELD = "C0HELD"
COLUMNS = [
    "case_id",
    "kind",
    "about",
    "recipient",
    "channel",
    "room",
    "ts",
    "wanted",
    "shown",
    "urgency",
    "behind",
    "due_at",
    "since",
    "tries",
    "retry_at",
]
ANSWERS: dict[str, Callable[[], ChatOutcome]] = {
    "paced": lambda: Paced(7),
    "refused": lambda: NotPosted("internal_error"),
    "channel": lambda: NotPosted("is_archived"),
}


@dataclass(frozen=True)
class Waits:
    """A waiting message: its room, urgency, whether it is posted, and Slack's first answer to it."""

    room: str
    urgency: Urgency
    stands: bool
    due: int  # minutes
    age: int
    put_off: int  # minutes from now; 0: not at all
    answer: str
    broken: bool  # it cannot be drawn

    @property
    def is_shown(self) -> bool:
        """Return whether it is sent in the end; in a deleted channel only new posts wait for it."""
        given_up = self.answer == "channel" and (self.stands or self.room.startswith("U"))
        return self.room != HELD and not self.broken and not given_up


WAITING = st.builds(
    Waits,
    room=st.sampled_from([*ROOMS, HELD]),
    urgency=st.sampled_from(Urgency),
    stands=st.booleans(),
    due=st.integers(0, 90),
    age=st.integers(0, 90),
    put_off=st.sampled_from([0, 0, 0, 1, 9, 5_000]),
    answer=st.sampled_from(["", "", "", "paced", "refused", "channel"]),
    broken=st.sampled_from([False] * 7 + [True]),
)


@pytest.fixture
def store() -> Iterator[SqlStore]:
    with a_store() as opened:
        yield opened


@contextmanager
def a_store() -> Iterator[SqlStore]:
    with TemporaryDirectory() as folder:
        store = store_in(Path(folder))
        yield store
        store.close()


def put(store: SqlStore, waiting: list[Waits]) -> None:
    """Write waiting messages directly into their rows."""
    marks = ", ".join(f":{name}" for name in COLUMNS)
    sql = f"INSERT INTO tellings ({', '.join(COLUMNS)}) VALUES ({marks})"
    with store.transaction():
        store.engine.run_all(sql, [_row(n, one) for n, one in enumerate(waiting, 1)])


def _row(n: int, one: Waits) -> dict[str, object]:
    person = one.room if one.room.startswith("U") else ""
    return {
        "case_id": 0,
        "kind": TellingKind.NOTICE.value,
        "about": 1_000_000 + n,  # far above the rows of notices that the desk adds
        "recipient": person,
        "channel": one.room if one.stands or not person else "",
        "room": one.room,
        "ts": f"{n}.1" if one.stands else "",
        "wanted": 2,
        "shown": int(one.stands),
        "urgency": int(one.urgency),
        "behind": int(one.urgency),
        "due_at": stored(NOON + timedelta(minutes=one.due)),
        "since": stored(NOON - timedelta(minutes=one.age)),
        "tries": 0,
        "retry_at": stored(NOON + timedelta(minutes=one.put_off)) if one.put_off else None,
    }


@dataclass
class Slack:
    """A Slack with a planned first answer for each message; it accepts messages that the desk adds."""

    waiting: list[Waits]
    told: list[int] = field(default_factory=list)
    answered: set[int] = field(default_factory=set)

    def post(self, channel: str, message: Message, *, thread_ts: str = "", telling: int = 0) -> ChatOutcome:
        return self._answer(telling, channel, f"{telling}.1")

    def shared(self, channel: str) -> bool:
        return channel == HELD

    def update(self, channel: str, ts: str, message: Message) -> ChatOutcome:
        return self._answer(int(ts.partition(".")[0]), channel, ts)

    def _answer(self, telling: int, channel: str, ts: str) -> ChatOutcome:
        planned = self.waiting[telling - 1].answer if telling <= len(self.waiting) else ""
        if planned and telling not in self.answered:
            self.answered.add(telling)
            return ANSWERS[planned]()
        self.told.append(telling)
        return Posted(channel, ts)


class World:
    """A publisher over waiting messages, with the messages it chose."""

    def __init__(self, store: SqlStore, waiting: list[Waits]) -> None:
        put(store, waiting)
        self.waiting, self.slack, self.clock = waiting, Slack(waiting), FakeClock()
        self.desk = a_desk(store, clock=self.clock, chat=self.slack)
        self.publisher = Publisher(self.desk, Limiter(self.clock.pace), self.draw)
        self.desk.rooms.held.add(HELD)
        self.took: list[Telling] = []

    def draw(self, _: Desk, telling: Telling, __: datetime) -> tuple[Message, int] | None:
        self.took.append(telling)
        if telling.kind == TellingKind.DIGEST:
            self.slack.told += [one.id for one in self.desk.store.messages_in(telling.about)]
        if telling.id <= len(self.waiting) and self.waiting[telling.id - 1].broken:
            raise KeyError("nobody foresaw this one")
        return Message(text="said", kept_to=OURS), telling.wanted

    def ready(self) -> list[Telling]:
        """Return all messages that may be sent now, by reading everything that waits."""
        free = [one for one in self.desk.store.to_tell(self.clock.now(), 100_000) if one.ts or room_of(one) != HELD]
        return [one for one in free if self._wait(one) <= 0]

    def _wait(self, one: Telling) -> float:
        click, kind = one.urgency == Urgency.CLICK, "update" if one.ts else "post"
        allowed = self.publisher.limits.ready_in(kind, room_of(one), click=click)
        return max(
            allowed,
            gathered_messages.seconds_before_next(self.desk, one, self.clock.now()),
            settles(one, self.clock.now()),
        )

    def step(self) -> None:
        """Run one step and check it; when nothing was ready, let time pass."""
        ready = self.ready()
        self.took.clear()
        wait = self.publisher.one_round(self.clock.now())
        if not ready:
            assert self.took == []
            self.clock.move(seconds=31 if wait is None else wait)
            return
        [took] = self.took
        if took.kind == TellingKind.DIGEST:  # it contains all that is ready for one person
            assert took.recipient in {one.recipient for one in ready}
            return
        assert took.id in {one.id for one in ready}, "what was not ready was told"
        if took.id != min(ready, key=urgent).id:
            self._judge_turn_of_age(took, ready)

    def _judge_turn_of_age(self, took: Telling, ready: list[Telling]) -> None:
        """Check that a message that is not the most urgent was chosen by age: the first or the oldest of its list."""
        assert min(ready, key=urgent).urgency != Urgency.CLICK
        listed = [
            one for one in ready if bool(one.ts) == bool(took.ts) and (took.ts or room_of(one) == room_of(took))
        ]
        of_its_room = [one for one in listed if room_of(one) == room_of(took)]
        assert took.id in {min(of_its_room, key=urgent).id, min(listed, key=urgent).id, min(listed, key=age).id}
        counted = {"all": AGE_BETWEEN, "redraws" if took.ts else room_of(took): AGE_EVERY}
        assert 0 in {self.publisher.told_in[name] % every for name, every in counted.items()}


def urgent(one: Telling) -> tuple[object, ...]:
    return one.urgency, one.due_at, one.id


def age(one: Telling) -> tuple[object, ...]:
    return one.since, one.id


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(WAITING, min_size=1, max_size=25))
def test_what_is_told_is_the_most_urgent_of_all_that_is_ready_and_everything_is_told(waiting: list[Waits]) -> None:
    with a_store() as store:
        world = World(store, waiting)
        shown = {n for n, one in enumerate(waiting, 1) if one.is_shown}
        for _ in range(1_000):
            if shown <= set(world.slack.told):
                break
            world.step()
        assert shown <= set(world.slack.told)
        assert max(Counter(world.slack.told).values(), default=1) == 1
        assert not {n for n, one in enumerate(waiting, 1) if one.room == HELD and not one.stands} & set(
            world.slack.told
        )


@pytest.mark.long
def test_five_thousand_that_are_not_ready_hide_nothing(store: SqlStore) -> None:
    usual = Waits(CARE, Urgency.REMINDER, stands=False, due=0, age=90, put_off=0, answer="", broken=False)
    hidden = [
        *(replace(usual, room=HELD) for _ in range(1_500)),
        *(replace(usual, put_off=9) for _ in range(1_500)),
        *(replace(usual, stands=True) for _ in range(2_000)),
    ]
    quiet = replace(usual, room="C0LEADS", urgency=Urgency.LOW, age=0, due=90)
    world = World(store, [*hidden, replace(usual, urgency=Urgency.NORMAL), quiet])
    for _ in range(50):
        world.step()
    assert {len(hidden) + 1, len(hidden) + 2} <= set(world.slack.told)


def test_what_is_urgent_without_end_keeps_nothing_out_for_ever(store: SqlStore) -> None:
    """Endless reminders wait together with one old card of low priority; four of them go first, then the card."""
    nag = Waits(CARE, Urgency.REMINDER, stands=False, due=0, age=1, put_off=0, answer="", broken=False)
    card = replace(nag, urgency=Urgency.LOW, due=90, age=30)
    redraws = [replace(one, stands=True) for one in (card, *[nag] * 200)]
    world = World(store, [card, *[nag] * 200, *redraws])
    for _ in range(50):
        world.step()
    posts, redrawn = ([one for one in world.slack.told if (one > 201) == stands] for stands in (False, True))
    assert 1 in posts[:AGE_EVERY]
    assert 202 in redrawn[:AGE_EVERY]


def run_until(world: World, minute: int) -> None:
    """Publish at Slack's pace until so many minutes have passed."""
    end = NOON + timedelta(minutes=minute)
    while world.clock.now() < end:
        wait = world.publisher.one_round(world.clock.now())
        left = (end - world.clock.now()).total_seconds()
        world.clock.move(seconds=left if wait is None else min(wait, left))


def want_anew_all_that_stands(store: SqlStore) -> None:
    """Request a redraw of every card, as at half of the turnaround."""
    with store.transaction():
        store.engine.run("UPDATE tellings SET wanted = wanted + 1, behind = 5 WHERE ts <> '' AND channel = 'C0CARE'")


@pytest.mark.long
def test_new_cards_go_on_coming_while_every_card_that_stands_is_to_be_redrawn(store: SqlStore) -> None:
    """Earlier, 1,650 of 3,000 posts had a card after half an hour, and no more came until the hour had passed."""
    card = Waits(CARE, Urgency.NORMAL, stands=False, due=60, age=0, put_off=0, answer="", broken=False)
    world = World(store, [card] * 3_000)
    shown: list[int] = []
    for minute in range(1, 41):
        if minute in {21, 31}:
            want_anew_all_that_stands(store)
        before = len(set(world.slack.told))
        run_until(world, minute)
        shown.append(len(set(world.slack.told)) - before)
        if minute == 30:
            store.notice("gap", "C0LEADS", "We may have missed mentions.", world.clock.now())
            world.publisher.one_round(world.clock.now())
            assert world.slack.told[-1] == 3_001
    assert min(shown) >= 45
    assert len(world.slack.told) > len(set(world.slack.told)) + 20 * 28  # and the redraws went on as well


def test_while_calls_are_slow_messages_to_people_leave_new_cards_their_pace(store: SqlStore) -> None:
    """Three people get one reminder a second each, and a call takes 0.6 s, so there is not enough time for all."""
    card = Waits(CARE, Urgency.NORMAL, stands=False, due=60, age=30, put_off=0, answer="", broken=False)
    reminders = [
        replace(card, room=person, urgency=Urgency.REMINDER, age=0)
        for person in ("U0ANA", "U0BEN", "U0CARO")
        for _ in range(200)
    ]
    world = World(store, [*[card] * 200, *reminders])
    while world.clock.now() < NOON + timedelta(minutes=2):
        wait = world.publisher.one_round(world.clock.now())
        world.clock.move(seconds=max(wait or 0.0, 0.6))
    assert sum(one <= 200 for one in world.slack.told) >= 2 * 45
