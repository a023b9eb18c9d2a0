"""Slack's limits: no window has more calls than Slack allows, and calls for clicks are always possible."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gateways.pacing import FOR_CLICKS, OTHERS, POST_GAP, POSTS, UPDATES, WINDOW, Limiter


class Pace:
    """Pace time that moves only when a test moves it."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def pace():
    return Pace()


@pytest.fixture
def limiter(pace):
    return Limiter(pace)


def most_in_a_minute(moments: list[float]) -> int:
    return max((sum(1 for other in moments if at <= other < at + 60) for at in moments), default=0)


def burst(limiter: Limiter, kind: str, channel: str, *, click: bool = False) -> int:
    made = 0
    while limiter.ready_in(kind, channel, click=click) == 0 and made < 1000:
        limiter.took(kind, channel)
        made += 1
    return made


steps = st.tuples(
    st.sampled_from(["post", "update", "update", "other"]),
    st.sampled_from(["C1", "C2", "C3", "U1"]),
    st.booleans(),
    st.one_of(st.just("as soon as allowed"), st.floats(0, 3), st.floats(0, 90)),
    st.integers(1, 60),
)


@given(st.lists(steps, max_size=60))
def test_no_window_ever_holds_more_than_slack_allows(sequence):
    pace = Pace()
    limiter = Limiter(pace)
    made: dict[str, list[float]] = {"post": [], "update": [], "other": []}
    rooms: dict[str, list[float]] = {}
    for kind, channel, click, wait, times in sequence:
        for _ in range(times):
            pace.at += limiter.ready_in(kind, channel, click=click) if wait == "as soon as allowed" else 0.0
            if limiter.ready_in(kind, channel, click=click) > 0:
                continue
            limiter.took(kind, channel)
            made[kind].append(pace.at)
            if kind == "post":
                rooms.setdefault(channel, []).append(pace.at)
        pace.at += 0.0 if isinstance(wait, str) else wait
    assert most_in_a_minute(made["post"]) <= POSTS
    assert most_in_a_minute(made["update"]) <= UPDATES == 50
    assert most_in_a_minute(made["other"]) <= OTHERS
    for moments in rooms.values():
        assert all(later - earlier >= 1.0 for earlier, later in pairwise(moments))


@given(st.lists(st.floats(0, 20), max_size=40))
def test_whatever_the_desk_redraws_by_itself_a_click_has_its_room(pauses):
    pace = Pace()
    limiter = Limiter(pace)
    for pause in pauses:
        burst(limiter, "update", "C1")
        pace.at += pause
    assert burst(limiter, "update", "C1", click=True) >= FOR_CLICKS


def test_what_is_said_to_be_ready_is_ready_then(limiter, pace):
    assert burst(limiter, "update", "C1", click=True) == UPDATES
    wait = limiter.ready_in("update", "C1", click=True)
    assert wait == pytest.approx(WINDOW)
    pace.at += wait / 2
    assert limiter.ready_in("update", "C1", click=True) == pytest.approx(wait / 2)
    pace.at += wait / 2
    assert limiter.ready_in("update", "C1", click=True) == 0


def test_a_channel_takes_a_post_a_second_and_another_channel_does_not_wait(limiter):
    limiter.took("post", "C1")
    assert limiter.ready_in("post", "C1") == pytest.approx(POST_GAP)
    assert limiter.ready_in("post", "C2") == 0
    assert limiter.ready_in("update", "C1") == 0


def test_a_workspace_takes_so_many_posts_a_minute(limiter):
    made = sum(burst(limiter, "post", f"C{number}") for number in range(400))
    assert made == POSTS
    assert limiter.ready_in("post", "C9999") > 0


def test_a_wait_that_slack_asked_for_holds_for_the_channel_of_a_post(limiter, pace):
    limiter.back_off("post", "C1", 30)
    assert limiter.ready_in("post", "C1") == pytest.approx(30)
    assert limiter.ready_in("post", "C2") == 0
    limiter.took("post", "C1")
    pace.at += 5
    limiter.back_off("post", "C1", 1)
    assert limiter.ready_in("post", "C1") == pytest.approx(25)


def test_a_wait_that_slack_asked_for_holds_for_every_update_clicks_too(limiter):
    limiter.back_off("update", "C1", 30)
    limiter.back_off("update", "C2", 10)
    assert limiter.ready_in("update", "C3", click=True) == pytest.approx(30)
    assert limiter.ready_in("post", "C1") == 0


def test_channels_of_long_ago_are_forgotten(limiter, pace):
    limiter.back_off("post", "C-slow", 600)
    for number in range(2000):
        limiter.took("post", f"C{number}")
        pace.at += 1
        assert len(limiter._rooms) <= 502
    assert limiter.ready_in("post", "C1999") == pytest.approx(POST_GAP - 1)
