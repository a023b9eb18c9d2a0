# ruff: noqa: F811 - fixtures are imported by name
"""How far back X is read, and what decides how often: the posts that came, and X's remaining requests."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.mentions.poll_pace import Allowance, Load
from bot.gateways.networks.x import XNetwork
from bot.ports import CountsReadings, NetworkTrouble
from bot.ports.network import Batch
from tests.gateways.test_x_reading import minutes_ago, posts, words
from tests.gateways.x_server import (
    NOON,
    Request,
    Server,
    Start,
    Timeline,
    post,
    says,
    snowflake,
    start,  # noqa: F401 - a fixture
    whole,
    x_at,
)
from tests.long import part

NOON_STAMP = int(NOON.timestamp())


def fetched(network: XNetwork, cursor: str, stream: str = "mentions") -> list[Batch]:
    return list(network.fetch(stream, cursor))


def counted(limit: Any, left: Any, reset: Any) -> dict[str, str]:
    return {"x_rate_limit_limit": str(limit), "x_rate_limit_remaining": str(left), "x_rate_limit_reset": str(reset)}


def tells(**headers: str) -> Any:
    return says(200, {"meta": {"result_count": 0}}, **headers)


# -- what is left


def test_what_x_says_is_left_is_known_after_a_reading(start: Start) -> None:
    network = x_at(start(tells(**counted(300, 212, NOON_STAMP + 600))).url)
    assert isinstance(network, CountsReadings)
    assert network.met == {}
    fetched(network, "1")
    met = network.met["mentions"]
    assert met.allowance == Allowance(limit=300, left=212, resets_in=timedelta(minutes=10))
    assert met.until == NOON + timedelta(minutes=10)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        counted("", "", ""),
        counted("many", "1", str(NOON_STAMP)),
        counted("0", "0", str(NOON_STAMP)),
        counted("300", "9" * 30, str(NOON_STAMP)),
        counted("٣٠٠", "٢", str(NOON_STAMP)),
    ],
)
def test_where_x_says_nothing_that_can_be_read_the_desk_counts_itself(start: Start, headers: dict[str, str]) -> None:
    encoded = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    network = x_at(start(tells(**encoded)).url)
    for _ in range(3):
        fetched(network, "1")
    allowance = network.met["mentions"].allowance
    assert (allowance.limit, allowance.left) == (300, 297)
    assert allowance.resets_in == timedelta(minutes=15)


@pytest.mark.parametrize("reset", [NOON_STAMP - 5000, NOON_STAMP + 10**9])
def test_a_window_that_ends_long_ago_or_never_is_bounded(start: Start, reset: int) -> None:
    network = x_at(start(tells(**counted(300, 100, reset))).url)
    fetched(network, "1")
    assert timedelta(0) <= network.met["mentions"].allowance.resets_in <= timedelta(minutes=15)


def test_a_refusal_says_what_is_left_too(start: Start) -> None:
    server = start(tells(**counted(300, 1, NOON_STAMP + 60)))
    network = x_at(server.url)
    fetched(network, "1")
    server.answer = says(429, {}, **counted(300, 0, NOON_STAMP + 60))
    with pytest.raises(NetworkTrouble):
        fetched(network, "1")
    assert network._readings["get_users_mentions"].allowance.left == 0


# -- how far back


class Counting(Timeline):
    """A timeline whose headers say how many requests are left."""

    left: int = 300

    def __call__(self, server: Server, wire: Any, request: Request) -> None:
        class Wire:
            @staticmethod
            def sendall(answer: bytes) -> None:
                head = "".join(
                    f"{name.replace('_', '-')}: {value}\r\n"
                    for name, value in counted(300, self.left, NOON_STAMP + 900).items()
                ).encode()
                first, _, rest = answer.partition(b"\r\n")
                wire.sendall(first + b"\r\n" + head + rest)

        super().__call__(server, Wire, request)


def storm_of(count: int) -> list[dict[str, Any]]:
    """Return `count` posts at ten a second, the newest at noon."""
    begun = NOON - timedelta(seconds=count / 10)
    return [
        post(begun + timedelta(milliseconds=100 * number), f"@Northwind {number}", id=snowflake(begun, number + 1))
        | {"id": snowflake(begun + timedelta(milliseconds=100 * number))}
        for number in range(count)
    ]


def test_in_a_storm_pages_are_turned_until_what_is_known_and_one_further(start: Start) -> None:
    given = storm_of(1000)
    server = start(Counting(given, shows=800))
    network = x_at(server.url)
    fetched(network, given[900]["id"])  # the remaining requests are known from now on
    server.requests.clear()
    batches = fetched(network, given[749]["id"])
    assert len(server.requests) == 4  # 250 are new; ten minutes back there are 750 more
    assert words(batches)[-250:] == [one["text"] for one in given[750:]]
    assert not any(batch.gap for batch in batches)


@pytest.mark.parametrize("stream", ["mentions", "own"])
@pytest.mark.parametrize("new", [0, 1, 50, 99, 100, 101, 199, 250])
@pytest.mark.parametrize("seconds", part([5, 1, 9], 3))
def test_a_post_that_x_shows_late_is_taken_in_while_readings_are_scarce(
    start: Start, stream: str, new: int, seconds: int
) -> None:
    given = storm_of(1000)
    seen, late = given[: 1000 - new], given[-1 - new - 10 * seconds]
    timeline = Counting([one for one in seen if one is not late], shows=800)
    server = start(timeline)
    network = x_at(server.url)
    (*_, last) = fetched(network, seen[-50]["id"], stream)
    timeline.posts = given
    server.requests.clear()
    batches = fetched(network, last.cursor, stream)
    assert late["text"] in words(batches)
    assert len(server.requests) <= new // 100 + 2  # one page more than the new posts need


def test_a_page_that_goes_a_minute_further_back_is_the_last(start: Start) -> None:
    given = posts(500, oldest=9.5)
    server = start(Counting(given))
    network = x_at(server.url)
    fetched(network, given[-1]["id"])
    server.requests.clear()
    assert len(words(fetched(network, given[-31]["id"]))) == 100
    assert len(server.requests) == 1
    server.requests.clear()
    fetched(network, given[-51]["id"])
    assert len(server.requests) == 2  # the first reached back 50 seconds


def test_while_it_is_quiet_ten_minutes_are_read_again(start: Start) -> None:
    given = [post(minutes_ago(9), "@Northwind shown late"), post(minutes_ago(5), "@Northwind known")]
    server = start(Counting(given))
    network = x_at(server.url)
    for _ in range(2):
        assert words(fetched(network, given[1]["id"])) == ["@Northwind shown late", "@Northwind known"]


def test_readings_that_were_saved_are_spent_on_what_x_shows_late(start: Start) -> None:
    given = posts(550, oldest=9.5)
    server = start(Timeline(given))
    network = x_at(server.url)
    network._readings["get_users_mentions"]._told = Allowance(limit=300, left=300, resets_in=timedelta(minutes=5))
    batches = fetched(network, given[-1]["id"])
    assert len(server.requests) == 6
    assert len(words(batches)) == 550


def test_a_gap_is_told_where_even_eight_pages_do_not_reach_what_is_known(start: Start) -> None:
    given = storm_of(1000)
    network = x_at(start(Counting(given, shows=800)).url)
    first, *_ = fetched(network, given[100]["id"])
    assert first.gap


# -- how much came


def came(start: Start, given: Sequence[Any], cursor: str) -> Load:
    network = x_at(start(Timeline(given)).url)
    fetched(network, cursor)
    return network.met["mentions"].load


def test_a_full_page_tells_how_fast_posts_come(start: Start) -> None:
    found = came(start, storm_of(300), "1")
    assert found.gap == pytest.approx(timedelta(milliseconds=100), rel=0.02)


def test_a_few_posts_count_over_the_time_since_the_reading_before(start: Start) -> None:
    moments = iter([NOON, NOON + timedelta(seconds=20)])
    given = [post(minutes_ago(1), f"@Northwind {n}", id=snowflake(minutes_ago(1), n)) for n in range(4)]

    def answer(server: Server, wire: Any, request: Request) -> None:
        from email.utils import format_datetime

        body = {"data": given[::-1], "meta": {}}
        wire.sendall(whole(200, body, Date=format_datetime(next(moments), usegmt=True)))

    network = x_at(start(answer).url)
    fetched(network, given[0]["id"])
    fetched(network, given[1]["id"])
    assert network.met["mentions"].load == Load(new=2, took=timedelta(seconds=20))


def test_nothing_new_is_no_load(start: Start) -> None:
    assert came(start, [], "1") == Load(new=0, took=timedelta())
