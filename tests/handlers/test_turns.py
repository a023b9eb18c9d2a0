"""Each job of a running desk is done by one of several desks at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import Desk, OutOfService
from bot.services.mentions import silence
from bot.services.slack.publishing import Publisher
from handlers.turns import TRIES, Turns, patiently
from handlers.workers import READER, Clockwork
from tests.engines import store_in
from tests.fakes import a_desk

BY_EACH_DESK = {
    READER: "the desk that hears of a change of people reads them",
    silence.AUDITOR: "each desk checks its own workers",
    "witness": "each desk has a state directory",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = store_in(tmp_path)
    yield a_desk(store)
    store.close()


@contextmanager
def nobodys_turn(name: str, *, keep: bool = False):
    yield None


def test_every_job_waits_for_its_turn(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    clockwork = Clockwork(desk, Publisher(desk, Limiter(desk.clock.pace), draw), audit=lambda: None)
    clockwork._readers = []
    jobs = clockwork._scheduled().tasks
    assert BY_EACH_DESK.keys() <= jobs.keys()
    monkeypatch.setattr(desk.store, "turn", nobodys_turn)
    done = {name for name, job in jobs.items() if name not in BY_EACH_DESK and job.work() != clockwork._turns.waits()}
    assert done == set()


def test_a_job_is_ours_from_its_first_round_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    turns, rounds = Turns(desk), []
    work = turns.alone("alarm", lambda: rounds.append("alarm"))
    work()
    assert (rounds, turns.ours) == (["alarm"], {"alarm"})
    monkeypatch.setattr(desk.store, "turn", nobodys_turn)
    assert work() == turns.waits()
    assert (rounds, turns.ours) == (["alarm"], set())


def test_the_first_work_of_a_start_waits_for_the_database() -> None:
    tries, rests = [], []

    def work() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OutOfService("The database cannot be used.")

    patiently(work, rests.append)
    assert (len(tries), rests) == (3, [1.0, 1.0])

    def never() -> None:
        raise OutOfService("The database cannot be used.")

    with pytest.raises(OutOfService):
        patiently(never, rests.append)
    assert len(rests) == 2 + TRIES
