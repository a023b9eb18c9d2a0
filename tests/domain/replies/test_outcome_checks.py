"""Each network's own schedule of readings for a reply of unknown outcome."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.replies.outcome_checks import LONGEST, VisibilityDelay, first_look, next_look
from tests import builders
from tests.builders import NOW

SECOND = timedelta(seconds=1)
AT_ONCE = VisibilityDelay(shows_within=timedelta(minutes=1), apart=timedelta(), looks=(timedelta(), 60 * SECOND))


def planned(delay: VisibilityDelay) -> list[float]:
    """Return after how many seconds a reply that never shows is looked for, until a person decides."""
    tried = builders.sending().draft.attempt
    at, looks = first_look(tried.started_at, tried.started_at, delay), []
    while at is not None:
        looks.append((at - tried.started_at).total_seconds())
        at, missed = next_look(tried, at, delay, taken=True)
        tried = replace(tried, missed_at=missed)
    return looks


def test_without_one_of_its_own_it_is_that_of_x() -> None:
    assert planned(VisibilityDelay()) == [30, 120, 300, 600, 960, 1260]


def test_a_network_that_shows_its_posts_at_once_is_read_at_once() -> None:
    assert planned(AT_ONCE) == [0, 60]


@pytest.mark.parametrize(
    "looks", [(), (60 * SECOND, 30 * SECOND), (LONGEST + SECOND,), (SECOND, LONGEST + 2 * SECOND)]
)
def test_a_schedule_that_the_desk_could_not_keep_is_refused(looks: tuple[timedelta, ...]) -> None:
    with pytest.raises(ValueError, match="follow each other"):
        VisibilityDelay(looks=looks)


def test_a_clock_that_ran_backwards_does_not_put_the_first_look_off() -> None:
    assert first_look(NOW + timedelta(hours=2), NOW, AT_ONCE) == NOW
