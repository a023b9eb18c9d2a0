"""Drafts in the store: all versions, approvals and attempts are kept, and one draft is live."""

from datetime import timedelta

import pytest

from bot.domain.base.refusals import Unknown
from bot.domain.base.tables import CaseVerb, DraftVerb, FactVerb
from bot.domain.replies.draft import DraftKind
from bot.domain.replies.parts import Split
from bot.ports.store_errors import Conflict
from tests import builders
from tests.builders import ANA, BEN, CARO, NOW, do, start
from tests.storage.scenes import another

SOON = NOW + timedelta(minutes=10)
LATER = NOW + timedelta(hours=5)


def test_a_case_has_one_live_draft(store):
    case = builders.drafted(store)
    sql = "INSERT INTO drafts SELECT 99, case_id, state, {} FROM drafts"
    columns = (
        "version kind target_network target_account target_post target_mention seen template template_text "
        "asked note stale why corrects submitted_at approval_id attempt_id promised promised_at promised_within "
        "note_by facts why_withdrawn also done posts dropped"
    )
    with pytest.raises(Conflict), store.transaction():
        store.engine.run(sql.format(", ".join(columns.split())))
    assert store.case(case.id) == case


def test_every_version_of_the_words_stays(store):
    case = builders.drafted(store, text="One")
    for by, words in ((BEN, "Two"), (ANA, "Three")):
        case = do(store, case, DraftVerb.EDIT, by=by, words=builders.wording(case, words, digest=words))
    rows = store.engine.rows("SELECT version, text, written_by, authors FROM draft_versions ORDER BY version")
    assert rows == [
        (1, "One", ANA, f'["{ANA}"]'),
        (2, "Two", BEN, f'["{ANA}","{BEN}"]'),
        (3, "Three", ANA, f'["{BEN}","{ANA}"]'),
    ]
    assert store.case(case.id).draft.text == "Three"


def test_who_asked_for_changes_is_kept(store):
    asked = do(store, builders.in_review(store), DraftVerb.REQUEST_CHANGES, by=BEN, note="Say when")
    assert (asked.draft.note_by, store.case(asked.id)) == (BEN, asked)


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
    case = do(store, case, DraftVerb.REFUSED, by="desk", why="No")
    case = do(store, case, DraftVerb.EDIT, words=builders.wording(case, "Shorter"))
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


def test_each_part_of_an_approval_is_delivered_once_and_read_back_as_it_was(store):
    case = start(store, builders.claimed(store), "One. Two. Three.", split=Split((5, 10), numbered=True))
    case = do(store, case, DraftVerb.SUBMIT, to=CARO)
    case = do(store, case, DraftVerb.APPROVE, by=CARO, seen=case.latest)
    for part in ("2001", "2002"):
        case = do(store, case, DraftVerb.SEND, by="desk", key=part)
        case = do(store, case, DraftVerb.PART_DELIVERED, by="network", post_id=part)
        assert store.case(case.id) == case
    assert (case.draft.posts, case.draft.done, case.draft.at_hand) == (("2001", "2002"), 2, "Three. 3/3")
    again = (
        "INSERT INTO attempts (draft_id, approval_id, n, key, started_at, outcome, ended_at, post_id, url, why, looks, "
        "part) SELECT draft_id, approval_id, 9, 'k', 1, 'delivered', 1, '', '', '', 0, part FROM attempts WHERE n = 1"
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
    assert store.to_send(LATER) == [early.id, late.id]
    assert [case for case, _, _ in store.waiting_approvals()] == [early.id, late.id]
    on_its_way = do(store, early, DraftVerb.SEND, by="desk", key="k")
    assert (store.to_send(LATER), store.sending()) == ([late.id], [on_its_way.id])


def test_an_unconfirmed_reply_is_looked_for_when_its_moment_has_come(store):
    case = builders.unconfirmed(store)
    look_at = NOW + timedelta(minutes=15)
    assert store.next_look_at() == look_at
    assert store.to_look_for(look_at - timedelta(seconds=1)) == []
    assert store.to_look_for(look_at) == [case.id]
    again = look_at + timedelta(minutes=5)
    case = do(store, case, FactVerb.OUTCOME_CHECKED, by="desk", until=again, since=look_at)
    assert (store.to_look_for(look_at), store.next_look_at()) == ([], again)
    tried = store.case(case.id).draft.attempt
    assert (tried.look_at, tried.missed_at) == (again, look_at)
    assert store.to_look_for(look_at - timedelta(hours=1)) == [case.id]  # by a clock that was set back
    do(store, case, DraftVerb.ABSENT, by="network")
    assert (store.to_look_for(LATER), store.next_look_at()) == ([], None)


def test_a_reply_that_was_taken_back_is_known_by_its_post(store):
    case = builders.delivered(store)
    post_id = case.draft.attempt.post_id
    case = start(store, case, kind=DraftKind.TAKE_BACK, corrects=post_id)
    assert not store.taken_back(case.id, post_id)
    case = do(store, case, DraftVerb.SUBMIT, to=BEN)
    case = do(store, case, DraftVerb.APPROVE, by=BEN, seen=case.latest)
    case = do(store, case, DraftVerb.SEND, by="desk", key="k")
    do(store, case, DraftVerb.DELIVERED, by="network", post_id=post_id)
    assert store.taken_back(case.id, post_id)
    assert not store.taken_back(case.id, "another")
