"""A public post is answered by a private message, once and in time, approved as every text."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.blocks.base import ids
from bot.blocks.base.phrases import Phrase
from bot.blocks.base.wording import looking
from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.mentions.mention import Mention, PostRef, Side
from bot.domain.replies.draft import DraftKind
from bot.domain.replies.seen_mark import conversation_mark
from bot.domain.replies.solo import Lane
from bot.ports import Batch, Desk, NotSent, OutcomeLost, SendOutcome, Sent
from bot.services.cases import casework
from bot.services.mentions import intake
from bot.services.replies import by_hand, correcting, reply_form, review, sending, solo
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import ANA, BEN, BILLING, CARO, POLICY, FakeNetwork, a_desk, a_post
from tests.handlers.pressing import Hands
from tests.services.journey import (
    a_case,
    approve,
    attempt_of,
    case_card,
    clock,
    draft_of,
    everybody_is_known,
    only_case,
    receive,
    seen,
    send,
    street,
    written,
)
from tests.services.replies.test_solo import BOTH, off

WITHIN = timedelta(days=7)
WORDS = "Priya, your second charge on order 48213 goes back to priya@example.com today. ^AN"


@dataclass
class Privately(FakeNetwork):
    """A network that takes one private answer to a post."""

    in_private: list[tuple[str, str]] = field(default_factory=list)
    takes: bool = True

    def private_answer_until(self, post: Mention) -> datetime | None:
        fits = self.takes and post.side == Side.THEIRS and not post.private
        return post.posted_at + WITHIN if fits else None

    def answer_in_private(self, target: PostRef, text: str, key: str) -> SendOutcome:
        planned = self.outcomes.pop(0) if self.outcomes else None
        self.in_private.append((target.post_id, text))
        return planned or Sent(f"m_{len(self.in_private)}", "")


def privately(desk: Desk) -> Privately:
    network = street(desk)
    assert isinstance(network, Privately)
    return network


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    return a_desk(store, networks={("x", "42"): Privately()})


@pytest.fixture
def hands(desk: Desk) -> Hands:
    return Hands(desk)


def put_up(desk: Desk, text: str = WORDS) -> None:
    review.begin_writing(desk, 1, by=ANA, at=desk.clock.now())
    review.submit(desk, 1, review.Words(text=text, privately=True), by=ANA, at=desk.clock.now())


def answered(desk: Desk) -> None:
    a_case(desk)
    put_up(desk)
    approve(desk)
    send(desk)


def in_private(desk: Desk, post_id: str = "300", days: int = 0) -> None:
    at = desk.clock.now() + timedelta(days=days, seconds=1)
    receive(desk, replace(a_post(post_id, "My order is 48213", root="dm-1", at=at), private=True))


def aloud(phrase: Phrase) -> str:
    return "".join(one for one in phrase if isinstance(one, str))


def pressed(hands: Hands, **more: object) -> str:
    return hands.press(ids.CASE_TAKE_PRIVATE, hands.button(ids.CASE_TAKE_PRIVATE), **more)


HERE = {"channel": {"id": BILLING}, "container": {"type": "message", "channel_id": BILLING, "message_ts": "1.1"}}


def test_the_form_says_who_alone_reads_it_and_until_when_and_its_words_are_put_up_as_such(hands: Hands) -> None:
    a_case(hands.desk)
    casework.claim(hands.desk, 1, by=ANA, at=hands.desk.clock.now())
    assert pressed(hands, **HERE) == ""
    form = read(hands.form())
    assert "alone, as a private message; possible once, until" in form
    assert "Only Priya reads it" in form
    assert hands.submit(words_input=WORDS) == {}
    draft = draft_of(hands.desk)
    assert (draft.kind, draft.state, draft.text) == (DraftKind.PRIVATE, DraftState.IN_REVIEW, WORDS)


def test_the_approver_and_the_thread_read_the_same_and_no_remark_of_public_words(hands: Hands) -> None:
    a_case(hands.desk)
    put_up(hands.desk)
    view = seen(hands.desk, only_case(hands.desk))
    assert (view.doubt, view.kept_to, view.draft_is_private) == (None, BILLING, True)
    assert not [one for one in view.remarks if "everybody" in one]
    hands.publish()
    asked = [one for one in hands.chat.messages.values() if WORDS[:20] in one.text]
    assert len(asked) > 1
    for one in asked:
        assert "alone, as a private message; possible once, until" in read(one)
        assert "alone, as a private message; possible once, until" in one.text


def test_after_it_the_card_says_that_nobody_else_sees_an_answer_until_they_write_privately(desk: Desk) -> None:
    answered(desk)
    said = "answered in a private message: nobody else sees an answer; a reply is public"
    assert said in read(case_card(desk))
    in_private(desk)
    assert said not in read(case_card(desk))
    assert "went on in private messages" in read(case_card(desk))


def test_it_goes_out_in_private_once_approved_and_keeps_the_promise(desk: Desk) -> None:
    a_case(desk)
    put_up(desk)
    sending.send_due(desk, desk.clock.now())
    assert privately(desk).in_private == []
    approve(desk)
    send(desk)
    sending.send_due(desk, desk.clock.now())
    assert (privately(desk).in_private, privately(desk).published) == ([("100", WORDS)], [])
    case = only_case(desk)
    assert (case.state, case.promise.kept_at if case.promise else None) == (CaseState.PENDING, desk.clock.now())
    [ours] = [one for one in desk.store.mentions(1) if one.side == Side.OURS]
    assert (ours.private, ours.parent_id) == (True, "100")


def test_what_they_write_privately_then_is_on_the_same_case(desk: Desk) -> None:
    answered(desk)
    in_private(desk)
    assert (only_case(desk).state, [one.ref.post_id for one in desk.store.mentions(1)][-1]) == (CaseState.OPEN, "300")


def test_after_a_week_a_private_message_is_a_case_of_its_own(desk: Desk) -> None:
    answered(desk)
    in_private(desk, days=8)
    assert desk.store.case(2).private


@pytest.mark.parametrize("why", ["second", "late", "never"])
def test_a_second_one_a_late_one_and_one_that_is_not_taken_are_refused(desk: Desk, why: str) -> None:
    a_case(desk)
    if why == "second":
        put_up(desk)
        approve(desk)
        send(desk)
    if why == "late":
        clock(desk).move(seconds=WITHIN.total_seconds())
    privately(desk).takes = why != "never"
    said = {
        "second": "answered in private already",
        "late": "answer to this post has passed",
        "never": "takes no private",
    }
    with pytest.raises(Outdated, match=said[why]):
        put_up(desk, "Once more, Priya. ^AN")


def test_where_it_cannot_be_answered_so_the_form_asks_in_public_to_write_privately(hands: Hands) -> None:
    privately(hands.desk).takes = False
    a_case(hands.desk)
    casework.claim(hands.desk, 1, by=ANA, at=hands.desk.clock.now())
    assert pressed(hands) == ""
    assert "private message" not in read(hands.form())


def test_approved_too_late_it_is_not_sent_and_a_person_hears_why(desk: Desk) -> None:
    a_case(desk)
    clock(desk).move(seconds=WITHIN.total_seconds() - 60)
    put_up(desk)
    approve(desk)
    clock(desk).move(seconds=120)
    send(desk)
    draft = draft_of(desk)
    assert (draft.state, privately(desk).in_private) == (DraftState.BY_HAND, [])
    assert "answer to this post has passed" in draft.why


def test_an_unknown_outcome_is_never_sent_again_nor_looked_for_among_public_answers(desk: Desk) -> None:
    a_case(desk)
    put_up(desk)
    approve(desk)
    privately(desk).outcomes.append(OutcomeLost("No answer came."))
    send(desk)
    for _ in range(4):
        clock(desk).move(hours=1)
        sending.check_due_outcomes(desk, desk.clock.now())
        sending.send_due(desk, desk.clock.now())
    assert (draft_of(desk).state, len(privately(desk).in_private)) == (DraftState.UNCONFIRMED, 1)
    assert "shows only in the inbox of X" in aloud(looking(seen(desk, only_case(desk)), draft_of(desk)))
    in_private(desk)
    assert [one.ref.post_id for one in desk.store.mentions(1)][-1] == "300"


def test_a_person_who_sees_it_in_the_inbox_settles_it_by_their_word(desk: Desk) -> None:
    a_case(desk)
    put_up(desk)
    approve(desk)
    privately(desk).outcomes.append(OutcomeLost("No answer came."))
    send(desk)
    draft = draft_of(desk)
    by_hand.seen_by_hand(desk, draft.id, "", attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    assert (only_case(desk).state, draft_of(desk).state) == (CaseState.PENDING, DraftState.SENT)
    with pytest.raises(Outdated, match="answered in private already"):
        put_up(desk, "Once more, Priya. ^AN")


def test_what_goes_by_hand_is_called_a_private_message_everywhere_and_no_public_reply_is_filled_in(
    hands: Hands,
) -> None:
    desk = hands.desk
    a_case(desk)
    put_up(desk)
    approve(desk)
    privately(desk).outcomes.append(NotSent("It takes no more.", by_hand=True))
    send(desk)
    assert draft_of(desk).state == DraftState.BY_HAND
    view = seen(desk, only_case(desk))
    assert (view.reply_has_address, view.web_reply_url) == (False, street(desk).post_url("100"))
    hands.publish()
    told = [read(one) for one in hands.chat.messages.values() if "yourself" in read(one)]
    assert len(told) > 2
    assert not [one for one in told if "Send it as a private message on X yourself" not in one]


def test_words_for_one_person_never_replace_words_for_everybody_nor_the_other_way_round(desk: Desk) -> None:
    a_case(desk)
    written(desk, 1, text="Priya, it is on its way back. ^AN")
    for first, other in ((False, True), (True, False)):
        draft = draft_of(desk)
        assert (draft.kind == DraftKind.PRIVATE) == first
        words = review.Words(text=WORDS, privately=other, replaces=draft.version, newest=draft.id)
        with pytest.raises(Outdated, match="for other readers"):
            review.submit(desk, 1, words, by=ANA, at=desk.clock.now())
        if not first:
            review.withdraw(desk, draft.id, by=ANA, at=desk.clock.now())
            put_up(desk)


def test_let_out_alone_while_nobody_else_can_approve_it_goes_out_in_private_too(store: SqlStore) -> None:
    policy = replace(POLICY, solo=(BOTH,))
    desk = a_desk(store, networks={("x", "42"): Privately()}, policy=policy)
    a_case(desk)
    casework.claim(desk, 1, by=BEN, at=desk.clock.now())
    off(desk, CARO)
    words, mark = review.Words(text=WORDS, privately=True), conversation_mark(only_case(desk), desk.store.mentions(1))
    solo.let_out(desk, 1, words, Lane.REASON, why="It is urgent.", seen=mark, by=BEN, at=desk.clock.now())
    clock(desk).move(minutes=5)
    send(desk)
    assert (privately(desk).in_private, privately(desk).published) == ([("100", WORDS)], [])


def test_unfinished_private_words_stay_private_when_the_form_is_opened_by_reply(hands: Hands) -> None:
    a_case(hands.desk)
    form = reply_form.ReplyForm(words=WORDS, privately=True)
    reply_form.keep(hands.desk, 1, form, by=ANA, at=hands.desk.clock.now())
    assert reply_form.first_form(hands.desk, only_case(hands.desk), by=ANA, at=hands.desk.clock.now()).privately


def test_changed_by_its_approver_it_stays_private(desk: Desk) -> None:
    a_case(desk)
    put_up(desk)
    draft, text = draft_of(desk), WORDS.replace("today", "now")
    review.edit_and_approve(desk, draft.id, text, version=1, seen=draft.seen, by=BEN, at=desk.clock.now())
    send(desk)
    assert (privately(desk).in_private, privately(desk).published) == ([("100", text)], [])


def test_when_the_customer_writes_again_it_is_not_sent_unseen(desk: Desk) -> None:
    a_case(desk)
    put_up(desk)
    approve(desk)
    receive(desk, a_post("101", "And nobody answers", at=desk.clock.now()))
    send(desk)
    assert privately(desk).in_private == []


def test_it_cannot_be_corrected_where_the_network_takes_only_one(desk: Desk) -> None:
    answered(desk)
    with pytest.raises(Outdated, match="takes one private answer"):
        correcting.correct(desk, 1, "Other", take_back=False, by=ANA, at=desk.clock.now())


def test_a_deleted_post_is_not_answered_in_private_unseen(desk: Desk) -> None:
    a_case(desk)
    put_up(desk)
    approve(desk)
    intake.receive(desk, street(desk), "mentions", Batch(deletions=["100"]), desk.clock.now())
    send(desk)
    assert privately(desk).in_private == []


def test_called_missing_by_an_approver_who_looked_it_is_sent_again_only_when_somebody_asks(desk: Desk) -> None:
    a_case(desk)
    put_up(desk)
    approve(desk)
    privately(desk).outcomes.append(OutcomeLost("No answer came."))
    send(desk)
    for _ in range(3):
        clock(desk).move(minutes=9)
        sending.check_due_outcomes(desk, desk.clock.now())
    everybody_is_known(desk)
    draft = draft_of(desk)
    by_hand.missing(desk, draft.id, attempt=attempt_of(desk), by=BEN, at=desk.clock.now(), on_word=True)
    send(desk)
    assert (draft_of(desk).state, len(privately(desk).in_private)) == (DraftState.FAILED, 1)
    by_hand.send_again(desk, draft.id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    assert (draft_of(desk).state, len(privately(desk).in_private)) == (DraftState.SENT, 2)
