"""Recorded posts: reading of files, and that they come into the desk but no reply leaves it."""

import csv
import io
import json
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef, Side
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.recorded import RecordedNetwork
from bot.gateways.networks.recordings import (
    RecordedPost,
    Recording,
    from_wire,
    read_recording,
    to_wire,
)
from bot.ports.network import NotSent, SendOutcome, Sent

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
COLUMNS = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id"
REAL = Path(__file__).parents[2].parent / "shared" / "data" / "complaints.csv"
needs_real = pytest.mark.skipif(not REAL.exists(), reason="The recorded complaints are not beside this checkout.")


def row(number: int, author: str = "", text: str = "Late again", answers: str = "", second: int = 0) -> str:
    inbound = not author or author.isdigit()
    at = f"Tue Oct 31 22:10:{second:02} +0000 2017"
    line = io.StringIO()
    csv.writer(line).writerow([number, author or "700", inbound, at, text, "", answers])
    return line.getvalue().rstrip("\r\n")


def recording(tmp_path: Path, *rows: str, brands: Sequence[str] | None = None, head: str = COLUMNS) -> Recording:
    path = tmp_path / "posts.csv"
    path.write_bytes(("\n".join([head, *rows]) + "\n").encode("utf-8", "surrogateescape"))
    return read_recording(path, brands)


def ids(found: Recording) -> list[str]:
    return [post.id for post in found.posts]


def roots(found: Recording) -> dict[str, str]:
    return {post.id: post.root_id for post in found.posts}


# -- files


def test_a_row_becomes_a_post_of_a_customer_or_of_a_brand(tmp_path: Path) -> None:
    found = recording(tmp_path, row(1, text='@Northwind, so: "late"\nagain'), row(2, "Northwind", "Sorry", "1", 5))
    assert found.faults == []
    assert found.brands == ["Northwind"]
    customer, brand = found.posts
    assert customer == RecordedPost(
        id="1",
        author="700",
        ours=False,
        created_at=datetime(2017, 10, 31, 22, 10, tzinfo=UTC),
        text='@Northwind, so: "late"\nagain',
        root_id="1",
        raw=row(1, text='@Northwind, so: "late"\nagain'),
    )
    assert (brand.ours, brand.author, brand.parent_id, brand.root_id) == (True, "Northwind", "1", "1")


def test_json_lines_are_read_as_well(tmp_path: Path) -> None:
    cells = {"tweet_id": 5, "author_id": "700", "inbound": True, "text": "a\u2028b", "in_response_to_tweet_id": None}
    lines = [
        json.dumps(cells | {"created_at": "2026-11-22T13:00:00+01:00"}, ensure_ascii=False),
        "",
        "{",
        "[1]",
        "{}",
    ]
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    found = read_recording(path)
    assert [(post.id, post.created_at, post.text) for post in found.posts] == [("5", NOON, "a\u2028b")]
    assert [fault.split(" ")[:2] for fault in found.faults] == [["Line", "3"], ["Line", "4"], ["Line", "5"]]


BROKEN = {
    "too few cells": "3,700,True",
    "too many cells": row(3) + ",,more",
    "a side that is none": row(3).replace("True", "maybe"),
    "no moment": row(3).replace("Oct 31", "Oct 99"),
    "a moment without a zone": row(3).replace("Tue Oct 31 22:10:00 +0000 2017", "2017-10-31T22:10:00"),
    "an id that is none": row(3).replace("3,700", "x3,700"),
    "an author that is none": row(3).replace("700", "<!here>"),
    "a parent that is none": row(3, answers="../2"),
    "a post that was there": row(2),
    "a heap": row(3, text="x" * 200_000),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_row_is_named_by_its_line_and_the_rest_goes_in(tmp_path: Path, broken: str) -> None:
    found = recording(tmp_path, row(1, text="two\nlines"), row(2), broken, row(4))
    assert ids(found) == ["1", "2", "4"]
    (fault,) = found.faults
    assert fault.startswith("Line 5 was left out: ")


@pytest.mark.parametrize("after", [row(4, text="plain"), row(4, text='so "quoted"')])
def test_a_quote_that_stays_open_takes_only_its_own_row(tmp_path: Path, after: str) -> None:
    found = recording(tmp_path, row(2), row(3).replace("Late", '"Late'), after, row(5, text='a "b" c'))
    assert ids(found) == ["2", "4", "5"]
    assert [fault.split(" ")[1] for fault in found.faults] == ["3"]


def test_a_file_with_other_columns_says_which_are_missing(tmp_path: Path) -> None:
    found = recording(tmp_path, "1,hello", head="tweet_id,text")
    assert found.posts == []
    (fault,) = found.faults
    assert "author_id, inbound, created_at, in_response_to_tweet_id" in fault
    assert recording(tmp_path, head="").posts == []


def test_text_is_only_ever_text(tmp_path: Path) -> None:
    hostile = "=cmd() {{ 7*7 }} <!channel> \u202eabc\x00"
    found = recording(tmp_path, row(1, text=hostile), row(2, text="broken \udcff letter", second=1))
    assert [post.text for post in found.posts] == [hostile.replace("\x00", "\ufffd"), "broken \ufffd letter"]


# -- conversations


def test_a_conversation_is_the_first_post_that_can_be_reached(tmp_path: Path) -> None:
    rows = [row(4, answers="3"), row(3, "Northwind", answers="2"), row(2, answers="1"), row(1), row(9)]
    assert roots(recording(tmp_path, *rows)) == {"1": "1", "2": "1", "3": "1", "4": "1", "9": "9"}


def test_answers_to_a_post_that_is_missing_stay_together(tmp_path: Path) -> None:
    rows = [row(2, answers="1"), row(3, answers="1"), row(4, answers="3")]
    assert roots(recording(tmp_path, *rows)) == dict.fromkeys("234", "1")


def test_posts_that_answer_each_other_in_a_circle_have_one_conversation(tmp_path: Path) -> None:
    rows = [row(5, answers="7"), row(6, answers="5"), row(7, answers="6"), row(8, answers="7"), row(9, answers="9")]
    assert roots(recording(tmp_path, *rows)) == dict.fromkeys("5678", "5") | {"9": "9"}


def test_posts_come_in_the_order_of_time_and_what_is_answered_before_its_answers(tmp_path: Path) -> None:
    rows = [row(1, answers="3"), row(3, answers="9"), row(9), row(2, answers="9"), row(10), row(8, second=-0 + 1)]
    assert ids(recording(tmp_path, *rows)) == ["9", "10", "2", "3", "1", "8"]


def test_a_very_long_conversation_is_walked(tmp_path: Path) -> None:
    rows = [row(number, answers=str(number + 1)) for number in range(1, 5_000)]
    found = recording(tmp_path, *rows)
    assert set(roots(found).values()) == {"5000"}
    assert ids(found)[0] == "4999"


# -- brands


CROWD = [
    row(1, text="@northwind late"),
    row(2, "Northwind", "@700 sorry", "1", 1),
    row(3, "701", "me too", "2", 2),
    row(4, "Southwind", "@700 come to us", "3", 3),
    row(5, "702", "@Southwind lost"),
    row(6, "Southwind", "@702 sorry", "5", 1),
    row(7, "703", "ask @NORTHWIND."),
    row(8, "704", "@northwinds is another"),
]


def test_with_a_brand_only_its_conversations_are_kept_and_no_post_of_others(tmp_path: Path) -> None:
    found = recording(tmp_path, *CROWD, brands=["@NorthWind"])
    assert sorted(ids(found)) == ["1", "2", "3", "7"]
    assert [post.id for post in found.posts if post.ours] == ["2"]
    assert (found.brands, found.faults) == (["NorthWind"], [])


def test_several_brands_can_be_ours(tmp_path: Path) -> None:
    found = recording(tmp_path, *CROWD, brands=["Northwind", "Southwind"])
    assert sorted(ids(found)) == ["1", "2", "3", "4", "5", "6", "7"]


def test_without_names_all_that_ever_answered_are_ours(tmp_path: Path) -> None:
    found = recording(tmp_path, *CROWD)
    assert len(found.posts) == 8
    assert found.brands == ["Northwind", "Southwind"]


def test_a_brand_that_is_nowhere_is_said(tmp_path: Path) -> None:
    found = recording(tmp_path, *CROWD, brands=["Eastwind"])
    assert found.posts == []
    assert found.faults == ["No conversation in this file names or holds @Eastwind."]


def test_a_post_survives_the_way_to_a_running_desk(tmp_path: Path) -> None:
    for post in recording(tmp_path, *CROWD).posts:
        assert from_wire(json.loads(json.dumps(to_wire(post)))) == post


# -- the network


def posts(count: int, first: int = 1) -> list[RecordedPost]:
    return [
        RecordedPost(
            id=str(number), author="700", ours=False, created_at=NOON, text=f"Late {number}", root_id=str(number)
        )
        for number in range(first, first + count)
    ]


def drained(network: RecordedNetwork, cursor: str = "") -> tuple[list[Mention], str]:
    got: list[Mention] = []
    for batch in network.fetch("mentions", cursor):
        assert 0 < len(batch.posts) <= 100
        got += batch.posts
        cursor = batch.cursor
    return got, cursor


def test_a_recorded_post_becomes_a_mention_of_now(tmp_path: Path) -> None:
    network = RecordedNetwork()
    network.feed(recording(tmp_path, *CROWD[:2]).posts, NOON)
    (customer, brand), _ = drained(network)
    assert customer.ref == PostRef("recorded", "recorded", "1")
    assert customer.author == Author(id="700", handle="700")
    assert (customer.side, brand.side) == (Side.THEIRS, Side.OURS)
    assert (brand.parent_id, brand.root_id, brand.author.handle) == ("1", "1", "Northwind")
    assert customer.posted_at < brand.posted_at == NOON
    assert customer.raw.decode() == CROWD[0]


def test_times_never_go_back_between_feeds() -> None:
    network = RecordedNetwork()
    for number in range(3):
        network.feed(posts(50, first=number * 50), NOON)
    network.feed([], NOON)
    got, _ = drained(network)
    times = [mention.posted_at for mention in got]
    assert times == sorted(set(times))
    assert times[-1] - NOON < timedelta(seconds=1)


def test_posts_come_in_batches_with_a_cursor_that_goes_on() -> None:
    network = RecordedNetwork()
    network.feed(posts(250), NOON)
    assert [len(batch.posts) for batch in network.fetch("mentions", "")] == [100, 100, 50]
    got, cursor = drained(network)
    assert len(got) == 250
    assert drained(network, cursor) == ([], cursor)
    network.feed(posts(1, first=900), NOON)
    assert [mention.ref.post_id for mention in drained(network, cursor)[0]] == ["900"]


def test_posts_stay_until_their_cursor_comes_back() -> None:
    network = RecordedNetwork()
    network.feed(posts(150), NOON)
    first = next(network.fetch("mentions", ""))
    assert network.waiting() == 150
    again = next(network.fetch("mentions", ""))
    assert [mention.ref for mention in again.posts] == [mention.ref for mention in first.posts]
    rest, cursor = drained(network, first.cursor)
    assert (len(rest), network.waiting()) == (50, 50)
    drained(network, cursor)
    assert network.waiting() == 0


@pytest.mark.parametrize("cursor", ["", "77", "otherrun:3", "x:y:z", ":"])
def test_a_cursor_of_an_earlier_run_skips_nothing(cursor: str) -> None:
    network = RecordedNetwork()
    network.feed(posts(5), NOON)
    assert len(drained(network, cursor)[0]) == 5


def test_feeding_while_reading_loses_and_doubles_nothing() -> None:
    network, cursor = RecordedNetwork(), ""
    feeders = [
        threading.Thread(
            target=lambda start=start: [network.feed(posts(7, first=start + n * 7), NOON) for n in range(60)]
        )
        for start in (0, 1000, 2000)
    ]
    got: list[Mention] = []
    for feeder in feeders:
        feeder.start()
    while any(feeder.is_alive() for feeder in feeders) or network.waiting():
        more, cursor = drained(network, cursor)
        got += more
    assert len(got) == len({mention.ref for mention in got}) == 3 * 420


def test_recorded_posts_are_never_answered_for_real() -> None:
    network = RecordedNetwork()
    network.feed(posts(1), NOON)
    (mention,), _ = drained(network)
    outcome = network.reply(mention.ref, "We are sorry", "key-1")
    assert outcome == NotSent("Recorded posts are never answered for real.")
    assert isinstance(outcome, NotSent)
    assert not outcome.by_hand
    assert (mention.answerable, mention.why_not) == (Answerable.NO, outcome.why)
    assert isinstance(network.take_back("1"), NotSent)
    assert network.find_reply(mention.ref, "We are sorry", NOON) is None
    assert network.web_reply_url(mention.ref, "We are sorry") == network.post_url("1", "700") == ""
    assert network.lengths("We are sorry") == (TextLength(count=12, limit=280),)


def test_inside_a_rehearsal_the_make_believe_side_takes_the_answer() -> None:
    taken: list[tuple[PostRef, str, str]] = []

    def sink(target: PostRef, text: str, key: str) -> SendOutcome:
        taken.append((target, text, key))
        return Sent("r1", "http://127.0.0.1/r1")

    network = RecordedNetwork(sink=sink)
    network.feed(posts(1), NOON)
    (mention,), _ = drained(network)
    assert mention.answerable is Answerable.YES
    assert network.reply(mention.ref, "We are sorry", "key-1") == Sent("r1", "http://127.0.0.1/r1")
    assert taken == [(mention.ref, "We are sorry", "key-1")]


# -- real ones


@needs_real
@pytest.mark.real
def test_all_real_posts_go_through_with_one_case_for_each_author_and_conversation() -> None:
    found, network = read_recording(REAL), RecordedNetwork()
    assert found.faults == []
    assert len(found.brands) == 64
    for start in range(0, len(found.posts), 333):
        network.feed(found.posts[start : start + 333], NOON)
    got, _ = drained(network)
    assert len(got) == len({mention.ref.post_id for mention in got}) == 3_493
    theirs = [mention for mention in got if mention.side is Side.THEIRS]
    assert (len(theirs), len(got) - len(theirs)) == (1_897, 1_596)
    assert len({(mention.root_id, mention.author.id) for mention in theirs}) == 1_051
    assert len({mention.root_id for mention in got}) == 958
    known = {mention.ref.post_id for mention in got}
    assert sum(1 for mention in got if mention.parent_id and mention.parent_id not in known) == 6


@needs_real
@pytest.mark.real
def test_one_real_brand_brings_its_own_conversations_only() -> None:
    every, name = read_recording(REAL), "sprintcare"
    found = read_recording(REAL, [name.upper()])
    assert 0 < len(found.posts) < len(every.posts)
    assert {post.author for post in found.posts if post.ours} == {name}
    own = {post.id for post in every.posts if post.author == name}
    assert own <= {post.id for post in found.posts}
