"""A sample is the same for the same seed, and takes as many of each reason as there are."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from bot.domain.do_not_feed.sample import Candidate, month_before, picked


def some(**counts: int) -> list[Candidate]:
    return [Candidate(reason=reason, mention=n + 1) for reason, many in counts.items() for n in range(many)]


@pytest.mark.parametrize(
    ("found", "shares"),
    [
        (
            {"praise": 5_000, "spam": 400, "troll": 300, "other": 200},
            {"praise": 25, "spam": 25, "troll": 25, "other": 25},
        ),
        ({"praise": 5_000, "spam": 3, "troll": 10}, {"praise": 87, "spam": 3, "troll": 10}),
        ({"praise": 40, "troll": 20}, {"praise": 40, "troll": 20}),
        ({}, {}),
    ],
)
def test_each_reason_has_an_equal_share_as_far_as_it_has_any(found: dict[str, int], shares: dict[str, int]) -> None:
    assert Counter(one.reason for one in picked(some(**found), "seed")) == shares


def test_the_same_seed_picks_the_same_in_any_order_and_another_seed_others() -> None:
    found = some(praise=2_000, troll=500)
    assert picked(found, "a") == picked(found[::-1], "a")
    assert picked(found, "a") != picked(found, "b")


def test_no_row_is_likelier_than_others() -> None:
    counts = Counter(one.mention for n in range(300) for one in picked(some(troll=50), str(n), 10))
    assert len(counts) == 50
    assert max(counts.values()) < 2.5 * min(counts.values())


@pytest.mark.parametrize(
    ("month", "since", "until"), [(1, (2025, 12), (2026, 1)), (3, (2026, 2), (2026, 3)), (12, (2026, 11), (2026, 12))]
)
def test_the_month_before_is_whole(month: int, since: tuple[int, int], until: tuple[int, int]) -> None:
    found = month_before(datetime(2026, month, 31 if month in {1, 3, 12} else 28, 23, 59, tzinfo=UTC))
    assert found == (datetime(*since, 1, tzinfo=UTC), datetime(*until, 1, tzinfo=UTC))
