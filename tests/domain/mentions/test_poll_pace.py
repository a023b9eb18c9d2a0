"""When a network is read again: no post is lost, and its read requests are never used up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mentions.poll_pace import PAGE, PAGES, SHORTEST, Allowance, Load, pause_before_next

CALM = timedelta(seconds=20)
WINDOW = timedelta(minutes=15)
SHOWN = PAGE * PAGES


@dataclass
class MakeBelieve:
    """A network in fake time that shows its newest 800 posts, a hundred a page, and allows 300 readings a window."""

    arrives: Callable[[float], float]  # number of posts by this time in seconds
    limit: int = 300
    at: float = 0.0
    window_from: float = 0.0
    left: int = 300
    known: float = 0.0  # number of posts that were read
    lost: float = 0.0
    readings: int = 0
    refused: int = 0
    waits: list[float] = field(default_factory=list)

    def read(self) -> tuple[Load, Allowance]:
        """Read as the desk does: pages until a known post, and one more for posts that are shown late."""
        if self.at - self.window_from >= WINDOW.total_seconds():
            self.window_from, self.left = self.at, self.limit
        came = int(self.arrives(self.at) - self.known)
        further = self.arrives(self.at) - self.arrives(self.at - 60) > PAGE
        pages = min(came // PAGE + 1 + further, PAGES)
        self.refused += max(pages - self.left, 0)
        self.left -= pages
        self.readings += pages
        self.lost += max(came - SHOWN, 0)
        self.known += came
        took = timedelta(seconds=self.waits[-1] if self.waits else CALM.total_seconds())
        until = timedelta(seconds=self.window_from + WINDOW.total_seconds() - self.at)
        return Load(new=min(came, SHOWN), took=took), Allowance(limit=self.limit, left=self.left, resets_in=until)

    def run(self, minutes: float) -> "MakeBelieve":
        while self.at < minutes * 60:
            wait = pause_before_next(CALM, *self.read()).total_seconds()
            self.waits.append(wait)
            self.at += wait
        return self


def steady(rate: float) -> Callable[[float], float]:
    return lambda at: at * rate


def suddenly(rate: float, since: float = 300) -> Callable[[float], float]:
    return lambda at: at * 0.02 + max(at - since, 0) * rate


@pytest.mark.parametrize("rate", [0, 0.02, 0.1, 0.5, 1, 2, 4, 8, 12, 16, 20, 23, 26, 28, 30])
@pytest.mark.parametrize("arrives", [steady, suddenly])
def test_whatever_comes_at_a_pace_that_the_network_can_show_is_read_for_an_hour(
    arrives: Callable[[float], Callable[[float], float]], rate: float
) -> None:
    network = MakeBelieve(arrives(rate)).run(60)
    assert (network.lost, network.refused) == (0, 0)


@pytest.mark.parametrize("rate", [40, 60, 200])
def test_what_is_beyond_it_never_uses_the_window_up_and_is_read_evenly(rate: float) -> None:
    network = MakeBelieve(steady(rate)).run(60)
    assert network.refused == 0
    assert network.lost > 0
    assert max(network.waits) < 60  # never a quarter of an hour without reading


def test_on_a_calm_day_it_is_read_every_twenty_seconds() -> None:
    network = MakeBelieve(steady(1 / 60)).run(60)
    assert set(network.waits) == {20.0}
    assert network.readings <= 181


def test_after_a_storm_it_goes_back_to_the_calm_pace() -> None:
    network = MakeBelieve(lambda at: min(at, 600) * 20).run(40)
    assert network.lost == 0
    assert set(network.waits[-20:]) == {20.0}


def test_a_network_that_allows_less_is_read_by_what_it_allows() -> None:
    network = MakeBelieve(steady(1), limit=75, left=75).run(60)
    assert (network.lost, network.refused) == (0, 0)


def bursts(draw: list[tuple[int, int]]) -> Callable[[float], float]:
    def arrives(at: float) -> float:
        came, begins = 0.0, 0.0
        for length, rate in draw:
            came += min(max(at - begins, 0), length) * rate
            begins += length
        return came

    return arrives


@given(
    st.lists(st.tuples(st.integers(1, 600), st.integers(0, 100)), max_size=12),
    st.integers(20, 900),
    st.integers(1, 900),
)
def test_no_pattern_of_arrivals_uses_the_readings_up(
    pattern: list[tuple[int, int]], limit: int, started: int
) -> None:
    network = MakeBelieve(bursts(pattern), limit=limit, left=max(limit - started, 0), window_from=-60.0)
    if network.left >= PAGES:
        assert network.run(45).refused == 0


@given(st.integers(0, 2000), st.integers(0, 10**6), st.integers(0, 400), st.integers(-5, 1000), st.integers(1, 300))
def test_the_wait_is_never_shorter_than_a_few_seconds_nor_longer_than_window_and_calm(
    new: int, took: int, left: int, resets: int, calm: int
) -> None:
    wait = pause_before_next(
        timedelta(seconds=calm),
        Load(new=new, took=timedelta(milliseconds=took)),
        Allowance(limit=300, left=left, resets_in=timedelta(seconds=resets)),
    )
    assert min(timedelta(seconds=calm), SHORTEST) <= wait
    assert wait <= max(timedelta(seconds=max(calm, resets)), SHORTEST, timedelta(seconds=resets) * PAGES)


def test_a_reading_beyond_need_is_made_only_of_what_was_saved() -> None:
    def allowed(left: int, minutes: float) -> Allowance:
        return Allowance(limit=300, left=left, resets_in=timedelta(minutes=minutes))

    assert not allowed(300, 15).saved
    assert allowed(300, 14).saved
    assert not allowed(150, 7.5).saved
    assert allowed(160, 7.5).saved
