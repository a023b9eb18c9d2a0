"""The queue in the store: its order, its pages, what it is narrowed to, and its shares."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.tables import CaseVerb
from bot.domain.cases.case import Priority
from bot.domain.cases.queue import Facet, Only, Place
from bot.domain.mentions.mention import Author
from tests import builders
from tests.builders import ANA, BEN, NOW, do
from tests.storage.scenes import another

MINUTE = timedelta(minutes=1)


def numbers(cases) -> list[int]:
    return [case.id for case in cases]


def many(store) -> list[int]:
    """Open cases of every priority, several due at one moment, some held, one waiting for its author."""
    for n, priority in enumerate([*Priority] * 4):
        at = NOW + (n // 2) * MINUTE
        case = builders.opened(store, post=another(str(n + 10)), at=at, priority=priority, topic=f"t{n % 3}")
        if n % 3 == 0:
            do(store, case, CaseVerb.CLAIM, by=ANA if n % 2 else BEN)
    builders.replied(store, post=another("99"))
    return numbers(store.queue(limit=100))


@pytest.mark.parametrize("whose", [None, "", ANA])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_pages_behind_each_other_hold_every_case_once_in_order(store, whose, size):
    many(store)
    whole = store.queue(assignee=whose, limit=100)
    found, after = [], None
    while page := store.queue(assignee=whose, limit=size, after=after):
        assert (store.queued_before(after, assignee=whose) if after else 0) == len(found)
        found += page
        after = Place.of(page[-1])
    assert numbers(found) == numbers(whole)
    assert len(found) > 2


def test_a_page_begins_where_it_did_although_cases_before_it_went(store):
    every = many(store)
    third = store.case(every[2])
    do(store, store.case(every[0]), CaseVerb.SOLVE)
    do(store, store.case(every[2]), CaseVerb.SOLVE)
    assert numbers(store.queue(limit=3, after=Place.of(third))) == every[3:6]
    assert store.queued_before(Place.of(third)) == 1


@pytest.mark.parametrize(
    ("only", "fits"),
    [
        (Only(topic="late"), [1, 2]),
        (Only(channel="C0BILLING"), [2, 3]),
        (Only(languages=["de"]), [3]),
        (Only(languages=["de", "de-AT"]), [3, 4]),
        (Only(channel="C0BILLING", topic="late"), [2]),
        (Only(topic="'; DROP TABLE cases; --"), []),
    ],
)
def test_the_queue_is_narrowed_by_channel_topic_and_language(store, only, fits):
    builders.opened(store, post=another("1"), topic="late")
    builders.opened(store, post=another("2"), topic="late", channel="C0BILLING")
    builders.opened(store, post=replace(another("3"), language="de"), channel="C0BILLING")
    builders.opened(store, post=replace(another("4"), language="de-AT"))
    assert numbers(store.queue(only=only)) == fits
    last = store.cases([4])[0]
    assert store.queued_before(Place.of(last), only=only) == len(fits)


def test_shares_say_how_many_cases_have_a_part_in_common(store):
    builders.opened(store, post=another("1"), topic="late")
    builders.claimed(store, post=another("2"), topic="late")
    builders.opened(store, post=another("3"), topic="late")
    builders.replied(store, post=another("4"), topic="late")
    builders.solved(store, post=another("5"))
    fits = {"channel": "C0CARE", "topic": "late", "language": "en"}
    assert store.queue_shares() == [Facet(**fits, held=True, count=1), Facet(**fits, held=False, count=2)]
    assert store.queue_shares(assignee=ANA) == [Facet(**fits, held=True, count=2)]
    assert store.queue_shares(assignee="U0NOBODY") == []


def test_an_author_has_no_say_in_what_is_asked(store):
    """Whatever a post brings into a case is a parameter of the query, never a part of it."""
    odd = "t' OR 1=1 --"
    builders.opened(store, post=replace(another("1"), language=odd, author=Author(id=odd, handle=odd)), topic=odd)
    assert numbers(store.queue(only=Only(topic=odd, languages=[odd]))) == [1]
