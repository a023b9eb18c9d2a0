"""Both tables, state by state and verb by verb, compared with an independent list."""

import pytest

from bot.domain.base.refusals import NotPossible, Refusal
from bot.domain.base.tables import (
    CASE,
    DRAFT,
    EDITABLE,
    ENDED,
    ENDS,
    GOING_ON,
    LETS_OUT,
    MAKES_STALE,
    NEEDS_A_PERSON,
    ON_ITS_WAY,
    OURS,
    OVER,
    UNDECIDED,
    CaseState,
    CaseVerb,
    DraftState,
    DraftVerb,
    FactVerb,
)
from bot.domain.base.transitions import allows, mermaid, next_state, transitions

EXPECTED_CASE = """
new        claim                open
new        assign               open
new        reply_sent           pending
new        answered_elsewhere   pending
new        solve                solved
new        dismiss              dismissed
new        author_wrote         new
new        part                 pending
new        join                 closed
open       release              new
open       assign               open
open       reply_sent           pending
open       answered_elsewhere   pending
open       author_wrote         open
open       solve                solved
open       dismiss              dismissed
open       part                 pending
open       join                 closed
pending    claim                pending
pending    release              pending
pending    assign               pending
pending    reply_sent           pending
pending    answered_elsewhere   pending
pending    author_wrote         open
pending    answer_taken_back    open
pending    solve                solved
pending    dismiss              dismissed
pending    part                 pending
pending    join                 closed
solved     author_wrote         open
solved     reopen               open
solved     close                closed
solved     join                 closed
dismissed  author_wrote         dismissed
dismissed  resurface            new
dismissed  reopen               new
dismissed  close                closed
dismissed  join                 closed
closed     unjoin               open
"""

EXPECTED_DRAFT = """
writing      edit             writing
writing      submit           in_review
writing      leave            sent
writing      withdraw         withdrawn
in_review    edit             writing
in_review    approve          approved
in_review    stale            in_review
in_review    request_changes  writing
in_review    leave            sent
in_review    withdraw         withdrawn
approved     edit             writing
approved     send             sending
approved     stale            in_review
approved     stop             in_review
approved     hand_over        by_hand
approved     mismatch         withdrawn
approved     leave            sent
approved     withdraw         withdrawn
sending      part_delivered   approved
sending      delivered        sent
sending      refused          failed
sending      lost             unconfirmed
sending      mismatch         withdrawn
failed       edit             writing
failed       send             sending
failed       stop             in_review
failed       hand_over        by_hand
failed       mismatch         withdrawn
failed       part_delivered   in_review
failed       delivered        sent
failed       leave            sent
failed       withdraw         withdrawn
unconfirmed  part_delivered   approved
unconfirmed  delivered        sent
unconfirmed  absent           failed
by_hand      part_delivered   by_hand
by_hand      delivered        sent
by_hand      leave            sent
by_hand      withdraw         withdrawn
"""


def _listed(text):
    return {(state, verb): after for state, verb, after in (line.split() for line in text.strip().splitlines())}


CASES, DRAFTS = _listed(EXPECTED_CASE), _listed(EXPECTED_DRAFT)


def _check(table, state, verb, expected):
    if expected is None:
        assert not allows(table, state, verb)
        with pytest.raises(NotPossible):
            next_state(table, state, verb)
    else:
        assert allows(table, state, verb)
        assert next_state(table, state, verb) == expected


@pytest.mark.parametrize("verb", CaseVerb)
@pytest.mark.parametrize("state", CaseState)
def test_a_case_takes_exactly_the_steps_of_the_list(state, verb):
    _check(CASE, state, verb, CASES.get((state, verb)))


@pytest.mark.parametrize("verb", DraftVerb)
@pytest.mark.parametrize("state", DraftState)
def test_a_draft_takes_exactly_the_steps_of_the_list(state, verb):
    _check(DRAFT, state, verb, DRAFTS.get((state, verb)))


def test_the_list_names_no_state_or_verb_that_is_not_there():
    assert {one for key, after in CASES.items() for one in (key[0], after)} <= set(CaseState)
    assert {verb for _, verb in CASES} == set(CaseVerb)
    assert {one for key, after in DRAFTS.items() for one in (key[0], after)} <= set(DraftState)
    assert {verb for _, verb in DRAFTS} == set(DraftVerb)


@pytest.mark.parametrize(("table", "start"), [(CASE, CaseState.NEW), (DRAFT, DraftState.WRITING)])
def test_every_state_can_be_reached(table, start):
    reached, frontier = {start}, [start]
    while frontier:
        after = set(table[frontier.pop()].values()) - reached
        reached |= after
        frontier += after
    assert reached == set(table)


def test_what_is_over_stays_over():
    assert set(CASE[CaseState.CLOSED]) == {CaseVerb.UNJOIN}, "and that only where it was merged (apply.py)"
    assert not any(DRAFT[state] for state in OVER)


def test_the_sets_beside_the_tables_say_what_the_tables_mean():
    assert {"new", "open"} == OURS
    assert {"new", "open", "pending"} == GOING_ON
    assert {"solved", "dismissed", "closed"} == ENDED
    assert {"sending", "unconfirmed"} == ON_ITS_WAY
    assert {"sent", "withdrawn"} == OVER
    assert {"writing", "in_review", "approved", "failed"} == EDITABLE
    assert {"writing", "in_review"} == UNDECIDED
    assert {"failed", "unconfirmed", "by_hand"} == NEEDS_A_PERSON
    assert {"solve", "dismiss", "close", "join"} == ENDS
    moves = {
        CaseVerb.AUTHOR_WROTE,
        CaseVerb.ANSWERED_ELSEWHERE,
        "post_edited",
        "post_deleted",
        "wrote_lightly",
        "came_in",
        "part",
        "parted",
    }
    assert moves == MAKES_STALE


def test_nothing_that_is_on_its_way_can_be_edited_withdrawn_or_sent_again():
    for state in ON_ITS_WAY:
        assert not {DraftVerb.EDIT, DraftVerb.WITHDRAW, DraftVerb.SEND} & set(DRAFT[state])


def test_words_get_out_by_sending_or_by_hand_and_by_nothing_else():
    out = {"sending", "by_hand"}
    leaves = {verb for state, verb, after in transitions(DRAFT) if after in out and state not in out}
    assert leaves == LETS_OUT


def test_only_what_is_approved_or_has_failed_is_ever_sent():
    assert {state for state, verb, _ in transitions(DRAFT) if verb == DraftVerb.SEND} == {"approved", "failed"}


def test_facts_are_no_steps():
    verbs = {verb for row in (*CASE.values(), *DRAFT.values()) for verb in row}
    assert not verbs & {str(fact) for fact in FactVerb}


def test_a_refused_step_says_where_things_stand_and_where_to_look():
    with pytest.raises(NotPossible) as refused:
        next_state(DRAFT, DraftState.BY_HAND, DraftVerb.APPROVE)
    assert refused.value.sentence == (
        "This is by hand now, so that is no longer possible. The card shows what can be done."
    )
    assert isinstance(refused.value, Refusal)


def test_the_drawing_shows_every_step_once():
    lines = mermaid(CASE).splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert sorted(lines[1:]) == sorted(f"    {state} --> {after}: {verb}" for (state, verb), after in CASES.items())
