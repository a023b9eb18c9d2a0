"""Unreadable posts: each stored once, settled once, and found without reading the settled ones."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import Unknown
from bot.domain.mentions.unreadable import Glimpse
from bot.ports.network import Unparsed
from tests.builders import NOW, OUR_ACCOUNT

SEEN = Glimpse(author_id="9", handle="priya", text="late", url="https://x.example/1", root_id="7", posted_at=NOW, public=True)  # fmt: skip
ODD = Unparsed(b"\x00\xff{", "no text field", "77", SEEN)
LATER = NOW + timedelta(hours=2)


def keep(store, *odd):
    return [store.quarantine("x", OUR_ACCOUNT, one, NOW) for one in odd]


def test_what_could_be_read_comes_back_as_it_was_seen(store):
    assert keep(store, ODD, ODD, replace(ODD, raw=b"other")) == [True, False, False]
    [one] = store.unreadables(10)
    assert (one.glimpse, one.raw, one.why, one.kept_at) == (SEEN, b"other", "no text field", NOW)
    assert store.unreadable(one.id) == one
    assert store.unreadable_count() == (1, NOW)
    with pytest.raises(Unknown):
        store.unreadable(99)


def test_edits_are_kept_as_the_post_reads_now_and_anew_once_one_is_settled(store):
    edit = replace(ODD, raw=b"1", is_edit=True)
    assert keep(store, ODD, edit, replace(edit, raw=b"2")) == [True, True, False]
    assert store.settle_unreadable(2, "opened", "U0ANA", 0, LATER)
    assert not store.settle_unreadable(2, "left_out", "U0BEN", 0, LATER)
    assert keep(store, replace(edit, raw=b"2"), replace(edit, raw=b"3")) == [False, True]
    assert [one.raw for one in store.unreadables(10)] == [ODD.raw, b"3"]
    assert (store.unreadable(2).settled_as, store.unreadable(2).settled_by) == ("opened", "U0ANA")


def test_what_was_said_is_not_said_again(store):
    keep(store, ODD, replace(ODD, raw=b"2", post_id="78"))
    count, newest, first = store.unsaid_unreadables(1)
    assert (count, [one.post_id for one in first]) == (2, ["77"])
    keep(store, replace(ODD, raw=b"3", post_id="79"))
    store.unreadables_said(newest, NOW)
    assert [one.post_id for one in store.unsaid_unreadables(5)[2]] == ["79"]


def test_what_was_tried_again_waits_for_its_turn(store):
    keep(store, ODD, replace(ODD, raw=b"2", post_id="78"))
    store.unreadable_looked_at(1, replace(ODD, why="still odd", glimpse=Glimpse()), NOW)
    assert [one.id for one in store.unreadables_to_look_at(NOW, 5)] == [2]
    assert [one.id for one in store.unreadables_to_look_at(LATER, 5)] == [2, 1]
    assert [one.id for one in store.unreadables_to_look_at(LATER, 1)] == [2]
    assert (store.unreadable(1).why, store.unreadable(1).glimpse) == ("still odd", Glimpse())
    store.look_at_all_unreadables()
    assert [one.id for one in store.unreadables_to_look_at(NOW, 5)] == [1, 2]


def test_what_is_settled_is_read_by_no_look(sqlite_store):
    from storage.mentions import unreadable

    for sql in (unreadable._UNSETTLED, unreadable._UNSAID, unreadable._TO_LOOK, unreadable._TO_LOOK_AGAIN, unreadable._COUNT_UNSAID):  # fmt: skip
        plan = sqlite_store.engine.rows(f"EXPLAIN QUERY PLAN {sql}", {"limit": 5, "before": 0})
        assert "USING" in str(plan), plan
        assert "quarantine_" in str(plan), plan
