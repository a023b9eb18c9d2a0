"""Measures intake through the desk's own use case, beside bare SQLite with one row per post."""

import itertools
import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.domain.mentions.mention import Mention
from bot.ports import Batch, Desk
from bot.services.mentions import intake
from bot.services.triage.triage import triage_of
from storage import open_store
from tests.bench.figures import Figure, Run, Scale, Turns, at_least, in_turn
from tests.fakes import NOON, FakeNetwork, a_desk, a_post

WORDS = (
    "@northwind my parcel was promised for Tuesday, it is Friday now and nobody has told me anything at all. "
    "I have been on hold twice, forty minutes each time, and the page still says that it is on its way. "
    "This was a birthday present. What happens next, and when does somebody finally get back to me about it?"
)
EVENT = timedelta(milliseconds=10)  # between two posts
ONE, HUNDRED = 1, 100
RAW_AT_ONCE = 1_000  # rows in one of the baseline's transactions

COLUMNS = (
    "network TEXT NOT NULL, external_id TEXT NOT NULL, account TEXT NOT NULL, author_id TEXT NOT NULL, "
    "handle TEXT NOT NULL, name TEXT NOT NULL, followers INTEGER, text TEXT NOT NULL, language TEXT NOT NULL, "
    "posted_at INTEGER NOT NULL, received_at INTEGER NOT NULL, state TEXT NOT NULL, assignee TEXT NOT NULL, "
    "due_at INTEGER, priority INTEGER NOT NULL, url TEXT NOT NULL"
)
TABLE = f"CREATE TABLE posts (id INTEGER PRIMARY KEY, {COLUMNS}, UNIQUE (network, external_id)) STRICT"
INDEXES = (
    "CREATE INDEX posts_due ON posts (due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX posts_held ON posts (state, assignee)",
)
ADD = f"INSERT INTO posts VALUES (NULL{', ?' * 16})"


@dataclass
class Raw:
    """Bare sqlite3: one table of 17 columns, its key and two indexes, prepared rows, no rules."""

    path: Path
    synchronous: str
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self._conn = sqlite3.connect(self.path, isolation_level=None)
        for pragma in ("journal_mode = WAL", f"synchronous = {self.synchronous}"):
            self._conn.execute(f"PRAGMA {pragma}")
        for statement in (TABLE, *INDEXES):
            self._conn.execute(statement)

    def rows(self, count: int) -> list[tuple[object, ...]]:
        at = int(NOON.timestamp() * 1_000_000)
        return [
            (
                *("x", str(10**18 + n), "42", f"id-{n}", f"priya_{n}", f"Priya {n}", 12_400, WORDS, "en", at, at),
                *("new", "", at, 2, f"https://x.example/priya_{n}/status/{10**18 + n}"),
            )
            for n in itertools.islice(self._ids, count)
        ]

    def one_by_one(self, count: int) -> float:
        """Return rows a second, each in its own commit."""
        rows, conn = self.rows(count), self._conn
        begun = time.perf_counter()
        for row in rows:
            conn.execute("BEGIN IMMEDIATE")
            conn.execute(ADD, row)
            conn.execute("COMMIT")
        return count / (time.perf_counter() - begun)

    def together(self, count: int) -> float:
        """Return rows a second, a thousand to a commit."""
        rows, conn = self.rows(count), self._conn
        begun = time.perf_counter()
        for start in range(0, count, RAW_AT_ONCE):
            conn.execute("BEGIN IMMEDIATE")
            conn.executemany(ADD, rows[start : start + RAW_AT_ONCE])
            conn.execute("COMMIT")
        return count / (time.perf_counter() - begun)

    def close(self) -> None:
        self._conn.close()


@dataclass
class Whole:
    """The desk's intake over its real store; the posts are made before the measurement."""

    desk: Desk
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def posts(self, count: int, *, answering: int = 0) -> list[Mention]:
        """Return new posts, each by another author; every `answering`th continues the case of the one before."""
        made: list[Mention] = []
        for n in itertools.islice(self._ids, count):
            before = made[-1] if made and answering and n % answering == 0 else None
            made.append(self._post(n, before))
        return made

    def _post(self, n: int, before: Mention | None) -> Mention:
        by = before.author.handle if before else f"priya_{n}"
        post_id, at = str(10**18 + n), NOON + EVENT * n
        raw = json.dumps({"id": post_id, "text": WORDS, "author_id": f"id-{by}", "lang": "en"}).encode()
        return a_post(post_id, WORDS, by=by, root=before.root_id if before else "", at=at, raw=raw)

    def take(self, count: int, at_once: int, *, answering: int = 0) -> float:
        """Return posts a second through intake, with the cursor, `at_once` in a transaction."""
        network, batches = FakeNetwork(), _batches(self.posts(count, answering=answering), at_once)
        now = NOON + EVENT * (count + 10**9 // 1000)
        begun = time.perf_counter()
        new = sum(intake.receive(self.desk, network, "mentions", batch, now) for batch in batches)
        took = time.perf_counter() - begun
        if new != count:
            raise RuntimeError(f"{new} of {count} posts were taken in")
        return count / took

    def write(self, count: int, at_once: int) -> float:
        """Return posts a second through intake's transaction alone: what each post is was told before."""
        posts = self.posts(count)
        told = [(post, triage_of(self.desk, post)) for post in posts]
        store, ref, now = self.desk.store, posts[0].ref, NOON + EVENT * (count + 10**9 // 1000)
        begun = time.perf_counter()
        for start in range(0, count, at_once):
            with store.transaction():
                new = sum(
                    intake.take_in(self.desk, post, now, triage) for post, triage in told[start : start + at_once]
                )
                store.move_cursor(ref.network, ref.account, "mentions", str(start), now)
            if new != len(told[start : start + at_once]):
                raise RuntimeError(f"{new} of {at_once} posts were written")
        return count / (time.perf_counter() - begun)


def _batches(posts: Sequence[Mention], size: int) -> list[Batch]:
    return [
        Batch(posts=tuple(posts[start : start + size]), cursor=posts[min(start + size, len(posts)) - 1].ref.post_id)
        for start in range(0, len(posts), size)
    ]


def measured(directory: Path, scale: Scale, synchronous: str) -> list[Figure]:
    """Return intake's figures at this setting of SQLite's `synchronous`."""
    path = directory / f"intake-{synchronous}.db"
    goals = (0.35, 0.2) if synchronous == "OFF" else (None, None)
    with (
        closing(open_store(f"sqlite:///{path}", synchronous=synchronous)) as store,
        closing(Raw(directory / f"raw-{synchronous}.db", synchronous)) as raw,
    ):
        whole = Whole(a_desk(store))
        found = in_turn(scale.rounds, _runs(raw, whole, scale.posts))
    singly, together = ("raw one by one", "single commits"), ("raw together", "executemany of 1000")
    return [
        _line(f"one post, its own commit, {synchronous}", found, "one", singly, goals[0]),
        _line(f"100 posts to a commit, {synchronous}", found, "hundred", together, goals[1]),
        _line(f"100 to a commit, 1 in 3 goes on, {synchronous}", found, "mixed", together, None),
        _line(f"one post, without its triage, {synchronous}", found, "one written", singly, None),
        _line(f"100 to a commit, without it, {synchronous}", found, "hundred written", together, None),
    ]


def _runs(raw: Raw, whole: Whole, posts: int) -> dict[str, Run]:
    return {
        "raw one by one": lambda: raw.one_by_one(posts),
        "one": lambda: whole.take(posts, ONE),
        "raw together": lambda: raw.together(posts * 4),
        "hundred": lambda: whole.take(posts * 2, HUNDRED),
        "mixed": lambda: whole.take(posts * 2, HUNDRED, answering=3),
        "one written": lambda: whole.write(posts, ONE),
        "hundred written": lambda: whole.write(posts * 2, HUNDRED),
    }


def _line(what: str, found: Turns, ours: str, bare: tuple[str, str], goal: float | None) -> Figure:
    raw = f"{found.usual(ours):,.0f}/s of {found.usual(bare[0]):,.0f}/s {bare[1]}"
    return at_least(what, found.ratio(ours, bare[0]), goal, raw)
