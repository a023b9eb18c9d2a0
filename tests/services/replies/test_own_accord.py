"""Drafts that no customer waits for have a promise of a decision: corrections, deletions, follow-ups."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.cases.case import Priority
from bot.domain.promises.promise import Promise, PromiseKind
from bot.domain.reminders.recipients import LadderStep
from bot.domain.replies.draft import DraftKind
from bot.domain.slack.telling import TellingKind
from bot.gateways.drawing import draw
from bot.ports import Desk, NotSent, Turnaround
from bot.services.cases import casework, owed
from bot.services.promises import report as measuring
from bot.services.reminders import answers
from bot.services.replies import correcting, review
from tests import builders
from tests.blocks.reading import read
from tests.fakes import ANA, BEN, CARO, NOON, a_post, our_post
from tests.services.journey import (
    approve,
    clock,
    delivered,
    draft_of,
    in_review,
    only_case,
    receive,
    send,
    street,
    written,
)
from tests.services.reminders.test_whom_to_ask import asked, only_on, ruled, run, said

FIX = "I wrote 17:00 and meant 18:00. ^AN"


def unasked(desk: Desk) -> Promise:
    owed = only_case(desk).own_accord
    assert owed is not None
    return owed


def card(desk: Desk) -> str:
    telling = desk.store.card(1)
    drawn = draw(desk, telling, desk.clock.now()) if telling else None
    assert drawn is not None
    return read(drawn[0])


def correction(desk: Desk, *, take_back: bool = False) -> Desk:
    """Publish a wrong reply, and ten minutes later submit its correction or deletion."""
    delivered(desk)
    correcting.correct(desk, 1, FIX, take_back=take_back, by=ANA, at=clock(desk).move(minutes=10))
    return desk


@pytest.mark.parametrize("take_back", [False, True], ids=["correction", "taking back"])
def test_a_correction_that_waits_is_owed_and_its_approver_reminded(desk: Desk, take_back: bool) -> None:
    correction(desk, take_back=take_back)
    owed = unasked(desk)
    assert (owed.started_at, owed.due_at, only_case(desk).due_at) == (
        desk.clock.now(),
        desk.clock.now() + timedelta(hours=1),
        owed.due_at,
    )
    first = draft_of(desk).asked
    run(desk, 61)
    second = ({BEN, CARO} - {first}).pop()
    assert asked(desk) == [(50, first), (75, second), (90, second), (100, second)]


def test_the_card_and_the_reminders_say_what_waits(desk: Desk) -> None:
    correction(desk)
    assert "Ana's correction is with Ben for approval · decision due 13:10 UTC" in card(desk)
    run(desk, 31)
    [(_, in_time)] = said(desk, TellingKind.REMINDER)
    assert in_time.startswith(f"@{BEN}, Ana's correction to Priya is waiting for you. Decision due 13:10 UTC.")
    run(desk, 30)
    *_, (_, late) = said(desk, TellingKind.REMINDER)
    assert "Ana's correction has now waited past its time. Ana's correction is ready and needs one approver." in late
    assert "for approval · past its time since 13:10 UTC" in card(desk)


def test_it_is_met_once_the_correction_is_public(desk: Desk) -> None:
    correction(desk)
    approve(desk)
    send(desk)
    assert (unasked(desk).kept_at, only_case(desk).due_at) == (desk.clock.now(), None)


def test_it_ends_when_the_correction_is_withdrawn(desk: Desk) -> None:
    correction(desk)
    review.withdraw(desk, draft_of(desk).id, by=ANA, at=desk.clock.now())
    assert (unasked(desk).dropped_at, only_case(desk).due_at) == (desk.clock.now(), None)
    run(desk, 90)
    assert asked(desk) == []


def test_it_goes_on_while_changes_are_asked_for_and_its_writer_is_reminded(desk: Desk) -> None:
    correction(desk)
    began = unasked(desk)
    review.request_changes(desk, draft_of(desk).id, "name the day", version=1, by=BEN, at=desk.clock.now())
    assert unasked(desk) == began
    run(desk, 31)
    assert asked(desk) == [(50, ANA)]
    words = review.Words(text=FIX + " Monday.", replaces=1)
    review.submit(desk, 1, words, by=ANA, at=desk.clock.now())
    assert unasked(desk).started_at == began.started_at


def test_somebody_who_stands_in_is_told_what_waits_and_not_that_a_customer_does(desk: Desk) -> None:
    correction(desk)
    review.request_changes(desk, draft_of(desk).id, "name the day", version=1, by=BEN, at=desk.clock.now())
    only_on(desk, CARO)
    run(desk, 31)
    [(_, words)] = said(desk, TellingKind.REMINDER)
    assert f"@{CARO}, Ana is away and the correction is waiting. Can you take over?" in words


def test_a_correction_that_did_not_go_out_is_not_forgotten(desk: Desk) -> None:
    correction(desk)
    by = approve(desk).draft.approval.by  # type: ignore[union-attr]
    street(desk).outcomes.append(NotSent("X says no."))
    send(desk)
    assert draft_of(desk).state == DraftState.FAILED
    run(desk, 31)
    assert asked(desk) == [(50, by)]


def test_a_follow_up_that_nobody_waits_for_is_decided_on_all_the_same(desk: Desk) -> None:
    delivered(desk)
    clock(desk).move(minutes=10)
    written(desk, 1, text="Priya, one more thing: the refund is on its way. ^AN")
    assert only_case(desk).state == CaseState.PENDING
    first = draft_of(desk).asked
    run(desk, 31)
    assert asked(desk) == [(50, first)]
    approve(desk)
    send(desk)
    assert unasked(desk).kept_at == desk.clock.now()


def test_where_a_customer_waits_their_promise_is_the_one_that_is_owed(desk: Desk) -> None:
    in_review(desk)
    assert only_case(desk).own_accord is None
    approve(desk)
    send(desk)
    written(desk, 1, text="Priya, one more thing. ^AN")
    assert unasked(desk).unsettled
    receive(desk, a_post("101", "hello?", root="100", at=clock(desk).move(minutes=5)))
    case = only_case(desk)
    assert (unasked(desk).unsettled, case.promise.unsettled) == (False, True)  # type: ignore[union-attr]


def test_a_correction_is_reminded_of_by_the_answer_that_a_customer_waits_for_and_not_twice(desk: Desk) -> None:
    correction(desk)
    at = clock(desk).move(minutes=5)
    receive(desk, a_post("101", "hello?", root="100", at=at))
    assert [one.kind for one in only_case(desk).promises if one.clock_runs] == [PromiseKind.NEXT_RESPONSE]
    run(desk, 31)
    assert asked(desk) == [(50, draft_of(desk).asked)]
    receive(desk, our_post("150", "On it", to="101", root="100", at=clock(desk).move(minutes=1)), stream="own")
    assert (unasked(desk).started_at, unasked(desk).unsettled) == (desk.clock.now(), True)


def test_a_draft_that_an_answer_from_the_app_overtook_still_waits_for_a_decision(desk: Desk) -> None:
    in_review(desk)
    at = clock(desk).move(minutes=5)
    receive(desk, our_post("150", "On it", to="100", root="100", at=at), stream="own")
    assert (only_case(desk).state, draft_of(desk).state) == (CaseState.PENDING, DraftState.IN_REVIEW)
    assert (unasked(desk).started_at, unasked(desk).unsettled) == (at, True)


def test_a_draft_still_being_written_when_the_answer_came_from_the_app_asks_for_nothing(desk: Desk) -> None:
    in_review(desk)
    review.request_changes(desk, draft_of(desk).id, "name the day", version=1, by=BEN, at=NOON)
    receive(desk, our_post("150", "On it", to="100", root="100"), stream="own")
    assert only_case(desk).due_at is None


def test_a_case_that_is_solved_can_owe_a_correction(desk: Desk) -> None:
    delivered(desk)
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    correcting.correct(desk, 1, FIX, take_back=False, by=ANA, at=desk.clock.now())
    assert (only_case(desk).state, only_case(desk).due_at) == (CaseState.SOLVED, NOON + timedelta(hours=1))
    assert "Solved at" in card(desk)
    tally = desk.store.tally(NOON + timedelta(hours=2), NOON)
    assert (tally.open, tally.unclaimed, tally.by_assignee, tally.lapsed) == (0, 0, {}, (1,))
    approve(desk)
    send(desk)
    assert (only_case(desk).state, draft_of(desk).kind) == (CaseState.SOLVED, DraftKind.CORRECTION)
    assert only_case(desk).due_at is None


def test_what_an_earlier_version_put_up_without_a_time_gets_one_at_the_next_start(desk: Desk) -> None:
    delivered(desk)
    builders.put_up_long_ago(desk.store, only_case(desk), at=desk.clock.now())
    assert (only_case(desk).own_accord, desk.store.undecided()) == (None, [1])
    now = clock(desk).move(minutes=10)
    assert [owed.owe_decisions(desk, now), owed.owe_decisions(desk, now)] == [1, 0]
    assert (unasked(desk).started_at, only_case(desk).moved) == (now, "")
    run(desk, 31)
    assert asked(desk) == [(50, BEN)]


@pytest.mark.parametrize("holder", ["", ANA, CARO])
def test_a_correction_of_a_solved_case_can_be_changed_as_its_approver_asked(desk: Desk, holder: str) -> None:
    delivered(desk)
    if holder != ANA:
        casework.release(desk, 1, by=ANA, at=desk.clock.now())
    if holder == CARO:
        casework.claim(desk, 1, by=CARO, at=desk.clock.now())
    casework.solve(desk, 1, by=CARO, at=desk.clock.now())
    correcting.correct(desk, 1, FIX, take_back=False, by=ANA, at=desk.clock.now())
    review.request_changes(desk, draft_of(desk).id, "name the day", version=1, by=BEN, at=desk.clock.now())
    assert review.begin_writing(desk, 1, by=ANA, at=desk.clock.now()).assignee == holder
    words = review.Words(text=FIX + " Monday.", replaces=1)
    after = review.submit(desk, 1, words, by=ANA, at=desk.clock.now())
    assert (after.state, draft_of(desk).state, draft_of(desk).version) == (CaseState.SOLVED, DraftState.IN_REVIEW, 2)
    approve(desk)
    send(desk)
    with pytest.raises(Outdated, match="Case 1 is solved"):
        review.begin_writing(desk, 1, by=ANA, at=desk.clock.now())


def test_a_case_is_not_closed_over_a_correction_that_waits(desk: Desk) -> None:
    delivered(desk)
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    at = clock(desk).move(days=7)
    correcting.correct(desk, 1, FIX, take_back=False, by=ANA, at=at)
    casework.tidy(desk, at + timedelta(minutes=1))
    assert (only_case(desk).state, draft_of(desk).state) == (CaseState.SOLVED, DraftState.IN_REVIEW)
    approve(desk)
    send(desk)
    casework.tidy(desk, at + timedelta(minutes=1))
    assert (only_case(desk).state, draft_of(desk).state) == (CaseState.CLOSED, DraftState.SENT)


def test_whoever_is_drawn_in_to_what_a_solved_case_owes_can_say_that_they_have_it(desk: Desk) -> None:
    desk = ruled(desk, ladder=((125, LadderStep.BACKUP),))
    delivered(desk)
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    correcting.correct(desk, 1, FIX, take_back=False, by=ANA, at=desk.clock.now())
    approve(desk)
    street(desk).outcomes.append(NotSent("X says no."))
    send(desk)
    run(desk, 80)
    *_, (_, late), (_, drawn_in) = said(desk, TellingKind.REMINDER)
    assert late.endswith("[ Send again ]  [ Edit ]  [ Post by hand ]  [ On it ]  [ 10 more minutes ]")
    assert drawn_in.endswith("can you help?\n[ I have it ]")
    its = desk.store.reminders_of(unasked(desk).id)[-1]
    answers.have_it(desk, its.id, by=its.asked, at=desk.clock.now())
    assert (desk.store.reminder(its.id).taken_by, only_case(desk).state) == (its.asked, CaseState.SOLVED)
    *_, (_, taken) = said(desk, TellingKind.REMINDER)
    assert "has been on it since" in taken
    assert "I have it" not in taken


def test_its_length_is_that_of_a_next_reply_and_moves_with_the_priority(desk: Desk) -> None:
    slow = (*desk.policy.turnarounds, Turnaround(within=timedelta(hours=3), kind="next_response"))
    desk = replace(desk, policy=replace(desk.policy, turnarounds=slow))
    correction(desk)
    assert unasked(desk).within == timedelta(hours=3)
    casework.reprioritise(desk, 1, to=Priority.URGENT, by=CARO, at=desk.clock.now())
    assert unasked(desk).within == timedelta(minutes=15)


def test_it_counts_neither_as_kept_nor_as_a_miss_towards_customers(desk: Desk) -> None:
    correction(desk)
    run(desk, 61)
    approve(desk)
    send(desk)
    now, hours = desk.clock.now(), desk.policy.hours
    chosen = measuring.period("today", now, hours.zone)
    report = measuring.promises(desk, chosen, now)
    assert (report.total.kept, report.total.lapsed, report.lapsed_cases) == (1, 0, ())
    table = "".join(measuring.table(desk.store.tracks(chosen.since, chosen.until), chosen, hours, now, {}))
    assert '"own_accord","lapsed"' in table
