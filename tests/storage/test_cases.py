"""Cases in the store: what is recorded is what is read back, once, by one writer."""

import sqlite3
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.case import Priority
from bot.domain.errors import NotPossible, Unknown
from bot.domain.tables import CaseVerb, DraftVerb, FactVerb
from bot.domain.turnaround import PromiseKind, always_open, reminders_due
from bot.ports.store import Conflict
from storage import open_store
from tests import builders, walking
from tests.builders import ANA, BEN, CARO, NOW, PRIYA, a_post, do, owed, start
from tests.storage.scenes import another, at_once, taken_back
from tests.walking import Step

SOON = NOW + timedelta(minutes=10)
LATER = NOW + timedelta(hours=5)
BUILDERS = builders.CASES | builders.DRAFTS


def everything(store):
    """Return all rows that a step could touch, to see that a refused one touches none."""
    tables = [
        "cases",
        "promises",
        "nags",
        "drafts",
        "draft_versions",
        "approvals",
        "attempts",
        "audit",
        "tellings",
        "mentions",
    ]
    return {table: store.engine.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables}


STEPS = st.lists(st.builds(Step, st.integers(0, 40), st.integers(0, 2), st.integers(0, 90)), max_size=8)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(BUILDERS)), STEPS)
def test_a_walk_in_the_store_is_the_walk_on_paper(store, name, steps):
    with taken_back(store):
        case = BUILDERS[name](store)
        at = walking.moment_of(case)
        for one in steps:
            at += timedelta(minutes=one.minutes)
            events = walking.possible(case, walking.PEOPLE[one.who], at)
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


# --- races --------------------------------------------------------------------------------------------------


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


def test_eight_threads_that_write_two_hundred_times_each_lose_nothing(address):
    store = open_store(address, synchronous="OFF")
    case = builders.claimed(store)

    def write():
        for n in range(200):
            with store.transaction():  # what is read in here is still so when it is written
                do(store, store.case(case.id), CaseVerb.ASSIGN, to=f"U{n}")
        return 200

    assert at_once(*[write] * 8) == [200] * 8
    assert store.case(case.id).version == case.version + 1600
    assert len(store.audit(f"case:{case.id}")) == case.version + 1600
    assert store.broken_chains() == []
    store.close()


def test_what_a_transaction_reads_by_its_draft_is_still_so_when_it_writes(store):
    case = builders.drafted(store)

    def write(who):
        for n in range(10):
            with store.transaction():
                now = store.case_of_draft(case.draft.id)
                do(store, now, DraftVerb.EDIT, by=who, text=f"{who} {n}", digest="d")
        return who

    people = [f"U{n}" for n in range(4)]
    assert at_once(*(lambda who=who: write(who) for who in people)) == people
    assert store.case(case.id).draft.version == 41


# --- transactions -------------------------------------------------------------------------------------------


def test_a_group_of_writes_is_kept_whole_or_not_at_all(store):
    with taken_back(store):
        builders.delivered(store)
        store.put_setting("k", "v")
    assert not any(everything(store).values())
    assert store.setting("k") == ""


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


# --- drafts -------------------------------------------------------------------------------------------------


def test_a_case_has_one_live_draft(store):
    case = builders.drafted(store)
    sql = "INSERT INTO drafts SELECT 99, case_id, state, {} FROM drafts"
    columns = (
        "version kind target_network target_account target_post target_mention seen template template_text "
        "asked note stale why corrects submitted_at approval_id attempt_id"
    )
    with pytest.raises(Conflict), store.transaction():
        store.engine.run(sql.format(", ".join(columns.split())))
    assert store.case(case.id) == case


def test_every_version_of_the_words_stays(store):
    case = builders.drafted(store, text="One")
    for by, words in ((BEN, "Two"), (ANA, "Three")):
        case = do(store, case, DraftVerb.EDIT, by=by, text=words, digest=words)
    rows = store.engine.rows("SELECT version, text, written_by, authors FROM draft_versions ORDER BY version")
    assert rows == [
        (1, "One", ANA, f'["{ANA}"]'),
        (2, "Two", BEN, f'["{ANA}","{BEN}"]'),
        (3, "Three", ANA, f'["{BEN}","{ANA}"]'),
    ]
    assert store.case(case.id).draft.text == "Three"


def test_a_void_approval_stays_with_who_voided_it_and_when(store):
    case = builders.approved(store)
    do(store, case, CaseVerb.AUTHOR_WROTE, by="author", at=SOON, mention=case.latest, posted_at=SOON)
    rows = store.engine.rows("SELECT approved_by, void_by, void_at IS NULL FROM approvals")
    assert [(by, void_by, bool(live)) for by, void_by, live in rows] == [(BEN, "author", False)]
    assert store.case(case.id).draft.approval is None


def test_an_approval_names_the_bytes_the_post_and_the_account(store):
    case = builders.approved(store)
    row = store.engine.row(
        "SELECT d.case_id, y.version, y.digest, y.target_network, y.target_account, y.target_post, y.seen "
        "FROM approvals y JOIN drafts d ON d.id = y.draft_id"
    )
    assert row == (case.id, 1, case.draft.digest, "x", builders.OUR_ACCOUNT, "1001", case.latest)


def test_an_attempt_is_written_down_before_anything_is_known_of_its_outcome(store):
    builders.sending(store)
    assert store.engine.rows("SELECT n, key, outcome, ended_at FROM attempts") == [(1, "attempt-1", None, None)]


def test_a_second_attempt_and_a_second_approval_keep_the_first(store):
    case = builders.failed(store)
    case = do(store, case, DraftVerb.SEND, by="desk", key="attempt-2")
    case = do(store, case, DraftVerb.REFUSED, by="desk", note="No")
    case = do(store, case, DraftVerb.EDIT, text="Shorter", digest="s")
    case = do(store, case, DraftVerb.SUBMIT, to=CARO)
    case = do(store, case, DraftVerb.APPROVE, by=CARO, seen=case.latest)
    case = do(store, case, DraftVerb.SEND, by="desk", key="attempt-3")
    assert store.case(case.id) == case
    assert store.engine.rows("SELECT approval_id, n, key, outcome FROM attempts ORDER BY id") == [
        (1, 1, "attempt-1", "refused"),
        (1, 2, "attempt-2", "refused"),
        (2, 1, "attempt-3", None),
    ]


def test_an_approval_is_delivered_once(store):
    builders.delivered(store)
    again = (
        "INSERT INTO attempts (draft_id, approval_id, n, key, started_at, outcome, ended_at, post_id, url, why, looks) "
        "SELECT draft_id, approval_id, 2, 'k', 1, 'delivered', 1, '', '', '', 0 FROM attempts"
    )
    with pytest.raises(Conflict), store.transaction():
        store.engine.run(again)


def test_a_new_draft_after_one_that_is_over_is_the_one_that_counts(store):
    first = builders.delivered(store)
    second = start(store, first, "We meant Tuesday", by=CARO)
    assert second.draft.id != first.draft.id
    assert store.case(first.id) == second
    assert store.case_of_draft(second.draft.id) == second
    with pytest.raises(Unknown):
        store.case_of_draft(first.draft.id)


def test_what_waits_to_be_sent_comes_oldest_approval_first(store):
    late = builders.approved(store, at=LATER)
    early = builders.approved(store, post=another("7"))
    assert store.to_send() == [early.id, late.id]
    assert store.to_send(limit=1) == [early.id]
    assert store.expired_approvals(LATER) == [early.id]
    on_its_way = do(store, early, DraftVerb.SEND, by="desk", key="k")
    assert (store.to_send(), store.sending()) == ([late.id], [on_its_way.id])


def test_an_unconfirmed_reply_is_looked_for_when_its_moment_has_come(store):
    case = builders.unconfirmed(store)
    look_at = NOW + timedelta(minutes=15)
    assert store.next_look_at() == look_at
    assert store.to_look_for(look_at - timedelta(seconds=1)) == []
    assert store.to_look_for(look_at) == [case.id]
    case = do(store, case, FactVerb.LOOKED, by="desk", until=LATER)
    assert (store.to_look_for(look_at), store.next_look_at()) == ([], LATER)
    do(store, case, DraftVerb.GIVE_UP, by="desk")
    assert (store.to_look_for(LATER), store.next_look_at()) == ([], None)


# --- promises -----------------------------------------------------------------------------------------------


def reminded(store, case, now):
    levels, promise = reminders_due(case.promise, always_open(), now)
    return do(store, case, FactVerb.REMINDED, by="desk", at=now, promise=promise, level=levels[-1])


def test_a_case_is_named_when_its_reminder_is_due(store):
    case = builders.opened(store)
    due = NOW + timedelta(minutes=30)
    assert store.next_reminder_at() == due
    assert store.reminders(due - timedelta(microseconds=1)) == []
    assert store.reminders(due) == [case.id]
    case = reminded(store, case, due)
    assert store.reminders(due) == []
    assert store.next_reminder_at() == NOW + timedelta(minutes=45)
    assert store.case(case.id) == case


def test_reminders_come_longest_due_first_and_not_for_what_is_over(store):
    late = builders.opened(store, at=LATER)
    early = builders.opened(store, post=another("7"))
    builders.solved(store, post=another("8"))
    far = LATER + timedelta(days=1)
    assert store.reminders(far) == [early.id, late.id]
    assert store.reminders(far, limit=1) == [early.id]


def test_levels_passed_while_the_desk_was_away_are_written_down_and_the_highest_is_told(store):
    case = reminded(store, builders.opened(store), LATER)
    rows = store.engine.rows("SELECT level, told FROM nags ORDER BY level")
    assert rows == [(50, 0), (75, 0), (90, 0), (100, 1)]
    assert case.promise.lapsed_at == case.promise.due_at
    nags = [one for one in tellings(store) if one.kind == "nag"]
    assert [store.nag(one.about) for one in nags] == [(100, case.promise.due_at, LATER)]


def test_each_level_of_a_promise_is_written_down_once(store):
    case = builders.opened(store)
    for minutes in (30, 45, 54, 60):
        case = reminded(store, case, NOW + timedelta(minutes=minutes))
    rows = store.engine.rows("SELECT level, told FROM nags ORDER BY id")
    assert rows == [(50, 1), (75, 1), (90, 1), (100, 1)]
    nags = [store.nag(one.about) for one in tellings(store) if one.kind == "nag"]
    assert [(level, due - NOW) for level, due, _ in nags] == [
        (level, timedelta(minutes=minutes)) for level, minutes in ((50, 30), (75, 45), (90, 54), (100, 60))
    ]
    with pytest.raises(Unknown):
        store.nag(99)


def tellings(store):
    with store.transaction():
        for (number,) in store.engine.rows("SELECT id FROM tellings WHERE kind = 'card'"):
            store.engine.run("UPDATE tellings SET ts = '1.0' WHERE id = :id", {"id": number})
    return store.to_tell(NOW + timedelta(days=400), limit=1000)


def test_the_promise_of_the_next_answer_is_a_row_of_its_own(store):
    case = builders.replied(store)
    first = case.promise
    at = NOW + timedelta(hours=2)
    case = do(store, case, CaseVerb.AUTHOR_WROTE, by="author", at=at, posted_at=at, promise=owed(case, at))
    assert case.promise.id != first.id
    assert store.case(case.id).promise.kind == PromiseKind.NEXT_RESPONSE
    kinds = store.engine.rows("SELECT kind, kept_at IS NULL FROM promises ORDER BY id")
    assert [(kind, bool(open_)) for kind, open_ in kinds] == [("first_response", False), ("next_response", True)]


# --- timers of the end --------------------------------------------------------------------------------------


def test_a_case_set_aside_resurfaces_when_its_term_is_over(store):
    case = builders.dismissed(store)
    over = NOW + timedelta(days=1)
    assert store.resurfacing(over - timedelta(seconds=1)) == []
    assert store.resurfacing(over) == [case.id]
    do(store, case, CaseVerb.RESURFACE, by="desk", promise=owed(at=over))
    assert store.resurfacing(over) == []


def test_a_solved_case_is_named_after_its_silence(store):
    case = builders.solved(store)
    assert store.solved_before(NOW) == []
    assert store.solved_before(LATER) == [case.id]
    do(store, case, CaseVerb.CLOSE, by="desk")
    assert store.solved_before(LATER) == []


def test_a_mistake_of_ours_is_not_dressed_up_as_the_databases(sqlite_store):
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        sqlite_store.engine.rows("SELECT 1 FROM nowhere")


def test_opening_without_a_promise_is_refused_by_the_schema(store):
    with pytest.raises(Exception, match=r"(?i)check"):
        builders.opened(store, promise=None)
    assert store.engine.rows("SELECT count(*) FROM cases") == [(0,)]


def test_a_case_event_can_be_recorded_by_the_desk_without_a_teammate(store):
    case = builders.answered_elsewhere(store)
    assert (case.state, case.answered_by) == ("pending", "network")
