"""Runs the real clockwork over a big store during intake: `python -m tests.bench.alarm PATH START POSTS`.

START is a moment of the desk's clock in seconds since 1970, POSTS the posts a second. Prints a line when the
work begins, and one for each reminder, with its due moment and its commit in microseconds of that clock.
"""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.domain.base.moments import micros
from bot.domain.cases.case import Case, same_sort
from bot.domain.cases.events import Event
from bot.domain.reminders.reminder_events import Reminded
from bot.domain.team.people import Group
from bot.gateways.clock import WallClock
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import Batch, Message, Posted
from bot.ports.desk import Clock
from bot.services.slack.publishing import Publisher
from handlers.workers import Clockwork
from storage import SqlStore, open_store
from storage.engine.base import Engine
from tests.bench.intake import WORDS
from tests.fakes import APPROVERS, BEN, CARO, NOON, FakeChat, FakeNetwork, a_desk, a_post, everybody

AT_ONCE = 25  # posts in one batch


class Watched(SqlStore):
    """The real store; it prints when the transaction with a reminder was committed."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        super().__init__(engine)
        self._clock, self._here = clock, threading.local()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Open a transaction of the real store."""
        outer = getattr(self._here, "due", None)
        due = self._here.due = [] if outer is None else outer
        try:
            with super().transaction():
                yield
        finally:
            self._here.due = outer
        if outer is None:
            committed = micros(self._clock.now())
            say("".join(f"{one} {committed}\n" for one in due))

    def record(self, case: Case, event: Event) -> Case:
        """Record an event in the real store."""
        with self.transaction():
            after = super().record(case, event)
            self._note(case, event)
        return after

    def remind_all(self, happened: Sequence[tuple[Case, Reminded]]) -> None:
        """Write many reminders together in the real store."""
        with self.transaction():
            super().remind_all(happened)
            for case, event in happened:
                self._note(case, event)

    def _note(self, case: Case, event: Event) -> None:
        owed = same_sort(case, event.promise) if isinstance(event, Reminded) else None
        if owed and owed.remind_at:
            self._here.due.append(micros(owed.remind_at))


@dataclass
class Street(FakeNetwork):
    """A network with so many new complaints a second, until it is stopped; 0: as fast as they are taken in."""

    clock: Clock = field(default_factory=WallClock)
    a_second: int = 100
    over: threading.Event = field(default_factory=threading.Event)

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        n = int(cursor or "2000000000000000000")
        while stream == "mentions" and not self.over.wait(AT_ONCE / self.a_second if self.a_second else 0):
            at = self.clock.now()
            posts = [a_post(str(n + k), WORDS, by=f"dee_{n + k}", at=at) for k in range(AT_ONCE)]
            n += AT_ONCE
            yield Batch(posts=tuple(posts), cursor=str(n))


class Patient(FakeChat):
    """A Slack that accepts everything."""

    def update(self, channel: str, ts: str, message: Message) -> Posted:
        return Posted(channel, ts)


def say(words: str) -> None:
    """Print at once, since this process may be killed at any moment."""
    if words:
        sys.stdout.write(words)
        sys.stdout.flush()


def main() -> None:
    """Run the clockwork from a moment of the desk's clock until standard input is closed."""
    start, a_second = map(float, sys.argv[2:4])
    clock = WallClock(start=datetime.fromtimestamp(start, UTC))
    with closing(open_store(f"sqlite:///{sys.argv[1]}")) as opened:
        store, street = Watched(opened.engine, clock), Street(clock=clock, a_second=int(a_second))
        world = {"chat": _slack(), "networks": {("x", "42"): street}, "clock": clock}
        desk = a_desk(store, **world)
        clockwork = Clockwork(desk, Publisher(desk, Limiter(clock.pace), draw))
        store.when_kept(clockwork.wake)
        clockwork.audit = lambda: store.loose_ends(clock.now())
        say(f"{micros(clock.now())}\n")
        clockwork.start()
        sys.stdin.read()
        street.over.set()
        clockwork.stop()


def _slack() -> Patient:
    approvers = Group(id=APPROVERS, members=frozenset({BEN, CARO}), fetched_at=NOON)
    return Patient(people=everybody(), groups={APPROVERS: approvers})


if __name__ == "__main__":
    main()
