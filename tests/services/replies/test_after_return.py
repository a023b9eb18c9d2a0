"""After the database went back to an older copy, a post from before may have an answer of ours that it does not know."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.backups.epoch import MOVED
from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import DraftState
from bot.domain.mentions.mention import PostRef
from bot.domain.promises.spoken_promise import Spoken
from bot.domain.replies.draft_checks import RemarkKind
from bot.ports import Desk
from bot.services.backups.reconciling import end_hold
from bot.services.backups.returning import begin_held
from bot.services.cases.view import remarks
from bot.services.replies import reply_form, review, sending
from tests.fakes import ANA, BEN, CARO, NOON, a_post
from tests.services.journey import (
    WORDS,
    a_case,
    approve,
    clock,
    draft_of,
    in_review,
    only_case,
    published,
    receive,
    send,
    street,
    written,
)

SHOWN_AT_ONCE = timedelta(minutes=30)  # after the return: longer than any network needs to show a post


def back(desk: Desk, why: str = "It was restored from a backup.", *, after: timedelta = SHOWN_AT_ONCE) -> Desk:
    """Return the desk after an older copy took its database's place, and a lead let it go on."""
    begin_held(desk.store, why, desk.clock.now() + timedelta(minutes=1))
    clock(desk).move(minutes=1)
    desk = replace(desk, epochs=desk.store.epochs())
    end_hold(desk, by=CARO, at=desk.clock.now())
    clock(desk).move(seconds=after.total_seconds())
    return desk


def approved(desk: Desk) -> None:
    """Approve the draft after the look that the desk asks for."""
    draft = draft_of(desk)
    review.approve(desk, draft.id, version=draft.version, seen=draft.seen, by=BEN, at=desk.clock.now(), sure=True)


def public_before(desk: Desk) -> None:
    """Let the same words be public already, from the time that was lost."""
    target = draft_of(desk).target
    street(desk).reply(PostRef(target.network, target.account, target.post_id), WORDS, "lost-key")


def test_the_approver_is_asked_whether_the_post_is_answered(desk: Desk) -> None:
    in_review(desk)
    desk = back(desk)
    with pytest.raises(Outdated, match="Please look there first; if there is none, use the approving button"):
        approve(desk)
    approved(desk)
    assert draft_of(desk).state == DraftState.APPROVED


def test_changed_words_are_put_up_and_the_button_on_them_asks(desk: Desk) -> None:
    in_review(desk)
    desk = back(desk)
    draft, now = draft_of(desk), desk.clock.now()
    review.edit_and_approve(desk, draft.id, f"{WORDS} Sorry!", version=draft.version, seen=draft.seen, by=BEN, at=now)
    assert (draft_of(desk).state, draft_of(desk).text) == (DraftState.IN_REVIEW, f"{WORDS} Sorry!")
    approved(desk)
    assert draft_of(desk).state == DraftState.APPROVED


def test_the_writer_is_told_until_an_answer_is_known(desk: Desk) -> None:
    in_review(desk)
    assert RemarkKind.AFTER_RETURN not in kinds(desk)
    desk = back(desk)
    assert RemarkKind.AFTER_RETURN in kinds(desk)
    empty = reply_form.noted(desk, only_case(desk), reply_form.ReplyForm(), by=ANA, now=desk.clock.now())
    assert any("look on X" in one for one in empty.notes)
    approved(desk)
    send(desk)
    assert RemarkKind.AFTER_RETURN not in kinds(desk)


def test_a_further_answer_that_is_owed_may_be_public_too_until_one_is_known(desk: Desk) -> None:
    """As what a reply of before promised in words: the lost time may have said it."""
    spoken = Spoken(phrase="within 2 hours", due_at=NOON + timedelta(hours=2), within=timedelta(hours=2))
    a_case(desk)
    clock(desk).move(minutes=5)
    review.begin_writing(desk, 1, by=ANA, at=desk.clock.now())
    review.submit(desk, 1, review.Words(text=WORDS, spoken=spoken), by=ANA, at=desk.clock.now())
    approve(desk)
    send(desk)
    assert only_case(desk).spoken is not None
    desk = back(desk)
    assert RemarkKind.AFTER_RETURN in kinds(desk)
    written(desk, 1, text="Priya, the money is on its way. ^AN")
    with pytest.raises(Outdated, match="Please look there first"):
        approve(desk)
    approved(desk)
    send(desk)
    assert RemarkKind.AFTER_RETURN not in kinds(desk)


def kinds(desk: Desk) -> set[RemarkKind]:
    return {one.kind for one in remarks(desk, only_case(desk), WORDS, desk.clock.now())}


def test_the_same_words_are_looked_for_first_and_not_said_twice(desk: Desk) -> None:
    in_review(desk)
    public_before(desk)
    desk = back(desk)
    approved(desk)
    send(desk)
    assert (len(published(desk)), draft_of(desk).state) == (1, DraftState.SENT)


def test_where_they_are_not_found_they_go_out(desk: Desk) -> None:
    in_review(desk)
    desk = back(desk)
    approved(desk)
    send(desk)
    assert (len(published(desk)), draft_of(desk).state) == (1, DraftState.SENT)


@pytest.mark.parametrize("away", [True, False])
def test_where_nobody_can_tell_yet_the_outcome_is_unknown(desk: Desk, *, away: bool) -> None:
    """The network is away, or shows a post only after a while."""
    in_review(desk)
    desk = back(desk, after=SHOWN_AT_ONCE if away else timedelta())
    street(desk).readable = not away
    approved(desk)
    send(desk)
    assert (published(desk), draft_of(desk).state) == ([], DraftState.UNCONFIRMED)


def test_a_post_from_after_the_return_is_answered_as_ever(desk: Desk) -> None:
    desk = back(desk)
    receive(desk, a_post("100", "charged twice", at=desk.clock.now()))
    number = desk.store.live_cases("x", "id-priya")[0].id
    written(desk, number)
    approve(desk, number)
    street(desk).readable = False
    sending.send_due(desk, desk.clock.now())
    assert len(published(desk)) == 1


def test_a_database_that_was_moved_has_lost_nothing(desk: Desk) -> None:
    in_review(desk)
    desk = back(desk, MOVED)
    approve(desk)
    assert RemarkKind.AFTER_RETURN not in kinds(desk)
