"""Cases in the store: recorded values are read back unchanged; of several writers one succeeds."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.base.refusals import Refusal, Unknown
from bot.domain.base.tables import CaseVerb, FactVerb
from bot.domain.cases.apply import apply
from bot.domain.cases.case import Priority
from bot.ports.store_errors import Conflict
from tests import builders, walking
from tests.builders import CARO, NOW, PRIYA, a_post, do
from tests.long import examples, part
from tests.storage.scenes import everything, taken_back
from tests.walking import Step

SOON = NOW + timedelta(minutes=10)
BUILDERS = builders.CASES | builders.DRAFTS


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_what_is_recorded_is_what_is_read_back(store, name):
    case = BUILDERS[name](store)
    assert store.case(case.id) == case


@pytest.mark.parametrize("name", part(sorted(BUILDERS), 3))
def test_every_verb_in_every_state_is_either_recorded_whole_or_changes_nothing(store, name):
    case = BUILDERS[name](store)
    before, outcomes = everything(store), set()
    for verb in walking.EVERY_VERB:
        event = walking.event_for(case, verb, CARO, SOON)
        with taken_back(store):
            outcomes.add(recorded(store, case, event))
            assert outcomes <= {True, False}
        assert everything(store) == before
    assert outcomes == {True, False}


def recorded(store, case, event):
    """Record an event; return whether that succeeded, after checking everything that it wrote or did not write."""
    before = everything(store)
    try:
        expected = apply(case, event)
    except Refusal:
        with pytest.raises(Refusal):
            store.record(case, event)
        assert everything(store) == before
        return False
    after = store.record(case, event)
    assert store.case(case.id) == after
    assert (after.state, after.version) == (expected.state, case.version + 1)
    line = store.audit(f"case:{case.id}")[-1]
    assert (line.verb, line.by, line.position) == (event.verb, event.by, after.version)
    assert len(everything(store)["audit"]) == len(before["audit"]) + 1
    return True


STEPS = st.lists(st.builds(Step, st.integers(0, 40), st.integers(0, 2), st.integers(0, 90)), max_size=8)


@settings(deadline=None, max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(BUILDERS)), STEPS)
def test_a_walk_in_the_store_is_the_walk_on_paper(store, name, steps):
    with taken_back(store):
        case = BUILDERS[name](store)
        at, stored = walking.moment_of(case), case.latest
        for one in steps:
            at += timedelta(minutes=one.minutes)
            hides = {
                FactVerb.HIDE_ASKED,
                FactVerb.SHOW_ASKED,
            }  # of a post that is stored: a walk stores none of its own
            events = [
                event for event in walking.possible(case, walking.PEOPLE[one.who], at)
                if event.verb not in hides or case.latest == stored
            ]  # fmt: skip
            if not events:
                break
            case = store.record(case, events[one.choice % len(events)])
            assert store.case(case.id) == case
        assert [line.position for line in store.audit(f"case:{case.id}")] == list(range(1, case.version + 1))
        assert store.broken_chains() == []


# --- opening ------------------------------------------------------------------------------------------------


def test_a_case_keeps_all_that_is_known_when_it_opens(store):
    case = builders.opened(store, priority=Priority.URGENT, topic="delivery", follows=7)
    assert case.id > 0
    assert case.promise.id > 0
    assert store.case(case.id) == case
    assert (case.author, case.priority, case.topic, case.follows) == (PRIYA, Priority.URGENT, "delivery", 7)


def test_the_post_that_opens_a_case_is_put_on_it(store):
    case = builders.opened(store)
    assert store.mention_of("x", "1001")[1] == case.id
    assert [one.id for one in store.mentions(case.id)] == [case.latest]


def test_one_author_has_one_case_in_a_conversation(store):
    first = builders.opened(store)
    with pytest.raises(Conflict):
        builders.opened(store)
    assert store.live_case("x", "1001", PRIYA.id) == first


def test_after_the_end_the_same_conversation_opens_another_case(store):
    first = builders.closed(store)
    assert store.live_case("x", "1001", PRIYA.id) is None
    assert store.last_closed("x", "1001", PRIYA.id) == first.id
    second = builders.opened(store, post=a_post("1002"), follows=first.id)
    assert store.live_case("x", "1001", PRIYA.id) == second
    third = do(store, do(store, do(store, second, CaseVerb.CLAIM), CaseVerb.SOLVE), CaseVerb.CLOSE, by="desk")
    assert store.last_closed("x", "1001", PRIYA.id) == third.id


def test_nothing_is_known_of_a_stranger(store):
    assert store.live_case("x", "1", "2") is None
    assert store.last_closed("x", "1", "2") == 0
    with pytest.raises(Unknown, match="There is no case 77 here"):
        store.case(77)
    with pytest.raises(Unknown, match="replaced by a newer one"):
        store.case_of_draft(77)


def test_opening_without_a_promise_is_refused_by_the_schema(store):
    with pytest.raises(Exception, match=r"(?i)check"):
        builders.opened(store, promise=None)
    assert store.engine.rows("SELECT count(*) FROM cases") == [(0,)]


def test_a_case_event_can_be_recorded_by_the_desk_without_a_teammate(store):
    case = builders.answered_elsewhere(store)
    assert (case.state, case.answered_by) == ("pending", "network")
