"""A post that is added by link while its network delivers it is one case, whichever transaction ends first."""

import threading
import time

import pytest

from bot.ports import Batch
from bot.services.cases.lists import add_by_link
from bot.services.mentions import intake
from tests.builders import ANA, NOW
from tests.fakes import FakeNetwork, a_desk, a_post

LINK = "https://x.example/priya/status/77"
BATCH = Batch(posts=(a_post("77", "The kettle never arrived.", by="priya", at=NOW),), cursor="77")


def waits(store, thread: threading.Thread) -> bool:
    """Return whether a transaction waits for another one: at the file's turnstile, or for a lock of the database."""
    asked = (
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname"
    )
    give_up = time.monotonic() + 30
    while thread.is_alive() and time.monotonic() < give_up:
        if store.engine.name == "sqlite":
            waiting = bool(store.engine._turnstile._waiting)
        else:
            [[count]] = store.engine.rows(f"{asked} = current_database())")
            waiting = bool(count)
        if waiting:
            return True
        thread.join(timeout=0.001)
    return False


@pytest.mark.parametrize("first", ["network", "link"])
def test_a_link_and_its_post_that_come_at_once_are_one_case(store, first):
    desk, network = a_desk(store), FakeNetwork()
    desk.networks[("x", "42")] = network
    deeds = {
        "network": lambda: intake.receive(desk, network, "mentions", BATCH, NOW),
        "link": lambda: add_by_link(desk, f"{LINK} The kettle never arrived.", by=ANA, at=NOW),
    }
    second = threading.Thread(target=deeds[next(name for name in deeds if name != first)])
    with store.transaction():
        deeds[first]()
        second.start()
        assert waits(store, second), "the second one waits for the end of the first"
    second.join(timeout=30)
    assert len(store.engine.rows("SELECT id FROM cases WHERE state <> 'closed'")) == 1
    assert store.mention_of("x", "77")[1] == 1
