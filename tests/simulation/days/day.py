"""A simulated day of the whole desk on one thread: doors, workers and store are the real ones.

Customers write, people press what Slack shows them (also what it showed earlier), the clock goes on, answers are lost,
and processes are killed between any two statements and started again. The same seed always gives the same day.
"""

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.blocks.base import ids
from bot.domain.base.policy import OwnAccount
from bot.domain.mentions.mention import PostRef
from bot.domain.promises.promise import DeskHours
from bot.domain.team.people import Group
from bot.gateways.drawing import draw
from bot.gateways.erased_file import ErasedFile
from bot.gateways.pacing import Limiter
from bot.ports import Conflict, Desk, NetworkTrouble, OutOfService
from bot.services.backups import reconciling
from bot.services.backups.returning import notice_return, write_testimony
from bot.services.backups.slack_knows import SlackKnows
from bot.services.base import clock_set_back
from bot.services.base.button_key import signing_key
from bot.services.cases import owed
from bot.services.erasure.erased_list import erase_again, keep_list, known_to
from bot.services.mentions import intake, unreadable
from bot.services.reminders import remind
from bot.services.replies import sending, statement_sending
from bot.services.slack.publishing import Publisher
from bot.services.storms import noticing
from handlers.house import DIGESTS, HOUSE
from storage import SqlStore
from tests.engines import in_memory, store_in
from tests.fakes import ANA, APPROVERS, BEN, CARO, DEE, POLICY, FakeClock, a_desk
from tests.handlers.pressing import Hands, elements
from tests.services.doubles import Killed
from tests.simulation.days import deeds, stating
from tests.simulation.days.deeds import Kept
from tests.simulation.days.outside import ACCOUNTS, NO_WAIT, OTHERS, RETRIES, Faults, Town, Workspace

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
    "next",
    "who",
    "close day",
    "topics",
    "swap Ben",
    "case 1",
    "case 2 urgent",
    "merge 2 into 1",
    "part 2",
    "pause all",
    "pause x",
    "resume all",
    "resume all",
    "resume x",
    "release",
    "release now",
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
LEADS_ON = {ids.CASE_REPLY, *GUIDED, ids.MORE_HIDE, ids.MORE_SHOW}  # buttons, and options of menus
SENDING = "SELECT id FROM drafts WHERE state = 'sending'"
SHOWN = 60  # buttons that are remembered: what is pressed may have been drawn hours ago

DOORS: dict[int, Hands] = {}  # of each process; they know nothing but their desk, so that they serve all days


class Process:
    """One `heard run`: its desk, its doors and its publisher; it knows only what the store knows."""

    def __init__(self, desk: Desk, hands: Hands) -> None:
        self.desk = desk
        self.hands = hands.serve(desk)
        self.publisher = Publisher(desk, Limiter(desk.clock.pace), draw)
        self.slack_knows = SlackKnows()

    def start(self, now: datetime) -> None:
        """Settle what a kill left, as a start does."""
        sending.recover(self.desk, now)
        statement_sending.recover_statements(self.desk, now)
        reconciling.doubt_approved(self.desk, now)
        clock_set_back.put_right(self.desk, now)
        owed.retime(self.desk, now)
        owed.owe_decisions(self.desk, now)
        self.desk.store.look_at_all_unreadables()
        unreadable.look_again(self.desk, now)


class Day:
    """Two processes of a desk on one store, three networks, a Slack, customers and a team."""

    steps: "tuple[tuple[str, Step], ...] | None" = None  # None: all

    def __init__(self, seed: int, home: Path, faults: float = 0.12) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - the same day for the same seed
        self.tried: Counter[str] = Counter()
        self.clock, self.fuse, self.depth = FakeClock(at=DAYS[seed % len(DAYS)]), 0, 0
        self.home, self.fills, self.full = (
            home,
            False,
            False,
        )  # the disk: whether the fuse fills it, and whether it is full
        self.kept, self.lists = Kept(), [ErasedFile(home)]
        self.copy: Path | None = None  # of the database
        self.past: set[str] = set()  # keys of replies that the store does not know since an older copy took its place
        self.wished: Counter[tuple[str, str, bool]] = Counter()  # what was hidden or shown again until then
        self.erased: set[tuple[str, str]] = set()  # posts of customers who were erased after it: network and id
        self.erased_at: dict[tuple[str, str], datetime] = {}  # by network and author
        self.words = 0  # statements that somebody began to write
        self.deleted_before: set[tuple[str, str]] = set()  # our posts that were, before an older copy took its place
        self.unsettled: set[int] = set()  # drafts whose outcome could not be stored, since the disk was full
        self.open()
        self.faults = Faults(self.dice, faults, self.meanwhile)
        self.towns = {place: self._town(*place) for place in ACCOUNTS}
        self.chat = self._slack()
        hours = DeskHours(BERLIN, {day: [(7 * 60, 22 * 60)] for day in range(7)})
        accounts = {("x", OTHERS): OwnAccount(name="northwind_de", approvers=frozenset({CARO}))}
        roster = replace(POLICY.roster, leads=frozenset({CARO, DEE}))
        hours = hours if seed % 2 else POLICY.hours
        self.policy = replace(POLICY, hours=hours, accounts=accounts, roster=roster)
        self.in_group = [(self.clock.pace(), frozenset({BEN, CARO}))]  # who may approve, since when in pace time
        self.approvals: set[int] = set()  # those that were judged
        self.judged: tuple[int, ...] = ()  # how far store and ledgers had come when they were judged last
        self.processes = [self.started(which) for which in range(self.count_of_processes())]
        self.forms: list[tuple[str, dict[str, Any]]] = []  # open forms, by whoever opened them

    def open(self) -> None:
        """Open the store; notice, as a start does, when the file is an older one."""
        self.store = self._mortal(store_in(self.home))
        notice_return(self.store, self.kept, self.now())

    def _mortal(self, store: SqlStore) -> SqlStore:
        """Let a store kill its process, or fill the disk, at the statement or right after the commit that ends the fuse."""
        run, leave = store.engine.run, store.engine.leave_work

        def burn() -> None:
            self.fuse -= 1
            if self.fuse == 0:
                self.at_the_end_of_the_fuse()

        def dying(sql: str, params: Any = ()) -> int:
            burn()
            if self.full:
                raise OutOfService("The disk is full.")
            return run(sql, params)

        def left() -> None:
            burn()
            leave()

        store.engine.run, store.engine.leave_work = dying, left  # type: ignore[method-assign, assignment]
        return store

    def at_the_end_of_the_fuse(self) -> None:
        """Fill the disk, or kill the process that works."""
        if not self.fills:
            raise Killed
        self.full = True

    def count_of_processes(self) -> int:
        """Return how many processes the desk has."""
        return 2

    def store_for(self, which: int) -> SqlStore:
        """Return the store of a process that starts."""
        return self.store

    def _town(self, name: str, account: str) -> Town:
        safe, delay = RETRIES[name]
        traits = {"edits_replies": name == "mastodon", "hides": name == "x"}
        streams = ("mentions", "messages") if name == "bluesky" else ("mentions",)
        outside = {"faults": self.faults, "now": self.clock.now, "pace": self.clock.pace, "may_call": self.may_call}
        way = {"safe_repeat": safe, "visibility_delay": delay, "streams": streams}
        return Town(name=name, account=account, **traits, **outside, **way)  # type: ignore[arg-type]

    def may_call(self, target: PostRef) -> str:
        """Return why the desk may not change anything there now, as the store knows; "" when it may."""
        over = ({"", target.network}, {"", target.account})
        return next((one.why for one in self.store.halts() if one.network in over[0] and one.account in over[1]), "")

    def _slack(self) -> Workspace:
        usual = a_desk(self.store, clock=self.clock)
        return Workspace(people=usual.chat.people, groups=usual.chat.groups, faults=self.faults)  # type: ignore[attr-defined]

    def started(self, which: int) -> Process:
        parts = {"chat": self.chat, "networks": self.towns, "clock": self.clock, "policy": self.policy}
        store = self.store_for(which)
        desk = a_desk(store, **parts, epochs=store.epochs(), secret=signing_key(store))
        if which not in DOORS:
            DOORS[which] = Hands(desk)
        process = Process(desk, DOORS[which])
        self.known_people()
        process.start(self.now())
        erase_again(desk, known_to(self.lists), self.now())
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
        ledgers = [(one.ledger, one.changed, one.wishes, one.said, one.gone) for one in self.towns.values()]
        come = sum(len(one) for some in ledgers for one in some)
        return (changes, self.chat.posted.total(), come)

    # --- steps

    def step(self) -> None:
        """Let one of the processes do something; sometimes it is killed on the way, and started again."""
        which = self.dice.randrange(len(self.processes))
        name, work = self.dice.choice(STEPS if self.steps is None else self.steps)
        self.tried[name] += 1
        self.arm()
        self.within(which, work)

    def arm(self) -> None:
        """Choose what goes wrong within a step."""
        self.fuse = self.dice.randint(1, 25) if self.faults.strike() else 0
        self.fills = self.dice.random() < 0.25

    def killed(self, which: int) -> None:
        """End a process at once; on a file there is nothing else to do."""

    def within(self, which: int, work: Callable[["Day", Process], object]) -> None:
        try:
            work(self, self.processes[which])
        except (Conflict, OutOfService, NetworkTrouble):
            self.tried["refused for now"] += 1
        except Killed:
            self.tried["killed"] += 1
            self.fuse = 0
            self.killed(which)
            self._forget_waits()
            if self.full:  # nothing starts on a full disk
                self._make_room()
            self.processes[which] = self.started(which)
        finally:
            self.fuse = 0
            if self.full and not self.depth:
                self._make_room()
        self._look()

    def _forget_waits(self) -> None:
        """Let a network forget the wait that it asked for in an answer which was not stored."""
        for town in self.towns.values():
            if not self.store.account_holds(town.name, town.account):
                town.until = NO_WAIT

    def _make_room(self) -> None:
        """Let the disk have room again; what could not be stored meanwhile is settled when its lease has ended."""
        self.full = False
        self._forget_waits()
        self.tried["disk full"] += 1
        self.unsettled |= {number for (number,) in self.store.engine.rows(SENDING)}

    def meanwhile(self) -> None:
        """Let the other process do something during a call to the outside, in which no transaction is open."""
        if self.store.engine.busy:
            self.faults.broken.append("a call to the outside inside a transaction")
        if not self.depth and self.faults.strike():
            self.during_a_call(1)

    def during_a_call(self, which: int) -> None:
        """Let this process do something while the one in hand calls."""
        self.depth += 1
        burning, self.fuse = self.fuse, 0
        self.tried["meanwhile"] += 1
        try:
            self.within(which, self.dice.choice(STEPS if self.steps is None else self.steps)[1])
        finally:
            self.depth -= 1
            self.fuse = burning

    def _look(self) -> None:
        """Remember the buttons that Slack shows now."""
        self.chat.pressed = [*self.chat.pressed, *self._shown(8)][-SHOWN:]

    def _shown(self, newest: int) -> list[tuple[str, str, dict[str, Any]]]:
        """Return the buttons of so many messages, with where they are."""
        return [
            (channel, ts, element)
            for (channel, ts), message in list(self.chat.messages.items())[-newest:]
            for element in elements(message.blocks)
            if "url" not in element
        ]

    def wake(self) -> None:
        """Let everything that waits for a lease go on, at the end of the day."""

    # --- customers

    def write(self, _: Process) -> None:
        town = self.dice.choice(list(self.towns.values()))
        parent = self.dice.choice(town.posts) if town.posts and self.dice.random() < 0.4 else None
        by = parent.author.handle if parent and self.dice.random() < 0.7 else f"who{self.dice.randrange(7)}"
        private = "messages" in town.streams and self.dice.random() < 0.4
        town.post(self.dice.choice(COMPLAINTS), by, None if private else parent, private=private)

    def change_post(self, _: Process) -> None:
        town = self.dice.choice(list(self.towns.values()))
        if town.posts:
            post = self.dice.choice(town.posts)
            if self.dice.random() < 0.3:
                town.deleted.add(post.ref.post_id)
            else:
                town.edit(post, self.dice.choice(COMPLAINTS))

    def read(self, process: Process) -> None:
        town = self.dice.choice(list(self.towns.values()))
        intake.poll(process.desk, town, self.dice.choice(town.streams), self.now())

    # --- people

    def press(self, process: Process) -> None:
        """Press a button that Slack shows, or showed some time ago, perhaps twice."""
        if self.chat.pressed:
            some = self.dice.sample(self.chat.pressed, min(len(self.chat.pressed), 3))
            self._press(process, *max(some, key=lambda one: GUIDED.get(one[2]["action_id"], 1)))
            if self.forms and self.dice.random() < 0.7:
                self.send_form(process)

    def bring_on(self, process: Process) -> None:
        """Press what Slack shows now and leads on to a reply, or further than one; fill in the form it opens, and send it."""
        leads_on = [one for one in self._shown(30) if wanted(one[2], LEADS_ON)]
        if leads_on:
            channel, ts, element = self.dice.choice(leads_on)
            before = len(self.forms)
            self._press(process, channel, ts, element, *wanted(element, LEADS_ON))
            opened, self.forms = self.forms[before:], self.forms[:before]  # steps in between send forms, too
            for form in reversed(opened):
                self._send_form(process, *form)

    def _press(
        self, process: Process, channel: str, ts: str, element: dict[str, Any], *options: dict[str, Any]
    ) -> None:
        action, views = dict(element), len(self.chat.views)
        by = self.dice.choice(USUALLY.get(action["action_id"].partition("_")[0], PEOPLE))
        if "options" in element:
            action["selected_option"] = self.dice.choice(options or element["options"])
        for _ in range(self.dice.choice((1, 1, 1, 2))):
            where = {
                "container": {"type": "message", "channel_id": channel, "message_ts": ts},
                "channel": {"id": channel},
            }
            process.hands.act({**action, "block_id": "b"}, by, **where)
        self.forms += [(by, dict(one)) for one in self.chat.views[views:] if one.get("submit")]
        self.forms = self.forms[-8:]

    def send_form(self, process: Process) -> None:
        """Fill in and send a form that is open, perhaps since long ago."""
        if self.forms:
            self._send_form(process, *self.forms.pop(self.dice.randrange(len(self.forms))))

    def _send_form(self, process: Process, by: str, form: dict[str, Any]) -> None:
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
        process.slack_knows.look(desk, now)
        if sending.send_due(desk, now) + statement_sending.post_due_statements(desk, now):
            self.testify()
        sending.check_due_outcomes(desk, self.now())
        statement_sending.check_due_statements(desk, self.now())

    def testify(self) -> None:
        """Write down, outside the database, how far it has come, and who was erased."""
        write_testimony(self.store, self.kept)
        keep_list(self.store, self.lists)

    def remind(self, process: Process) -> None:
        clock_set_back.put_right(process.desk, self.now())
        remind.remind(process.desk, self.now())

    def housekeeping(self, process: Process) -> None:
        self.testify()
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
Step = Callable[[Day, Process], object]
STEPS: tuple[tuple[str, Step], ...] = tuple(
    (work.__name__.replace("_", " "), work)
    for work, often in (
        (Day.write, 5), (Day.change_post, 1), (Day.read, 6), (Day.press, 10), (Day.bring_on, 8), (Day.send_form, 5), (Day.command, 1),
        (Day.home, 1), (Day.change_group, 1), (Day.publish, 10), (Day.send, 8), (Day.remind, 4), (Day.housekeeping, 3),
        (Day.pass_time, 4), (Day.set_clock, 1), (Day.slack_goes, 1),
        (stating.state, 6), (deeds.erase, 1), (deeds.keep_copy, 1), (deeds.put_back, 1),
    )
    for _ in range(often)
)  # fmt: skip


def wanted(element: dict[str, Any], names: Collection[str]) -> list[dict[str, Any]]:
    """Return the options of a menu that have these names, or the button itself where it has one of them."""
    if "options" in element:
        return [one for one in element["options"] if one["value"].partition(":")[0] in names]
    return [element] if element["action_id"] in names else []


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
