"""Transactions and races: all or nothing, and of several writers one succeeds."""

import pytest

from bot.domain.base.refusals import NotPossible
from bot.domain.base.tables import CaseVerb, DraftVerb
from bot.ports.store_errors import Conflict, OutOfService
from storage import open_store
from tests import builders
from tests.builders import ANA, BEN, CARO, a_post, do
from tests.storage.scenes import at_once, everything, taken_back


def test_a_writer_that_read_an_older_version_gets_a_conflict_and_changes_nothing(store):
    case = builders.opened(store)
    claimed = do(store, case, CaseVerb.CLAIM)
    before = everything(store)
    with pytest.raises(Conflict):
        do(store, case, CaseVerb.CLAIM, by=BEN)
    assert everything(store) == before
    assert store.case(case.id) == claimed


def test_of_many_claims_in_the_same_instant_exactly_one_wins(store):
    case = builders.opened(store)
    people = [f"U{n}" for n in range(6)]
    results = at_once(*(lambda who=who: do(store, case, CaseVerb.CLAIM, by=who) for who in people))
    winners = [one for one in results if not isinstance(one, Exception)]
    assert len(winners) == 1
    assert all(isinstance(one, Conflict) for one in results if one not in winners)
    assert store.case(case.id).assignee == winners[0].assignee
    assert len(store.audit(f"case:{case.id}")) == 2


def test_a_claim_that_lost_is_refused_when_it_reads_again(store):
    case = builders.opened(store)
    do(store, case, CaseVerb.CLAIM, by=BEN)
    with pytest.raises(NotPossible):
        do(store, store.case(case.id), CaseVerb.CLAIM, by=ANA)
    assert store.case(case.id).assignee == BEN


def test_of_many_approvals_in_the_same_instant_exactly_one_counts(store):
    case = builders.in_review(store)
    yes = [
        lambda who=who: do(store, case, DraftVerb.APPROVE, by=who, seen=case.latest)
        for who in (BEN, CARO, "U5", "U6")
    ]
    results = at_once(*yes)
    assert sum(not isinstance(one, Exception) for one in results) == 1
    assert store.engine.rows("SELECT count(*) FROM approvals") == [(1,)]


def test_eight_threads_that_write_fifty_times_each_lose_nothing(address):
    store = open_store(address, synchronous="OFF")
    case = builders.claimed(store)

    def write():
        for n in range(50):
            with store.transaction():  # rows that are read here do not change before the write
                do(store, store.case(case.id), CaseVerb.ASSIGN, to=f"U{n}")
        return 50

    assert at_once(*[write] * 8) == [50] * 8
    assert store.case(case.id).version == case.version + 400
    assert len(store.audit(f"case:{case.id}")) == case.version + 400
    assert store.broken_chains() == []
    store.close()


def test_what_a_transaction_reads_by_its_draft_is_still_so_when_it_writes(store):
    case = builders.drafted(store)

    def write(who):
        for n in range(10):
            with store.transaction():
                now = store.case_of_draft(case.draft.id)
                do(store, now, DraftVerb.EDIT, by=who, words=builders.wording(now, f"{who} {n}"))
        return who

    people = [f"U{n}" for n in range(4)]
    assert at_once(*(lambda who=who: write(who) for who in people)) == people
    assert store.case(case.id).draft.version == 41


def test_a_group_of_writes_is_kept_whole_or_not_at_all(store):
    with taken_back(store):
        builders.delivered(store)
        store.put_setting("k", "v")
    assert not any(everything(store).values())
    assert store.setting("k") == ""


def test_a_store_that_was_closed_writes_nothing_more(address):
    store = open_store(address)
    store.close()
    with pytest.raises(OutOfService, match="closing"):
        store.put_setting("k", "v")
    again = open_store(address)
    assert again.setting("k") == ""
    again.close()


def test_an_inner_transaction_joins_the_outer_one(store):
    with taken_back(store):
        with store.transaction():
            store.put_setting("k", "v")
        assert store.setting("k") == "v"
    assert store.setting("k") == ""


def test_a_refusal_that_is_caught_inside_leaves_the_rest_standing(store):
    case = builders.closed(store)
    with store.transaction():
        store.put_setting("k", "v")
        with pytest.raises(NotPossible):
            do(store, case, CaseVerb.CLAIM)
    assert store.setting("k") == "v"


def test_a_lost_race_that_is_caught_inside_leaves_the_rest_standing(store):
    case = builders.opened(store)
    claimed = do(store, case, CaseVerb.CLAIM)
    with store.transaction():
        store.put_setting("k", "v")
        with pytest.raises(Conflict):
            do(store, case, CaseVerb.CLAIM, by=BEN)
    assert store.setting("k") == "v"
    assert store.case(case.id) == claimed


def test_a_case_that_exists_already_leaves_the_rest_of_a_group_standing(store):
    first = builders.opened(store)
    with store.transaction():
        store.put_setting("k", "v")
        with pytest.raises(Conflict):
            builders.opened(store, post=a_post("1002"))
    assert store.setting("k") == "v"
    assert [case.id for case in store.queue()] == [first.id]


def test_the_schema_itself_refuses_a_case_that_breaks_an_invariant(store):
    case = builders.opened(store)
    for wrong in ("state = 'open'", "assignee = 'U1'", "due_at = NULL", "state = 'asleep'", "version = 0"):
        with pytest.raises(Exception, match=r"(?i)check"), store.transaction():
            store.engine.run(f"UPDATE cases SET {wrong} WHERE id = :id", {"id": case.id})
    assert store.case(case.id) == case
