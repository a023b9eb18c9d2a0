"""A storm on the make-believe X with its limits: all posts that X shows are stored, and the requests last."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot.gateways.networks.x import XNetwork
from bot.ports import Desk
from bot.rehearsal.clock import StageClock
from bot.rehearsal.stage import Stage
from bot.rehearsal.street.posts import Hand
from handlers.polling import Poller
from storage import SqlStore
from tests.engines import store_in
from tests.fakes import a_desk

CALM = timedelta(seconds=20)
SLICE = 0.5  # seconds of stage time between two steps


@dataclass
class OnStage:
    """The stage's clock behind the desk's port."""

    clock: StageClock

    def now(self) -> datetime:
        return self.clock.now()

    def pace(self) -> float:
        return self.clock.monotonic()

    def real_seconds(self, pace_seconds: float) -> float:
        return 0.0


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage() as running:
        yield running


@pytest.fixture
def store(tmp_path) -> Iterator[SqlStore]:
    opened = store_in(tmp_path)
    yield opened
    opened.close()


def x_on(stage: Stage) -> XNetwork:
    keys = {"consumer_key": "rehearsal-app", "consumer_secret": "a"}
    keys |= {"access_token": "rehearsal-account", "access_token_secret": "b"}
    network = XNetwork(account="", handle="northwind", api_url=f"{stage.url}/x", **keys)
    network.verify()
    return network


def desk_on(stage: Stage, store: SqlStore, network: XNetwork) -> Desk:
    desk = a_desk(store, networks={("x", network.account): network})
    return replace(desk, clock=OnStage(stage.clock))


def storm(stage: Stage, poller: Poller, rate: float, minutes: float) -> int:
    """Post so many posts a second while the desk reads at its own times; return how many were posted."""
    posted, until = 0, stage.clock.monotonic() + minutes * 60
    read_at, begun = stage.clock.monotonic(), stage.clock.monotonic()
    while stage.clock.monotonic() < until:
        stage.clock.jump(SLICE)
        for _ in range(int((stage.clock.monotonic() - begun) * rate) - posted):
            author = stage.street.account(f"customer_{posted % 900}")
            stage.street.publish(author, f"@northwind thank you so much! {posted}", hand=Hand.CUSTOMER)
            posted += 1
        if stage.clock.monotonic() >= read_at:
            read_at = stage.clock.monotonic() + poller.one_round()
    stage.clock.jump(60)
    poller.one_round()
    return posted


@pytest.mark.long
@pytest.mark.parametrize(("rate", "minutes"), [(30, 2), (16, 3.6)])
def test_no_mention_that_x_shows_is_lost_in_a_storm(
    stage: Stage, store: SqlStore, rate: float, minutes: float
) -> None:
    network = x_on(stage)
    desk = desk_on(stage, store, network)
    poller = Poller(desk, network, CALM)
    poller.one_round()
    posted = storm(stage, poller, rate, minutes)
    (stored,) = store.engine.rows("SELECT count(*) FROM mentions")[0]
    (gaps,) = store.engine.rows("SELECT count(*) FROM gaps")[0]
    assert (stored, gaps) == (posted, 0)
    assert poller.readings.silent_since is None  # X never refused for too many requests
    assert network.met["mentions"].allowance.left > 0
