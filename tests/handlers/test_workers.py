"""The clockwork: loops that are woken, troubles that are said, pollers that come back."""

import threading

from bot.ports import Batch, Desk, NetworkTrouble, OutOfService
from handlers.workers import Clockwork, Loop, Poller
from tests.fakes import LEADS
from tests.person import until
from tests.services.conftest import desk, store

__all__ = ["desk", "store"]


def test_a_loop_that_is_woken_works_again_without_waiting() -> None:
    rounds = threading.Semaphore(0)
    loop = Loop("test", rounds.release, lambda seconds: seconds, every=3_600)
    loop.start()
    assert rounds.acquire(timeout=30)
    loop.wake()
    assert rounds.acquire(timeout=30)
    loop.stop()


def test_a_loop_survives_what_nobody_foresaw() -> None:
    rounds = threading.Semaphore(0)

    def broken() -> float:
        rounds.release()
        raise ValueError("nobody foresaw this")

    loop = Loop("test", broken, lambda _: 0.001, every=3_600)
    loop.start()
    assert rounds.acquire(timeout=30)
    assert rounds.acquire(timeout=30)
    loop.stop()


def test_a_store_that_cannot_write_is_said_in_slack_once_an_hour(desk: Desk) -> None:
    clockwork = Clockwork(desk, publisher=None)
    loop = clockwork._loop("test", lambda: None)
    for _ in range(3):
        loop.out_of_service(OutOfService("the disk is full"))
    [text] = [message.text for (channel, _), message in desk.chat.messages.items() if channel == LEADS]
    assert "the disk is full" in text
    assert "stopped sending" in text
    desk.clock.move(minutes=61)
    loop.out_of_service(OutOfService("the disk is full"))
    assert len(desk.chat.messages) == 2


def test_a_network_that_cannot_be_read_is_said_once_and_so_is_its_return(desk: Desk) -> None:
    class Silent:
        name, account, handle, streams = "x", "42", "northwind", ("mentions",)
        trouble = True

        def fetch(self, stream: str, cursor: str):
            if self.trouble:
                raise NetworkTrouble("X asks us to slow down.")
            return iter([Batch(cursor="1")])

    network = Silent()
    poller = Poller(desk, network, desk.policy.closes_after)
    poller.step()
    poller.step()
    network.trouble = False
    poller.step()
    poller.step()
    said = [desk.store.notice_sentence(one.about) for one in desk.store.to_tell(desk.clock.now())]
    assert len(said) == 2
    assert "cannot be read since" in said[0]
    assert "can be read again" in said[1]


def test_a_desk_that_works_opens_and_closes_its_loops(desk: Desk) -> None:
    class Nothing:
        def step(self) -> None:
            return None

        def reconcile(self, now: object) -> int:
            return 0

    clockwork = Clockwork(desk, publisher=Nothing())
    clockwork.start()
    until(lambda: desk.store.cursor("x", "42", "mentions") is not None, "the poller ran")
    clockwork.stop()
    assert [loop._thread.is_alive() for loop in clockwork._all()] == [False] * len(clockwork._all())
