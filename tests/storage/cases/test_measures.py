"""The numbers for monitoring, on both engines."""

from datetime import timedelta

from bot.domain.base.measures import Measures
from bot.ports.network import Unparsed
from tests import builders
from tests.builders import NOW, OUR_ACCOUNT
from tests.storage.scenes import another


def test_an_empty_desk_measures_nothing(store):
    assert store.measures(NOW) == Measures()


def test_what_waits_is_counted_with_its_oldest_and_what_is_over_is_not(store):
    builders.opened(store)
    builders.claimed(store, post=another("2"))
    builders.approved(store, post=another("3"))
    builders.unconfirmed(store, post=another("4"))
    builders.dismissed(store, post=another("5"))
    store.quarantine("x", OUR_ACCOUNT, Unparsed(raw=b"odd", why="no text"), NOW)
    found = store.measures(NOW + timedelta(days=30))
    assert (found.waiting, found.overdue, found.unclaimed) == (4, 4, 1)
    assert store.measures(NOW).overdue == 0
    assert found.oldest_unclaimed == store.case(1).opened_at
    assert dict(found.drafts) == {"approved": 1, "unconfirmed": 1}
    approval = store.case(3).draft.approval
    assert found.approved_since == approval.at
    assert (found.unreadable, found.untold > 0) == (1, True)
    assert found.untold_since is not None
