"""A reply of unknown outcome is looked for, and never sent again without a person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.base.refusals import Outdated, Refusal
from bot.domain.base.tables import CaseState, CaseVerb, DraftState, DraftVerb, FactVerb
from bot.domain.mentions.mention import PostRef
from bot.domain.promises.promise import PromiseKind
from bot.domain.replies.draft import Attempt, Outcome
from bot.domain.replies.outcome_checks import AGAIN, X_LIKE
from bot.ports import Batch, Desk, NetworkTrouble, Sent
from bot.services.cases import casework
from bot.services.mentions import intake
from bot.services.replies import by_hand as settling
from bot.services.replies import review, sending
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import BEN, DEE, LEADS, FakeNetwork, a_desk, a_post, our_post
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import (
    ONCE,
    WORDS,
    approve,
    approved,
    attempt_of,
    case_card,
    clock,
    draft_of,
    everybody_is_known,
    in_review,
    look_until_a_person_decides,
    notices,
    only_case,
    published,
    receive,
    seen,
    send,
    street,
    unconfirmed,
    verbs,
)


def test_a_lost_answer_is_shown_as_unknown_and_never_sent_again_by_itself(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    assert only_case(desk).due_at is not None
    for _ in range(5):
        sending.send_due(desk, clock(desk).move(seconds=10))
    assert published(desk) == ONCE


def test_an_answer_lost_after_the_network_committed_ends_in_that_one_post(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    assert sending.check_due_outcomes(desk, clock(desk).move(seconds=30)) == 1
    case, draft = only_case(desk), draft_of(desk)
    assert (case.state, case.due_at, draft.state) == (CaseState.PENDING, None, DraftState.SENT)
    assert case.answer_url.endswith("/9000")
    assert published(desk) == ONCE


def test_a_reply_that_shows_late_is_found_by_a_later_look(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    street(desk).visible = False
    for _ in range(3):
        clock(desk).at = desk.store.next_look_at()  # type: ignore[assignment]
        sending.check_due_outcomes(desk, desk.clock.now())
    assert (draft_of(desk).state, draft_of(desk).attempt.looks) == (DraftState.UNCONFIRMED, 3)  # type: ignore[union-attr]
    street(desk).visible = True
    look_until_a_person_decides(desk)
    assert (draft_of(desk).state, published(desk)) == (DraftState.SENT, ONCE)


def test_a_reply_never_found_waits_for_a_person_after_two_late_looks(desk: Desk) -> None:
    unconfirmed(desk)
    begun = desk.clock.now()
    assert look_until_a_person_decides(desk) == 6
    assert desk.clock.now() - begun >= timedelta(minutes=15)
    assert draft_of(desk).state == DraftState.UNCONFIRMED
    assert published(desk) == []
    assert 1 in desk.store.tally(desk.clock.now(), begun).needs_a_person


class Unreadable(FakeNetwork):
    says = "X does not answer."

    def find_reply(self, *of: object) -> None:
        raise NetworkTrouble(self.says)


class Silent(Unreadable):
    says = ""


def look_with(desk: Desk, network: FakeNetwork) -> Attempt:
    """Run the planned look with this network."""
    clock(desk).at = desk.store.next_look_at()  # type: ignore[assignment]
    sending.check_due_outcomes(replace(desk, networks={("x", "42"): network}), desk.clock.now())
    attempt = draft_of(desk).attempt
    assert attempt is not None
    return attempt


@pytest.mark.parametrize("unreadable", [Unreadable, Silent])
def test_a_late_look_that_got_no_answer_is_none_of_the_two_that_a_person_waits_for(
    desk: Desk, unreadable: type[FakeNetwork]
) -> None:
    unconfirmed(desk)
    clock(desk).move(minutes=40)
    sending.check_due_outcomes(replace(desk, networks={("x", "42"): unreadable()}), desk.clock.now())
    first = look_with(desk, street(desk))
    assert (first.looks, first.look_at) == (1, desk.clock.now() + X_LIKE.apart)
    second = look_with(desk, street(desk))
    assert (second.looks, second.look_at) == (2, None)


def test_a_person_decides_at_the_first_empty_look_that_is_minutes_after_a_late_one(desk: Desk) -> None:
    unconfirmed(desk)
    clock(desk).move(minutes=40)
    sending.check_due_outcomes(desk, desk.clock.now())
    missed_at = desk.clock.now()
    for _ in range(3):
        assert look_with(desk, Unreadable()).look_at is not None
    last = look_with(desk, street(desk))
    assert desk.clock.now() - missed_at >= X_LIKE.apart
    assert (last.looks, last.look_at) == (2, None)


def test_a_reply_that_cannot_be_looked_for_for_an_hour_is_said_to_the_leads_once(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    begun = desk.clock.now()
    while desk.clock.now() - begun < timedelta(hours=3):
        planned = look_with(desk, Unreadable()).look_at
        assert planned is not None
        assert planned - desk.clock.now() == (
            AGAIN if desk.clock.now() - begun < timedelta(hours=1) else timedelta(minutes=6)
        )
        if desk.clock.now() - begun < timedelta(hours=1):
            assert notices(desk) == []
    [(room, said)] = notices(desk)
    assert (room, "case 1" in said, "X could not be read" in said) == (LEADS, True, True)
    assert "X could not be read so far. Please look on X" in read(case_card(desk))
    assert look_with(desk, street(desk)).outcome == Outcome.DELIVERED


@pytest.mark.parametrize("looks", [0, 3, 5])
def test_a_clock_set_back_by_an_hour_does_not_stop_the_looking(desk: Desk, looks: int) -> None:
    unconfirmed(desk)
    for _ in range(looks):
        look_with(desk, street(desk))
    street(desk).published = [("9000", PostRef("x", "42", "100"), WORDS)]
    sending.check_due_outcomes(desk, clock(desk).move(hours=-1))
    assert draft_of(desk).state == DraftState.SENT


class DatedNetwork(FakeNetwork):
    """A network that finds no reply older than `since`."""

    public_at: datetime

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | None:
        return super().find_reply(target, text, since, key) if self.public_at >= since else None


def test_a_reply_that_went_out_under_a_clock_since_set_back_is_found(store: SqlStore) -> None:
    network = DatedNetwork()
    desk = a_desk(store, networks={("x", "42"): network})
    unconfirmed(desk, public=True)
    network.public_at = clock(desk).move(hours=-1)
    sending.check_due_outcomes(desk, clock(desk).move(seconds=-1))
    assert draft_of(desk).state == DraftState.SENT


def test_looks_go_on_every_few_minutes_under_a_clock_set_back(desk: Desk) -> None:
    unconfirmed(desk)
    clock(desk).move(hours=-1)
    for _ in range(12):
        sending.check_due_outcomes(desk, desk.clock.now())
        planned = draft_of(desk).attempt.look_at  # type: ignore[union-attr]
        assert planned is not None
        assert planned - desk.clock.now() <= timedelta(minutes=6)
        clock(desk).at = planned


def test_looks_that_could_not_be_taken_prove_nothing(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    blind = replace(desk, networks={("x", "42"): Unreadable()})
    for _ in range(30):
        clock(desk).at = desk.store.next_look_at()  # type: ignore[assignment]
        sending.check_due_outcomes(blind, desk.clock.now())
    assert draft_of(desk).attempt.looks == 0  # type: ignore[union-attr]
    assert draft_of(desk).attempt.why == "X does not answer."  # type: ignore[union-attr]
    clock(desk).at = desk.store.next_look_at()  # type: ignore[assignment]
    sending.check_due_outcomes(desk, desk.clock.now())
    assert (draft_of(desk).state, published(desk)) == (DraftState.SENT, ONCE)


class OddlyAnswering(FakeNetwork):
    def find_reply(self, *of: object) -> None:
        raise KeyError("a shape that nobody foresaw")


def test_a_look_that_ends_in_what_nobody_foresaw_is_written_down_and_not_made_again_at_once(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    odd = replace(desk, networks={("x", "42"): OddlyAnswering()})
    now = clock(desk).move(seconds=30)
    assert [sending.check_due_outcomes(odd, now) for _ in range(3)] == [1, 0, 0]
    assert (draft_of(desk).attempt.looks, verbs(desk).count(FactVerb.OUTCOME_CHECKED)) == (0, 1)  # type: ignore[union-attr]
    look_until_a_person_decides(desk)
    assert (draft_of(desk).state, published(desk)) == (DraftState.SENT, ONCE)


def test_a_look_for_a_network_no_longer_set_up_is_written_down(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    sending.check_due_outcomes(replace(desk, networks={}), clock(desk).move(seconds=30))
    assert verbs(desk)[-1] == FactVerb.OUTCOME_CHECKED
    assert desk.store.next_look_at() is not None


def test_a_desk_that_was_away_looks_twice_before_it_asks_a_person(desk: Desk) -> None:
    unconfirmed(desk, public=False)
    clock(desk).move(minutes=40)
    sending.check_due_outcomes(desk, desk.clock.now())
    again = draft_of(desk).attempt.look_at
    assert again == desk.clock.now() + X_LIKE.apart
    clock(desk).move(minutes=5)
    sending.check_due_outcomes(desk, desk.clock.now())
    tried = draft_of(desk).attempt
    assert (tried.look_at, tried.looks) == (None, 2)


# --- what the customer wrote while a reply was being sent -------------------------------------------------------


def found_by_a_look(desk: Desk) -> None:
    sending.check_due_outcomes(desk, clock(desk).move(seconds=30))


def seen_by_a_person(desk: Desk) -> None:
    link = "https://x.example/northwind/status/9000"
    settling.seen_by_hand(desk, draft_of(desk).id, link, by=DEE, at=clock(desk).move(seconds=30))


def seen_on_our_timeline(desk: Desk) -> None:
    receive(desk, our_post("9000", WORDS, to="100", root="100", at=clock(desk).move(seconds=30)), stream="own")


@pytest.mark.parametrize(
    ("settled", "public_after"), [(found_by_a_look, 0), (seen_by_a_person, 40), (seen_on_our_timeline, 40)]
)
def test_a_post_that_came_while_the_outcome_was_unknown_still_waits_for_us(
    desk: Desk, settled: Callable[[Desk], None], public_after: int
) -> None:
    unconfirmed(desk, public=True)
    sent_at = desk.clock.now()
    wrote_at = clock(desk).move(seconds=5)
    receive(desk, a_post("101", "and now my card is gone too", root="100", at=wrote_at))
    receive(desk, a_post("102", "hello?", root="100", at=clock(desk).move(seconds=5)))
    settled(desk)
    case = only_case(desk)
    assert (case.state, draft_of(desk).state, published(desk)) == (CaseState.OPEN, DraftState.SENT, ONCE)
    assert case.promise is not None
    assert (case.promise.kind, case.promise.started_at) == (PromiseKind.NEXT_RESPONSE, wrote_at)
    assert case.first_response_at == sent_at + timedelta(seconds=public_after)
    assert verbs(desk)[-2:] == [DraftVerb.DELIVERED, CaseVerb.AUTHOR_WROTE]


def test_what_the_approver_had_read_is_answered_by_the_reply(desk: Desk) -> None:
    in_review(desk)
    receive(desk, a_post("101", "hello?", root="100", at=clock(desk).move(minutes=1)))
    approve(desk)
    assert send(desk).state == CaseState.PENDING


def test_a_post_deleted_again_before_the_outcome_was_known_waits_for_nobody(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    receive(desk, a_post("101", "wrong thread, sorry", root="100", at=clock(desk).move(seconds=5)))
    intake.receive(desk, street(desk), "mentions", Batch(deletions=("101",)), desk.clock.now())
    found_by_a_look(desk)
    assert only_case(desk).state == CaseState.PENDING


# --- a reply that somebody called missing -----------------------------------------------------------------------


class Interrupted(FakeNetwork):
    """A network that shows the reply during a read in which somebody at the desk decides about it."""

    desk: Desk
    interrupted = True

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | None:
        if not self.visible and not self.interrupted:
            self.interrupted = True
            facts = {"attempt": attempt_of(self.desk), "by": BEN, "at": self.desk.clock.now()}
            settling.missing(self.desk, draft_of(self.desk).id, **facts)
            self.visible = True
        return super().find_reply(target, text, since, key)


def test_a_reply_found_in_the_instant_somebody_called_it_missing_is_not_sent_again(store: SqlStore) -> None:
    network = Interrupted()
    desk = network.desk = a_desk(store, networks={("x", "42"): network})
    unconfirmed(desk, public=True)
    network.visible = False
    look_until_a_person_decides(desk)
    everybody_is_known(desk)
    network.interrupted = False
    sending.check_outcome(desk, 1, desk.clock.now())
    case, draft = only_case(desk), draft_of(desk)
    assert (case.state, draft.state) == (CaseState.PENDING, DraftState.WITHDRAWN)
    assert case.answer_url == network.post_url("9000")
    with pytest.raises(Outdated):
        settling.send_again(
            desk, draft.id, version=draft.version, attempt=attempt_of(desk), by=BEN, at=desk.clock.now()
        )
    assert published(desk) == ONCE


# --- a form that stayed open ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [WORDS, WORDS + " Thanks"])
def test_a_form_left_open_approves_nothing_that_moved_meanwhile(desk: Desk, text: str) -> None:
    in_review(desk)
    shown, mark = draft_of(desk), seen(desk, only_case(desk)).mark
    receive(desk, our_post("555", "sorted it", to="100", root="100", at=clock(desk).move(minutes=1)), stream="own")
    facts = {"version": shown.version, "seen": shown.seen, "by": BEN, "at": desk.clock.now()}
    with pytest.raises(Outdated, match="since you opened this"):
        review.edit_and_approve(desk, shown.id, text, shown=mark, **facts)
    assert draft_of(desk).state == DraftState.IN_REVIEW
    review.edit_and_approve(desk, shown.id, text, shown=seen(desk, only_case(desk)).mark, **facts)
    assert draft_of(desk).state == DraftState.APPROVED


def test_words_replaced_in_slices_are_not_approved_by_whoever_replaced_them(desk: Desk) -> None:
    in_review(desk, text="one two three four five six seven eight")
    casework.assign(desk, 1, to=BEN, by=BEN, at=desk.clock.now())
    for text in (
        "one two three four five red blue green",
        "gold black white four five red blue green",
        "gold black white pink grey red blue green",
    ):
        words = review.Words(text=text, replaces=draft_of(desk).version)
        review.submit(desk, 1, words, by=BEN, at=desk.clock.now())
    with pytest.raises(Refusal):
        approve(desk, by=BEN)
    assert draft_of(desk).state == DraftState.IN_REVIEW


def test_a_clock_set_back_after_a_kill_leaves_nothing_in_sending(desk: Desk) -> None:
    approved(desk)
    broken = replace(desk, store=BreakingStore(desk.store, record=at_call(2, Killed())))
    with pytest.raises(Killed):
        sending.send_due(broken, desk.clock.now())
    sending.recover(desk, desk.clock.now() - timedelta(hours=1))
    assert draft_of(desk).state == DraftState.UNCONFIRMED
