"""A process that works as a desk of several does, and as bare psycopg: `python -m tests.bench.desk_worker ADDRESS KEY N`.

It reads what to do from its input, a line each, and answers with the seconds and the processor seconds that it took.
"""

import json
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bot.domain.mentions.mention import PostRef
from bot.gateways.clock import seconds_since_boot
from bot.ports import Batch, Desk
from bot.services.cases.casework import claim
from bot.services.mentions import intake
from handlers.lease import LeaseRenewal
from handlers.other_desks import OtherDesks
from storage import open_store
from tests.bench.house import own_matter
from tests.fakes import ANA, NOON, FakeNetwork, a_desk, a_post

AT_ONCE = 10  # posts in a commit
APART = 10**6  # between the posts of two processes
INTO = f"INSERT INTO bare VALUES ({', '.join(['%s'] * 17)})"
CLAIM = "UPDATE bare SET assignee = %s, state = 'open' WHERE id = %s AND state = 'new'"


class Worker:
    """The desk of this process, and a bare connection."""

    def __init__(self, address: str, key: Path, number: int) -> None:
        self.store = open_store(
            address, key_file=key, name=f"desk-{number}", seconds=seconds_since_boot, synchronous="OFF"
        )
        self.network = FakeNetwork(account=f"4{number}")
        self.desk: Desk = a_desk(self.store, networks={("x", self.network.account): self.network})
        self.next, self.first = number * APART, number * APART
        self.bare = psycopg.connect(address, autocommit=True, options="-c synchronous_commit=off")
        LeaseRenewal(self.store).start()
        OtherDesks(self.desk, {}).start()

    def posts(self, count: int) -> list[Batch]:
        """Make so many new posts, in batches; this is not measured."""
        self.first, self.next = self.next, self.next + count
        found = [
            a_post(str(n), own_matter(n), by=f"priya_{n}", ref=PostRef("x", self.network.account, str(n)))
            for n in range(self.first, self.next)
        ]
        return [Batch(posts=tuple(found[n : n + AT_ONCE]), cursor=str(n)) for n in range(0, count, AT_ONCE)]

    def intake(self, batches: list[Batch]) -> None:
        """Take the posts in, under the lease of their account."""
        with self.store.turn(f"poll-x-{self.network.account}", keep=True) as turn:
            assert turn is not None
            for batch in batches:
                intake.receive(self.desk, self.network, "mentions", batch, NOON)

    def claims(self, cases: list[int]) -> None:
        """Claim the cases, a commit each, as a click does."""
        for case in cases:
            claim(self.desk, case, by=ANA, at=NOON)

    def cases(self) -> list[int]:
        """Return the cases of the posts that were taken in last."""
        asked = "SELECT case_id FROM mentions WHERE account = :account AND external_id = ANY(:ids)"
        ids = [str(n) for n in range(self.first, self.next)]
        return [row[0] for row in self.store.engine.rows(asked, {"account": self.network.account, "ids": ids})]

    def bare_rows(self, rows: list[tuple[object, ...]]) -> None:
        """Insert the rows with bare psycopg, in commits of the same size."""
        for n in range(0, len(rows), AT_ONCE):
            with self.bare.transaction(), self.bare.cursor() as cursor:
                cursor.executemany(INTO, rows[n : n + AT_ONCE])

    def bare_claims(self, rows: list[tuple[object, ...]]) -> None:
        """Change a row in a commit each with bare psycopg."""
        for row in rows:
            self.bare.execute(CLAIM, (ANA, row[0]))

    def rows(self) -> list[tuple[object, ...]]:
        """Return the rows of the posts that were taken in last, as one wide table has them."""
        at = datetime.now(UTC)
        usual = ["priya"] * 3
        return [
            (
                *(n, "x", str(n), self.network.account, *usual, 12_400, own_matter(n), "en", at, at),
                *("new", "", at, 2, f"https://x.example/{n}"),
            )
            for n in range(self.first, self.next)
        ]

    def prepared(self, what: str, count: int) -> list[Any]:
        """Return what a piece of work needs, made before it is measured."""
        if what == "intake":
            return self.posts(count)
        return self.cases() if what == "claims" else self.rows()


def main() -> None:
    """Answer each line of the input, until there is no more."""
    address, key, number = sys.argv[1:4]
    worker = Worker(address, Path(key), int(number))
    with closing(worker.store), closing(worker.bare):
        print("ready", flush=True)
        for line in sys.stdin:
            what, count = line.split()
            prepared = worker.prepared(what, int(count))
            print("prepared", flush=True)
            sys.stdin.readline()
            since, used = time.perf_counter(), time.process_time()
            getattr(worker, what)(prepared)
            took = {"seconds": time.perf_counter() - since, "used": time.process_time() - used}
            print(json.dumps(took), flush=True)


if __name__ == "__main__":
    main()
