"""The worker threads are woken after each commit that leaves work, and never before it."""

import pytest

from bot.domain.base.refusals import Refusal
from bot.domain.base.tables import CaseVerb
from storage import open_store
from tests import builders
from tests.builders import do
from tests.fakes import NOON


@pytest.fixture
def seen(store, address):
    """Return a list of case 1 as others read it at each wake-up."""
    other, found = open_store(address, synchronous="OFF", read_only=True), []
    store.when_kept(lambda: found.append(other.case(1).version))
    yield found
    other.close()


def test_a_change_wakes_and_is_there_to_be_read(store, seen):
    do(store, builders.opened(store), CaseVerb.CLAIM)
    assert seen == [1, 2]


def test_several_changes_in_one_transaction_wake_once_when_all_is_kept(store, seen):
    with store.transaction():
        do(store, builders.opened(store), CaseVerb.CLAIM)
        store.notice("week:1", "C0LEADS001", ("Last week", "."), NOON)
        assert seen == []
    assert seen == [2]


def claimed_and_dropped(store):
    with store.transaction():
        do(store, store.case(1), CaseVerb.CLAIM)
        raise Refusal("not after all")


def test_what_is_dropped_wakes_nobody(store, seen):
    builders.opened(store)
    with pytest.raises(Refusal):
        claimed_and_dropped(store)
    with store.transaction():
        store.put_setting("a", "b")
    assert seen == [1]


@pytest.mark.parametrize(
    "write",
    [
        lambda store: store.notice("key", "C0LEADS001", ("said",), NOON),
        lambda store: store.gather("U0ANA00001", NOON),
        lambda store: store.gone(store.card(1).id, ""),
        lambda store: store.show_words_in("C0CARE0001", was_hidden=True),
        lambda store: store.leave_no_moment_ahead(NOON),
        lambda store: store.write_handover(NOON, [(1, "U0ANA00001")], "C0CARE0001", NOON),
    ],
    ids=["notice", "digest", "deleted by hand", "channel of our own again", "clock set back", "end of a turn"],
)
def test_every_write_that_leaves_work_wakes(store, seen, write):
    builders.opened(store)
    write(store)
    assert seen == [1, 1]
