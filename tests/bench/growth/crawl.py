"""Presses everything that is drawn, form by form, on one desk; each press is taken back, so that the next finds the same state."""

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports.meter import Duration, Occurrence
from bot.services.slack.publishing import Publisher
from handlers.listeners import SEND_TO_CARE
from storage import SqlStore
from tests.bench.growth.counting import Spent
from tests.bench.growth.steps import (
    ALONE,
    EVENTS,
    Presser,
    Step,
    happening,
    in_form,
    opening_home,
    pressable,
    pressing,
    pressing_home,
    shortcut,
    typing,
)
from tests.fakes import ANA, BEN, CARO, DEE
from tests.storage.scenes import Unwind

PEOPLE = (ANA, BEN, CARO, DEE)
TRIES = 60  # of one thing to press, by different people and on different cases
DEPTH = 4  # presses in a row
ROUNDS, PATIENCE = 400, 300.0  # of the publisher, and its seconds


@dataclass
class Refusals:
    """A meter that only counts refusals."""

    many: int = 0

    def count(self, what: Occurrence, **_: str) -> None:
        """Count one."""
        self.many += what == Occurrence.REFUSED_CLICK

    def took(self, what: Duration, seconds: float) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Took:
    """What one press or job took."""

    name: str
    spent: Spent


@dataclass(frozen=True)
class Path:
    """Presses by one person, one after another."""

    by: str
    steps: tuple[Step, ...]


@contextmanager
def taken_back(store: SqlStore) -> Iterator[Callable[[], None]]:
    """Run a block in a transaction that is rolled back; yield what does the work that comes right before a commit."""
    session = store.engine._session()
    with suppress(Unwind), store.transaction():
        yield session._finish
        raise Unwind


def _unmeasured(work: Callable[[], bool]) -> tuple[bool, Spent]:
    return work(), Spent()


def _to_its_end(step: Step, hands: Presser, by: str, finish: Callable[[], None]) -> bool:
    done = step.do(hands, by)
    finish()
    return done


@dataclass
class Crawl:
    """Everything that was pressed so far, and what the newest press took."""

    hands: Presser
    refusals: Refusals
    spend: Callable[[Callable[[], bool]], tuple[bool, Spent]] = _unmeasured
    took: dict[str, Took] = field(default_factory=dict)
    tried: Counter[str] = field(default_factory=Counter)
    said: dict[str, str] = field(default_factory=dict)  # why something was refused
    known: set[tuple[str, str]] = field(default_factory=set)  # messages whose buttons were offered already

    # --- what is offered ---------------------------------------------------------------------------------------

    def messages(self) -> Iterator[Path]:
        """Yield a press on each button of each message that is new in Slack, by everybody."""
        self.publish()
        new = [(at, one) for at, one in self.hands.chat.messages.items() if at not in self.known]
        self.known |= {at for at, _ in new}
        for (room, ts), message in new:
            where = {"type": "message", "channel_id": room, "message_ts": ts}
            place = {"container": where, "channel": {"id": room}}
            for name, element in pressable(message.blocks):
                for by in (f"U{room[1:]}",) if room.startswith("D") else PEOPLE:
                    yield Path(by, (Step(name, pressing(element, place)),))

    def publish(self) -> None:
        """Publish what waits for Slack, within a bounded number of messages and minutes."""
        publisher, clock = (
            Publisher(self.hands.desk, Limiter(self.hands.desk.clock.pace), draw),
            self.hands.desk.clock,
        )
        waited = 0.0
        for _ in range(ROUNDS):
            wait = publisher.one_round(clock.now())
            if wait is None or waited + wait > PATIENCE:
                return
            waited += wait
            clock.move(seconds=wait)  # type: ignore[attr-defined]

    def commands(self, typed: Sequence[str], numbers: Mapping[str, int]) -> Iterator[Path]:
        """Yield commands with numbers of cases filled in, as each person types them."""
        for words in typed:
            for by in (ANA, BEN, CARO):
                yield Path(by, (Step(f"/care {words}", typing(words.format(**numbers))),))

    def homes(self) -> Iterator[Path]:
        """Yield the opening of everybody's home tab, and each press on it."""
        for by in PEOPLE:
            yield Path(by, (Step("app_home_opened", opening_home),))

    def others(self) -> Iterator[Path]:
        """Yield the shortcut of a message, and what Slack tells of people and channels."""
        yield Path(ANA, (Step(SEND_TO_CARE, shortcut),))
        for kind, facts in EVENTS.items():
            yield Path(ANA, (Step(kind, happening(kind, facts)),))

    # --- pressing ----------------------------------------------------------------------------------------------

    def go(self, begin: Iterable[Path], again: Collection[str] = ()) -> None:
        """Press all of these, and what they lead to, until each was done once; `again`: so often as it is found."""
        waiting, self.tried = deque(begin), Counter()
        while waiting:
            path = waiting.popleft()
            name = path.steps[-1].name
            if not self.wanted(name, again) or self.tried[name] >= TRIES:
                continue
            self.tried[name] += 1
            waiting.extend(self.walk(path, again))

    def wanted(self, name: str, again: Collection[str] = ()) -> bool:
        """Return whether this is to be pressed: what was not yet, and what is pressed again wherever it is offered."""
        return name not in self.took or name in again

    def walk(self, path: Path, again: Collection[str] = ()) -> list[Path]:
        """Press a path's steps; measure the last one, and return what it offers: what is new, and what is in `again`."""
        chat, hands = self.hands.chat, self.hands
        with taken_back(hands.desk.store) as finish:
            for step in path.steps[:-1]:
                step.do(hands, path.by)
            views, whispers, last = len(chat.views), len(chat.whispers), path.steps[-1]
            homes = len(chat.homes.get(path.by, []))
            refused = self.refusals.many
            done, spent = self.spend(lambda: _to_its_end(last, hands, path.by, finish))
            if not done or self.refusals.many > refused:
                self.said[last.name] = f"{hands.answered} {' '.join(one.text for one in chat.whispers[whispers:])}"[
                    :300
                ]
                return []
            self.took.setdefault(last.name, Took(last.name, spent))
            return [
                Path(path.by, (*path.steps, step))
                for step in self.offered(path.by, views, whispers, homes)
                if len(path.steps) < DEPTH and self.wanted(step.name, again)
            ]
        raise AssertionError("a press left its transaction")

    def offered(self, by: str, views: int, whispers: int, homes: int) -> list[Step]:
        """Return what a press made pressable: the newest form, answers, the home tab."""
        chat, found = self.hands.chat, []
        if len(chat.views) > views:
            found += in_form(chat.views[-1])
        for message in chat.whispers[whispers:]:
            found += [Step(name, pressing(one, {"container": ALONE})) for name, one in pressable(message.blocks)]
        if len(chat.homes.get(by, [])) > homes:
            found += [Step(name, pressing_home(one)) for name, one in pressable(chat.homes[by][-1]["blocks"])]
        return found
