"""A storm on the real process, with Slack's and X's limits on: what was stored, shown in time, told and lost, as a table.

`make storm ARGS="--mentions 3000"`; bounded by `--minutes` of stage time. Not part of `make test`.
"""

import argparse
import os
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import app
from bot.domain.base.moments import EPOCH
from bot.gateways.clock import WallClock
from bot.rehearsal.launch import launch
from bot.settings import load
from cli.opening import until_stopped
from tests.process.conftest import Theatre
from tests.process.working import Work

HANDS = 4  # threads that write posts at the same time
WORDS = (
    "@northwind the app does not open any more",
    "@northwind still no parcel, it was promised for Tuesday",
    "@northwind is the app down for everybody?",
    "@northwind your chat has been connecting for 40 minutes",
)
CARDS = """SELECT c.id, CAST(nullif(t.ts, '') AS REAL), min(p.due_at) / 1e6, m.posted_at / 1e6 FROM cases c
JOIN tellings t ON t.case_id = c.id AND t.kind = 'card' JOIN promises p ON p.case_id = c.id
JOIN mentions m ON m.id = c.latest WHERE c.storm = 0 OR t.ts <> '' GROUP BY c.id ORDER BY c.id"""
NOTICES = """SELECT n.key, n.noted_at / 1e6, CAST(nullif(t.ts, '') AS REAL) FROM notices n
JOIN tellings t ON t.kind = 'notice' AND t.about = n.id ORDER BY n.id"""
REMINDED = """SELECT count(*), sum(CASE WHEN EXISTS (SELECT 1 FROM tellings t WHERE t.ts <> '' AND
    (t.kind IN ('nag', 'nudge') AND t.about = n.id OR t.kind = 'digest' AND t.about IN (n.digest_id, (SELECT f.digest_id
        FROM tellings f WHERE f.kind = 'nudge' AND f.about = n.id)))) THEN 1 ELSE 0 END)
FROM nags n WHERE n.told = 1"""
OVERTAKEN = "SELECT count(*) FROM tellings WHERE kind = 'nag' AND ts = '' AND behind IS NULL AND started_at IS NULL"
LATE_REMINDERS = "SELECT max(noted_at - due_at) / 6e7 FROM nags"
TO_PEOPLE = """SELECT recipient, CAST(ts AS REAL) FROM tellings WHERE recipient <> '' AND ts <> ''"""
FOLDED = "SELECT count(*) FROM cases WHERE storm <> 0"
IN_SLACK = "SELECT CAST(ts AS REAL) FROM tellings WHERE ts <> '' AND CAST(ts AS REAL) >= ?"
WAITING = "SELECT count(*) FROM tellings WHERE behind IS NOT NULL OR started_at IS NOT NULL"


@dataclass
class Storm:
    """The posts of a storm, and their times."""

    theatre: Theatre
    mentions: int
    a_second: float  # of stage time
    posted: list[str] = field(default_factory=list)
    began: datetime = EPOCH
    ended: datetime = EPOCH

    def breaks(self) -> None:
        """Write the posts, each at its moment of stage time or as soon after it as a thread is free."""
        speed, self.began = self.theatre.stage.clock()
        mark = time.monotonic()
        hands = [threading.Thread(target=self._write, args=(n, mark, speed)) for n in range(HANDS)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        _, self.ended = self.theatre.stage.clock()

    def _write(self, hand: int, mark: float, speed: float) -> None:
        for n in range(hand, self.mentions, HANDS):
            time.sleep(max(0.0, mark + n / self.a_second / speed - time.monotonic()))
            text, name = WORDS[n % len(WORDS)], f"cust_{n}"
            self.posted.append(self.theatre.street.post(text, handle=name, name=name))

    def lasts(self, minutes: float) -> None:
        """Wait until so much stage time has passed, or everything is shown; print the progress."""
        ends, said = self.began + timedelta(minutes=minutes), 0
        while True:
            _, now = self.theatre.stage.clock()
            passed = int((now - self.began).total_seconds() // 60)
            if now >= ends or self.theatre.desks[-1].poll() is not None:
                return
            if passed >= said + 5:
                said = passed
                print(f"minute {passed}: {self.asked(WAITING)[0][0]} messages wait", file=sys.stderr)
            time.sleep(1.0)

    def asked(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with sqlite3.connect(f"file:{self.theatre.directory}/heard.db?mode=ro", uri=True) as db:
            return db.execute(sql, values).fetchall()


def table(storm: Storm, worked: Sequence[tuple[str, str]] = ()) -> str:
    """Return the results of the storm as lines."""
    cards = [(shown, due, posted) for _, shown, due, posted in storm.asked(CARDS)]
    lines = [*_taken_in(storm, len(cards)), *_shown(storm, cards), *_told(storm), *worked, *_refused(storm)]
    return "\n".join(["| | |", "|---|---|", *(f"| {what} | {said} |" for what, said in lines)])


def _taken_in(storm: Storm, cases: int) -> list[tuple[str, str]]:
    known = {row[0] for row in storm.asked("SELECT external_id FROM mentions")}
    minutes = (storm.ended - storm.began).total_seconds() / 60
    missed, gaps = sorted(set(storm.posted) - known, key=int), storm.asked("SELECT count(*) FROM gaps")[0][0]
    lost, places = len(missed), {post: n for n, post in enumerate(sorted(storm.posted, key=int), 1)}
    where = f", from the {places[missed[0]]:,}th to the {places[missed[-1]]:,}th post" if missed else ""
    return [
        (
            "posted on X",
            f"{len(storm.posted):,} in {minutes:.1f} min, {len(storm.posted) / minutes / 60:.1f} a second",
        ),
        ("stored", f"{len(storm.posted) - lost:,}, and {cases:,} cases have a card of their own"),
        ("folded into a storm", f"{storm.asked(FOLDED)[0][0]:,} cases"),
        ("lost", f"{lost:,}{where}, with {gaps} gaps written down"),
    ]


def _shown(storm: Storm, cards: Sequence[tuple[float | None, float, float]]) -> list[tuple[str, str]]:
    shown = [(at, due, posted) for at, due, posted in cards if at is not None]
    waited = sorted((at - posted) / 60 for at, _, posted in shown)
    by_minute = Counter(int((at - storm.began.timestamp()) // 60) for at, *_ in shown)
    whole = [by_minute[minute] for minute in range(1, max(by_minute, default=1))]
    return [
        ("shown as a card", f"{len(shown):,}, {len(cards) - len(shown):,} still wait"),
        ("shown within the promise", f"{sum(at <= due for at, due, _ in shown):,}"),
        ("minutes until shown", f"median {median(waited or [0]):.1f}, most {max(waited, default=0):.1f}"),
        ("new cards a minute", f"median {median(whole or [0]):.0f}, fewest {min(whole, default=0)}"),
    ]


def _told(storm: Storm) -> list[tuple[str, str]]:
    written, told = storm.asked(REMINDED)[0]
    late = storm.asked(LATE_REMINDERS)[0][0] or 0
    notices = [(key, at - noted) for key, noted, at in storm.asked(NOTICES) if at is not None]
    untold = len(storm.asked(NOTICES)) - len(notices)
    people: dict[str, list[float]] = {}
    for who, at in storm.asked(TO_PEOPLE):
        people.setdefault(who, []).append(at)
    each = [f"{who}: {len(at)}, at most {max(_a_minute(at))} a minute" for who, at in sorted(people.items())]
    longest = max((took for _, took in notices), default=0)
    return [
        ("reminders", f"{written:,} written down, at most {late:.1f} min late"),
        (
            "of these told",
            f"{told or 0:,}, {storm.asked(OVERTAKEN)[0][0]:,} overtaken by the next one before Slack took them",
        ),
        ("notices", f"{len(notices)} told, the slowest after {longest:.0f} s, {untold} untold"),
        ("of these, about a backlog", str(sum(key.startswith("backlog:") for key, _ in notices))),
        ("messages to each person", "; ".join(each) or "none"),
        ("new messages in Slack in a minute", _busiest(storm)),
    ]


def _busiest(storm: Storm) -> str:
    began = storm.began.timestamp()
    minutes = Counter(int((at - began) // 60) for (at,) in storm.asked(IN_SLACK, began))
    return f"at most {max(minutes.values(), default=0)}, median {median(minutes.values() or [0]):.0f}"


def _a_minute(moments: Sequence[float]) -> list[int]:
    return [sum(start <= at < start + 60 for at in moments) for start in moments]


def _refused(storm: Storm) -> list[tuple[str, str]]:
    ledger, log = storm.theatre.street.ledger(), storm.theatre.said()
    return [
        ("calls faster than Slack allows", str(ledger["slack"]["ratelimited"] or "none")),
        ("tracebacks in the log", str(log.count("Traceback"))),
    ]


def desk(config: str, speed: str, start: str) -> None:
    """Run the real desk in stage time, with the configuration's poll interval."""
    clock = WallClock(float(speed), datetime.fromisoformat(start))
    until_stopped(app.compose(load(Path(config), os.environ), clock))


def main() -> None:
    """Play a storm; print the results."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--mentions", type=int, default=3_000)
    chosen.add_argument("--a-second", type=float, default=16.0, help="posts a second of stage time")
    chosen.add_argument("--minutes", type=float, default=75.0, help="of stage time, from the first post on")
    chosen.add_argument("--speed", type=float, default=10.0, help="stage time to real time")
    chosen.add_argument(
        "--worked", action="store_true", help="with people who claim, and an urgent post in the middle"
    )
    chosen.add_argument("--only-read", action="store_true", help="without X's open stream")
    asked_for = chosen.parse_args()
    with tempfile.TemporaryDirectory(prefix="heard-storm-") as directory:
        theatre = Theatre(launch(port=0, speed=asked_for.speed, crowd=""), Path(directory) / "state")
        try:
            if not asked_for.only_read:
                theatre.use_stream()
            speed, now = theatre.stage.clock()
            run = [
                sys.executable,
                "-m",
                "tests.process.storm",
                "desk",
                str(theatre.config),
                str(speed),
                now.isoformat(),
            ]
            theatre.start(run)
            time.sleep(5)
            storm = Storm(theatre, asked_for.mentions, asked_for.a_second)
            work = Work(theatre)
            if asked_for.worked:
                work.begins(asked_for.mentions / asked_for.a_second / asked_for.speed / 2)
            storm.breaks()
            storm.lasts(asked_for.minutes)
            work.ends()
            print(table(storm, work.lines() if asked_for.worked else ()))
        finally:
            theatre.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["desk"]:
        desk(*sys.argv[2:5])
    else:
        main()
