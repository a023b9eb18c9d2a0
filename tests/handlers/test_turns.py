"""Each job of a running desk is done by one of several desks at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.domain.base.word_caches import ERASED, WORDS_ERASED
from bot.domain.slack.shared_channels import Openness, Seen
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import Desk, OutOfService
from bot.services.mentions import silence
from bot.services.slack.publishing import Publisher
from handlers.lease import AGAIN, LeaseRenewal
from handlers.other_desks import CHANNELS, READ, OtherDesks
from handlers.polling import Poller
from handlers.turns import TRIES, Turns, patiently
from handlers.workers import READER, Clockwork
from tests.engines import store_in
from tests.fakes import a_desk

BY_EACH_DESK = {
    READER: "the desk that hears of a change of people reads them",
    silence.AUDITOR: "each desk checks its own workers",
    "witness": "each desk has a state directory",
    "words in memory": "each desk has its own memory",
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
    clockwork._readers = [Poller(desk, one, timedelta(seconds=20)) for one in desk.networks.values()]
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


def test_a_job_forgets_what_it_remembers_once_another_desk_may_have_done_it(desk: Desk, monkeypatch) -> None:
    fences, happened = iter([7, 7, 9, 9]), []

    @contextmanager
    def taken(name: str, *, keep: bool = False):
        yield SimpleNamespace(fence=next(fences))

    monkeypatch.setattr(desk.store, "turn", taken)
    work = Turns(desk).alone("noticing", lambda: happened.append("round"), anew=lambda: happened.append("anew"))
    for _ in range(4):
        work()
    assert happened == ["round", "round", "anew", "round", "round"]


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


# --- other desks ------------------------------------------------------------------------------------------------


@dataclass
class Shared:
    """A store among several desks."""

    told: list[str] = field(default_factory=list)
    trouble: bool = False
    renewals: int = 0

    def told_by_desks(self, within: float) -> list[str]:
        return self.told

    def lease_left(self) -> float:
        return 30.0

    def renew_lease(self) -> None:
        self.renewals += 1
        if self.trouble:
            raise OutOfService("The database cannot be used.")


def test_what_another_desk_tells_is_done_by_its_topic(desk: Desk) -> None:
    done = []
    others = OtherDesks(replace(desk, store=Shared(["work", "unknown"])), {"work": lambda: done.append("work")})
    others.one_round()
    assert done == ["work"]
    others = OtherDesks(replace(desk, store=Shared(["reload 7", "other 8"])), {}, {"reload": done.append})
    others.one_round()
    assert done == ["work", "7"]


def test_every_topic_that_is_told_is_heard(desk: Desk) -> None:
    clockwork = Clockwork(desk, Publisher(desk, Limiter(desk.clock.pace), draw))
    clockwork._readers = [Poller(desk, one, timedelta(seconds=20)) for one in desk.networks.values()]
    hears = clockwork.heard_from_others()
    assert hears.keys() == {"work", CHANNELS, READ, ERASED, WORDS_ERASED, *(one.name for one in clockwork._readers)}
    desk.rooms.saw("C0CARE", Seen(Openness.OURS, 0.0, float("inf")), desk.rooms.mark())
    for topic in hears.values():
        topic()
    assert desk.rooms.seen("C0CARE", desk.clock.pace()) is None, "a shared channel is looked at again"


def test_a_lease_is_renewed_six_times_in_its_length_and_sooner_after_a_failure() -> None:
    store = Shared()
    renewal = LeaseRenewal(store)
    assert renewal.one_round() == 5.0
    store.trouble = True
    assert (renewal.one_round(), renewal.one_round(), store.renewals) == (AGAIN, AGAIN, 3)
    store.trouble = False
    assert renewal.one_round() == 5.0
