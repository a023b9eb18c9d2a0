"""Samples of what was set aside, in the store: one a month, each item decided once."""

from datetime import timedelta

import pytest

from bot.domain.base.refusals import Unknown
from bot.domain.do_not_feed.sample import Candidate, SampleVerdict
from storage import SqlStore
from tests.builders import ANA, BEN, NOW
from tests.storage.do_not_feed.test_asides import a_troll


def test_a_month_has_one_sample_and_each_item_one_verdict(store: SqlStore) -> None:
    case = a_troll(store)
    found = store.set_aside_within(NOW, NOW + timedelta(days=1))
    assert found == [Candidate(reason="troll", case=case)]
    assert store.set_aside_within(NOW - timedelta(days=1), NOW) == []
    rows = [store.add_sample("2026-01", "seed", found, 812, NOW) for _ in range(2)]
    assert rows == [1, 0]
    (item,) = store.open_sample_items(1)
    verdicts = [(SampleVerdict.MISSED, ANA), (SampleVerdict.RIGHT, BEN)]
    assert [store.judge_sample_item(item.id, one, by=by, at=NOW) for one, by in verdicts] == [True, False]
    sample = store.sample(1)
    assert (sample.month, sample.seed, sample.of, sample.missed) == ("2026-01", "seed", 812, {"troll": 1})
    assert store.open_sample_items(1) == []
    assert store.sample_item(item.id)[0].by == ANA
    assert store.newest_sample() == sample


def test_nothing_is_known_of_others(store: SqlStore) -> None:
    assert store.newest_sample() is None
    for ask in (store.sample, store.sample_item):
        with pytest.raises(Unknown):
            ask(1)
