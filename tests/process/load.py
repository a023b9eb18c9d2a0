"""Load on the real process: complaints and clicks at a steady rate under Slack's limits, judged by the make-believe side.

`make load` runs ten minutes, `make load ARGS="--minutes 1"` one. Not part of `make test`; for figures, on a machine that does nothing else.
"""

import argparse
import os
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import requests

from bot.blocks.base.ids import CASE_CLAIM, CASE_MORE, MORE_RELEASE, read_menu
from bot.rehearsal.launch import launch
from tests.bench.figures import share
from tests.bench.house import own_matter
from tests.person import Person, elements
from tests.process.conftest import Theatre
from tests.process.storm import Storm
from tests.process.working import CARE

CLICKS = 20  # a second
COMPLAINTS = 50  # a second
GONE = frozenset({"no_such_element", "no_such_option"})  # the make-believe Slack has no such button any more
GOAL = 300.0  # milliseconds until 99 of 100 clicks are acknowledged
FLAT = 1.1  # at most so many times what it was after a third of the time
LATE = 2.0  # seconds between two looks at which cards there are
CARDS, STARTS_WITHIN = 25, 120.0  # to press, and seconds until they stand in Slack
SETTLES_WITHIN = 60.0  # seconds after the last complaint


@dataclass
class Weighed:
    """What the process holds at one moment."""

    minute: float
    memory: float  # MB
    descriptors: int
    threads: int
    database: float  # MB


@dataclass
class Clicks:
    """People who claim cases and hand them back, each click at its moment."""

    theatre: Theatre
    a_second: float
    took: list[float] = field(default_factory=list)  # milliseconds
    refused: int = 0
    gone: int = 0
    cards: list[dict[str, Any]] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    _hands: list[threading.Thread] = field(default_factory=list)

    def begin(self) -> None:
        """Start pressing."""
        people = [self.theatre.ana, self.theatre.ben, self.theatre.caro]
        works = [self._look, *(lambda n=n, who=who: self._press(n, who) for n, who in enumerate(people * 2))]
        for work in works:
            hand = threading.Thread(target=work, daemon=True)
            hand.start()
            self._hands.append(hand)

    def end(self) -> None:
        """Let everybody stop."""
        self.done.set()
        for hand in self._hands:
            hand.join(30)

    def _look(self) -> None:
        while not self.done.wait(LATE):
            self.look()

    def look(self) -> None:
        """Look which cards can be pressed."""
        self.cards = [one for one in self.theatre.ana.messages(CARE) if _offered(one)]

    def _press(self, number: int, who: Person) -> None:
        hands, begun, n = 6, time.perf_counter(), 0
        while not self.done.is_set():
            n += 1
            due = begun + (n * hands + number) / self.a_second
            if self.done.wait(max(0.0, due - time.perf_counter())) or not self.cards:
                continue
            card = self.cards[(n * hands + number) % len(self.cards)]
            self._timed(who, {**card, "channel": CARE}, *_offered(card))

    def _timed(self, who: Person, card: dict[str, Any], action: str, option: str) -> None:
        pressed = time.perf_counter()
        try:
            answer = who.press(card, action, option)
        except requests.RequestException:
            answer = {}
        if answer.get("error") in GONE:  # the card was drawn anew since it was looked at
            self.gone += 1
        elif answer.get("acked"):
            self.took.append((time.perf_counter() - pressed) * 1_000)
        else:
            self.refused += 1


def _offered(card: dict[str, Any]) -> tuple[str, str] | tuple[()]:
    """Return the button of a card that is pressed: claim, or hand back."""
    for one in elements(card.get("blocks") or []):
        if one.get("action_id") == CASE_CLAIM:
            return CASE_CLAIM, ""
        back = [of["value"] for of in one.get("options", ()) if read_menu(of["value"])[0] == MORE_RELEASE]
        if one.get("action_id") == CASE_MORE and back:
            return CASE_MORE, back[0]
    return ()


def weighed(theatre: Theatre, minute: float) -> Weighed:
    """Return what the desk's process holds now."""
    process = Path(f"/proc/{theatre.desks[-1].pid}")
    said = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines() if ":" in line)
    files = list(Path(theatre.directory).glob("heard.db*"))
    return Weighed(
        minute,
        int(said["VmRSS"].split()[0]) / 1_000,
        len(os.listdir(process / "fd")),
        int(said["Threads"]),
        sum(one.stat().st_size for one in files) / 1e6,
    )


def open_cases(theatre: Theatre, clicks: Clicks) -> None:
    """Let some people write about matters of their own, and wait until their cards stand in Slack."""
    for n in range(CARDS):
        theatre.street.post(f"@northwind {own_matter(n)[:120]}", handle=f"early_{n}", name=f"early_{n}")
    ends = time.monotonic() + STARTS_WITHIN
    while len(clicks.cards) < CARDS and time.monotonic() < ends:
        clicks.look()
        time.sleep(1.0)
    print(f"{len(clicks.cards)} cards to press", file=sys.stderr)


def watch(theatre: Theatre, clicks: Clicks, every: float) -> list[Weighed]:
    """Weigh the process again and again until the clicks end."""
    found, begun = [], time.monotonic()
    while not clicks.done.wait(every):
        now = weighed(theatre, (time.monotonic() - begun) / 60)
        found.append(now)
        print(f"minute {now.minute:.1f}: {len(clicks.took)} clicks, {now.memory:.0f} MB", file=sys.stderr)
    return found


def table(storm: Storm, clicks: Clicks, held: Sequence[Weighed]) -> tuple[str, list[str]]:
    """Return the figures as lines, and a sentence for each that is not as it should be."""
    known = {row[0] for row in storm.asked("SELECT external_id FROM mentions")}
    lost, twice = sorted(set(storm.posted) - known), told_twice(storm.theatre)
    p99 = share(clicks.took, 99) if len(clicks.took) > 1 else 0.0
    seconds = (storm.ended - storm.began).total_seconds()
    limited, log = storm.theatre.street.ledger()["slack"]["ratelimited"], storm.theatre.said()
    lines = [
        f"complaints: {len(storm.posted):,} in {seconds:.0f} s, {len(storm.posted) / max(seconds, 1):.1f} a second; lost: {len(lost)}",
        (
            f"clicks: {len(clicks.took):,}, acknowledged after {median(clicks.took or [0]):.0f} ms (median), {p99:.0f} ms (p99), "
            f"{max(clicks.took, default=0):.0f} ms (longest); not acknowledged: {clicks.refused}; on a button that was gone: {clicks.gone}"
        ),
        f"told twice: {len(twice)}; calls faster than Slack allows: {limited or 0}; tracebacks: {log.count('Traceback')}",
        "minute  memory MB  descriptors  threads  database MB",
        *(
            f"{one.minute:6.1f}  {one.memory:9.0f}  {one.descriptors:11}  {one.threads:7}  {one.database:11.0f}"
            for one in held
        ),
    ]
    wrong = [f"lost: {lost[:5]}"] if lost else []
    wrong += [f"told twice: {twice[:5]}"] if twice else []
    wrong += [f"99 of 100 clicks took up to {p99:.0f} ms, over {GOAL:.0f}"] if p99 >= GOAL else []
    wrong += [f"{clicks.refused} clicks were not acknowledged"] if clicks.refused else []
    return "\n".join(lines), [*wrong, *grown(held)]


def grown(held: Sequence[Weighed]) -> list[str]:
    """Return what is more at the end than it was after a third of the time; the database grows with what is in it."""
    if len(held) < 3:
        return []
    early, late = held[len(held) // 3], held[-1]
    pairs = {
        "memory": (early.memory, late.memory),
        "open descriptors": (early.descriptors, late.descriptors),
        "threads": (early.threads, late.threads),
    }
    return [f"{name} grew from {a:.0f} to {b:.0f}" for name, (a, b) in pairs.items() if b > a * FLAT + 3]


def told_twice(theatre: Theatre) -> list[str]:
    """Return the cases of which Slack shows more than one card."""
    told = [one["text"] for one in theatre.caro.messages(CARE) if not one["deleted"]]
    cards = Counter(found[1] for one in told if (found := re.search(r"(?:mention|message)\b.*, (case \d+)\.$", one)))
    return [case for case, count in cards.items() if count > 1]


def settle(storm: Storm) -> None:
    """Wait until everything that was posted is stored, at most a minute."""
    ends = time.monotonic() + SETTLES_WITHIN
    while time.monotonic() < ends:
        known = {row[0] for row in storm.asked("SELECT external_id FROM mentions")}
        if known.issuperset(storm.posted):
            return
        time.sleep(1.0)


def main() -> int:
    """Load a desk, and print what became of it."""
    chosen = argparse.ArgumentParser(prog="python -m tests.process.load", description=__doc__)
    chosen.add_argument("--minutes", type=float, default=10.0)
    chosen.add_argument("--complaints", type=float, default=COMPLAINTS, help="a second")
    chosen.add_argument("--clicks", type=float, default=CLICKS, help="a second")
    given = chosen.parse_args()
    with tempfile.TemporaryDirectory(prefix="heard-load-") as directory:
        theatre = Theatre(launch(port=0, speed=1.0, crowd=""), Path(directory) / "state")
        try:
            theatre.use_stream()
            theatre.heard_run()
            time.sleep(5)
            storm = Storm(theatre, int(given.minutes * 60 * given.complaints), given.complaints)
            clicks, held = Clicks(theatre, given.clicks), []
            watching = threading.Thread(
                target=lambda: held.extend(watch(theatre, clicks, min(60.0, given.minutes * 10)))
            )
            open_cases(theatre, clicks)
            clicks.begin()
            watching.start()
            storm.breaks()
            clicks.end()
            watching.join()
            settle(storm)
            said, wrong = table(storm, clicks, held)
        finally:
            theatre.close()
    print(said)
    print("\n".join(wrong) or "Nothing was lost or told twice, and nothing grew.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
