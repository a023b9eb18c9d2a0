"""The last checks before and after the call hold even if the tables were wrong."""

from dataclasses import replace

import pytest

from bot.domain.base.tables import CaseState, DraftState
from bot.domain.mentions.mention import Answerable, PostRef
from bot.ports import Desk, NotSent, SendOutcome, Sent
from bot.services.replies import by_hand, correcting, sending
from bot.services.replies.attempts import begin_attempt
from tests.fakes import ANA, BEN, FakeNetwork, a_post, our_post
from tests.services.journey import (
    approve,
    approved,
    clock,
    draft_of,
    only_case,
    published,
    receive,
    send,
    street,
    unconfirmed,
    written,
)


class GivenUp(FakeNetwork):
    """A network whose answer comes after the attempt was recorded as lost."""

    desk: Desk

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        sending.recover(self.desk, clock(self.desk).move(minutes=3))
        return super().reply(target, text, key)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (NotSent("Too late to say so."), DraftState.UNCONFIRMED),
        (Sent("900", "https://x.example/900"), DraftState.SENT),
    ],
)
def test_after_an_attempt_was_given_up_a_refusal_changes_nothing_and_a_success_counts(
    desk: Desk, answer: SendOutcome, state: DraftState
) -> None:
    approved(desk)
    network = GivenUp(outcomes=[answer])
    network.desk = desk
    [case_id] = desk.store.to_send(desk.clock.now())
    turn = desk.store.claim("reply")
    assert sending.send(replace(desk, networks={("x", "42"): network}), case_id, desk.clock.now(), turn)
    assert draft_of(desk).state == state


def test_an_account_that_is_another_one_by_now_is_not_called(desk: Desk) -> None:
    """A new configuration was read between the beginning of the attempt and the call."""
    approved(desk)
    begun = begin_attempt(desk, only_case(desk), by="desk", at=desk.clock.now())
    before = FakeNetwork()
    sending.carry_out(desk, before, begun, desk.clock.now())
    assert (before.published, published(desk), draft_of(desk).state) == ([], [], DraftState.WITHDRAWN)


@pytest.mark.parametrize("named", ["", "100"])  # no post, and the customer's own
def test_a_success_that_names_a_post_that_is_not_ours_is_an_unknown_outcome(desk: Desk, named: str) -> None:
    approved(desk)
    street(desk).outcomes.append(Sent(named, ""))
    send(desk)
    assert draft_of(desk).state == DraftState.UNCONFIRMED


def test_the_same_words_under_another_post_are_not_the_reply_that_is_looked_for(desk: Desk) -> None:
    unconfirmed(desk, public=False)
    receive(desk, a_post("101", "and another thing", root="100", at=desk.clock.now()))
    clock(desk).move(seconds=5)
    receive(desk, our_post("700", draft_of(desk).text, to="101", root="100", at=desk.clock.now()), stream="own")
    assert (draft_of(desk).state, only_case(desk).state) == (DraftState.UNCONFIRMED, CaseState.PENDING)


def test_a_correction_goes_out_though_the_post_itself_could_only_be_answered_by_hand(desk: Desk) -> None:
    """It answers our own reply, so the author's reply settings do not apply."""
    closed = a_post("100", "Charged twice @northwind", answerable=Answerable.NO, why_not="X lets no app answer this.")
    receive(desk, closed)
    written(desk, 1)
    approve(desk)
    send(desk)
    assert draft_of(desk).state == DraftState.BY_HAND
    link = street(desk).post_url("700")
    by_hand.seen_by_hand(desk, draft_of(desk).id, link, by=BEN, at=desk.clock.now())
    correcting.correct(
        desk, 1, "Priya, it was charged three times. ^AN", take_back=False, by=ANA, at=desk.clock.now()
    )
    approve(desk)
    send(desk)
    [(_, under, text)] = street(desk).published
    assert (under.post_id, text) == ("700", "Priya, it was charged three times. ^AN")
