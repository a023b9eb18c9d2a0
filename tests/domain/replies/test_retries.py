"""When a reply that was refused for now is sent again, and when a person decides instead."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.replies.draft import APPROVAL_LASTS
from bot.domain.replies.retries import SET_BACK, TRIES, again_at, may_begin_again
from tests import builders
from tests.builders import NOW

AT = NOW + timedelta(minutes=1)  # moment of approval and attempt
UNTIL = AT + timedelta(minutes=7)


def tried(n=1):
    draft = builders.sending().draft
    return replace(draft, attempt=replace(draft.attempt, n=n))


def test_it_begins_again_when_the_network_asked_to():
    assert again_at(tried(), UNTIL) == UNTIL


def test_without_a_moment_nothing_begins():
    assert again_at(tried(), None) is None


@pytest.mark.parametrize(("n", "goes"), [(TRIES, True), (TRIES + 1, False)])
def test_it_begins_so_often_by_itself_and_not_once_more(n, goes):
    assert (again_at(tried(n), UNTIL) is not None) is goes


@pytest.mark.parametrize(("short_of", "goes"), [(timedelta(seconds=1), True), (timedelta(), False)])
def test_it_begins_within_the_time_of_its_approval_or_not_at_all(short_of, goes):
    assert (again_at(tried(), AT + APPROVAL_LASTS - short_of) is not None) is goes


def test_a_wait_is_over_at_its_moment_or_when_the_clock_was_set_back_before_it_began():
    waits = replace(tried().attempt, ended_at=AT, again_at=UNTIL)
    moments = (UNTIL - timedelta(seconds=1), UNTIL, AT - SET_BACK, AT - SET_BACK - timedelta(seconds=1))
    assert [may_begin_again(waits, one) for one in moments] == [False, True, False, True]
    assert not may_begin_again(replace(waits, again_at=None), UNTIL)
