"""Wishes to hide posts: what came of them, which posts are hidden, and for which a network is read."""

from datetime import timedelta

import pytest

from bot.domain.base.refusals import Unknown
from bot.domain.base.tables import FactVerb
from bot.domain.mentions.hiding import LEASE, HidingState, is_hidden_now, newest_hiding
from tests import builders
from tests.builders import BEN, NOW, do

SOON, LATER = NOW + timedelta(minutes=10), NOW + timedelta(hours=1)


@pytest.fixture
def case(store):
    return builders.claimed(store)


def wish(store, case, verb=FactVerb.HIDE_ASKED, at=SOON):
    return do(store, case, verb, by=BEN, at=at, mention=case.latest, reason="Names a neighbour.")


def settled(store, case, verb, hiding, at=LATER, **facts):
    return do(store, case, verb, by="network", at=at, mention=case.latest, hiding=hiding, **facts)


def hidden(store):
    return store.hidden_posts("x", NOW)


def test_a_wish_is_kept_with_who_and_why_and_the_network_is_read_where_nothing_came_of_it(store, case):
    case = wish(store, case)
    [its] = store.hidings(case.id)
    assert (its.by, its.reason, its.hide, its.state) == (BEN, "Names a neighbour.", True, HidingState.ASKED)
    assert store.hiding(its.id) == its
    assert (store.hidings_to_look(SOON), store.hidings_to_look(SOON + LEASE)) == ([], [its.id])
    assert not hidden(store)


def test_a_post_is_hidden_until_it_is_shown_again_whoever_did_it(store, case):
    case = settled(store, wish(store, case), FactVerb.HIDDEN, 1)
    assert (hidden(store), store.hidings_to_look(LATER + LEASE)) == ({"1001"}, [])
    assert not store.hidden_posts("x", LATER + LEASE)
    assert not store.hidden_posts("recorded", NOW)
    case = settled(store, case, FactVerb.SHOWN_AGAIN, 0)
    assert not hidden(store)
    assert not is_hidden_now(store.hidings(case.id), case.latest)
    settled(store, case, FactVerb.HIDDEN, 0)
    assert hidden(store) == {"1001"}
    newest = newest_hiding(store.hidings(case.id), case.latest)
    assert (newest.by, newest.reason) == ("network", "")


def test_what_nobody_knows_is_read_until_a_person_looks(store, case):
    case = settled(store, wish(store, case), FactVerb.HIDING_FAILED, 1, why="No answer.", unknown=True, look_at=LATER)
    assert store.hidings_to_look(LATER) == [1]
    store.note_hiding_look(1, LATER + LEASE)
    assert (store.hidings_to_look(LATER), store.hiding(1).looks) == ([], 1)
    store.note_hiding_look(1, None)
    assert store.hidings_to_look(LATER + LEASE) == []
    assert (store.hiding(1).state, store.hiding(1).why) == (HidingState.UNKNOWN, "No answer.")
    settled(store, case, FactVerb.HIDING_FAILED, 1, why="It says no.")
    assert store.hiding(1).state == HidingState.REFUSED


def test_a_wish_that_is_not_there_is_refused(store):
    with pytest.raises(Unknown):
        store.hiding(7)
