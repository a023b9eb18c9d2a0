"""A stream is opened again by X's rules: linear, exponential, or from a minute on, with some chance in it."""

import pytest

from bot.domain.mentions.stream_pace import StreamEnd, wait_before_opening


def waits(end: StreamEnd, tries: int, *, chance: float = 0.0) -> list[float]:
    return [wait_before_opening(end, n, chance).total_seconds() for n in range(1, tries + 1)]


@pytest.mark.parametrize(
    ("end", "first", "longest"),
    [
        (StreamEnd.NOT_REACHED, [0.25, 0.5, 0.75], 16),
        (StreamEnd.REFUSED, [5, 10, 20, 40], 320),
        (StreamEnd.DROPPED, [5, 10, 20, 40], 320),  # one that did not last counts as refused
        (StreamEnd.TOO_MANY, [60, 120, 240, 480], 900),
    ],
)
def test_each_end_has_its_own_waits(end: StreamEnd, first: list[float], longest: float) -> None:
    assert waits(end, len(first)) == first
    assert waits(end, 200)[-1] == longest


def test_a_good_connection_that_dropped_is_opened_again_at_once() -> None:
    assert wait_before_opening(StreamEnd.DROPPED, 0, 0.0).total_seconds() == 0.25


def test_chance_adds_at_most_a_quarter() -> None:
    assert waits(StreamEnd.REFUSED, 3, chance=1.0) == [6.25, 12.5, 25]
