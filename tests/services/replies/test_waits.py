"""A reply refused only for now goes out by itself after the wait: once, and only with a valid approval."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import Refusal
from bot.domain.base.tables import DraftState, DraftVerb, FactVerb
from bot.domain.mentions.mention import PostRef
from bot.domain.replies.draft import APPROVAL_LASTS, Draft
from bot.domain.replies.retries import TRIES
from bot.gateways.drawing import draw
from bot.ports import Batch, Desk, NotSent, OutcomeLost, SendOutcome
from bot.services.base import clock_set_back
from bot.services.cases import casework
from bot.services.mentions import intake
from bot.services.replies import by_hand, correcting, review, sending, solo
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import ANA, BEN, DEE, NOON, FakeClock, FakeNetwork, a_desk, a_post, our_post
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import (
    WORDS,
    approve,
    approved,
    attempt_of,
    called_missing,
    clock,
    delivered,
    draft_of,
    everybody_is_known,
    in_review,
    only_case,
    receive,
    send,
    street,
    verbs,
    written,
)

WAIT = timedelta(minutes=7)
NOT_NOW = NotSent("X asks us to slow down.", retry_after=WAIT)


def published(desk: Desk) -> list[tuple[str, str]]:
    return [(target.post_id, text) for _, target, text in street(desk).published]


ONCE = [("100", WORDS)]


def waiting(desk: Desk, *, wait: timedelta = WAIT) -> Draft:
    """Return an approved reply that X refused with a wait."""
    approved(desk)
    street(desk).outcomes.append(NotSent("X asks us to slow down.", retry_after=wait))
    send(desk)
    return draft_of(desk)


def after_the_wait(desk: Desk) -> int:
    return sending.send_due(desk, clock(desk).move(minutes=7))


# --- it goes out by itself ------------------------------------------------------------------------------------


def test_the_same_words_go_out_by_themselves_when_the_wait_is_over_and_not_before(desk: Desk) -> None:
    draft = waiting(desk)
    assert (draft.state, draft.again_at, desk.store.next_send_at()) == (DraftState.FAILED, NOON + WAIT, NOON + WAIT)
    assert sending.send_due(desk, clock(desk).move(minutes=6, seconds=59)) == 0
    assert published(desk) == []
    assert sending.send_due(desk, clock(desk).move(seconds=1)) == 1
    assert (published(desk), draft_of(desk).state) == (ONCE, DraftState.SENT)
    assert (sending.send_due(desk, clock(desk).move(hours=1)), desk.store.next_send_at()) == (0, None)
    assert published(desk) == ONCE


def test_it_is_the_same_approval_and_the_same_key(desk: Desk) -> None:
    first = waiting(desk)
    after_the_wait(desk)
    second = draft_of(desk)
    assert first.attempt is not None
    assert second.attempt is not None
    assert (second.approval, second.attempt.key) == (first.approval, first.attempt.key)
    assert (first.attempt.n, second.attempt.n) == (1, 2)
    assert verbs(desk)[-4:] == [DraftVerb.SEND, DraftVerb.REFUSED, DraftVerb.SEND, DraftVerb.DELIVERED]


def test_the_wait_holds_over_a_restart(store: SqlStore) -> None:
    waiting(a_desk(store))
    again = a_desk(store)
    clock(again).move(minutes=7)
    assert sending.recover(again, again.clock.now()) == 0
    assert sending.send_due(again, again.clock.now()) == 1
    assert published(again) == ONCE


def test_a_clock_set_back_makes_nobody_wait_for_hours(desk: Desk) -> None:
    waiting(desk)
    clock_set_back.put_right(desk, desk.clock.now())  # as each minute
    assert sending.send_due(desk, clock(desk).move(seconds=-30)) == 0, "a clock that was put right by a little"
    assert sending.send_due(desk, clock(desk).move(hours=-2)) == 0, "the network asked for a wait of this length"
    clock_set_back.put_right(desk, desk.clock.now())
    assert after_the_wait(desk) == 1
    assert published(desk) == ONCE


def test_it_is_tried_so_often_and_then_a_person_decides(desk: Desk) -> None:
    waiting(desk)
    for _ in range(TRIES):
        assert draft_of(desk).again_at is not None
        street(desk).outcomes.append(NOT_NOW)
        assert after_the_wait(desk) == 1
    draft = draft_of(desk)
    assert (draft.state, draft.again_at, verbs(desk).count(DraftVerb.SEND)) == (DraftState.FAILED, None, TRIES + 1)
    assert sending.send_due(desk, clock(desk).move(minutes=30)) == 0
    everybody_is_known(desk)
    by_hand.send_again(desk, draft.id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    assert published(desk) == ONCE


def test_what_is_taken_back_waits_and_goes_by_itself_too(desk: Desk) -> None:
    class Slow(FakeNetwork):
        refuses = True

        def take_back(self, post_id: str) -> SendOutcome:
            if self.refuses:
                return NOT_NOW
            return super().take_back(post_id)

    network = Slow()
    slow = replace(desk, networks={("x", "42"): network})
    delivered(slow)
    correcting.correct(slow, 1, "", take_back=True, by=ANA, at=slow.clock.now())
    approve(slow)
    send(slow)
    network.refuses = False
    after_the_wait(slow)
    assert (network.taken_back, draft_of(slow).state) == (["9000"], DraftState.SENT)


# --- only if it was certainly not sent ------------------------------------------------------------------------


def test_a_refusal_without_a_wait_is_a_persons_decision(desk: Desk) -> None:
    approved(desk)
    street(desk).outcomes.append(NotSent("X says no."))
    send(desk)
    assert (draft_of(desk).again_at, after_the_wait(desk), published(desk)) == (None, 0, [])


def test_an_answer_that_is_lost_after_the_wait_is_looked_for_and_never_sent_again(desk: Desk) -> None:
    waiting(desk)
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    street(desk).commits_first = True
    after_the_wait(desk)
    street(desk).commits_first = False
    assert (draft_of(desk).state, sending.send_due(desk, clock(desk).move(minutes=20))) == (DraftState.UNCONFIRMED, 0)
    sending.check_due_outcomes(desk, desk.clock.now())
    assert (published(desk), draft_of(desk).state) == (ONCE, DraftState.SENT)


def test_what_is_found_missing_after_an_unknown_outcome_does_not_go_by_itself(desk: Desk) -> None:
    waiting(desk)
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    after_the_wait(desk)
    called_missing(desk)
    assert (draft_of(desk).state, draft_of(desk).again_at) == (DraftState.FAILED, None)
    assert (sending.send_due(desk, clock(desk).move(hours=1)), published(desk)) == (0, [])


@pytest.mark.parametrize("dies_at", [1, 2])
def test_killed_at_any_point_of_the_second_try_at_most_one_is_public(store: SqlStore, dies_at: int) -> None:
    """The first record is the attempt, the second its outcome."""
    desk = a_desk(store)
    waiting(desk)
    mortal = replace(desk, store=BreakingStore(store, record=at_call(dies_at, Killed())))  # type: ignore[arg-type]
    clock(desk).move(minutes=7)
    with pytest.raises(Killed):
        sending.send_due(mortal, desk.clock.now())
    sending.recover(desk, desk.clock.now())
    sending.send_due(desk, desk.clock.now())
    sending.check_due_outcomes(desk, clock(desk).move(minutes=1))
    assert (published(desk), draft_of(desk).state) == (ONCE, DraftState.SENT)


def test_killed_before_a_refusal_could_be_written_down_nothing_is_sent_blindly(store: SqlStore) -> None:
    desk = a_desk(store)
    approved(desk)
    street(desk).outcomes.append(NOT_NOW)
    mortal = replace(desk, store=BreakingStore(store, record=at_call(2, Killed())))  # type: ignore[arg-type]
    with pytest.raises(Killed):
        sending.send_due(mortal, desk.clock.now())
    sending.recover(desk, desk.clock.now())
    assert (draft_of(desk).state, after_the_wait(desk), published(desk)) == (DraftState.UNCONFIRMED, 0, [])


# --- only while the approval is valid -------------------------------------------------------------------------


def test_a_wait_that_outlives_the_approval_is_a_persons_decision_at_once(desk: Desk) -> None:
    assert waiting(desk, wait=APPROVAL_LASTS).again_at is None
    assert sending.send_due(desk, clock(desk).at + APPROVAL_LASTS) == 0
    assert published(desk) == []


def test_an_approval_that_grew_too_old_leaves_it_to_a_person(desk: Desk) -> None:
    waiting(desk)
    sending.void_old_approvals(desk, clock(desk).move(hours=4, minutes=1))
    assert (draft_of(desk).again_at, draft_of(desk).why) == (None, "The approval is too old by now.")
    assert sending.send_due(desk, desk.clock.now()) == 0
    assert (published(desk), draft_of(desk).state, verbs(desk)[-1]) == (
        [],
        DraftState.FAILED,
        FactVerb.RETRY_GIVEN_UP,
    )


def test_whatever_moves_while_it_waits_leaves_it_to_a_person_at_once(desk: Desk) -> None:
    happenings = (
        Batch(posts=(a_post("101", "still waiting", root="100", at=NOON + timedelta(minutes=1)),)),
        Batch(posts=(a_post("99", "That was hours ago", root="100", at=NOON - timedelta(hours=2)),)),
        Batch(posts=(our_post("701", "Please call us", to="100", root="100", at=NOON + timedelta(minutes=1)),)),
        Batch(edits=(a_post("100", "Never mind"),)),
        Batch(deletions=("100",)),
    )
    waiting(desk)
    for number, batch in enumerate(happenings, start=1):
        if number > 1:
            review.submit(desk, 1, review.Words(text=WORDS, replaces=number - 1), by=ANA, at=desk.clock.now())
            approve(desk)
            street(desk).outcomes.append(NOT_NOW)
            clock(desk).move(minutes=10)
            send(desk)
        assert draft_of(desk).again_at is not None
        intake.receive(desk, street(desk), "own" if number == 3 else "mentions", batch, desk.clock.now())
        assert (draft_of(desk).state, draft_of(desk).again_at) == (DraftState.FAILED, None)
        assert sending.send_due(desk, clock(desk).move(minutes=10)) == 0
    assert published(desk) == []


def test_what_the_network_shows_only_at_the_end_of_the_wait_counts_too(desk: Desk) -> None:
    waiting(desk)
    street(desk).waiting["mentions"] = [Batch(posts=(a_post("101", "forget it", root="100"),))]
    assert after_the_wait(desk) == 0
    assert (published(desk), draft_of(desk).again_at) == ([], None)


def test_a_post_that_came_while_it_was_being_refused_leaves_it_to_a_person(desk: Desk) -> None:
    class Slow(FakeNetwork):
        def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
            receive(slow, a_post("101", "still waiting", root="100"))
            return NOT_NOW

    slow = replace(desk, networks={("x", "42"): Slow()})
    approved(slow)
    send(slow)
    assert (draft_of(slow).state, draft_of(slow).again_at) == (DraftState.FAILED, None)


def test_switched_off_when_its_moment_comes_it_is_left_to_a_person(desk: Desk) -> None:
    waiting(desk)
    off = replace(desk, policy=replace(desk.policy, sends=False))
    assert after_the_wait(off) == 0
    assert (draft_of(desk).again_at, "switched off" in draft_of(desk).why) == (None, True)
    assert (sending.send_due(desk, clock(desk).move(minutes=1)), published(desk)) == (0, [])


def test_whoever_stops_it_puts_it_before_an_approver_again(desk: Desk) -> None:
    draft = waiting(desk)
    solo.stop(desk, draft.id, by=DEE, at=desk.clock.now())
    after = draft_of(desk)
    assert (after.state, after.stale, after.approval, after.asked) == (DraftState.IN_REVIEW, "stop", None, BEN)
    assert (after_the_wait(desk), published(desk)) == (0, [])
    approve(desk)
    send(desk)
    assert published(desk) == ONCE


Way = Callable[[Desk, Draft], object]
WAYS: dict[str, Way] = {
    "withdrawn": lambda desk, draft: review.withdraw(desk, draft.id, by=ANA, at=desk.clock.now()),
    "edited": lambda desk, draft: review.submit(
        desk, 1, review.Words(text="Other words. ^AN", replaces=1), by=ANA, at=desk.clock.now()
    ),
    "taken over": lambda desk, draft: by_hand.hand_over(
        desk, draft.id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now()
    ),
    "solved": lambda desk, _: casework.solve(desk, 1, by=ANA, at=desk.clock.now()),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_what_a_person_decides_while_it_waits_holds(desk: Desk, way: Way) -> None:
    way(desk, waiting(desk))
    assert draft_of(desk).again_at is None
    assert sending.send_due(desk, clock(desk).move(minutes=10)) == 0
    assert published(desk) == []


def test_nobody_sends_again_what_is_about_to_go_by_itself(desk: Desk) -> None:
    draft = waiting(desk)
    with pytest.raises(Refusal, match="X asks us to wait"):
        by_hand.send_again(desk, draft.id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    assert published(desk) == []


# --- the whole account waits, and no other --------------------------------------------------------------------


class Counting(FakeNetwork):
    """A network that counts its publish calls."""

    calls = 0

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        self.calls += 1
        return super().reply(target, text, key)


def two_replies(desk: Desk) -> None:
    """Make two approved replies, to Priya and to Omar."""
    in_review(desk)
    receive(desk, a_post("200", "parcel?", by="omar"))
    written(desk, 2, by=DEE, text="Omar, your parcel left us. ^DE")
    approve(desk)
    approve(desk, 2)


def test_what_else_is_approved_there_spends_no_call_and_goes_out_after_the_wait(store: SqlStore) -> None:
    network = Counting(outcomes=[NOT_NOW])
    desk = a_desk(store, networks={("x", "42"): network})
    two_replies(desk)
    assert sending.send_due(desk, desk.clock.now()) == 1
    assert sending.send_due(desk, clock(desk).move(minutes=5)) == 0
    assert (network.calls, draft_of(desk, 2).state) == (1, DraftState.APPROVED)
    assert sending.send_due(desk, clock(desk).move(minutes=2)) == 2
    assert (network.calls, len(network.published)) == (3, 2)


def test_the_account_waits_even_where_the_refused_reply_was_withdrawn(store: SqlStore) -> None:
    network = Counting(outcomes=[NOT_NOW])
    desk = a_desk(store, networks={("x", "42"): network})
    two_replies(desk)
    sending.send_due(desk, desk.clock.now())
    review.withdraw(desk, draft_of(desk).id, by=ANA, at=desk.clock.now())
    assert sending.send_due(desk, clock(desk).move(minutes=6)) == 0
    assert sending.send_due(desk, clock(desk).move(minutes=1)) == 1
    assert [text for _, _, text in network.published] == ["Omar, your parcel left us. ^DE"]


def test_another_network_goes_on(store: SqlStore) -> None:
    other = FakeNetwork(name="street", account="7")
    desk = a_desk(store, networks={("x", "42"): FakeNetwork(outcomes=[NOT_NOW]), ("street", "7"): other})
    approved(desk)
    post = a_post("200", "parcel?", by="omar", ref=PostRef("street", "7", "200"))
    intake.receive(desk, other, "mentions", Batch(posts=(post,)), desk.clock.now())
    written(desk, 2, by=DEE, text="Omar, your parcel left us. ^DE")
    approve(desk, 2)
    assert sending.send_due(desk, desk.clock.now()) == 2
    assert len(other.published) == 1


# --- what people see ------------------------------------------------------------------------------------------


def shown(desk: Desk, case_id: int = 1) -> str:
    told = desk.store.card(case_id)
    assert told is not None
    drawn = draw(desk, told, desk.clock.now())
    assert drawn is not None
    return read(drawn[0])


def test_the_card_says_when_it_goes_out_and_how_it_can_be_stopped(desk: Desk) -> None:
    waiting(desk)
    card = shown(desk)
    assert "X asks us to wait; Ana's reply goes out at 12:07 UTC by itself" in card
    assert "[ Stop it ]  [ Edit ]  [ Post by hand ]" in card
    assert "Send again" not in card


def test_the_card_of_another_reply_says_that_it_waits_too(desk: Desk) -> None:
    two_replies(desk)
    street(desk).outcomes.append(NOT_NOW)
    send(desk)
    casework.release(desk, 2, by=DEE, at=desk.clock.now())  # any change that redraws it
    assert "goes out after 12:07 UTC · first reply due" in shown(desk, 2)
    assert "asks us to wait" not in shown(replace(desk, clock=FakeClock(NOON + WAIT)), 2)


def test_what_goes_out_by_itself_needs_no_person(desk: Desk) -> None:
    waiting(desk)
    assert desk.store.tally(desk.clock.now(), NOON).needs_a_person == ()
    receive(desk, a_post("101", "still waiting", root="100"))
    assert desk.store.tally(desk.clock.now(), NOON).needs_a_person == (only_case(desk).id,)
