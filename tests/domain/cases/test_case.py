"""Effects of events on a case: invariants over random legal walks, four eyes, events that concern both tables."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.base.refusals import Outdated, Refusal
from bot.domain.base.tables import CaseState, CaseVerb, DraftState, DraftVerb, FactVerb
from bot.domain.base.text import sha256_of
from bot.domain.cases.apply import apply
from bot.domain.promises.promise import PromiseKind
from bot.domain.replies.draft import DraftKind, Outcome, WhyWithdrawn
from tests import builders, walking
from tests.builders import ANA, BEN, CARO, NOW, do, owed, start
from tests.long import examples
from tests.walking import Step

SOON = NOW + timedelta(minutes=10)
STARTS = builders.CASES | builders.DRAFTS
STEPS = st.lists(
    st.builds(Step, st.integers(0, 40), st.integers(0, 2), st.integers(0, 90)),
    min_size=1,
    max_size=12,
)


def check(case):
    """Check what holds for a case in every state."""
    assert (case.state != "new") or not case.assignee
    assert (case.state != "open") or case.assignee
    assert bool(case.assignee) == (case.assigned_at is not None)
    held_to = case.state == "pending" and case.spoken is not None and case.spoken.unsettled
    assert (case.due_at is not None) == (case.state in {"new", "open"} or held_to)
    assert case.spoken is None or not case.spoken.unsettled or case.state in {"new", "open", "pending"}
    assert (case.ended_at is not None) == (case.state in {"solved", "dismissed", "closed"})
    assert case.ended_at is not None or not case.reason
    assert case.ended_at is not None or case.resurfaces_at is None
    assert (case.answered_at is not None) == (case.first_response_at is not None)
    if case.promise:
        assert case.promise.unsettled or (case.promise.remind_at is None and case.promise.next_level == 0)
        assert (case.promise.remind_at is None) == (case.promise.next_level == 0)
    if case.draft:
        check_draft(case.draft)


def check_draft(draft):
    assert draft.digest == sha256_of(draft.text)
    assert draft.authors
    if draft.state in {"approved", "sending", "failed", "unconfirmed", "sent", "by_hand"}:
        assert draft.approval is not None
        assert (draft.approval.version, draft.approval.digest) == (draft.version, draft.digest)
        assert draft.approval.target == draft.target
    if draft.state in {"writing", "in_review"}:
        assert draft.approval is None
    if draft.state in {"sending", "unconfirmed", "sent"}:
        assert draft.attempt is not None
    if draft.state == "sending":
        assert draft.attempt.outcome is None


@settings(deadline=None, max_examples=examples(200))
@given(st.sampled_from(sorted(STARTS)), STEPS)
def test_invariants_hold_on_every_legal_walk(name, steps):
    case = STARTS[name]()
    check(case)
    at = walking.moment_of(case)
    for one in steps:
        at += timedelta(minutes=one.minutes)
        events = walking.possible(case, walking.PEOPLE[one.who], at)
        if not events:
            assert case.state == CaseState.CLOSED
            return
        event = events[one.choice % len(events)]
        after = apply(case, event)
        check(after)
        assert after.version == case.version + 1
        assert case.first_response_at in {None, after.first_response_at}
        assert case.state != CaseState.CLOSED or after.state == CaseState.CLOSED or case.joined_into
        on_its_way = case.draft and case.draft.state in {"sending", "unconfirmed"}
        if on_its_way and event.verb != DraftVerb.MISMATCH:
            assert after.draft.state != DraftState.WITHDRAWN
            assert after.draft.text == case.draft.text
        case = after


@pytest.mark.parametrize("name", sorted(STARTS))
def test_every_verb_in_every_state_either_applies_whole_or_is_refused(name):
    case = STARTS[name]()
    allowed = {event.verb for event in walking.possible(case, ANA, SOON)}
    for verb in walking.EVERY_VERB:
        event = walking.event_for(case, verb, ANA, SOON)
        if verb in allowed:
            check(apply(case, event))
        else:
            with pytest.raises(Refusal):
                apply(case, event)


# --- assignees ----------------------------------------------------------------------------------------------


def test_a_claim_makes_a_case_open_and_ones_own():
    case = builders.claimed()
    assert (case.state, case.assignee, case.version) == ("open", ANA, 2)


def test_a_pending_case_that_somebody_holds_is_not_claimed_away():
    with pytest.raises(Outdated, match=f"<@{ANA}> holds this case already"):
        do(None, builders.replied(), CaseVerb.CLAIM, by=BEN)


def test_releasing_keeps_the_draft_and_hands_the_case_back():
    case = do(None, builders.in_review(), CaseVerb.RELEASE)
    assert (case.state, case.assignee, case.draft.state) == ("new", "", "in_review")


def test_assigning_hands_over_the_draft_too():
    case = do(None, builders.drafted(), CaseVerb.ASSIGN, to=CARO)
    assert (case.assignee, case.draft.state) == (CARO, "writing")


def test_an_author_who_writes_to_a_pending_case_of_nobody_makes_it_new():
    case = builders.answered_elsewhere()
    case = do(None, case, CaseVerb.AUTHOR_WROTE, by="author", mention=2, posted_at=SOON, promise=owed(case, SOON))
    assert (case.state, case.assignee, case.promise.kind) == ("new", "", PromiseKind.NEXT_RESPONSE)


def test_an_author_who_writes_after_the_end_brings_the_case_back_without_its_end():
    case = do(
        None, builders.solved(), CaseVerb.AUTHOR_WROTE, by="author", mention=2, posted_at=SOON, promise=owed(at=SOON)
    )
    assert (case.state, case.assignee, case.ended_at, case.reason) == ("open", ANA, None, "")


def test_an_author_who_writes_to_a_case_set_aside_leaves_it_there():
    case = do(
        None,
        builders.dismissed(),
        CaseVerb.AUTHOR_WROTE,
        by="author",
        mention=2,
        posted_at=SOON,
        promise=owed(at=SOON),
    )
    assert (case.state, case.due_at) == ("dismissed", None)
    assert case.ended_at is not None


def test_a_reopened_solved_case_belongs_to_whoever_reopened_it():
    case = do(None, builders.solved(), CaseVerb.REOPEN, by=BEN, promise=owed(at=SOON))
    assert (case.state, case.assignee, case.ended_at) == ("open", BEN, None)


@pytest.mark.parametrize("verb", [CaseVerb.REOPEN, CaseVerb.RESURFACE])
def test_a_case_set_aside_comes_back_as_nobodys(verb):
    case = do(None, builders.dismissed(), verb, by=BEN, promise=owed(at=SOON))
    assert (case.state, case.assignee, case.resurfaces_at, case.reason) == ("new", "", None, "")


def test_an_older_post_that_arrives_late_is_not_the_newest():
    case = builders.claimed()
    earlier = case.latest_at - timedelta(minutes=5)
    after = do(None, case, CaseVerb.AUTHOR_WROTE, by="author", mention=9, posted_at=earlier)
    assert (after.latest, after.latest_at) == (case.latest, case.latest_at)


def test_deleting_the_newest_post_is_noted_and_deleting_an_older_one_is_not():
    case = builders.claimed()
    assert do(None, case, FactVerb.POST_DELETED, mention=case.latest).deleted_at is not None
    assert do(None, case, FactVerb.POST_DELETED, mention=case.latest + 1).deleted_at is None


# --- promises -----------------------------------------------------------------------------------------------


def test_a_reply_keeps_the_promise_and_an_end_without_one_drops_it():
    kept, dropped = builders.replied().promise, builders.solved().promise
    assert (kept.kept_at is not None, kept.dropped_at) == (True, None)
    assert (dropped.kept_at, dropped.dropped_at is not None) == (None, True)


def test_a_late_first_reply_stays_a_miss():
    case = builders.sending()
    late = case.due_at + timedelta(seconds=1)
    after = do(None, case, DraftVerb.DELIVERED, by="desk", at=late, post_id="1")
    assert (after.promise.kept_at, after.promise.lapsed_at) == (late, case.due_at)


def test_further_posts_of_a_waiting_author_start_no_second_promise():
    case = builders.claimed()
    for minute in range(10):
        at = NOW + timedelta(minutes=minute)
        case = do(
            None, case, CaseVerb.AUTHOR_WROTE, by="author", mention=2, at=at, posted_at=at, promise=owed(case, at)
        )
    assert case.due_at == builders.claimed().due_at


def test_the_first_answer_is_first_for_ever():
    case = builders.replied()
    first = case.first_response_at
    case = do(None, case, CaseVerb.AUTHOR_WROTE, by="author", mention=2, posted_at=SOON, promise=owed(case, SOON))
    case = do(None, case, CaseVerb.ANSWERED_ELSEWHERE, by="network", at=SOON + timedelta(hours=1))
    assert (case.first_response_at, case.answered_at) == (first, SOON + timedelta(hours=1))


# --- events of both tables ----------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [CaseVerb.AUTHOR_WROTE, FactVerb.POST_EDITED, FactVerb.POST_DELETED])
def test_what_moves_the_conversation_makes_an_approval_stale_and_keeps_the_words(verb):
    before = builders.approved()
    draft = apply(before, walking.event_for(before, verb, "author", SOON)).draft
    assert (draft.state, draft.approval, draft.stale) == ("in_review", None, str(verb))
    assert draft.text == before.draft.text


def test_a_stale_draft_needs_the_newest_post_to_be_seen():
    case = do(None, builders.approved(), CaseVerb.AUTHOR_WROTE, by="author", mention=2, posted_at=SOON)
    assert case.draft.seen == case.latest == 2


@pytest.mark.parametrize("verb", [CaseVerb.SOLVE, CaseVerb.DISMISS])
@pytest.mark.parametrize("state", ["sending", "unconfirmed"])
def test_a_case_does_not_end_while_its_reply_may_be_on_its_way(state, verb):
    with pytest.raises(Refusal, match="on its way, or may be"):
        do(None, builders.DRAFTS[state](), verb, reason="Enough")


@pytest.mark.parametrize("state", ["writing", "in_review", "approved", "failed", "by_hand"])
def test_a_case_that_ends_takes_its_draft_back(state):
    case = do(None, builders.DRAFTS[state](), CaseVerb.SOLVE)
    assert (case.state, case.draft.state) == ("solved", "withdrawn")
    assert (case.draft.why_withdrawn, case.draft.why) == (WhyWithdrawn.SOLVED, "")


def test_a_draft_of_a_case_that_goes_on_in_another_is_withdrawn_for_that():
    case = do(None, builders.in_review(), CaseVerb.JOIN, by="desk", into=7)
    assert (case.joined_into, case.reason, case.draft.why_withdrawn) == (7, "", WhyWithdrawn.JOINED)


def test_a_draft_that_a_person_withdrew_says_no_other_cause():
    assert builders.withdrawn().draft.why_withdrawn == WhyWithdrawn.ON_REQUEST


def test_a_delivered_reply_answers_the_case_and_names_both_people():
    case = builders.delivered()
    assert (case.state, case.answered_by, case.approved_by) == ("pending", ANA, BEN)
    assert case.answer_url == builders.REPLY_URL
    assert (case.draft.attempt.outcome, case.draft.attempt.post_id) == (Outcome.DELIVERED, "2001")


def test_a_reply_delivered_after_its_case_was_released_still_answers_it():
    case = do(None, builders.sending(), CaseVerb.RELEASE)
    case = do(None, case, DraftVerb.DELIVERED, by="desk", post_id="2001")
    assert (case.state, case.assignee, case.due_at) == ("pending", "", None)
    assert case.first_response_at is not None


def test_a_correction_answers_nobody():
    case = start(None, builders.replied(), "We meant Tuesday", kind=DraftKind.CORRECTION, corrects="2001")
    answered = case.answered_at
    case = do(None, case, DraftVerb.SUBMIT, to=BEN)
    case = do(None, case, DraftVerb.APPROVE, by=BEN, seen=case.latest)
    case = do(None, case, DraftVerb.SEND, by="desk", key="k")
    case = do(None, case, DraftVerb.DELIVERED, by="desk", at=SOON, post_id="2002")
    assert (case.draft.state, case.draft.corrects, case.answered_at) == ("sent", "2001", answered)


def test_a_second_draft_beside_a_live_one_is_refused_with_whose_it_is():
    with pytest.raises(Outdated, match=f"<@{ANA}> has a draft on this case already"):
        start(None, builders.drafted(), by=BEN)


def test_a_draft_that_is_over_makes_room_for_another():
    assert start(None, builders.withdrawn(), "Other words").draft.text == "Other words"


def test_trying_again_after_a_refusal_is_the_second_attempt_of_one_approval():
    case = do(None, builders.failed(), DraftVerb.SEND, by="desk", key="attempt-2")
    assert (case.draft.attempt.n, case.draft.attempt.outcome, case.draft.approval.by) == (2, None, BEN)


def test_looking_in_vain_is_counted_and_says_when_to_look_again():
    tried = do(None, builders.unconfirmed(), FactVerb.OUTCOME_CHECKED, by="desk", until=SOON).draft.attempt
    assert (tried.looks, tried.look_at, tried.outcome) == (1, SOON, Outcome.LOST)


def test_asking_another_approver_changes_only_whose_turn_it_is():
    before = builders.in_review()
    after = do(None, before, FactVerb.APPROVER_ASKED, to=CARO)
    assert after == replace(before, version=before.version + 1, draft=replace(before.draft, asked=CARO))
