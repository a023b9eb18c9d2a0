"""Storms in the store: recent posts, usual counts by hour, spikes with their cases."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.mentions.mention import RECORDED, Author, PostRef, Side
from bot.domain.mentions.silence import hour_of
from bot.domain.storms.signature import FeatureKind, Trait
from bot.domain.storms.spikes import Spike
from tests import builders
from tests.builders import NOW
from tests.storage.scenes import another

HOUR = timedelta(hours=1)
APP, BILLING = Trait(FeatureKind.WORD, "app"), Trait(FeatureKind.TOPIC, "billing")
SPIKE = Spike(id=0, traits=(APP,), words=("app", "open"), since=NOW, noticed_at=NOW + HOUR, usual=1.25)


def opened(store, post_id, at=NOW, **facts):
    topic = facts.pop("topic", "")
    return builders.opened(store, replace(another(post_id), **facts), at=at, topic=topic)


def test_what_was_heard_comes_in_order_with_case_and_topic_ours_left_out(store):
    first = opened(store, "1", topic="billing")
    store.add_mention(replace(another("2"), side=Side.OURS), NOW)
    second = opened(store, "3", NOW + HOUR)
    heard = store.heard_after(0)
    assert [(one.mention.ref.post_id, one.case, one.topic) for one in heard] == [
        ("1", first.id, "billing"),
        ("3", second.id, ""),
    ]
    assert heard[0].author == f"{heard[0].mention.ref.network}:{heard[0].mention.author.id}"
    assert store.heard_after(heard[0].mention.id)[0].case == second.id
    assert store.heard_after(heard[1].mention.id) == []


def test_what_was_heard_within_a_period_comes_newest_first(store):
    for n in range(4):
        store.add_mention(another(str(n)), NOW + n * HOUR)
    found = store.heard_within(NOW + HOUR, NOW + 3 * HOUR, 10)
    assert [one.mention.ref.post_id for one in found] == ["2", "1"]
    assert [one.received_at for one in found] == [NOW + 2 * HOUR, NOW + HOUR]
    assert len(store.heard_within(NOW, NOW + 9 * HOUR, 2)) == 2
    assert store.row_before(NOW + HOUR) == found[1].mention.id - 1
    assert store.heard_after(store.row_before(NOW + 9 * HOUR)) == []
    assert store.first_heard_at() == NOW


def test_where_nothing_was_heard_nothing_is_counted(store):
    assert (store.row_before(NOW), store.first_heard_at()) == (0, None)


def test_a_post_counts_from_its_own_moment_unless_that_lies_ahead(store):
    store.add_mention(another("1", posted_at=NOW - HOUR), NOW)
    store.add_mention(another("2", posted_at=NOW + HOUR), NOW)
    assert [one.at for one in store.heard_after(0)] == [NOW - HOUR, NOW]


def test_cases_are_counted_by_topic_what_is_replayed_left_out(store):
    opened(store, "1", topic="billing")
    opened(store, "2", NOW + HOUR, topic="billing")
    opened(store, "3", NOW + HOUR)
    opened(store, "4", NOW + HOUR, ref=PostRef(RECORDED, "acct-1", "4"))
    assert store.opened_on(NOW, NOW + 2 * HOUR) == {"billing": 2, "": 1}
    assert store.opened_on(NOW + HOUR, NOW + 2 * HOUR) == {"billing": 1, "": 1}


def test_an_hour_is_counted_once_however_often_it_is_counted(store):
    nine = hour_of(NOW)
    for count in (9, 3):
        store.put_counts(nine, {APP: count, BILLING: 2}, {"billing": 2, "": 5}, 0)
    store.put_counts(nine + 1, {APP: 1}, {"billing": 1}, 0)
    assert store.counted_in([nine, nine + 1, nine + 2]) == {APP: {nine: 3, nine + 1: 1}, BILLING: {nine: 2}}
    assert store.opened_usually(nine, nine + 2) == {"billing": 3, "": 5}
    assert store.opened_usually(nine + 1, nine + 2) == {"billing": 1}


def test_what_is_old_is_forgotten(store):
    nine = hour_of(NOW)
    store.put_counts(nine, {APP: 9}, {"": 9}, 0)
    store.put_counts(nine + 2000, {}, {}, nine + 1)
    assert store.counted_in([nine]) == {}
    assert store.opened_usually(nine, nine + 1) == {}


def test_a_spike_is_kept_as_it_is_until_it_is_over(store):
    spike = store.add_spike(SPIKE, [opened(store, "1").id])
    assert spike == replace(SPIKE, id=spike.id)
    assert store.spikes(NOW) == [spike]
    wider = replace(spike, traits=(APP, BILLING))
    store.join_spike(wider, [])
    assert store.end_spike(spike.id, NOW + 2 * HOUR)
    assert not store.end_spike(spike.id, NOW + 3 * HOUR)
    assert store.spikes(NOW + HOUR) == [replace(wider, over_at=NOW + 2 * HOUR)]
    assert store.spikes(NOW + 3 * HOUR) == []


def test_the_cases_of_a_spike_are_counted_once_and_its_people_once(store):
    first, second = opened(store, "1"), opened(store, "2")
    same = opened(store, "3", author=first.author)
    spike = store.add_spike(SPIKE, [first.id])
    for _ in range(2):
        store.join_spike(spike, [first.id, second.id, same.id])
    assert sorted(store.spike_cases(spike.id)) == [first.id, second.id, same.id]
    assert store.spike_people(spike.id) == 2


def test_the_loudest_of_a_spike_are_public_and_still_there(store):
    spike = store.add_spike(SPIKE, [])
    for n, (followers, private, deleted) in enumerate(
        [(5, False, False), (None, False, False), (900, False, True), (800, True, False), (70, False, False)]
    ):
        author = Author(id=f"a{n}", handle=f"h{n}", followers=followers)
        case = opened(store, f"8{n}", author=author, private=private)
        store.join_spike(spike, [case.id])
        if deleted:
            store.mark_deleted(case.latest, NOW)
    assert [one.mention.author.followers for one in store.loudest_in(spike.id, 3)] == [70, 5, None]
