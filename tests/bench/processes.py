"""Measures intake and claims by one desk and by two on one PostgreSQL, beside bare psycopg that writes rows alike."""

import json
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median

import psycopg

from storage import open_store
from tests.bench.figures import Figure, Scale, at_least, at_most
from tests.bench.house import ROOT
from tests.children import Child
from tests.engines import Cluster, running_cluster, server_binaries

KINDS = ("intake", "claims", "bare_rows", "bare_claims")
GOAL = 1.7
TABLE = """CREATE TABLE bare (id bigint PRIMARY KEY, network text, external_id text, account text, author_id text,
handle text, name text, followers bigint, text text, language text, posted_at timestamptz, received_at timestamptz,
state text, assignee text, due_at timestamptz, priority int, url text, UNIQUE (network, account, external_id))"""
INDEXES = "CREATE INDEX ON bare (due_at); CREATE INDEX ON bare (state, assignee)"
WAITING = """SELECT wait_event, left(query, 60) FROM pg_stat_activity
WHERE application_name = 'heard' AND state = 'active' AND wait_event_type = 'Lock'"""
LOOKS = 0.02  # seconds between two looks at who waits


class Worker:
    """A process of `desk_worker`."""

    def __init__(self, address: str, key: Path, number: int) -> None:
        command = [sys.executable, "-m", "tests.bench.desk_worker", address, str(key), str(number)]
        self.process = Child(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.hears("ready")

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def hears(self, word: str) -> None:
        if (said := self.answer()) != word:
            raise RuntimeError(f"a process of the bench ended: {said}")

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)


class Work:
    """The results of one piece of work: of `count` items by each of some processes at the same time."""

    def __init__(self, workers: Sequence[Worker], kind: str, count: int, server: int) -> None:
        for one in workers:
            one.say(f"{kind} {count}")
        for one in workers:
            one.hears("prepared")
        before = used_by_children(server)
        for one in workers:
            one.say("go")
        took = [json.loads(one.answer()) for one in workers]
        items = count * len(workers)
        self.per_second = items / max(one["seconds"] for one in took)
        self.used = (sum(one["used"] for one in took) + used_by_children(server) - before) / items  # seconds an item


def used_by_children(server: int) -> float:
    """Return the processor seconds of the server's running processes."""
    found = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[1]) == server:
            found += (int(words[11]) + int(words[12])) / 100
    return found


@contextmanager
def looking(address: str, seen: Counter[str]) -> Iterator[None]:
    """Count meanwhile what the desks' transactions wait for of each other."""
    over = threading.Event()

    def look() -> None:
        with psycopg.connect(address, autocommit=True) as conn:
            while not over.wait(LOOKS):
                seen["looks"] += 1
                seen.update(f"{event}: {query}" for event, query in conn.execute(WAITING))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def measured(directory: Path, scale: Scale) -> list[Figure]:
    """Return the figures, or a line that PostgreSQL is not there."""
    binaries = server_binaries()
    if binaries is None:
        return [Figure("two desks on PostgreSQL", "", raw="PostgreSQL's server programs are not installed here")]
    with running_cluster(binaries) as cluster, ExitStack() as open_ones:
        address, keys = _prepared(cluster, directory)
        workers = [open_ones.enter_context(closing(Worker(address, key, n))) for n, key in enumerate(keys)]
        seen: Counter[str] = Counter()
        open_ones.enter_context(looking(address, seen))
        rounds = [_round(workers, scale, cluster.server.pid) for _ in range(scale.rounds + 1)]
    return _figures(rounds[1:], seen)


def _prepared(cluster: Cluster, directory: Path) -> tuple[str, list[Path]]:
    address, keys = cluster.fresh(), [directory / f"desk-{n}" / "trail.key" for n in range(2)]
    for key in keys:
        key.parent.mkdir(mode=0o700)
    open_store(address, key_file=keys[0]).close()
    shutil.copy(keys[0], keys[1])
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute(TABLE)
        conn.execute(INDEXES.encode())
    return address, keys


Round = dict[tuple[str, int], Work]


def _round(workers: Sequence[Worker], scale: Scale, server: int) -> Round:
    time.sleep(0.1)
    found: Round = {}
    for count in (1, 2):  # what is claimed was taken in right before it
        for kind in KINDS:
            found[kind, count] = Work(workers[:count], kind, scale.posts, server)
    return found


def _figures(rounds: Sequence[Round], seen: Counter[str]) -> list[Figure]:
    looks = seen.pop("looks")
    waits = ", ".join(f"{count} {what!r}" for what, count in seen.most_common(3))
    shared = at_most("a desk waits for another's lock, of looks", sum(seen.values()) / max(looks, 1), None, waits)
    return [line for pair in (("intake", "bare_rows"), ("claims", "bare_claims")) for line in _of(pair, rounds)] + [
        shared
    ]


def _of(pair: tuple[str, str], rounds: Sequence[Round]) -> list[Figure]:
    ours, bare = pair
    speeds = {(kind, n): median(one[kind, n].per_second for one in rounds) for kind in pair for n in (1, 2)}
    times = {kind: median(one[kind, 2].per_second / one[kind, 1].per_second for one in rounds) for kind in pair}
    used = {n: median(one[ours, n].used for one in rounds) * 1_000 for n in (1, 2)}
    more = median(one[ours, 2].used / one[ours, 1].used for one in rounds)
    raw = (
        f"{speeds[ours, 1]:,.0f}/s and {speeds[ours, 2]:,.0f}/s; bare psycopg {speeds[bare, 1]:,.0f}/s and "
        f"{speeds[bare, 2]:,.0f}/s, times {times[bare]:.2f}"
    )
    return [
        at_least(f"{ours}: two desks, times one", times[ours], GOAL, raw),
        at_most(f"{ours}: processor time of one, by two desks", more, 1.15, f"{used[1]:.2f} ms and {used[2]:.2f} ms"),
    ]
