"""Signed requests in the store: each is accepted once for as long as its signature is valid."""

from datetime import timedelta

from tests.builders import NOW
from tests.storage.scenes import at_once

MINUTE = timedelta(minutes=1)


def test_a_request_is_let_in_once_and_another_beside_it(store):
    assert [store.let_in(one, NOW) for one in ("first", "first", "second")] == [True, False, True]


def test_of_many_at_the_same_moment_one_is_let_in(store):
    assert sorted(at_once(*[lambda: store.let_in("first", NOW)] * 4)) == [False, False, False, True]


def test_to_ask_whether_a_request_was_let_in_lets_nothing_in(store):
    assert not store.was_let_in("first")
    store.let_in("first", NOW)
    assert [store.was_let_in(one) for one in ("first", "second")] == [True, False]


def test_what_was_let_go_may_come_again(store):
    store.let_in("first", NOW)
    store.let_go("first")
    assert store.let_in("first", NOW)


def test_a_request_is_remembered_for_ten_minutes_by_the_newer_ones(store):
    store.let_in("first", NOW)
    for minutes in (5, 10):
        store.let_in(str(minutes), NOW + minutes * MINUTE)
        assert not store.let_in("first", NOW)
    store.let_in("11", NOW + 11 * MINUTE)
    assert store.let_in("first", NOW), "by then its signature is refused whatever we know of it"
