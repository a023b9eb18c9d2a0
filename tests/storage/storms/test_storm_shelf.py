"""Storms in the store: opened, ended, merged, and where each of their cases stands."""

from datetime import timedelta

import pytest

from bot.domain.base.refusals import Unknown
from bot.domain.base.tables import CaseVerb, FactVerb
from bot.domain.storms.signature import FeatureKind, Trait
from bot.domain.storms.storm import Standout, Storm, StormPlace
from tests import builders
from tests.builders import ANA, NOW, do
from tests.storage.scenes import another

HOUR = timedelta(hours=1)
STORM = Storm(
    channel="C0CARE",
    traits=(Trait(FeatureKind.WORD, "app"),),
    words=("app", "login"),
    since=NOW,
    opened_at=NOW + HOUR,
    opened_by=ANA,
    spike=7,
)


def folded(store, post_id, storm=1):
    return builders.opened(store, another(post_id), storm=storm)


def test_a_storm_is_read_as_it_was_opened_with_its_line_in_the_trail(store):
    added = store.open_storm(STORM)
    assert store.storm(added.id) == added
    assert store.storm_of_spike(7) == added
    assert store.storm_of_spike(0) is store.storm_of_spike(8) is None
    assert list(store.open_storms()) == [added]
    assert store.audit("desk")[-1].facts == {"storm": added.id, "spike": 7}
    with pytest.raises(Unknown):
        store.storm(added.id + 1)


def test_a_storm_ends_once(store):
    storm = store.open_storm(STORM)
    assert store.end_storm(storm.id, ANA, NOW + 2 * HOUR)
    assert not store.end_storm(storm.id, ANA, NOW + 3 * HOUR)
    assert (store.storm(storm.id).over_at, store.storm(storm.id).ended_by) == (NOW + 2 * HOUR, ANA)
    assert store.open_storms() == []


def test_each_case_has_one_place_and_the_newest_counts(store):
    store.open_storm(STORM)
    first, second, third = (folded(store, str(n)) for n in (1, 2, 3))
    store.stand_out(1, first.id, Standout.NEW_INFORMATION, NOW)
    assert store.placed(1, first.id).place == StormPlace.FOLDED, "what is decided stays"
    do(store, second, FactVerb.CAME_OUT, why=Standout.TAKEN_OUT)
    do(store, third, CaseVerb.CLAIM)
    other = builders.opened(store, another("4"))
    store.stand_out(1, other.id, Standout.NEW_INFORMATION, NOW)
    assert store.storm_counts(1) == {
        StormPlace.FOLDED: 1,
        StormPlace.TAKEN_OUT: 1,
        StormPlace.CAME_OUT: 1,
        StormPlace.STANDS_OUT: 1,
    }
    assert store.storm_cases(1) == [first.id]
    assert store.storm_cases(1, list(StormPlace), after=first.id, limit=2) == [second.id, third.id]
    assert store.placed(1, 99) is None
    assert [(one.case, one.place) for one in store.storm_posts(1)] == [
        (first.id, StormPlace.FOLDED),
        (second.id, StormPlace.TAKEN_OUT),
        (third.id, StormPlace.CAME_OUT),
        (other.id, StormPlace.STANDS_OUT),
    ]
    assert len(store.storm_posts(1, behind=store.storm_posts(1)[1].id)) == 2


def test_who_waits_for_an_answer_is_untold(store):
    store.open_storm(STORM)
    first, second = folded(store, "1"), folded(store, "2")
    do(store, first, CaseVerb.ANSWERED_ELSEWHERE, by="network", posted_at=NOW)
    assert store.untold_cases(1) == [second.id]
    assert store.untold_cases(1, after=second.id) == []


def test_a_merged_storm_goes_on_in_the_other_with_all_that_was_merged_into_it(store):
    one, two, three = (store.open_storm(STORM) for _ in range(3))
    cases = [folded(store, str(storm.id), storm.id).id for storm in (one, two, three)]
    assert store.end_storm(one.id, ANA, NOW, into=two.id)
    assert store.end_storm(two.id, ANA, NOW, into=three.id)
    assert store.storm_cases(three.id) == cases
    assert store.left_in_storms_over() == []
    store.end_storm(three.id, ANA, NOW)
    assert sorted(store.left_in_storms_over()) == cases


def test_a_case_of_a_spike_is_outside_until_something_was_decided(store):
    store.open_storm(STORM)
    case = builders.opened(store, another("1"))
    store.engine.run(
        "INSERT INTO spikes (id, traits, words, since, noticed_at, usual, recorded) "
        "VALUES (7, '[]', '[]', 1, 1, 1, 0)"
    )
    store.engine.run("INSERT INTO spike_cases (spike_id, case_id) VALUES (7, :case)", {"case": case.id})
    assert store.spike_cases_outside(1) == [case.id]
    store.stand_out(1, case.id, Standout.HELD, NOW)
    assert store.spike_cases_outside(1) == []


def test_reminders_of_a_folded_case_wait_and_are_due_when_it_comes_out(store):
    store.open_storm(STORM)
    case = folded(store, "1")
    late = NOW + timedelta(days=2)
    assert store.reminders_due(late) == []
    assert store.next_reminder_at() is None
    do(store, case, FactVerb.CAME_OUT, why=Standout.OVER)
    assert store.reminders_due(late) == [case.id]
    do(store, store.case(case.id), FactVerb.FOLDED, by="desk", storm=1)
    assert store.reminders_due(late) == []
