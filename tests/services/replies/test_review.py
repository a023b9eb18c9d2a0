"""A reply goes out once, in the approved words, after a second person read it."""

import pytest

from bot.domain.base.refusals import NotUsable, NotYours, Outdated, Refusal
from bot.domain.base.tables import CaseState, DraftState
from bot.ports import Desk
from bot.services.cases import casework
from bot.services.mentions import intake
from bot.services.replies import correcting, passing_on, review, sending
from tests.fakes import ANA, BEN, CARO, DEE, a_post
from tests.services.journey import WORDS, a_case, in_review, only_case, receive, seen, written


def approve(desk: Desk, by: str = BEN):
    draft = only_case(desk).draft
    return review.approve(desk, draft.id, version=draft.version, seen=draft.seen, by=by, at=desk.clock.now())


def test_a_reply_is_published_in_the_words_that_were_approved(desk: Desk) -> None:
    in_review(desk)
    approve(desk)
    assert sending.send_due(desk, desk.clock.now()) == 1
    [(post_id, target, text)] = desk.networks["x", "42"].published
    assert (target.post_id, text) == ("100", WORDS)
    case = only_case(desk)
    assert (case.state, case.draft.state, case.due_at) == (CaseState.PENDING, DraftState.SENT, None)
    assert case.answer_url.endswith(post_id)
    assert (case.answered_by, case.approved_by) == (ANA, BEN)


def test_nothing_is_sent_without_an_approval(desk: Desk) -> None:
    in_review(desk)
    assert sending.send_due(desk, desk.clock.now()) == 0
    assert desk.networks["x", "42"].published == []


def test_a_writer_never_approves_alone(desk: Desk) -> None:
    in_review(desk, by=BEN)
    with pytest.raises(NotYours, match="someone else has to approve"):
        approve(desk, by=BEN)


def test_a_second_approval_is_told_who_was_first(desk: Desk) -> None:
    in_review(desk)
    approve(desk, by=BEN)
    with pytest.raises(Outdated, match=BEN):
        approve(desk, by=CARO)


def test_an_approval_sent_twice_by_the_sender_publishes_once(desk: Desk) -> None:
    in_review(desk)
    approve(desk)
    sending.send_due(desk, desk.clock.now())
    sending.send_due(desk, desk.clock.now())
    assert len(desk.networks["x", "42"].published) == 1


def test_a_newer_post_of_the_customer_takes_the_approval_back(desk: Desk) -> None:
    in_review(desk)
    before = only_case(desk).draft
    approve(desk)
    receive(desk, a_post("101", "never mind the chat, just refund me", root="100", at=desk.clock.move(minutes=1)))
    assert sending.send_due(desk, desk.clock.now()) == 0
    draft = only_case(desk).draft
    assert (draft.state, draft.approval, draft.text) == (DraftState.IN_REVIEW, None, WORDS)
    with pytest.raises(Outdated, match="wrote again"):
        review.approve(desk, draft.id, version=draft.version, seen=before.seen, by=BEN, at=desk.clock.now())
    approve(desk)
    assert sending.send_due(desk, desk.clock.now()) == 1


def test_a_button_of_an_earlier_draft_does_not_approve_a_later_one(desk: Desk) -> None:
    in_review(desk)
    shown = only_case(desk).draft
    review.withdraw(desk, shown.id, by=ANA, at=desk.clock.now())
    written(desk, 1, text=WORDS.replace("17:00", "18:00"))
    assert (only_case(desk).draft.version, only_case(desk).draft.seen) == (shown.version, shown.seen)
    with pytest.raises(Refusal, match="newer"):
        review.approve(desk, shown.id, version=shown.version, seen=shown.seen, by=BEN, at=desk.clock.now())


def test_an_approval_of_a_conversation_that_changed_after_it_was_shown_is_refused(desk: Desk) -> None:
    in_review(desk)
    draft, shown = only_case(desk).draft, seen(desk, only_case(desk)).mark
    intake.take_in_edit(desk, a_post("100", "Charged twice, and three times today"), desk.clock.now())
    about = {"version": draft.version, "seen": draft.seen, "by": BEN, "at": desk.clock.now()}
    with pytest.raises(Outdated, match="Something happened after this was shown"):
        review.approve(desk, draft.id, shown=shown, **about)
    review.approve(desk, draft.id, shown=seen(desk, only_case(desk)).mark, **about)


def test_an_approver_who_edits_shares_the_authorship(desk: Desk) -> None:
    in_review(desk)
    draft = only_case(desk).draft
    new = WORDS.replace("by 17:00", "by 16:00")
    review.edit_and_approve(desk, draft.id, new, version=1, seen=draft.seen, by=BEN, at=desk.clock.now())
    edited = only_case(desk).draft
    assert (edited.state, edited.authors, edited.version) == (DraftState.APPROVED, (ANA, BEN), 2)


def test_an_edit_that_leaves_little_goes_back_to_review(desk: Desk) -> None:
    in_review(desk)
    draft = only_case(desk).draft
    review.edit_and_approve(
        desk, draft.id, "Completely different sentence here", version=1, seen=draft.seen, by=BEN, at=desk.clock.now()
    )
    edited = only_case(desk).draft
    assert (edited.state, edited.authors, edited.asked) == (DraftState.IN_REVIEW, (BEN,), CARO)


def test_a_request_for_changes_hands_the_words_back(desk: Desk) -> None:
    in_review(desk)
    draft = only_case(desk).draft
    review.request_changes(desk, draft.id, "name the refund day", version=1, by=BEN, at=desk.clock.now())
    back = only_case(desk).draft
    assert (back.state, back.note, back.text) == (DraftState.WRITING, "name the refund day", WORDS)
    words = review.Words(text=WORDS + " Refund on Friday.", replaces=1)
    again = review.submit(desk, 1, words, by=ANA, at=desk.clock.now())
    assert (again.draft.state, again.draft.version, again.draft.note) == (DraftState.IN_REVIEW, 2, "")


@pytest.mark.parametrize("text", ["", "   ", "Hi [by when] friend", "x" * 281])
def test_words_that_cannot_go_out_are_refused_at_their_field(desk: Desk, text: str) -> None:
    case = a_case(desk)
    review.begin_writing(desk, case.id, by=ANA, at=desk.clock.now())
    with pytest.raises(NotUsable) as refused:
        review.submit(desk, case.id, review.Words(text=text), by=ANA, at=desk.clock.now())
    assert refused.value.field == "words"


def test_two_drafts_on_one_case_are_not_possible(desk: Desk) -> None:
    case = in_review(desk)
    with pytest.raises(Outdated):
        review.submit(desk, case.id, review.Words(text="Another one"), by=ANA, at=desk.clock.now())


def test_a_case_somebody_holds_cannot_be_written_on_by_others(desk: Desk) -> None:
    case = a_case(desk)
    casework.claim(desk, case.id, by=ANA, at=desk.clock.now())
    desk.clock.move(seconds=2)
    with pytest.raises(Outdated, match="claimed this 2 s before you"):
        review.begin_writing(desk, case.id, by=DEE, at=desk.clock.now())


def test_not_me_passes_the_question_on(desk: Desk) -> None:
    case = in_review(desk)
    first = case.draft.asked
    after = passing_on.pass_on(desk, case.draft.id, by=first, at=desk.clock.now())
    assert {first, after.draft.asked} == {BEN, CARO}


def test_a_sent_reply_is_corrected_only_by_a_new_approved_draft(desk: Desk) -> None:
    in_review(desk)
    approve(desk)
    sending.send_due(desk, desk.clock.now())
    correcting.correct(desk, 1, "I wrote 17:00 and meant 18:00. ^AN", take_back=False, by=ANA, at=desk.clock.now())
    assert len(desk.networks["x", "42"].published) == 1
    approve(desk)
    sending.send_due(desk, desk.clock.now())
    assert [text for _, _, text in desk.networks["x", "42"].published] == [
        WORDS,
        "I wrote 17:00 and meant 18:00. ^AN",
    ]


def test_a_sent_reply_is_taken_back_only_by_a_new_approved_draft(desk: Desk) -> None:
    in_review(desk)
    approve(desk)
    sending.send_due(desk, desk.clock.now())
    correcting.correct(desk, 1, "", take_back=True, by=ANA, at=desk.clock.now())
    assert desk.networks["x", "42"].taken_back == []
    approve(desk)
    sending.send_due(desk, desk.clock.now())
    assert desk.networks["x", "42"].taken_back == ["9000"]
