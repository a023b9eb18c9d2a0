"""A simulated day of the whole desk on one thread: doors, workers and store are the real ones.

Customers write, people press what Slack shows them (also what it showed earlier), the clock goes on, answers are lost,
and processes are killed between any two statements and started again. The same seed always gives the same day.
"""

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.blocks.base import ids
from bot.domain.promises.promise import DeskHours
from bot.domain.team.people import Group
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import Conflict, Desk, NetworkTrouble, OutOfService
from bot.services.base import clock_set_back
from bot.services.cases import owed
from bot.services.mentions import intake, unreadable
from bot.services.reminders import remind
from bot.services.replies import sending
from bot.services.slack.publishing import Publisher
from bot.services.storms import noticing
from handlers.workers import DIGESTS, HOUSE
from storage import SqlStore
from tests.engines import in_memory, store_in
from tests.fakes import ANA, APPROVERS, BEN, CARO, DEE, POLICY, FakeClock, a_desk
from tests.handlers.pressing import Hands, elements
from tests.services.doubles import Killed
from tests.simulation.days.outside import RETRIES, Faults, Town, Workspace

PEOPLE = (ANA, BEN, CARO, DEE)
DAYS = (  # a usual day, and nights on which the clocks of the desk's zone change
    datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
    datetime(2026, 3, 28, 20, 0, tzinfo=UTC),
    datetime(2026, 10, 24, 20, 0, tzinfo=UTC),
)
BERLIN = ZoneInfo("Europe/Berlin")
COMPLAINTS = (
    "charged twice and nobody answers @northwind",
    "my parcel is late again @northwind",
    "@northwind there is smoke from the charger",
    "thank you @northwind",
    "@northwind <!channel> {{ secret }} is this a joke?",
    "still waiting",
)
REPLIES = (
    "That was our fault, and I am on it. You hear from me by 17:00. ^AN",
    "I'm sorry, your refund left us this morning. ^BE",
    "Please send us your order number in a private message. ^CA",
    "Sorry",
    " ".join(["You waited far too long, and every one of these days was ours to explain."] * 5),  # in parts
)
COMMANDS = (
    "",
    "status",
    "mine",
    "queue",
    "find parcel",
    "pause all",
    "resume all",
    "shift on",
    "shift off",
    "help",
    "promises",
    "unreadable",
    "storm",
)
# What leads to a reply is pressed more often: a walk without a guide seldom gets to one.
GUIDED = {ids.CASE_REPLY: 2, ids.DRAFT_APPROVE: 4, ids.DRAFT_APPROVE_SURE: 4, ids.DRAFT_EDIT_APPROVE: 3}
GUIDED |= {ids.UNKNOWN_MISSING: 4, ids.UNKNOWN_ON_WORD: 4, ids.SEND_AGAIN: 4, ids.CORRECT_REPLY: 2}
USUALLY = {"draft": (BEN, CARO, BEN, CARO, *PEOPLE), "case": (ANA, DEE, *PEOPLE)}  # who presses, by kind of button
SHOWN = 60  # buttons that are remembered: what is pressed may have been drawn hours ago

DOORS: dict[int, Hands] = {}  # of each process; they know nothing but their desk, so that they serve all days


class Process:
    """One `heard run`: its desk, its doors and its publisher; it knows only what the store knows."""

    def __init__(self, desk: Desk, hands: Hands) -> None:
        self.desk = desk
        self.hands = hands.serve(desk)
        self.publisher = Publisher(desk, Limiter(desk.clock.pace), draw)

    def start(self, now: datetime) -> None:
        """Settle what a kill left, as a start does."""
        sending.recover(self.desk, now)
        clock_set_back.put_right(self.desk, now)
        owed.retime(self.desk, now)
        owed.owe_decisions(self.desk, now)
        self.desk.store.look_at_all_unreadables()
        unreadable.look_again(self.desk, now)


class Day:
    """Two processes of a desk on one store, three networks, a Slack, customers and a team."""

    def __init__(self, seed: int, home: Path, faults: float = 0.12) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - the same day for the same seed
        self.tried: Counter[str] = Counter()
        self.clock, self.fuse, self.depth = FakeClock(at=DAYS[seed % len(DAYS)]), 0, 0
        self.store = self._mortal(store_in(home))
        self.faults = Faults(self.dice, faults, self._meanwhile)
        self.towns = {
            (name, "42"): Town(
                name=name, faults=self.faults, now=self.clock.now, safe_repeat=safe, visibility_delay=delay
            )
            for name, (safe, delay) in RETRIES.items()
        }
        self.chat = self._slack()
        hours = DeskHours(BERLIN, {day: [(7 * 60, 22 * 60)] for day in range(7)})
        self.policy = replace(POLICY, hours=hours) if seed % 2 else POLICY
        self.in_group = [(self.clock.pace(), frozenset({BEN, CARO}))]  # who may approve, since when in pace time
        self.approvals: set[int] = set()  # those that were judged
        self.judged: tuple[int, ...] = ()  # how far store and ledgers had come when they were judged last
        self.processes = [self._started(0), self._started(1)]
        self.forms: list[tuple[str, dict[str, Any]]] = []  # open forms, by whoever opened them

    def _mortal(self, store: SqlStore) -> SqlStore:
        """Let a store kill its process at the statement, or right after the commit, at which the fuse ends."""
        run, leave = store.engine.run, store.engine.leave_work

        def burn() -> None:
            self.fuse -= 1
            if self.fuse == 0:
                raise Killed

        def dying(sql: str, params: Any = ()) -> int:
            burn()
            return run(sql, params)

        def left() -> None:
            burn()
            leave()

        store.engine.run, store.engine.leave_work = dying, left  # type: ignore[method-assign, assignment]
        return store

    def _slack(self) -> Workspace:
        usual = a_desk(self.store, clock=self.clock)
        return Workspace(people=usual.chat.people, groups=usual.chat.groups, faults=self.faults)  # type: ignore[attr-defined]

    def _started(self, which: int) -> Process:
        parts = {"chat": self.chat, "networks": self.towns, "clock": self.clock, "policy": self.policy}
        desk = a_desk(self.store, **parts)
        if which not in DOORS:
            DOORS[which] = Hands(desk)
        process = Process(desk, DOORS[which])
        self.known_people()
        process.start(self.now())
        return process

    def now(self) -> datetime:
        return self.clock.now()

    def known_people(self) -> None:
        """Let Slack's people and groups be as read just now."""
        now = self.now()
        self.chat.people = {who: replace(one, fetched_at=now) for who, one in self.chat.people.items()}
        members = self.in_group[-1][1]
        self.chat.groups = {APPROVERS: Group(id=APPROVERS, members=members, fetched_at=now)}
        self.store.put_people(list(self.chat.people.values()), list(self.chat.groups.values()))

    def come_so_far(self) -> tuple[int, ...]:
        """Return numbers that differ after any change of the store, of a network's ledger, or of Slack's."""
        changes = self.store.engine._session().conn.total_changes  # type: ignore[attr-defined]
        return (changes, self.chat.posted.total(), *(len(one.ledger) for one in self.towns.values()))

    # --- steps

    def step(self) -> None:
        """Let one of the processes do something; sometimes it is killed on the way, and started again."""
        which = self.dice.randrange(len(self.processes))
        name, work = self.dice.choice(STEPS)
        self.tried[name] += 1
        self.fuse = self.dice.randint(1, 25) if self.faults.strike() else 0
        self._within(which, work)

    def _within(self, which: int, work: Callable[["Day", Process], object]) -> None:
        try:
            work(self, self.processes[which])
        except (Conflict, OutOfService, NetworkTrouble):
            self.tried["refused for now"] += 1
        except Killed:
            self.tried["killed"] += 1
            self.fuse = 0
            self.processes[which] = self._started(which)
        finally:
            self.fuse = 0
        self._look()

    def _meanwhile(self) -> None:
        """Let the other process do something during a call to the outside, in which no transaction is open."""
        assert not self.store.engine.busy, "a call to the outside inside a transaction"
        if self.depth or not self.faults.strike():
            return
        self.depth += 1
        burning, self.fuse = self.fuse, 0
        self.tried["meanwhile"] += 1
        try:
            self._within(1, self.dice.choice(STEPS)[1])
        finally:
            self.depth -= 1
            self.fuse = burning

    def _look(self) -> None:
        """Remember the buttons that Slack shows now."""
        for (channel, ts), message in list(self.chat.messages.items())[-8:]:
            for element in elements(message.blocks):
                if "url" not in element:
                    self.chat.pressed.append((channel, ts, element))
        self.chat.pressed = self.chat.pressed[-SHOWN:]

    # --- customers

    def write(self, _: Process) -> None:
        town = self.dice.choice(list(self.towns.values()))
        parent = self.dice.choice(town.posts) if town.posts and self.dice.random() < 0.4 else None
        by = parent.author.handle if parent and self.dice.random() < 0.7 else f"who{self.dice.randrange(7)}"
        town.post(self.dice.choice(COMPLAINTS), by, parent)

    def change_post(self, _: Process) -> None:
        town = self.dice.choice(list(self.towns.values()))
        if town.posts:
            post = self.dice.choice(town.posts)
            if self.dice.random() < 0.3:
                town.deleted.add(post.ref.post_id)
            else:
                town.edit(post, self.dice.choice(COMPLAINTS))

    def read(self, process: Process) -> None:
        intake.poll(process.desk, self.dice.choice(list(self.towns.values())), "mentions", self.now())

    # --- people

    def press(self, process: Process) -> None:
        """Press a button that Slack shows, or showed some time ago, perhaps twice."""
        if not self.chat.pressed:
            return
        some = self.dice.sample(self.chat.pressed, min(len(self.chat.pressed), 3))
        channel, ts, element = max(some, key=lambda one: GUIDED.get(one[2]["action_id"], 1))
        action, views = dict(element), len(self.chat.views)
        by = self.dice.choice(USUALLY.get(action["action_id"].partition("_")[0], PEOPLE))
        if "options" in element:
            action["selected_option"] = self.dice.choice(element["options"])
        for _ in range(self.dice.choice((1, 1, 1, 2))):
            where = {
                "container": {"type": "message", "channel_id": channel, "message_ts": ts},
                "channel": {"id": channel},
            }
            process.hands.act({**action, "block_id": "b"}, by, **where)
        self.forms += [(by, dict(one)) for one in self.chat.views[views:] if one.get("submit")]
        self.forms = self.forms[-8:]
        if self.forms and self.dice.random() < 0.7:
            self.send_form(process)

    def send_form(self, process: Process) -> None:
        """Fill in and send a form that is open, perhaps since long ago."""
        if not self.forms:
            return
        by, form = self.forms.pop(self.dice.randrange(len(self.forms)))
        given = {}
        for block in (one for one in form["blocks"] if one["type"] == "input"):
            element = block["element"]
            if element["type"] == "plain_text_input":
                given[element["action_id"]] = self.dice.choice(REPLIES)
            elif element["type"] == "users_select":
                given[element["action_id"]] = self.dice.choice(PEOPLE)
            elif "options" in element and self.dice.random() < 0.5:
                given[element["action_id"]] = self.dice.choice(element["options"])["value"]
        with suppress(KeyError):
            process.hands.submit(by, form, **given)

    def command(self, process: Process) -> None:
        process.hands.command(self.dice.choice(COMMANDS), by=self.dice.choice(PEOPLE))

    def home(self, process: Process) -> None:
        process.hands.open_home(self.dice.choice(PEOPLE))

    def change_group(self, _: Process) -> None:
        """Let somebody join or leave the group of approvers."""
        members = self.dice.choice(
            (frozenset({BEN, CARO}), frozenset({BEN, CARO}), frozenset({CARO, DEE}), frozenset({BEN}))
        )
        self.in_group.append((self.clock.pace(), members))
        self.known_people()

    # --- the desk's own work

    def publish(self, process: Process) -> bool:
        """Send some messages to Slack; return whether more wait that may go now."""
        for _ in range(12):
            process.publisher.reconcile(self.now())
            wait = process.publisher.one_round(self.now())
            if wait is None or wait > 5:
                return wait is not None
            self.clock.move(seconds=wait)
        return True

    def send(self, process: Process) -> None:
        desk, now = process.desk, self.now()
        sending.recover_late(desk, now)
        sending.void_old_approvals(desk, now)
        sending.send_due(desk, now)
        sending.check_due_outcomes(desk, self.now())

    def remind(self, process: Process) -> None:
        clock_set_back.put_right(process.desk, self.now())
        remind.remind(process.desk, self.now())

    def housekeeping(self, process: Process) -> None:
        for name in self.dice.sample(sorted(JOBS), 4):
            JOBS[name](process.desk, self.now())

    def pass_time(self, _: Process) -> None:
        self.clock.move(seconds=self.dice.choice((5, 40, 130, 600, 1_000, 2_500)))
        self.known_people()

    def set_clock(self, _: Process) -> None:
        """Set the server's clock ahead or back a little."""
        if self.dice.random() < 0.2:
            self.clock.set(seconds=self.dice.choice((-400, -30, 30, 400)))
            self.known_people()

    def slack_goes(self, _: Process) -> None:
        self.chat.away = not self.chat.away and self.dice.random() < 0.3


JOBS = {**HOUSE, **DIGESTS, "noticing": noticing.check_new_posts}
STEPS: tuple[tuple[str, Callable[[Day, Process], object]], ...] = tuple(
    (work.__name__.replace("_", " "), work)
    for work, often in (
        (Day.write, 5), (Day.change_post, 1), (Day.read, 6), (Day.press, 14), (Day.send_form, 5), (Day.command, 1),
        (Day.home, 1), (Day.change_group, 1), (Day.publish, 10), (Day.send, 8), (Day.remind, 4), (Day.housekeeping, 3),
        (Day.pass_time, 4), (Day.set_clock, 1), (Day.slack_goes, 1),
    )
    for _ in range(often)
)  # fmt: skip


@contextmanager
def a_day(seed: int, faults: float = 0.12) -> Iterator[Day]:
    """Yield a day whose store is deleted afterwards."""
    home = Path(tempfile.mkdtemp(prefix="day-", dir=in_memory()))
    day = Day(seed, home, faults)
    try:
        yield day
    finally:
        day.store.close()
        shutil.rmtree(home)
