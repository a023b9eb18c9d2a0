"""Which calls of an account wait after a refused one, and for how long."""

from datetime import timedelta

import pytest

from bot.domain.accounts.holds import (
    ASKED_AGAIN,
    CHANGES_APART,
    SEPARATE,
    SHARED,
    UNPAID,
    UNPAID_FIRMLY,
    Budgets,
    Limit,
    RefusedUse,
    Use,
    is_firm,
)
from tests.fakes import NOON

WAIT = timedelta(minutes=7)
ALL = set(Use)


def met(use: Use, limit: Limit = Limit.PACE, **facts: object) -> RefusedUse:
    usual = {"network": "x", "account": "42", "why": "Slow down.", "retry_after": WAIT, "at": NOON}
    return RefusedUse(use=use, limit=limit, **(usual | facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("budgets", "use", "waiting"),
    [
        (SEPARATE, Use.POLL, {Use.POLL}),
        (SEPARATE, Use.WRITE, {Use.WRITE}),
        (SHARED, Use.POLL, ALL),
        (SHARED, Use.LOOK, ALL),
        (SHARED, Use.WRITE, ALL),
        (SHARED, Use.DELETE, {Use.DELETE}),
        (CHANGES_APART, Use.POLL, ALL),
        (CHANGES_APART, Use.WRITE, {Use.WRITE, Use.DELETE}),
        (CHANGES_APART, Use.DELETE, {Use.WRITE, Use.DELETE}),
    ],
)
def test_what_shares_a_budget_waits_with_a_refused_call(budgets: Budgets, use: Use, waiting: set[Use]) -> None:
    holds = list(met(use).holds(budgets, firm=False))
    assert {one.use for one in holds} == waiting
    assert {(one.held_at, one.until, one.met) for one in holds} == {(NOON, NOON + WAIT, use)}


def test_a_wait_that_is_no_limit_of_the_account_is_for_the_same_use_only() -> None:
    [hold] = met(Use.WRITE, Limit.NONE).holds(SHARED, firm=False)
    assert hold.use == Use.WRITE
    assert list(met(Use.WRITE, Limit.NONE, retry_after=None).holds(SHARED, firm=False)) == []


@pytest.mark.parametrize(
    ("use", "firm", "poll", "others"),
    [
        (Use.POLL, False, {ASKED_AGAIN}, UNPAID),
        (Use.WRITE, False, set(), UNPAID),
        (Use.WRITE, True, set(), UNPAID_FIRMLY),
    ],
)
def test_without_money_nothing_goes_on_but_the_polls_that_find_out_whether_there_is_some(
    use: Use, poll: set[timedelta], others: timedelta, *, firm: bool
) -> None:
    lengths = {one.use: one.until - NOON for one in met(use, Limit.MONEY).holds(SEPARATE, firm=firm)}
    assert ({lengths.pop(Use.POLL)} if Use.POLL in lengths else set()) == poll
    assert lengths == dict.fromkeys({Use.LOOK, Use.WRITE, Use.DELETE}, others)


def test_a_poll_that_works_says_nothing_of_money_where_posts_were_refused_right_after_one() -> None:
    first = met(Use.WRITE, Limit.MONEY)
    [before] = [one for one in first.holds(SEPARATE, firm=False) if one.use == Use.WRITE]
    soon, late = NOON + UNPAID_FIRMLY / 2, NOON + UNPAID_FIRMLY
    assert is_firm(before, met(Use.WRITE, Limit.MONEY, at=soon))
    assert not is_firm(before, met(Use.WRITE, Limit.MONEY, at=late))
    assert not is_firm(before, met(Use.POLL, Limit.MONEY, at=soon))
    assert not is_firm(None, first)
