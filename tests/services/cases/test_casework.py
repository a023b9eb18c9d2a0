"""Claiming, releasing and ending a case."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.domain.base.refusals import NotPossible, Outdated, Refusal
from bot.domain.base.tables import CaseState, CaseVerb, DraftState
from bot.domain.cases.case import Case
from bot.ports import Conflict, Desk, OutcomeLost
from bot.services.cases import casework
from bot.services.replies import correcting, review
from storage import SqlStore
from tests.fakes import ANA, BEN, DEE, NOON, a_desk, a_post
from tests.services.doubles import BreakingStore, always
from tests.services.journey import (
    WORDS,
    a_case,
    approve,
    approved,
    clock,
    delivered,
    draft_of,
    in_review,
    only_case,
    receive,
    send,
    street,
    unconfirmed,
    verbs,
)


def at_once(count: int, work: Callable[[int], object]) -> list[object]:
    """Run `work` in `count` threads at the same moment; return each result or Refusal."""
    gate = threading.Barrier(count)

    def one(n: int) -> object:
        gate.wait(timeout=30)
        try:
            return work(n)
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_of_many_who_claim_in_the_same_instant_one_wins_and_the_others_are_told_who(desk: Desk) -> None:
    a_case(desk)
    got = at_once(12, lambda n: casework.claim(desk, 1, by=f"U{n}", at=NOON + timedelta(seconds=n)))
    [won] = [one for one in got if isinstance(one, Case)]
    told = [str(one) for one in got if isinstance(one, Outdated)]
    assert len(told) == 11
    assert all(f"<@{won.assignee}>" in sentence for sentence in told)
    assert (only_case(desk).assignee, verbs(desk)) == (won.assignee, ["opened", "claim"])


def test_of_many_who_approve_in_the_same_instant_one_wins_and_the_others_are_told_who(desk: Desk) -> None:
    in_review(desk)
    draft = draft_of(desk)
    got = at_once(
        8, lambda n: review.approve(desk, draft.id, version=1, seen=draft.seen, by=f"U{n}", at=desk.clock.now())
    )
    [won] = [one for one in got if isinstance(one, Case)]
    assert won.draft is not None
    assert won.draft.approval is not None
    told = [str(one) for one in got if isinstance(one, Outdated)]
    assert len(told) == 7
    assert all(f"<@{won.draft.approval.by}> approved this already" in sentence for sentence in told)
    send(desk)
    assert len(street(desk).published) == 1


def test_claiming_again_changes_nothing(desk: Desk) -> None:
    a_case(desk)
    for _ in range(3):
        casework.claim(desk, 1, by=ANA, at=NOON)
    assert verbs(desk) == ["opened", "claim"]


def test_a_claim_that_comes_much_later_is_told_who_holds_the_case(desk: Desk) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    with pytest.raises(Outdated, match=f"<@{ANA}> holds this case"):
        casework.claim(desk, 1, by=DEE, at=NOON + timedelta(minutes=5))


def test_a_case_that_never_stands_still_is_called_too_busy(store: SqlStore) -> None:
    a_case(a_desk(store))
    busy = BreakingStore(store, record=always(Conflict("somebody was faster")))
    with pytest.raises(Outdated, match="at once"):
        casework.claim(a_desk(busy), 1, by=ANA, at=NOON)  # type: ignore[arg-type]


def test_assign_gives_the_case_away_with_its_draft(desk: Desk) -> None:
    in_review(desk)
    case = casework.assign(desk, 1, to=DEE, by=BEN, at=NOON)
    assert (case.assignee, draft_of(desk).state, draft_of(desk).text) == (DEE, DraftState.IN_REVIEW, WORDS)
    casework.assign(desk, 1, to=DEE, by=BEN, at=NOON)
    assert verbs(desk).count(CaseVerb.ASSIGN) == 1


def test_release_gives_the_case_back_to_the_team_with_its_draft_and_its_promise(desk: Desk) -> None:
    before = in_review(desk)
    case = casework.release(desk, 1, by=ANA, at=NOON)
    assert (case.state, case.assignee, case.due_at) == (CaseState.NEW, "", before.due_at)
    assert draft_of(desk).state == DraftState.IN_REVIEW
    casework.release(desk, 1, by=ANA, at=NOON)
    assert verbs(desk).count(CaseVerb.RELEASE) == 1


def test_solve_ends_the_waiting_and_withdraws_what_nobody_saw(desk: Desk) -> None:
    in_review(desk)
    case = casework.solve(desk, 1, by=ANA, at=NOON, reason="She wrote that it arrived")
    assert (case.state, case.due_at, draft_of(desk).state) == (CaseState.SOLVED, None, DraftState.WITHDRAWN)
    casework.solve(desk, 1, by=ANA, at=NOON)
    assert verbs(desk).count(CaseVerb.SOLVE) == 1


def test_solving_takes_an_approved_reply_back_before_it_is_sent(desk: Desk) -> None:
    approved(desk)
    casework.solve(desk, 1, by=ANA, at=NOON)
    send(desk)
    assert street(desk).published == []


def test_a_solved_case_reopens_with_whoever_reopened_it_and_a_new_promise(desk: Desk) -> None:
    a_case(desk)
    casework.solve(desk, 1, by=ANA, at=NOON)
    now = NOON + timedelta(hours=3)
    case = casework.reopen(desk, 1, by=DEE, at=now)
    assert (case.state, case.assignee, case.due_at) == (CaseState.OPEN, DEE, now + timedelta(hours=1))


def aside(desk: Desk, until: timedelta = timedelta(days=1)) -> None:
    casework.set_aside(desk, 1, by=ANA, at=desk.clock.now(), reason="Bait", until=desk.clock.now() + until)


def test_a_case_set_aside_comes_back_when_its_term_ends(desk: Desk) -> None:
    a_case(desk)
    aside(desk)
    assert casework.tidy(desk, clock(desk).move(hours=23)) == 0
    now = clock(desk).move(hours=1)
    assert casework.tidy(desk, now) == 1
    case = only_case(desk)
    assert (case.state, case.due_at, case.reason) == (CaseState.NEW, now + timedelta(hours=1), "")
    assert casework.tidy(desk, now) == 0


def test_a_case_set_aside_without_a_term_stays_so_until_it_is_reopened(desk: Desk) -> None:
    a_case(desk)
    casework.set_aside(desk, 1, by=ANA, at=NOON, reason="Bait", until=None)
    assert casework.tidy(desk, clock(desk).move(days=730)) == 0
    assert only_case(desk).state == CaseState.DISMISSED


def test_a_case_set_aside_is_reopened_for_the_team(desk: Desk) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    aside(desk)
    case = casework.reopen(desk, 1, by=DEE, at=NOON)
    assert (case.state, case.assignee) == (CaseState.NEW, "")


def test_tidying_closes_what_was_solved_and_silent_for_long(desk: Desk) -> None:
    delivered(desk)
    casework.solve(desk, 1, by=ANA, at=NOON)
    assert casework.tidy(desk, NOON + timedelta(days=7)) == 0
    assert casework.tidy(desk, NOON + timedelta(days=7, seconds=1)) == 1
    assert only_case(desk).state == CaseState.CLOSED
    with pytest.raises(NotPossible):
        casework.reopen(desk, 1, by=ANA, at=NOON + timedelta(days=8))


def test_one_case_that_cannot_be_closed_does_not_keep_the_others_open(desk: Desk) -> None:
    delivered(desk)
    receive(desk, a_post("200", "My parcel is late", by="omar"))
    for number in (1, 2):
        casework.solve(desk, number, by=ANA, at=NOON)
    correcting.correct(desk, 1, "I meant 18:00. ^AN", take_back=False, by=ANA, at=NOON)
    approve(desk)
    street(desk).outcomes.append(OutcomeLost("silence"))
    send(desk)
    casework.tidy(desk, clock(desk).move(days=8))
    assert [desk.store.case(number).state for number in (1, 2)] == [CaseState.SOLVED, CaseState.CLOSED]


def test_a_reply_of_unknown_outcome_keeps_its_case_open(desk: Desk) -> None:
    unconfirmed(desk)
    for end in (lambda: casework.solve(desk, 1, by=ANA, at=NOON), lambda: aside(desk)):
        with pytest.raises(Refusal, match="on its way"):
            end()
    assert only_case(desk).state == CaseState.OPEN


def test_every_change_wakes_those_who_wait_for_it(desk: Desk) -> None:
    woken: list[int] = []
    desk.store.when_kept(lambda: woken.append(1))
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    casework.claim(desk, 1, by=ANA, at=NOON)
    assert len(woken) == 2
