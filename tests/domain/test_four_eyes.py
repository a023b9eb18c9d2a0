"""Four eyes: no words become public that one person alone wrote and read."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import NotYours, Outdated
from bot.domain.reply import may_approve
from bot.domain.tables import DraftVerb
from bot.domain.text import digest
from tests import builders
from tests.builders import ANA, BEN, CARO, NOW, do
from tests.walking import Step

SOON = NOW + timedelta(minutes=10)
STARTS = builders.CASES | builders.DRAFTS
STEPS = st.lists(
    st.builds(Step, st.integers(0, 40), st.integers(0, 2), st.integers(0, 90)),
    min_size=1,
    max_size=12,
)


def yes(case, by, **facts):
    usual = {"version": case.draft.version, "seen": case.draft.seen}
    may_approve(case.draft, by, **(usual | facts))


def test_a_second_person_may_approve():
    yes(builders.in_review(), BEN)


def test_the_writer_alone_may_not_approve():
    with pytest.raises(NotYours, match="You wrote this draft"):
        yes(builders.in_review(), ANA)


def test_the_writer_may_where_the_configuration_allows_it():
    yes(builders.in_review(), ANA, four_eyes=False)


def edited(case, by, **facts):
    return do(None, case, DraftVerb.EDIT, by=by, text="New words", digest=digest("New words"), **facts)


def test_an_approvers_edit_keeps_both_names_so_that_they_may_approve():
    case = do(None, edited(builders.in_review(), BEN), DraftVerb.SUBMIT, by=BEN)
    assert case.draft.authors == (ANA, BEN)
    yes(case, BEN)
    yes(case, ANA)


def test_an_edit_that_leaves_little_of_the_words_makes_its_writer_the_only_one():
    case = do(None, edited(builders.in_review(), BEN, keep_authors=False), DraftVerb.SUBMIT, by=BEN)
    assert case.draft.authors == (BEN,)
    with pytest.raises(NotYours):
        yes(case, BEN)
    yes(case, ANA)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([ANA, BEN, CARO]), st.booleans()), max_size=6))
def test_nobody_ever_approves_words_that_are_theirs_alone(edits):
    case, writers = builders.drafted(), [ANA]
    for by, keep in edits:
        case = edited(case, by, keep_authors=keep)
        writers = [*(one for one in writers if keep and one != by), by]
    assert case.draft.authors == tuple(writers)
    for by in (ANA, BEN, CARO):
        if set(writers) == {by}:
            with pytest.raises(NotYours):
                yes(case, by)
        else:
            yes(case, by)


def test_an_approval_of_outdated_words_is_refused_with_who_wrote_the_newer_ones():
    with pytest.raises(Outdated, match=f"version 1 of the draft; <@{ANA}> has written version 2"):
        yes(do(None, edited(builders.in_review(), ANA), DraftVerb.SUBMIT), BEN, version=1)


def test_an_approval_without_the_newest_message_is_refused():
    with pytest.raises(Outdated, match="The customer wrote again"):
        yes(builders.in_review(), BEN, seen=0)


def test_the_second_to_approve_is_told_who_was_first():
    with pytest.raises(Outdated, match=f"<@{BEN}> approved this already"):
        yes(builders.approved(), CARO)


def test_an_edit_of_words_rewritten_meanwhile_is_refused():
    with pytest.raises(Outdated, match="has rewritten this draft since you opened it"):
        edited(edited(builders.drafted(), BEN), ANA, version=1)


def test_an_edit_voids_the_approval_and_the_request():
    draft = edited(builders.approved(), ANA).draft
    assert (draft.state, draft.version, draft.approval, draft.asked, draft.submitted_at) == (
        "writing",
        2,
        None,
        "",
        None,
    )


def test_requested_changes_go_back_to_the_writer_with_the_note():
    draft = do(None, builders.in_review(), DraftVerb.REQUEST_CHANGES, by=BEN, note="Say when").draft
    assert (draft.state, draft.note, draft.asked) == ("writing", "Say when", "")


def test_who_asked_for_changes_is_known_until_the_words_change_or_are_put_up_again():
    asked = do(None, builders.in_review(), DraftVerb.REQUEST_CHANGES, by=BEN, note="Say when")
    again = do(None, asked, DraftVerb.SUBMIT, to=BEN)
    changed = do(None, asked, DraftVerb.EDIT, text="By 17:00. ^AN", digest="d")
    assert [one.draft.note_by for one in (asked, again, changed)] == [BEN, "", ""]
