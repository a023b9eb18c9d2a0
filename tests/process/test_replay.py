"""Real recorded posts go through network, intake, store and publisher into the workspace's ledger."""

import contextlib
import csv
import re
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pytest

from handlers.control import DeskClient
from tests.person import until
from tests.process.conftest import Theatre, opened
from tests.process.forked import ROOT

pytestmark = [pytest.mark.process, pytest.mark.real, pytest.mark.long]
RECORDED = ROOT.parent / "shared" / "data" / "complaints.csv"


def cases_by_hand(file: Path) -> set[tuple[str, str]]:
    """Return conversations with their customers from the file alone, without code of the desk."""
    rows = {row["tweet_id"]: row for row in csv.DictReader(file.open(encoding="utf-8", newline=""))}

    def top(post: str) -> str:
        while post in rows and rows[post]["in_response_to_tweet_id"]:
            post = rows[post]["in_response_to_tweet_id"]
        return post

    return {(top(post), row["author_id"]) for post, row in rows.items() if row["inbound"] == "True"}


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded complaints are not part of this project")
def test_every_recorded_post_arrives_once(tmp_path: Path) -> None:
    with opened(tmp_path, 100.0) as theatre:
        theatre.open_desk()
        door = theatre.directory / "control.sock"
        until(door.exists, "the desk's control socket")
        heard = str(Path(sys.executable).with_name("heard"))
        command = [heard, "replay", str(RECORDED), "--all-brands", "--rate", "0", "--state", str(theatre.directory)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        expected = cases_by_hand(RECORDED)
        assert len(expected) == 1_051
        line = DeskClient(door)
        until(lambda: all_told(line), "everything is told in Slack", patience=240)
        light, conversations = without_a_case(theatre)
        joined = joined_by_bursts(theatre)
        assert len(threads(theatre)) == len(expected) - conversations - joined
        on_cases = posts_on_cases(theatre)
        assert sum(side == "theirs" for posts in on_cases for side, _ in posts) == 1_897 - light
        began_cases = posts_on_cases(theatre, but_light_before=True)
        assert follow_ups(theatre) == sum(bursts(posts) - 1 for posts in began_cases)
        assert 0 < joined < 40, "conversations that one author began within 90 seconds"
        assert 0 < conversations <= light < 100, "what thanks and jokes wait in the light lane"
        slack = theatre.street.ledger()["slack"]
        assert (slack["ratelimited"], slack["strangers"]) == ({}, [])


def threads(theatre: Theatre) -> list[str]:
    """Return the case number of every card in the workspace's ledger."""
    cards = [one["text"] for one in posts(theatre) if not one.get("thread_ts")]
    numbers = [found[1] for text in cards if (found := re.search(r"mention\b.*, (case \d+)\.$", text))]
    assert len(numbers) == len(set(numbers)), "one case, one thread"
    return numbers


def without_a_case(theatre: Theatre) -> tuple[int, int]:
    """Return how many posts wait in the light lane, and in how many conversations nothing opened a case."""
    with contextlib.closing(sqlite3.connect(theatre.directory / "heard.db")) as store:
        (light,) = store.execute("SELECT count(*) FROM mentions WHERE case_id IS NULL AND side = 'theirs'").fetchone()
        (conversations,) = store.execute(
            """SELECT count(*) FROM (SELECT root_id, author_id FROM mentions WHERE side = 'theirs'
            GROUP BY root_id, author_id HAVING max(coalesce(case_id, 0)) = 0)"""
        ).fetchone()
    return light, conversations


def joined_by_bursts(theatre: Theatre) -> int:
    """Return how many conversations are on the case of another one of the same author."""
    with contextlib.closing(sqlite3.connect(theatre.directory / "heard.db")) as store:
        (joined,) = store.execute(
            """SELECT sum(roots - 1) FROM (SELECT count(DISTINCT root_id) AS roots, count(DISTINCT author_id) AS authors
            FROM mentions WHERE side = 'theirs' AND case_id IS NOT NULL GROUP BY case_id HAVING authors = 1)"""
        ).fetchone()
    return joined


def posts_on_cases(theatre: Theatre, *, but_light_before: bool = False) -> list[list[tuple[str, float]]]:
    """Return for each case its posts in order: whose, and when, in seconds.

    `but_light_before`: without those that waited in the light lane until their author wrote what opened the case.
    """
    lights = "SELECT mention_id FROM light_mentions" if but_light_before else "0"
    with contextlib.closing(sqlite3.connect(theatre.directory / "heard.db")) as store:
        rows = store.execute(
            f"""SELECT case_id, side, posted_at / 1e6 FROM mentions
            WHERE case_id IS NOT NULL AND id NOT IN ({lights}) ORDER BY 1, 3"""
        ).fetchall()
    return [[(side, at) for _, side, at in posts] for _, posts in groupby(rows, key=lambda row: row[0])]


def bursts(posts: Sequence[tuple[str, float]]) -> int:
    """Return in how many bursts the customer's posts came: 90 seconds apart, ten minutes in all, until an answer."""
    begun, last, found = 0.0, 0.0, 0
    for side, at in posts:
        if side == "theirs" and (at - last > 90 or at - begun > 600):
            begun, found = at, found + 1
        last = at if side == "theirs" else 0.0
    return found


def follow_ups(theatre: Theatre) -> int:
    return sum(bool(one.get("thread_ts")) and " added at " in one["text"] for one in posts(theatre))


def all_told(line: DeskClient) -> bool:
    standing = line.ask("status")
    return standing["waiting"] == 0 and standing["untold"] == 0


def posts(theatre: Theatre) -> list[dict]:
    return theatre.street.ledger()["slack"]["messages"]
