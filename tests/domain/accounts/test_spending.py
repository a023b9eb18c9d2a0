"""What is spent, and when a credit ends at the pace of the last days."""

from datetime import date, timedelta

import pytest

from bot.domain.accounts.spending import (
    Charge,
    ChargeCount,
    Credit,
    RemainingCredit,
    cost,
    credit_left,
    daily,
    first_day,
    in_dollars,
    left_in_dollars,
    spending_in_words,
    spoken_day,
)
from tests.fakes import NOON

PRICES = {Charge.POST: 0.001, Charge.REPLY: 0.010, Charge.LINK_REPLY: 0.200}
TODAY = NOON.date()
DAY = timedelta(days=1)


def counts(*of: tuple[int, Charge, int]) -> list[ChargeCount]:
    return [ChargeCount(TODAY - ago * DAY, charge, count) for ago, charge, count in of]


def test_each_charge_has_its_price_and_counts_from_its_day() -> None:
    some = counts((3, Charge.LINK_REPLY, 10), (1, Charge.REPLY, 100), (0, Charge.POST, 500), (0, Charge.EVENT, 9))
    assert cost(some, PRICES, TODAY - 3 * DAY) == pytest.approx(2.0 + 1.0 + 0.5)
    assert cost(some, PRICES, TODAY) == pytest.approx(0.5)


def test_the_pace_is_the_mean_of_the_days_since_counting_began_and_of_a_week_at_most() -> None:
    assert daily(counts((2, Charge.LINK_REPLY, 25)), PRICES, NOON) == pytest.approx(5.0 / 2.5)
    assert daily(counts((7, Charge.LINK_REPLY, 75), (30, Charge.LINK_REPLY, 999)), PRICES, NOON) == pytest.approx(2.0)
    assert daily(counts((0, Charge.LINK_REPLY, 5)), PRICES, NOON) == pytest.approx(1.0), "half a day counts as one"
    assert daily(counts((9, Charge.REPLY, 5)), PRICES, NOON) == 0.0


def test_a_credit_ends_when_the_pace_has_used_it_up() -> None:
    credit = Credit(20.0, TODAY - 5 * DAY)
    left = credit_left(counts((2, Charge.LINK_REPLY, 50)), PRICES, credit, NOON)
    assert (left.spent, left.ends_at, left.is_spent) == (pytest.approx(10.0), NOON + timedelta(days=2.5), False)
    older = credit_left(counts((6, Charge.LINK_REPLY, 50)), PRICES, credit, NOON)
    assert older.spent == 0, "spent before this credit was bought"
    assert credit_left([], PRICES, credit, NOON).ends_at is None
    spent = credit_left(counts((0, Charge.LINK_REPLY, 200)), PRICES, credit, NOON)
    assert (spent.is_spent, spent.ends_at) == (True, NOON)


def test_as_far_back_is_read_as_anything_is_counted() -> None:
    assert first_day(NOON, None) == TODAY - 7 * DAY
    assert first_day(NOON, Credit(1.0, date(2026, 1, 5))) == date(2026, 1, 5)
    assert first_day(NOON.replace(day=20), None) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("days", "said"), [(0, "today"), (1, "on Tuesday"), (6, "on Sunday"), (7, "on 9 Mar"), (30, "on 1 Apr")]
)
def test_a_day_is_said_as_people_say_it(days: int, said: str) -> None:
    assert spoken_day(NOON + days * DAY, NOON) == said


def test_what_is_spent_is_one_sentence() -> None:
    credit = Credit(20.0, TODAY)
    assert spending_in_words(12.4, None, NOON) == "$12.40 this month"
    ends = RemainingCredit(credit=credit, spent=12.0, ends_at=NOON + 3 * DAY)
    assert spending_in_words(12.4, ends, NOON) == "$12.40 this month; at this pace the credit ends on Thursday"
    calm = RemainingCredit(credit=credit, spent=12.0, ends_at=None)
    assert spending_in_words(12.4, calm, NOON) == "$12.40 this month; $8.00 of the credit is left"
    spent = RemainingCredit(credit=credit, spent=20.5, ends_at=NOON)
    assert spending_in_words(20.5, spent, NOON) == "$20.50 this month; by our count the credit of $20.00 is spent"


def test_an_amount_is_never_said_to_be_smaller_than_it_is_and_a_rest_never_larger() -> None:
    said = {0.015: "$0.015", 0.0151: "$0.016", 0.1 + 0.2: "$0.30", 0.0: "$0.00", 0.9999: "$1.00", 12.401: "$12.41"}
    assert {one: in_dollars(one) for one in said} == said
    assert in_dollars(sum([0.005] * 1_000)) == "$5.00"
    assert in_dollars(1_234.5) == "$1,234.50"
    assert [left_in_dollars(one) for one in (7.999, 8.0 - 2e-12, 0.004)] == ["$7.99", "$8.00", "$0.00"]
