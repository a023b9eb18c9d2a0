"""The auditor finds each row that no job would process any more, and none at a healthy desk."""

from datetime import timedelta

import pytest

from bot.domain.base.health import LooseEnds
from bot.domain.base.tables import FactVerb
from tests import builders
from tests.builders import CASES, DRAFTS, NOW, do
from tests.storage.scenes import another

MINUTE = timedelta(minutes=1)


def found(store, minutes=1):
    ends = store.loose_ends(NOW + minutes * MINUTE)
    return {
        name: getattr(ends, name)
        for name in LooseEnds.__slots__
        if getattr(ends, name) and not name.startswith("untold")
    }


def damage(store, sql, **params):
    with store.transaction():
        assert store.engine.run(sql, params)


@pytest.mark.parametrize("builder", [*CASES.values(), *DRAFTS.values()])
def test_nothing_is_found_in_any_state_that_the_verbs_lead_to(store, builder):
    builder(store)
    assert found(store) == {}


def test_an_open_case_without_a_promise_is_found(store):
    case = builders.claimed(store)
    damage(store, "UPDATE promises SET kept_at = 1, nag_at = NULL, nag_level = 0 WHERE case_id = :id", id=case.id)
    assert found(store) == {"without_step": (case.id,)}


@pytest.mark.parametrize("state", ["in_review", "approved", "failed", "unconfirmed", "by_hand"])
def test_a_draft_that_nobody_would_be_reminded_of_is_found(store, state):
    case = DRAFTS[state](store)
    damage(store, "UPDATE cases SET state = 'pending', due_at = NULL WHERE id = :id", id=case.id)
    damage(store, "UPDATE promises SET kept_at = 1, nag_at = NULL, nag_level = 0 WHERE case_id = :id", id=case.id)
    assert found(store) == {"undecided": (case.id,)}
    assert store.undecided() == [case.id]


def test_a_reply_that_is_under_way_for_too_long_is_found(store):
    case = builders.sending(store)
    assert found(store, 6) == {}
    assert found(store, 7) == {"long_sending": (case.id,)}


def test_a_reply_that_was_not_looked_for_in_time_is_found(store):
    case = builders.unconfirmed(store)
    assert found(store, 20) == {}
    assert found(store, 21) == {"not_looked_for": (case.id,)}


def test_an_unknown_outcome_that_no_message_asks_about_is_found(store):
    case = do(store, builders.unconfirmed(store), FactVerb.OUTCOME_CHECKED, by="desk", until=None)
    assert found(store, 25) == {}
    damage(store, "DELETE FROM tellings WHERE kind = 'draft'")
    assert found(store, 25) == {"nobody_asked": (case.id,)}


def test_a_reminder_that_was_not_written_down_in_time_is_found(store):
    case = builders.opened(store)
    assert found(store, 31) == {}
    assert found(store, 32) == {"not_reminded": (case.id,)}


def test_a_reminder_that_no_message_tells_is_found(store):
    case = builders.opened(store)
    damage(
        store,
        """INSERT INTO nags (promise_id, level, due_at, noted_at, told)
        SELECT id, 50, nag_at, nag_at, 1 FROM promises WHERE case_id = :id""",
        id=case.id,
    )
    assert found(store) == {"reminder_untold": (case.id,)}


def test_a_card_that_was_given_up_is_found(store):
    case = builders.opened(store)
    card = store.card(case.id)
    store.mark_told(card.id, "C0CARE", "1.1", 1)
    assert found(store) == {}
    other = builders.opened(store, post=another("2"))
    store.mark_not_told(store.card(other.id).id, None, give_up=True)
    assert found(store) == {"without_card": (other.id,)}


def test_a_change_without_a_line_is_found(store):
    case = builders.opened(store)
    damage(store, "UPDATE cases SET version = 2 WHERE id = :id", id=case.id)
    assert found(store) == {"without_line": (case.id,)}


def test_the_oldest_message_that_waits_for_slack_is_known(store):
    assert store.loose_ends(NOW).untold_since is None
    case = builders.opened(store)
    store.notice("key", "C0LEADS", "Something to read.", NOW + 2 * MINUTE)
    assert store.loose_ends(NOW).untold_since == NOW
    card = store.card(case.id)
    store.telling_started(card.id, NOW + MINUTE)
    assert store.loose_ends(NOW).untold_since == NOW
    store.mark_told(card.id, "C0CARE", "1.1", 1)
    assert store.loose_ends(NOW).untold_since == NOW + 2 * MINUTE


def test_a_message_has_waited_since_the_first_wish_however_often_it_is_wanted_anew(store):
    case = builders.opened(store)
    for minute in range(1, 60):
        case = do(store, case, FactVerb.REPRIORITISED, priority=case.priority, at=NOW + minute * MINUTE)
        assert store.loose_ends(NOW + minute * MINUTE).untold_since == NOW
    card = store.card(case.id)
    store.telling_started(card.id, NOW + 60 * MINUTE)
    case = do(store, case, FactVerb.REPRIORITISED, priority=case.priority, at=NOW + 61 * MINUTE)
    assert store.loose_ends(NOW).untold_since == NOW
    store.mark_told(card.id, "C0CARE", "1.1", case.version - 1)  # the card shows an older version than wanted
    assert store.loose_ends(NOW).untold_since == NOW + 60 * MINUTE
    store.mark_told(card.id, "C0CARE", "1.1", case.version)
    assert store.loose_ends(NOW).untold_since is None
