"""Lives through simulated days and counts what was tried in them."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from traceback import format_exception

from tests.engines import running_cluster, server_binaries
from tests.simulation.days.day import Day, a_day
from tests.simulation.days.held import check, come_to_rest
from tests.simulation.days.shared import a_shared_day

STEPS = 200  # of one day
Opened = Callable[[int], AbstractContextManager[Day]]


@dataclass
class Lived:
    """What was tried in some days, and what failed: the seed, and why."""

    days: int = 0
    tried: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: "Lived") -> None:
        """Count other days, too."""
        self.days += other.days
        self.tried += other.tried
        self.failed += other.failed


def live(seed: int, steps: int = STEPS, opened: Opened = a_day) -> Lived:
    """Live through a day; what must hold is checked after each step, and once the day has come to rest."""
    with quietly(), opened(seed) as day:
        lived = Lived(days=1)
        try:
            for _ in range(steps):
                day.step()
                check(day)
            come_to_rest(day)
        except Exception as trouble:  # every error is a finding, and the other days go on
            lived.failed.append((seed, "".join(format_exception(trouble)[-2:])))
        lived.tried.update(counted(day))
    return lived


def live_all(seeds: Sequence[int], processes: int) -> Iterator[Lived]:
    """Live through days in several processes; yield each in order."""
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(live, seeds, chunksize=4)


def live_on_postgres(seeds: Sequence[int]) -> Iterator[Lived]:
    """Live through days of several desks on one temporary PostgreSQL; yield each in order."""
    binaries = server_binaries()
    if binaries is None:
        raise SystemExit("PostgreSQL's server programs are not installed here (Debian: apt-get install postgresql).")
    with running_cluster(binaries) as cluster:
        for seed in seeds:
            yield live(seed, opened=lambda one: a_shared_day(cluster, one))


def counted(day: Day) -> Counter[str]:
    """Return how often each step was taken, and how much came of them."""
    rows = day.store.engine.rows
    found = Counter(day.tried)
    found["posts of customers"] = sum(len(town.posts) for town in day.towns.values())
    found["cases"] = rows("SELECT count(*) FROM cases")[0][0]
    found["approvals"] = rows("SELECT count(*) FROM approvals")[0][0]
    found["attempts to send"] = rows("SELECT count(*) FROM attempts")[0][0]
    found["public replies"] = sum(len(town.ledger) for town in day.towns.values())
    found["posts changed in place"] = sum(len(town.changed) for town in day.towns.values())
    found["statements"] = rows("SELECT count(*) FROM statements")[0][0]
    found["posts of statements"] = sum(len(town.said) for town in day.towns.values())
    deleted = sum(one.post_id in town.gone for town in day.towns.values() for one in town.said)
    found["posts of statements that were deleted"] = deleted
    changed = [one for town in day.towns.values() for one in town.changed if len(one.changes) == 6]
    found["posts of statements that were corrected"] = len(changed)
    found["posts hidden or shown again"] = sum(len(town.wishes) for town in day.towns.values())
    found["private messages"] = sum(len(town.letters) for town in day.towns.values())
    found["reminders"] = rows("SELECT count(*) FROM nags")[0][0]
    found["messages in Slack"] = sum(day.chat.posted.values())
    return found


@contextmanager
def quietly() -> Iterator[None]:
    """Log nothing: thousands of planned faults would be told."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
