"""A customer's segment: by handle or by followers; the first match applies."""

from itertools import product

import pytest

from bot.domain.mentions.mention import Author
from bot.domain.mentions.segments import Segment, plain_handle, segment_of, title_of

PRESS = Segment(
    name="press", title="Press", handles=frozenset({("x", "northern_herald"), ("bluesky", "herald.example")})
)
REACH = Segment(name="big_reach", title="Big reach", followers_at_least=50_000, networks=frozenset({"x"}))


def author(handle: str = "priya_n", followers: int | None = None) -> Author:
    return Author(id="1", handle=handle, followers=followers)


@pytest.mark.parametrize("written", ["northern_herald", "@northern_herald", "Northern_Herald", " @NORTHERN_herald"])
def test_a_handle_is_known_however_it_is_written(written: str) -> None:
    assert plain_handle(written) == "northern_herald"
    assert PRESS.holds("x", author(written))


def test_a_handle_belongs_to_its_network_alone() -> None:
    assert not PRESS.holds("bluesky", author("northern_herald"))
    assert PRESS.holds("bluesky", author("herald.example"))


@pytest.mark.parametrize(
    ("network", "followers", "held"),
    [("x", 50_000, True), ("x", 49_999, False), ("x", None, False), ("bluesky", 90_000, False)],
)
def test_followers_count_where_they_are_meant_and_known(network: str, followers: int | None, held: bool) -> None:
    assert REACH.holds(network, author(followers=followers)) is held


def test_a_segment_of_names_takes_no_account_of_followers() -> None:
    assert not PRESS.holds("x", author(followers=10_000_000))


HANDLES, FOLLOWERS = ("northern_herald", "priya_n"), (None, 0, 50_000)


@pytest.mark.parametrize("order", [(PRESS, REACH), (REACH, PRESS)])
def test_the_first_segment_that_holds_the_author_decides(order: tuple[Segment, ...]) -> None:
    for network, handle, followers in product(("x", "bluesky"), HANDLES, FOLLOWERS):
        who = author(handle, followers)
        named, large = (network, handle) == ("x", "northern_herald"), network == "x" and followers == 50_000
        fits = [one for one, held in ((PRESS, named), (REACH, large)) if held]
        expected = min(fits, key=order.index).name if fits else ""
        assert segment_of(order, network, who) == expected


def test_a_segment_that_is_gone_is_called_by_its_name() -> None:
    assert [title_of((PRESS,), name) for name in ("press", "big_reach", "")] == ["Press", "Big reach", ""]
