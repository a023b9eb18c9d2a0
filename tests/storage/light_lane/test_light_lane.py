"""Light mentions in the store: one message per channel and hour, each step once, each with its line in the trail."""

from datetime import timedelta

import pytest

from bot.domain.base.tables import CaseVerb
from bot.domain.base.transitions import transitions
from bot.domain.light_lane.light_mention import LIGHT, LightState, LightVerb
from bot.domain.mentions.day_end import End
from bot.domain.mentions.mention import RECORDED, PostRef
from bot.domain.slack.telling import TellingKind
from bot.domain.triage.triage import Kind
from storage import SqlStore
from tests import builders
from tests.builders import ANA, BEN, CHANNEL, NOW, a_post, do

HOUR = timedelta(hours=1)


def gathered(store: SqlStore, post_id: str = "700", channel: str = CHANNEL, hour: int = 0, **facts: object) -> int:
    post = a_post(post_id, root_id=post_id, parent_id=None, text="❤️", **facts)
    row = store.add_mention(post, NOW)
    store.gather_light(row, Kind.PRAISE, channel, NOW + hour * HOUR, NOW)
    return row


def lists(store: SqlStore) -> list[int]:
    return [one.about for one in store.to_tell(NOW + HOUR, 100) if one.kind == TellingKind.LIGHT]


def test_a_channel_and_an_hour_have_one_message(store: SqlStore) -> None:
    for number, (channel, hour) in enumerate([(CHANNEL, 0), (CHANNEL, 0), ("C0BILLING", 0), (CHANNEL, 1)]):
        gathered(store, str(700 + number), channel, hour)
    found = [store.light_digest(number) for number in lists(store)]
    assert [(one.channel, one.hour, one.count()) for one in found] == [
        (CHANNEL, NOW, 2),
        ("C0BILLING", NOW, 1),
        (CHANNEL, NOW + HOUR, 1),
    ]


def test_what_came_after_the_first_is_wanted_when_somebody_asks_for_what_grew(store: SqlStore) -> None:
    gathered(store)
    (telling,) = store.to_tell(NOW, 10)
    store.mark_told(telling.id, CHANNEL, "1.1", telling.wanted)
    gathered(store, "701")
    assert lists(store) == []
    assert [store.show_what_grew(NOW), store.show_what_grew(NOW)] == [1, 0]
    assert lists(store) == [1]


def test_one_is_gathered_once(store: SqlStore) -> None:
    row = gathered(store)
    store.gather_light(row, Kind.THANKS, CHANNEL, NOW, NOW)
    found = store.light(row)
    assert found is not None
    assert (found.kind, store.light_digest(1).count()) == (Kind.PRAISE, 1)
    assert store.light(99) is None


WAYS = {
    LightState.WAITING: [],
    LightState.LIKING: [LightVerb.LIKE],
    LightState.LIKED: [LightVerb.LIKE, LightVerb.LIKED],
    LightState.SET_ASIDE: [LightVerb.SET_ASIDE],
    LightState.OPENED: [LightVerb.OPEN],
}


@pytest.mark.parametrize("verb", LightVerb)
@pytest.mark.parametrize("state", LightState)
def test_what_happens_to_one_is_what_the_table_says(store: SqlStore, state: LightState, verb: LightVerb) -> None:
    case = builders.opened(store)
    row = gathered(store)
    for before in WAYS[state]:
        assert store.decide_light(row, before, by=ANA, at=NOW, case_id=_case(before, case.id))
    allowed = {(was, how): after for was, how, after in transitions(LIGHT)}
    lines = len(store.audit("desk"))
    went = store.decide_light(row, verb, by=BEN, at=NOW, why="so it is", case_id=_case(verb, case.id))
    after = store.light(row)
    assert after is not None
    assert (went, after.state) == ((state, verb) in allowed, allowed.get((state, verb), state))
    assert len(store.audit("desk")) == lines + went
    if went:
        line = store.audit("desk")[-1]
        assert (line.verb, line.by, line.facts["mention"], line.facts["from"]) == (verb, BEN, row, state)


def _case(verb: LightVerb, case: int) -> int:
    return case if verb == LightVerb.OPEN else 0


def test_a_like_is_counted_each_time_it_is_called(store: SqlStore) -> None:
    row = gathered(store)
    store.decide_light(row, LightVerb.LIKE, by=ANA, at=NOW)
    store.like_tried(row)
    store.like_tried(row)
    (liking,) = store.lights_liking(NOW)
    assert (liking.mention, liking.tries) == (row, 2)


def test_pages_of_those_that_wait_follow_each_other(store: SqlStore) -> None:
    every = [gathered(store, str(700 + number), hour=number % 2) for number in range(7)]
    first = store.lights_waiting([Kind.PRAISE], limit=4)
    rest = store.lights_waiting([Kind.PRAISE], after=first[-1].mention, limit=4)
    assert [one.mention for one in [*first, *rest]] == every
    assert store.lights_waiting([Kind.THANKS]) == []
    assert [one.mention for one in store.lights_in(1, LightState.WAITING, after=every[0])] == every[2::2]


def test_those_whose_hour_is_over_are_found_by_kind(store: SqlStore) -> None:
    early, late = gathered(store), gathered(store, "701", hour=2)
    assert [one.mention for one in store.lights_over([Kind.PRAISE], NOW)] == [early]
    assert [one.mention for one in store.lights_over([Kind.PRAISE], NOW + 2 * HOUR)] == [early, late]
    assert store.lights_over([Kind.CHATTER], NOW + 2 * HOUR) == []


def test_what_happens_to_the_case_of_one_redraws_its_message(store: SqlStore) -> None:
    row = gathered(store)
    case = builders.opened(store)
    store.decide_light(row, LightVerb.OPEN, by=ANA, at=NOW, case_id=case.id)
    for telling in store.to_tell(NOW, 10):
        store.mark_told(telling.id, CHANNEL, f"1.{telling.id}", telling.wanted)
    do(store, case, CaseVerb.ANSWERED_ELSEWHERE, by="network")
    assert lists(store) == [1]


# --- the end of a day ---------------------------------------------------------------------------------------


def test_a_day_ends_where_each_of_its_mentions_ended(store: SqlStore) -> None:
    builders.opened(store, post=a_post("1"))
    builders.replied(store, post=a_post("2", root_id="2"))
    builders.solved(store, post=a_post("3", root_id="3"))
    builders.dismissed(store, post=a_post("4", root_id="4"))
    gathered(store, "700")
    aside, liked = gathered(store, "701"), gathered(store, "702")
    store.decide_light(aside, LightVerb.SET_ASIDE, by=BEN, at=NOW)
    store.decide_light(liked, LightVerb.LIKE, by=ANA, at=NOW)
    store.decide_light(liked, LightVerb.LIKED, by=ANA, at=NOW)
    end = store.day_end(NOW)
    assert end.ends == {End.LEFT: 2, End.REPLIED: 1, End.SOLVED: 1, End.SET_ASIDE: 2, End.LIKED: 1}
    assert end.light_aside == {BEN: 1}
    assert end.aside == [(4, ANA)]
    assert (end.cases_left, end.light_left, end.unreadable_left, end.left) == (1, 1, 0, 2)
    later = store.day_end(NOW + 24 * HOUR)
    assert (later.ends, later.aside, later.left) == ({}, [], 2)


def test_what_was_replayed_is_in_no_count(store: SqlStore) -> None:
    gathered(store, ref=PostRef(RECORDED, "recorded", "700"))
    assert (store.light_count(), store.day_end(NOW).left) == (0, 0)
