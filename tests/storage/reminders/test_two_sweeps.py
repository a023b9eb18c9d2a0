"""Two processes sweep one PostgreSQL database at once: no reminder is skipped, none is sent twice for a level."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier

import pytest

from bot.domain.reminders.recipients import ReminderPolicy
from bot.domain.slack.telling import TellingKind
from bot.ports import Desk
from bot.services.reminders import remind
from storage import SqlStore, open_store
from tests.engines import Cluster
from tests.fakes import NOON, POLICY, FakeClock, a_desk, a_post
from tests.long import part
from tests.services.journey import receive

CASES = 40
MOMENTS = [NOON + timedelta(minutes=minute) for minute in (31, 46, 55, 61)]  # 50, 75, 90 and 100 % of the hour
PATIENCE = 120  # real seconds


def a_sweeping_desk(store: SqlStore, digest_above: int) -> Desk:
    return a_desk(
        store, policy=replace(POLICY, reminders=ReminderPolicy(digest_above=digest_above)), clock=FakeClock()
    )


def sweep(address: str, digest_above: int, together: Barrier) -> None:
    """Run all sweeps, each at the same time as the other process."""
    with closing(open_store(address, synchronous="OFF")) as store:
        desk = a_sweeping_desk(store, digest_above)
        for now in MOMENTS:
            together.wait(PATIENCE)
            while store.reminders_due(now):
                remind.remind(desk, now)


def two_at_once(address: str, digest_above: int) -> list[int | None]:
    spawn = get_context("spawn")
    together = spawn.Barrier(2)
    both = [spawn.Process(target=sweep, args=(address, digest_above, together)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(PATIENCE)
        process.kill()  # which does nothing to one that has ended
    return [process.exitcode for process in both]


def levels(store: SqlStore) -> Iterator[tuple[int, list[int], list[datetime]]]:
    for number in range(1, CASES + 1):
        promise = store.case(number).promise
        nags = store.reminders_of(promise.id) if promise else []
        yield number, [one.level for one in nags], [one.noted_at for one in nags]


@pytest.mark.long
@pytest.mark.postgres
@pytest.mark.parametrize("digest_above", part([3, CASES], 2), ids=["gathered", "one by one"])
def test_of_two_processes_that_sweep_at_once_each_level_of_each_case_is_written_by_one(
    cluster: Cluster, digest_above: int
) -> None:
    address = cluster.fresh()
    with closing(open_store(address, synchronous="OFF")) as store:
        desk = a_sweeping_desk(store, digest_above)
        for start in range(0, CASES, 20):
            receive(desk, *(a_post(str(1_000 + n), "parcel?", by=f"c{n}") for n in range(start, start + 20)))
        assert two_at_once(address, digest_above) == [0, 0]
        assert list(levels(store)) == [(n, [50, 75, 90, 100], MOMENTS) for n in range(1, CASES + 1)]
        reminded = [line.verb for n in range(1, CASES + 1) for line in store.audit(f"case:{n}")].count("reminded")
        assert reminded == CASES * 4
        assert store.broken_chains() == []
        # Of the waiting reminders the newest is sent in the thread; each is in a digest.
        assert set(told_in(store).values()) == ({1} if digest_above == CASES else {4})


def told_in(store: SqlStore) -> Counter[int]:
    """Return the number of reminders of each case, in digests or in its thread."""
    with store.transaction():
        for card in store.to_tell(NOON, 10_000):
            if card.kind == TellingKind.CARD:
                store.mark_told(card.id, card.channel, f"{card.id}.0", card.wanted)
    waiting = store.to_tell(NOON, 10_000)
    alone = [one.case_id for one in waiting if one.kind == TellingKind.REMINDER]
    digests = [one.about for one in waiting if one.kind == TellingKind.DIGEST]
    return Counter([*alone, *(its.case_id for one in digests for its in store.reminders_in(one))])
