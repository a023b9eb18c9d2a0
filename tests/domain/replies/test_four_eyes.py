"""Four eyes: no words become public that only one person wrote and read."""

import pytest

from bot.domain.base.refusals import NotYours, Outdated
from bot.domain.base.tables import DraftVerb
from bot.domain.replies.draft import refuse_unless_may_approve
from bot.domain.replies.writers import Share
from tests import builders
from tests.builders import ANA, BEN, CARO, DEE, do


def yes(case, by, **facts):
    usual = {"version": case.draft.version, "seen": case.draft.seen}
    refuse_unless_may_approve(case.draft, by, **(usual | facts))


def test_a_second_person_may_approve():
    yes(builders.in_review(), BEN)


def test_the_writer_alone_may_not_approve():
    with pytest.raises(NotYours, match="You wrote this draft"):
        yes(builders.in_review(), ANA)


def test_the_writer_may_where_the_configuration_allows_it():
    yes(builders.in_review(), ANA, four_eyes=False)


def edited(case, by, share=None, version=0):
    words = builders.wording(case, "New words", share=share)
    return do(None, case, DraftVerb.EDIT, by=by, words=words, version=version)


def test_an_approver_who_wrote_a_small_part_may_let_it_out():
    share = Share(authors=(ANA, BEN), barred=(ANA,))
    case = do(None, edited(builders.in_review(), BEN, share=share), DraftVerb.SUBMIT, by=BEN)
    assert case.draft.authors == (ANA, BEN)
    yes(case, BEN)
    with pytest.raises(NotYours, match="Too much of this draft is yours"):
        yes(case, ANA)


def test_who_wrote_too_much_of_it_is_told_who_can_let_it_out():
    case = edited(builders.in_review(), BEN, share=Share(authors=(ANA, BEN), barred=(BEN,)))
    case = do(None, case, DraftVerb.SUBMIT, by=BEN)
    with pytest.raises(
        NotYours, match=f"^Too much .* yours; someone else has to approve it: <@{CARO}> or <@{DEE}>.$"
    ):
        yes(case, BEN, others=(CARO, DEE))


def test_where_nobody_says_whose_the_words_are_none_of_the_authors_lets_them_out():
    case = do(None, edited(builders.in_review(), BEN), DraftVerb.SUBMIT, by=BEN)
    for by in (ANA, BEN):
        with pytest.raises(NotYours):
            yes(case, by)
    yes(case, CARO)


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
    changed = do(None, asked, DraftVerb.EDIT, words=builders.wording(asked, "By 17:00. ^AN"))
    assert [one.draft.note_by for one in (asked, again, changed)] == [BEN, "", ""]
