"""A burst is a chain of one author's posts with at most 90 s between one and the next, and ten minutes in all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.mentions.bursts import bursts, in_their_order
from bot.domain.mentions.mention import Mention, Side
from tests.fakes import NOON, a_post


def at(second: float, **facts: object) -> Mention:
    row = int(second * 10) + 1
    return replace(a_post(str(row), "hello", at=NOON + timedelta(seconds=second)), id=row, **facts)  # type: ignore[arg-type]


def seconds(posts: Sequence[Mention], answered: Sequence[float] = ()) -> list[list[float]]:
    moments = [NOON + timedelta(seconds=one) for one in answered]
    return [[(one.posted_at - NOON).total_seconds() for one in burst] for burst in bursts(posts, moments)]


@pytest.mark.parametrize(
    ("written", "together"),
    [
        ([0], [[0]]),
        ([0, 90], [[0, 90]]),
        ([0, 90.1], [[0], [90.1]]),
        ([0, 90, 180, 270], [[0, 90, 180, 270]]),
        ([120, 0, 60], [[0, 60, 120]]),
        ([0, 0, 0], [[0, 0, 0]]),
        ([0, 200, 260], [[0], [200, 260]]),
        ([90 * n for n in range(8)], [[90 * n for n in range(7)], [630]]),
    ],
)
def test_posts_go_together_by_the_time_between_them(written: list[float], together: list[list[float]]) -> None:
    assert seconds([at(one) for one in written]) == together


def test_private_and_public_posts_are_never_one_burst() -> None:
    assert seconds([at(0), at(10, private=True), at(20), at(30, private=True)]) == [[0, 20], [10, 30]]


def test_an_answer_of_ours_ends_a_burst() -> None:
    assert seconds([at(0), at(30, side=Side.OURS), at(60)]) == [[0], [60]]
    assert seconds([at(0), at(60)], answered=[30]) == [[0], [60]]
    assert seconds([at(0), at(60)], answered=[61]) == [[0, 60]]


def test_a_batch_is_taken_in_the_order_of_each_author_and_equal_moments_stay_as_they_came() -> None:
    first, second, late = (a_post(str(n), "hello", at=NOON) for n in (1, 2, 3))
    other = a_post("4", "hi", by="tom", at=NOON)
    early = a_post("5", "hello", at=NOON - timedelta(seconds=5))
    assert [one.ref.post_id for one in in_their_order([first, other, second, early, late])] == [
        "5",
        "4",
        "1",
        "2",
        "3",
    ]
