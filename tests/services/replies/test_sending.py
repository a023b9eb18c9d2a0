"""At most one public reply per approval, for every answer of the network and every point of a kill."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.base.refusals import Outdated, Refusal
from bot.domain.base.tables import CaseState, DraftState, FactVerb
from bot.domain.mentions.mention import Answerable, PostRef
from bot.domain.replies.draft import APPROVAL_LASTS
from bot.ports import Desk, NetworkTrouble, NotSent, OutcomeLost, OutOfService, SendOutcome, Sent
from bot.services.cases import casework
from bot.services.mentions import intake
from bot.services.replies import by_hand as settling
from bot.services.replies import review, sending
from storage import SqlStore
from tests.fakes import ANA, BEN, DEE, FakeNetwork, a_desk, a_post
from tests.services.doubles import BreakingStore, Killed, always, at_call
from tests.services.journey import (
    ONCE,
    WORDS,
    a_case,
    approve,
    approved,
    attempt_of,
    by_hand,
    clock,
    draft_of,
    failed,
    in_review,
    only_case,
    published,
    receive,
    send,
    slack,
    street,
    unconfirmed,
    written,
)

# --- what the network answers ---------------------------------------------------------------------------------


def test_a_certain_refusal_is_shown_and_waits_for_a_person(desk: Desk) -> None:
    case = failed(desk)
    draft = draft_of(desk)
    assert (case.state, draft.state, draft.why) == (CaseState.OPEN, DraftState.FAILED, "X says no.")
    assert case.due_at is not None
    assert sending.send_due(desk, clock(desk).move(hours=1)) == 0
    assert published(desk) == []


def test_where_the_network_lets_no_app_answer_a_person_posts_by_hand(desk: Desk) -> None:
    by_hand(desk)
    draft = draft_of(desk)
    assert (draft.state, draft.why) == (DraftState.BY_HAND, "X lets no app answer this.")
    assert only_case(desk).due_at is not None


def test_a_post_known_to_be_closed_for_apps_is_never_tried(desk: Desk) -> None:
    receive(desk, a_post("100", "charged", answerable=Answerable.NO, why_not="Only people she follows may reply."))
    written(desk, 1)
    approve(desk)
    assert sending.send_due(desk, desk.clock.now()) == 0
    draft = draft_of(desk)
    assert (draft.state, draft.attempt) == (DraftState.BY_HAND, None)
    assert draft.why == "Only people she follows may reply."


def test_a_reply_that_was_approved_after_its_networks_time_is_posted_by_hand(desk: Desk) -> None:
    receive(desk, a_post("100", "charged", answerable_until=desk.clock.now() + timedelta(hours=1)))
    written(desk, 1)
    approve(desk)
    late = clock(desk).move(hours=1)
    assert sending.send_due(desk, late) == 0
    draft = draft_of(desk)
    assert (draft.state, draft.attempt) == (DraftState.BY_HAND, None)
    assert draft.why == "The time in which X lets apps answer this post has passed."


def test_until_its_networks_time_has_passed_a_reply_goes_out(desk: Desk) -> None:
    receive(desk, a_post("100", "charged", answerable_until=desk.clock.now() + timedelta(hours=1)))
    written(desk, 1)
    approve(desk)
    assert sending.send_due(desk, clock(desk).move(minutes=59)) == 1
    assert draft_of(desk).state == DraftState.SENT


def test_a_network_that_is_no_longer_set_up_hands_the_reply_to_a_person(desk: Desk) -> None:
    approved(desk)
    sending.send_due(replace(desk, networks={}), desk.clock.now())
    assert draft_of(desk).state == DraftState.BY_HAND


# --- kills and broken parts -----------------------------------------------------------------------------------


class Broken(FakeNetwork):
    """A network on which the call never returns, before or after publishing."""

    trouble: BaseException = Killed()
    after = True

    def reply(self, *of: object) -> object:  # type: ignore[override]
        if self.after:
            super().reply(*of)  # type: ignore[arg-type]
        raise self.trouble


@pytest.mark.parametrize("after", [True, False], ids=["after the network committed", "before it did"])
def test_a_kill_while_sending_ends_in_at_most_one_post_with_no_hand_work_where_it_shows(
    desk: Desk, *, after: bool
) -> None:
    approved(desk)
    network = Broken()
    network.after = after
    with pytest.raises(Killed):
        sending.send_due(replace(desk, networks={("x", "42"): network}), desk.clock.now())
    assert draft_of(desk).state == DraftState.SENDING
    again = replace(desk, networks={("x", "42"): network})
    now = clock(desk).move(minutes=1)
    assert sending.recover(again, now) == 1
    assert draft_of(desk).state == DraftState.UNCONFIRMED
    sending.send_due(again, now)
    sending.check_due_outcomes(again, now)
    assert draft_of(desk).state == (DraftState.SENT if after else DraftState.UNCONFIRMED)
    assert len(network.published) == after


@pytest.mark.parametrize("n", [1, 2], ids=["before the attempt is written down", "after the network answered"])
def test_a_kill_at_the_store_ends_in_exactly_one_post(store: SqlStore, n: int) -> None:
    desk = a_desk(store)
    approved(desk)
    broken = replace(desk, store=BreakingStore(store, record=at_call(n, Killed())))  # type: ignore[arg-type]
    with pytest.raises(Killed):
        sending.send_due(broken, desk.clock.now())
    now = clock(desk).move(minutes=1)
    sending.recover(desk, now)
    sending.send_due(desk, now)
    sending.check_due_outcomes(desk, now)
    assert (draft_of(desk).state, published(desk)) == (DraftState.SENT, ONCE)


def test_an_exception_nobody_foresaw_while_sending_is_an_unknown_outcome(desk: Desk) -> None:
    approved(desk)
    network = Broken()
    network.trouble = RuntimeError("half an answer")
    odd = replace(desk, networks={("x", "42"): network})
    assert sending.send_due(odd, desk.clock.now()) == 1
    assert draft_of(desk).state == DraftState.UNCONFIRMED
    sending.check_due_outcomes(odd, clock(desk).move(seconds=30))
    assert (draft_of(desk).state, len(network.published)) == (DraftState.SENT, 1)


def test_an_outcome_that_could_not_be_written_down_is_settled_once_the_store_is_back(store: SqlStore) -> None:
    desk = a_desk(store)
    approved(desk)
    full = BreakingStore(store, record=at_call(2, OutOfService("disk full")))
    with pytest.raises(OutOfService):
        sending.send_due(replace(desk, store=full), desk.clock.now())  # type: ignore[arg-type]
    assert sending.recover_late(desk, clock(desk).move(seconds=30)) == 0  # it may still be being sent
    now = clock(desk).move(minutes=2)
    assert sending.recover_late(desk, now) == 1
    sending.check_due_outcomes(desk, now)
    assert (draft_of(desk).state, published(desk)) == (DraftState.SENT, ONCE)


def test_a_clock_set_back_does_not_hold_an_attempt_in_sending(store: SqlStore) -> None:
    desk = a_desk(store)
    approved(desk)
    full = BreakingStore(store, record=at_call(2, OutOfService("disk full")))
    with pytest.raises(OutOfService):
        sending.send_due(replace(desk, store=full), desk.clock.now())  # type: ignore[arg-type]
    assert sending.recover_late(desk, clock(desk).move(hours=-1)) == 1
    sending.check_due_outcomes(desk, clock(desk).move(seconds=30))
    assert (draft_of(desk).state, published(desk)) == (DraftState.SENT, ONCE)


def test_an_answer_that_comes_after_the_attempt_was_given_up_still_counts(desk: Desk) -> None:
    approved(desk)

    class Slow(FakeNetwork):
        def reply(self, *of: object) -> object:  # type: ignore[override]
            answer = super().reply(*of)  # type: ignore[arg-type]
            sending.recover_late(desk, clock(desk).move(minutes=3))
            return answer

    sending.send_due(replace(desk, networks={("x", "42"): Slow()}), desk.clock.now())
    assert (draft_of(desk).state, only_case(desk).state) == (DraftState.SENT, CaseState.PENDING)


def test_a_store_out_of_service_stops_sending_before_the_network_is_touched(store: SqlStore) -> None:
    desk = a_desk(store)
    approved(desk)
    full = BreakingStore(store, record=always(OutOfService("disk full")))
    with pytest.raises(OutOfService):
        sending.send_due(replace(desk, store=full), desk.clock.now())  # type: ignore[arg-type]
    assert (published(desk), draft_of(desk).state) == ([], DraftState.APPROVED)


def test_one_broken_case_does_not_stop_the_replies_of_the_others(store: SqlStore) -> None:
    desk = a_desk(store)
    approved(desk)
    receive(desk, a_post("200", "parcel?", by="omar"))
    written(desk, 2, by=DEE, text="Omar, your parcel left us. ^DE")
    approve(desk, 2)

    def broken(number: int) -> None:
        if number == 1:
            raise RuntimeError("a row that nobody can read")

    odd = replace(desk, store=BreakingStore(store, case=broken))  # type: ignore[arg-type]
    sending.send_due(odd, desk.clock.now())
    assert published(desk) == [("200", "Omar, your parcel left us. ^DE")]


def test_one_broken_case_does_not_stop_looking_for_the_others(store: SqlStore) -> None:
    desk = a_desk(store)
    unconfirmed(desk, public=True)
    receive(desk, a_post("200", "parcel?", by="omar"))
    written(desk, 2, by=DEE, text="Omar, your parcel left us. ^DE")
    approve(desk, 2)
    street(desk).outcomes.append(OutcomeLost("silence"))
    street(desk).commits_first = True
    send(desk)

    def broken(number: int) -> None:
        if number == 1:
            raise RuntimeError("a row that nobody can read")

    odd = replace(desk, store=BreakingStore(store, case=broken))  # type: ignore[arg-type]
    sending.check_due_outcomes(odd, clock(desk).move(minutes=1))
    assert draft_of(desk, 2).state == DraftState.SENT


# --- what delays a reply --------------------------------------------------------------------------------------


def held(desk: Desk) -> Desk:
    return replace(desk, policy=replace(desk.policy, sends=False))


def test_the_kill_switch_holds_every_reply_until_it_is_opened(desk: Desk) -> None:
    approved(desk)
    assert sending.send_due(held(desk), desk.clock.now()) == 0
    assert (published(desk), draft_of(desk).state) == ([], DraftState.APPROVED)
    assert sending.send_due(desk, desk.clock.now()) == 1


def test_the_kill_switch_holds_sending_again_too(desk: Desk) -> None:
    failed(desk)
    with pytest.raises(Refusal, match="switched off"):
        settling.send_again(
            held(desk), draft_of(desk).id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now()
        )
    assert (published(desk), draft_of(desk).state) == ([], DraftState.FAILED)


def begun_again(desk: Desk) -> settling.Later:
    failed(desk)
    return settling.begin_again(
        desk, draft_of(desk).id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now()
    )


def test_that_somebody_sends_again_is_written_down_before_the_network_is_called(desk: Desk) -> None:
    call = begun_again(desk)
    assert (published(desk), draft_of(desk).state, desk.store.audit("case:1")[-1].by) == ([], DraftState.SENDING, BEN)
    call(desk.clock.now())
    assert (published(desk), draft_of(desk).state) == ([("100", WORDS)], DraftState.SENT)


def test_killed_before_the_call_it_is_looked_for_like_any_other(desk: Desk) -> None:
    begun_again(desk)
    assert sending.recover(desk, desk.clock.now()) == 1
    assert (published(desk), draft_of(desk).state) == ([], DraftState.UNCONFIRMED)


def test_a_call_that_comes_after_it_was_called_lost_is_not_made(desk: Desk) -> None:
    call = begun_again(desk)
    sending.recover(desk, desk.clock.now())
    call(desk.clock.now())
    assert (published(desk), draft_of(desk).state) == ([], DraftState.UNCONFIRMED)


def test_a_call_that_waited_too_long_for_its_turn_is_not_made_and_can_be_asked_for_again(desk: Desk) -> None:
    call = begun_again(desk)
    clock(desk).move(minutes=1, seconds=1)
    call(desk.clock.now())
    draft = draft_of(desk)
    assert (published(desk), draft.state, draft.why) == (
        [],
        DraftState.FAILED,
        "The desk could not send it in time, so nothing was sent.",
    )
    settling.send_again(desk, draft.id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    assert published(desk) == [("100", WORDS)]


def test_while_slack_shuts_the_desk_out_nothing_is_sent(desk: Desk) -> None:
    approved(desk)
    slack(desk).shut_out = "token_revoked"
    assert sending.send_due(desk, desk.clock.now()) == 0
    assert (published(desk), draft_of(desk).state) == ([], DraftState.APPROVED)
    slack(desk).shut_out = ""
    assert sending.send_due(desk, desk.clock.now()) == 1


def test_while_slack_shuts_the_desk_out_nothing_is_sent_again(desk: Desk) -> None:
    failed(desk)
    slack(desk).shut_out = "token_revoked"
    with pytest.raises(Refusal, match="no longer lets the desk in"):
        settling.send_again(desk, draft_of(desk).id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    assert published(desk) == []


def test_an_approval_from_before_a_long_outage_is_asked_again(desk: Desk) -> None:
    approved(desk)
    now = clock(desk).move(hours=5)
    assert sending.send_due(desk, now) == 0
    draft = draft_of(desk)
    assert (published(desk), draft.state, draft.stale, draft.text) == ([], DraftState.IN_REVIEW, "age", WORDS)
    approve(desk)
    assert sending.send_due(desk, now) == 1


def test_an_approval_just_in_time_is_sent(desk: Desk) -> None:
    approved(desk)
    assert sending.send_due(desk, clock(desk).move(hours=4, seconds=-1)) == 1


class SlowNetwork(FakeNetwork):
    """A network on which every call takes ten minutes."""

    desk: Desk

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        outcome = super().reply(target, text, key)
        clock(self.desk).move(minutes=10)
        return outcome

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | None:
        clock(self.desk).move(minutes=10)
        return super().find_reply(target, text, since, key)


def two_approved(store: SqlStore) -> Desk:
    network = SlowNetwork()
    desk = network.desk = a_desk(store, networks={("x", "42"): network})
    approved(desk)
    receive(desk, a_post("200", "parcel?", by="omar"))
    written(desk, 2, by=DEE, text="Omar, your parcel left us. ^DE")
    approve(desk, 2)
    return desk


def test_a_reply_behind_a_slow_one_begins_at_its_own_time(store: SqlStore) -> None:
    desk = two_approved(store)
    sending.send_due(desk, desk.clock.now())
    begun = [draft_of(desk, case_id).attempt.started_at for case_id in (1, 2)]  # type: ignore[union-attr]
    assert begun[1] - begun[0] == timedelta(minutes=10)


def test_an_approval_that_ran_out_behind_a_slow_reply_is_asked_again(store: SqlStore) -> None:
    desk = two_approved(store)
    sending.send_due(desk, clock(desk).move(hours=3, minutes=55))
    assert published(desk) == ONCE
    assert (draft_of(desk, 2).state, draft_of(desk, 2).stale) == (DraftState.IN_REVIEW, "age")


def test_a_look_behind_a_slow_one_is_planned_from_its_own_time(store: SqlStore) -> None:
    desk = two_approved(store)
    street(desk).outcomes += [OutcomeLost("silence")] * 2
    for _ in range(2):
        sending.send_due(desk, desk.clock.now())
    begun = clock(desk).move(minutes=1)
    sending.check_due_outcomes(desk, begun)
    lines = [line for line in desk.store.audit("case:2") if line.verb == FactVerb.OUTCOME_CHECKED]
    assert [line.at for line in lines] == [begun + timedelta(minutes=10)]


class HangingNetwork(FakeNetwork):
    """A network that never answers, and counts its calls."""

    asked = 0

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        self.asked += 1
        return OutcomeLost("No answer came.")

    def find_reply(self, *of: object) -> None:
        self.asked += 1
        raise NetworkTrouble("X does not answer.")


def two_networks(store: SqlStore, waiting: int = 3) -> tuple[Desk, HangingNetwork, FakeNetwork]:
    """Make approved replies on a network that hangs, and after them one on a network that does not."""
    hanging, other = HangingNetwork(), FakeNetwork(name="street", account="43")
    desk = a_desk(store, networks={("x", "42"): hanging, ("street", "43"): other})
    receive(desk, *(a_post(str(n), "late", by=f"c{n}") for n in range(1, waiting + 1)))
    receive(desk, a_post("900", "late", by="omar", ref=PostRef("street", "43", "900")))
    for case_id in range(1, waiting + 2):
        written(desk, case_id)
        approve(desk, case_id)
        clock(desk).move(seconds=1)
    return desk, hanging, other


@pytest.mark.parametrize("waiting", [3, 30])
def test_a_network_that_hangs_does_not_hold_up_the_replies_of_another(store: SqlStore, waiting: int) -> None:
    desk, hanging, other = two_networks(store, waiting)
    sending.send_due(desk, desk.clock.now())
    assert (hanging.asked, len(other.published)) == (1, 1)
    for _ in range(3):
        sending.send_due(desk, desk.clock.now())
    assert hanging.asked == min(waiting, 4)


def test_a_network_that_cannot_be_read_is_waited_for_once_in_a_sweep_of_looks(store: SqlStore) -> None:
    desk, hanging, _ = two_networks(store)
    for _ in range(3):
        sending.send_due(desk, desk.clock.now())
    now = clock(desk).move(minutes=1)
    assert [sending.check_due_outcomes(desk, now) for _ in range(4)] == [1, 1, 1, 0]
    assert hanging.asked == 6


def test_old_approvals_are_voided_even_while_nothing_may_be_sent(desk: Desk) -> None:
    approved(desk)
    assert sending.void_old_approvals(desk, desk.clock.now() + APPROVAL_LASTS - timedelta(seconds=1)) == 0
    assert sending.void_old_approvals(desk, clock(desk).move(hours=4)) == 1
    assert (draft_of(desk).state, draft_of(desk).stale) == (DraftState.IN_REVIEW, "age")


def test_a_version_rewritten_after_its_approval_is_not_sent(desk: Desk) -> None:
    approved(desk)
    words = review.Words(text=WORDS.replace("17:00", "18:00"), replaces=1)
    review.submit(desk, 1, words, by=ANA, at=desk.clock.now())
    assert sending.send_due(desk, desk.clock.now()) == 0
    assert published(desk) == []


# --- writing and deciding on a case that changed meanwhile ----------------------------------------------------------


def test_words_sent_to_approval_after_the_case_ended_are_refused(desk: Desk) -> None:
    a_case(desk)
    review.begin_writing(desk, 1, by=ANA, at=desk.clock.now())
    casework.solve(desk, 1, by=DEE, at=desk.clock.now())
    with pytest.raises(Outdated, match="solved"):
        review.submit(desk, 1, review.Words(text=WORDS), by=ANA, at=desk.clock.now())
    assert only_case(desk).draft is None


def test_a_form_left_open_cannot_approve_what_was_sent_back_to_its_writer(desk: Desk) -> None:
    in_review(desk)
    draft = draft_of(desk)
    review.request_changes(desk, draft.id, "name the day", version=1, by=BEN, at=desk.clock.now())
    new = WORDS.replace("17:00", "16:00")
    with pytest.raises(Outdated, match="asked for changes"):
        review.edit_and_approve(desk, draft.id, new, version=1, seen=draft.seen, by=BEN, at=desk.clock.now())
    assert draft_of(desk).state == DraftState.WRITING


def test_intake_and_sending_meet_in_every_order(desk: Desk) -> None:
    approved(desk)
    receive(desk, a_post("101", "hello?", root="100", at=clock(desk).move(minutes=1)))
    assert intake.poll(desk, street(desk), "mentions", desk.clock.now()) == 0
    assert sending.send_due(desk, desk.clock.now()) == 0
    assert street(desk).outcomes == []
    street(desk).outcomes.append(NotSent("no"))
    approve(desk)
    send(desk)
    assert draft_of(desk).state == DraftState.FAILED
