"""A clock that was ahead or is set back does not make cached data or an approval valid for longer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks.base import ids
from bot.domain.base.moments import AHEAD, is_fresh
from bot.domain.base.refusals import NotYours, Outdated
from bot.domain.base.tables import DraftState
from bot.domain.replies.seen_mark import conversation_mark
from bot.domain.replies.solo import Lane, LaneRule
from bot.domain.team.people import KNOWLEDGE_LASTS, Act
from bot.ports import Desk, NotSent
from bot.services.replies import by_hand, reply_form, review, sending, solo
from bot.services.team import access, shifts
from storage import SqlStore
from tests.fakes import ANA, APPROVERS, BEN, CARO, NOON, POLICY, FakeClock, a_desk, teammate
from tests.handlers.pressing import Hands
from tests.services.journey import (
    WORDS,
    a_case,
    approved,
    clock,
    draft_of,
    failed,
    in_review,
    only_case,
    published,
    slack,
    street,
)

SECOND = timedelta(seconds=1)
AGES = {
    "just read": (timedelta(), True),
    "at its end": (KNOWLEDGE_LASTS, True),
    "past its end": (KNOWLEDGE_LASTS + SECOND, False),
    "by a clock corrected since": (-AHEAD, True),
    "in the future": (-AHEAD - SECOND, False),
    "in three years": (-timedelta(days=1_000), False),
}


@pytest.mark.parametrize(("age", "fresh"), AGES.values(), ids=AGES)
def test_knowledge_counts_while_it_lasts_and_never_from_the_future(age: timedelta, *, fresh: bool) -> None:
    assert is_fresh(NOON - age, NOON, KNOWLEDGE_LASTS) is fresh


@pytest.mark.parametrize("ahead", [timedelta(minutes=2), timedelta(hours=3), timedelta(days=400)], ids=str)
def test_people_read_by_a_clock_that_ran_ahead_may_nothing_once_it_is_set_right(
    hands: Hands, ahead: timedelta
) -> None:
    in_review(hands.desk)
    button = hands.button(ids.DRAFT_APPROVE)
    clock(hands.desk).set(seconds=ahead.total_seconds())
    access.renew_directory(hands.desk, hands.desk.clock.now())
    clock(hands.desk).set(seconds=-ahead.total_seconds())
    assert "could not check" in hands.press(ids.DRAFT_APPROVE, button, by=BEN)
    assert access.approvers(hands.desk, hands.desk.clock.now()) == []
    assert not access.sure(hands.desk, hands.desk.clock.now())
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW
    access.renew_directory(hands.desk, hands.desk.clock.now())
    assert hands.press(ids.DRAFT_APPROVE, button, by=BEN) == ""


def test_a_group_read_by_a_clock_that_ran_ahead_gives_nobody_a_role(desk: Desk) -> None:
    [group] = desk.store.groups()
    later = NOON + timedelta(days=2)
    desk.store.put_people([], [type(group)(id=APPROVERS, members=group.members, fetched_at=later)])
    with pytest.raises(NotYours):
        access.allow(desk, Act.APPROVE, CARO, NOON)


def test_those_read_in_the_future_are_read_again_first(desk: Desk) -> None:
    """Otherwise nobody would read them until that moment."""
    many = [teammate(f"U{n:04d}", "x", at=NOON) for n in range(3 * access.A_ROUND)]
    slack(desk).people.update({one.id: one for one in many})
    desk.store.put_people(many, [])
    desk.store.put_people([teammate(BEN, "Ben", at=NOON + timedelta(days=400))], [])
    access.renew_directory(desk, NOON + timedelta(minutes=1))
    access.allow(desk, Act.APPROVE, BEN, NOON + timedelta(minutes=1))


# --- an approval lasts four hours, whatever the clock says of it


def settle(desk: Desk) -> None:
    """Run one round of the sender."""
    sending.void_old_approvals(desk, desk.clock.now())
    sending.send_due(desk, desk.clock.now())


@pytest.mark.parametrize("back", [timedelta(minutes=5), timedelta(minutes=59)], ids=str)
def test_an_approval_is_void_after_four_hours_though_the_clock_was_set_back(desk: Desk, back: timedelta) -> None:
    desk.take_over(replace(desk.policy, sends=False))
    approved(desk)
    clock(desk).move(hours=1)
    settle(desk)
    clock(desk).set(seconds=-back.total_seconds())
    clock(desk).move(hours=2, minutes=59)
    settle(desk)
    assert draft_of(desk).state == DraftState.APPROVED
    clock(desk).move(minutes=1)
    settle(desk)
    assert (draft_of(desk).state, draft_of(desk).stale) == (DraftState.IN_REVIEW, "age")
    desk.take_over(replace(desk.policy, sends=True))
    settle(desk)
    assert published(desk) == []


@pytest.mark.parametrize("back", [timedelta(hours=2), timedelta(days=400)], ids=str)
def test_an_approval_that_the_clock_calls_future_is_asked_again_at_once(desk: Desk, back: timedelta) -> None:
    desk.take_over(replace(desk.policy, sends=False))
    approved(desk)
    clock(desk).set(seconds=-back.total_seconds())
    settle(desk)
    assert (draft_of(desk).state, draft_of(desk).stale) == (DraftState.IN_REVIEW, "age")


def test_it_is_its_age_by_the_steady_pace_that_counts_even_where_no_round_came_in_between(desk: Desk) -> None:
    desk.take_over(replace(desk.policy, sends=False))
    approved(desk)
    clock(desk).set(hours=-3)
    clock(desk).move(hours=4)
    desk.take_over(replace(desk.policy, sends=True))
    settle(desk)
    assert published(desk) == []
    assert draft_of(desk).state == DraftState.IN_REVIEW


def test_a_reply_that_waits_with_its_account_is_left_to_a_person_by_the_steady_pace(desk: Desk) -> None:
    approved(desk)
    street(desk).outcomes.append(NotSent("Slow down.", retry_after=timedelta(hours=3, minutes=30)))
    settle(desk)
    assert draft_of(desk).again_at is not None
    clock(desk).set(hours=-2)
    clock(desk).move(hours=5)
    settle(desk)
    assert published(desk) == []
    assert draft_of(desk).again_at is None


def test_a_failed_reply_is_not_sent_again_by_hand_under_an_old_approval(desk: Desk) -> None:
    failed(desk)
    clock(desk).set(hours=-3)
    access.renew_directory(desk, clock(desk).move(hours=4, minutes=30))
    with pytest.raises(Outdated, match="too old"):
        by_hand.send_again(desk, 1, version=1, attempt=1, by=BEN, at=desk.clock.now())
    assert published(desk) == []


@pytest.mark.parametrize("ahead", [timedelta(minutes=2), timedelta(days=400)], ids=str)
def test_after_a_restart_an_approval_from_the_future_is_void(store: SqlStore, ahead: timedelta) -> None:
    before = a_desk(store, policy=replace(POLICY, sends=False), clock=FakeClock(NOON + ahead))
    before.store.put_people(
        [replace(one, fetched_at=NOON + ahead) for one in before.store.people()],
        [replace(one, fetched_at=NOON + ahead) for one in before.store.groups()],
    )
    approved(before)
    after = a_desk(store, networks=before.networks)
    settle(after)
    assert published(after) == []
    assert (draft_of(after).state, draft_of(after).stale) == (DraftState.IN_REVIEW, "age")


def test_after_a_restart_an_approval_keeps_the_age_that_the_clock_gives_it(store: SqlStore) -> None:
    before = a_desk(store, policy=replace(POLICY, sends=False))
    approved(before)
    after = a_desk(store, policy=replace(POLICY, sends=False), clock=FakeClock(NOON + timedelta(hours=3, minutes=59)))
    settle(after)
    assert draft_of(after).state == DraftState.APPROVED
    clock(after).set(hours=-3)
    clock(after).move(minutes=1)
    settle(after)
    assert draft_of(after).state == DraftState.IN_REVIEW


def test_a_clock_set_back_by_seconds_voids_nothing(desk: Desk) -> None:
    approved(desk)
    clock(desk).set(seconds=-30)
    settle(desk)
    assert published(desk) == [("100", WORDS)]


def test_a_clock_set_ahead_takes_nobodys_two_minutes_to_stop_a_reply(store: SqlStore) -> None:
    lane = LaneRule(lanes=frozenset({Lane.TEMPLATE}))
    desk = a_desk(store, policy=replace(POLICY, solo=(lane,)))
    a_case(desk)
    for who in (BEN, CARO):
        shifts.go_off(desk, by=who, at=NOON)
    review.begin_writing(desk, 1, by=ANA, at=NOON)
    text = reply_form.template_text(desk, only_case(desk), "sorry", {}, by=ANA)
    words = review.Words(text=text, template="sorry", template_text=text)
    seen = conversation_mark(only_case(desk), desk.store.mentions(1))
    solo.let_out(desk, 1, words, Lane.TEMPLATE, why="", seen=seen, by=ANA, at=NOON)
    clock(desk).set(hours=1)
    settle(desk)
    assert published(desk) == []
    clock(desk).move(seconds=119)
    settle(desk)
    assert published(desk) == []
    clock(desk).move(seconds=1)
    settle(desk)
    assert published(desk) == [("100", text)]
