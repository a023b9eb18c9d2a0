"""Measures queries of people and of the clockwork at a desk with a long history, and claims during a report."""

import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from bot.domain.cases.queue import Selection, Whose
from bot.domain.home.inbox import INBOX
from bot.gateways import home
from bot.ports import Desk
from bot.services.cases import casework, queue
from bot.services.promises import report as measuring
from bot.services.promises.report import Period
from cli.opening import TURN
from storage import SqlStore, open_store
from tests import builders, history
from tests.bench.figures import Figure, Scale, at_most, in_turn, share
from tests.builders import ANA, NOW
from tests.fakes import CARO, POLICY, FakeClock, a_desk, teammate
from tests.storage.scenes import another

OPEN = 3_000
CLAIMS = 300
AT = NOW + timedelta(days=20)
MONTH = Period(NOW - timedelta(days=1), NOW + timedelta(days=30), "month")
COMMAND, REPORT, CLICK = 300.0, 10_000.0, 50.0  # milliseconds
WORDS = ("parcel", "train", "refund", "broken", "weeks", "waiting", "promised", "phone", "luggage", "charger")
# Each copy contains some of these words, and its own number.
SAID = " || ".join(f"CASE (i * {n + 7}) % {n + 2} WHEN 0 THEN '{word} ' ELSE '' END" for n, word in enumerate(WORDS))
SAID = f"'@northwind ' || {SAID} || 'order' || i"


def measured(directory: Path, scale: Scale) -> list[Figure]:
    """Return how long each query takes with many closed cases and few open ones."""
    count = scale.open_cases // 10
    with closing(open_store(f"sqlite:///{directory / 'history.db'}", synchronous="OFF")) as store:
        furnished(store, count)
        asked = questions(store)
        found = in_turn(scale.rounds, {name: timed(ask) for name, ask in asked.items()})
        cases = f"{count:,} closed cases"
        lines = [
            at_most(f"{name}, {cases}", found.usual(name), REPORT if "month" in name else COMMAND, "", " ms")
            for name in asked
        ]
        return [*lines, *beside(store, asked["/care promises month"], cases)]


def furnished(store: SqlStore, closed: int) -> None:
    """Fill the store, and add all its posts to the index of words."""
    ended = history.lived_through(store)
    waiting = builders.opened(store, post=another("2"))
    history.shown(store)
    by = history.strides(store.engine)
    history.repeat(store.engine, ended.id, closed, by, {"text": SAID})
    history.repeat(store.engine, waiting.id, OPEN, by, {"text": SAID})
    while store.index_words(1_000):
        pass
    store.engine.run("ANALYZE")


def questions(store: SqlStore) -> dict[str, Callable[[], object]]:
    """Return the queries by name."""
    desk = a_desk(store, clock=FakeClock(AT))
    only = Selection(whose=Whose.NOBODYS, topic="late")
    return {
        "/care queue": lambda: queue.page(desk, Selection(), by=ANA),
        "/care queue, narrowed to what is not there": lambda: queue.page(desk, only, by=ANA),
        "/care mine": lambda: queue.page(desk, Selection(whose=Whose.MINE), by=ANA),
        "the home tab of a teammate": lambda: home.draw(desk, ANA, AT, INBOX),
        "the home tab of a lead": lambda: home.draw(desk, CARO, AT, INBOX),
        "/care status": lambda: store.tally(AT, AT - timedelta(days=1)),
        "/care find, a word that many wrote": lambda: store.find("parcel", private=True),
        "/care find, a handle": lambda: store.find("@someone2_77", private=True),
        "/care find, a word that nobody wrote": lambda: store.find("umbrella", private=True),
        "the auditor's round": lambda: store.loose_ends(AT),
        "the Monday digest": lambda: store.kept_and_lapsed(MONTH.since, MONTH.until, AT),
        "/care promises month": lambda: measuring.reported(store, POLICY.hours, MONTH, AT),
    }


def timed(ask: Callable[[], object]) -> Callable[[], float]:
    """Return a function that runs `ask` and returns its milliseconds."""

    def run() -> float:
        begun = time.perf_counter()
        ask()
        return (time.perf_counter() - begun) * 1_000

    return run


def beside(store: SqlStore, report: Callable[[], object], cases: str) -> list[Figure]:
    """Return how long claims take alone, and while reports run one after the other."""
    store.put_people([teammate(ANA, "Ana")], [])
    desk = a_desk(store, clock=FakeClock(AT))
    sys.setswitchinterval(TURN)  # as the running desk does
    numbers = [case.id for case in store.queue(limit=2 * CLAIMS)]
    alone = claims(desk, numbers[:CLAIMS])
    stop = threading.Event()
    counting = threading.Thread(target=again_and_again, args=(report, stop))
    counting.start()
    both = claims(desk, numbers[CLAIMS:])
    stop.set()
    counting.join()
    raw = f"median {share(both, 50):.2f} ms; alone {share(alone, 50):.2f} and {share(alone, 99):.1f} ms"
    return [at_most(f"a claim's p99 beside reports, {cases}", share(both, 99), CLICK, raw, " ms")]


def again_and_again(ask: Callable[[], object], stop: threading.Event) -> None:
    """Run `ask` again and again until `stop` is set."""
    while not stop.is_set():
        ask()


def claims(desk: Desk, numbers: list[int]) -> list[float]:
    """Claim cases at a steady rate, and return each claim's milliseconds."""
    took = []
    for number in numbers:
        took.append(timed(lambda number=number: casework.claim(desk, number, by=ANA, at=AT))())  # type: ignore[misc]
        time.sleep(0.01)
    return took
