"""Which calls of an account wait after a refused one, and for how long."""

from datetime import timedelta

import pytest

from bot.domain.accounts.holds import (
    ASKED_AGAIN,
    CHANGES_APART,
    SEPARATE,
    SHARED,
    SHUT_FIRMLY,
    SHUT_FOR,
    Budgets,
    Limit,
    RefusedUse,
    Use,
    is_firm,
    is_same_trouble,
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
        (Use.POLL, False, {ASKED_AGAIN}, SHUT_FOR),
        (Use.WRITE, False, set(), SHUT_FOR),
        (Use.WRITE, True, set(), SHUT_FIRMLY),
    ],
)
def test_shut_out_nothing_goes_on_but_the_polls_that_find_out_whether_it_still_is(
    use: Use, poll: set[timedelta], others: timedelta, *, firm: bool
) -> None:
    lengths = {one.use: one.until - NOON for one in met(use, Limit.SHUT, retry_after=None).holds(SEPARATE, firm=firm)}
    assert ({lengths.pop(Use.POLL)} if Use.POLL in lengths else set()) == poll
    assert lengths == dict.fromkeys({Use.LOOK, Use.WRITE, Use.DELETE}, others)


def test_a_poll_that_works_says_nothing_where_posts_were_refused_right_after_one() -> None:
    first = met(Use.WRITE, Limit.SHUT)
    [before] = [one for one in first.holds(SEPARATE, firm=False) if one.use == Use.WRITE]
    soon, late = NOON + SHUT_FIRMLY / 2, NOON + SHUT_FIRMLY
    assert is_firm(before, met(Use.WRITE, Limit.SHUT, at=soon))
    assert not is_firm(before, met(Use.WRITE, Limit.SHUT, at=late))
    assert not is_firm(before, met(Use.POLL, Limit.SHUT, at=soon))
    assert not is_firm(None, first)


@pytest.mark.parametrize(("use", "held"), [(Use.POLL, set()), (Use.LOOK, {Use.LOOK}), (Use.WRITE, {Use.WRITE})])
def test_what_a_plan_does_not_allow_holds_that_use_and_no_other_stream(use: Use, held: set[Use]) -> None:
    holds = list(met(use, Limit.CAP, retry_after=None).holds(SHARED, firm=False))
    assert {one.use for one in holds} == held
    assert {one.until - NOON for one in holds} <= {SHUT_FIRMLY}


def test_a_longer_wait_that_a_network_names_counts_for_one_that_shuts_us_out_too() -> None:
    holds = met(Use.POLL, Limit.SHUT, retry_after=timedelta(days=1)).holds(SHARED, firm=False)
    assert {one.until - NOON for one in holds} == {timedelta(days=1)}


def test_people_are_told_of_one_trouble_once() -> None:
    [before] = met(Use.WRITE, Limit.CAP, retry_after=None).holds(SEPARATE, firm=False)
    assert is_same_trouble(before, met(Use.WRITE, Limit.CAP, at=before.until))
    assert not is_same_trouble(before, met(Use.WRITE, Limit.CAP, at=before.until + SHUT_FIRMLY))
    assert not is_same_trouble(before, met(Use.WRITE, Limit.SHUT, at=before.until))
