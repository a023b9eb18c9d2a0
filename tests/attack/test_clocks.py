"""A clock that ran ahead and was set right, and one that was set back: neither makes knowledge or a yes last longer."""

from datetime import timedelta

import pytest

from bot.blocks import ids
from bot.domain.errors import NotYours
from bot.domain.moments import AHEAD, is_fresh
from bot.domain.people import KNOWLEDGE_LASTS, Act
from bot.domain.tables import DraftState
from bot.ports import Desk
from bot.services import access
from tests.fakes import APPROVERS, BEN, CARO, NOON, teammate
from tests.handlers.pressing import Hands
from tests.services.journey import clock, draft_of, in_review, slack

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
    """Else nobody would read them until that moment has come."""
    many = [teammate(f"U{n:04d}", "x", at=NOON) for n in range(3 * access.A_ROUND)]
    slack(desk).people.update({one.id: one for one in many})
    desk.store.put_people(many, [])
    desk.store.put_people([teammate(BEN, "Ben", at=NOON + timedelta(days=400))], [])
    access.renew_directory(desk, NOON + timedelta(minutes=1))
    access.allow(desk, Act.APPROVE, BEN, NOON + timedelta(minutes=1))
