"""Measures how late reminders are with very many open cases: during intake, and after a kill at their due moments."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from tests.bench import million
from tests.bench.figures import Figure, Scale, at_most, share
from tests.bench.house import ROOT
from tests.children import Child

BEFORE = timedelta(seconds=3)  # the desk opens so long before the first reminder is due
AWAY = 3.0  # seconds between a kill and the next start
POSTS = 100  # a second, while reminders fall due
WITHIN = 100.0  # milliseconds
LONGEST = 300.0  # real seconds for one run of the clockwork
SETTLED = 1_000_000  # microseconds after the start, whose own cost is measured elsewhere
SKIPPED = """SELECT count(*) FROM promises p WHERE p.started_at + p.within / 2 <= :until
AND NOT EXISTS (SELECT 1 FROM nags n WHERE n.promise_id = p.id AND n.level = 50)"""

Run = tuple[int, list[tuple[int, int]]]  # when the work began; for each reminder when it was due and when committed


def measured(directory: Path, scale: Scale) -> list[Figure]:
    """Return how late reminders are written, at `synchronous` FULL as the desk runs."""
    path = million.open_cases(directory, scale.open_cases)
    begins = million.FIRST_DUE - BEFORE
    busy = _run(path, begins, scale.seconds * 3, POSTS)
    flat_out = _run(path, _after(busy), scale.seconds, 0)
    killed = _run(path, _after(flat_out), scale.seconds / 2, POSTS, kill=True)
    back = _run(path, _after(killed, AWAY), AWAY + scale.seconds / 2, POSTS)
    _nobody_skipped(path, max(due for due, _ in back[1]))
    cases = f"{scale.open_cases:,} open cases"
    return [
        _line(f"a reminder's lateness p99, {cases}, {POSTS} posts/s", busy, WITHIN),
        _line("the same, posts as fast as they are taken in", flat_out, None),
        _caught_up(back),
    ]


def _run(path: Path, start: datetime, seconds: float, posts: int, *, kill: bool = False) -> Run:
    """Run the clockwork in a separate process until it wrote the reminders of so many seconds; then end or kill it."""
    command = [sys.executable, "-m", "tests.bench.alarm", str(path), str(start.timestamp()), str(posts)]
    began, *lines = lines_of(command, 1 + int(seconds / million.APART.total_seconds()), kill=kill)
    return int(began), [(int(due), int(at)) for due, at in (line.split() for line in lines)]


def lines_of(command: Sequence[str], least: int, *, kill: bool = False) -> Sequence[str]:
    """Return what a process prints that ends with its input: at least so many lines, however long they take.

    Then its input is closed, or it is killed. Raises RuntimeError when it ends before.
    """
    pipe = subprocess.PIPE
    with (
        Child(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process,
        ending(process),
    ):
        assert process.stdin
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(least)]
        if kill:
            process.kill()
        process.stdin.close()
        lines += process.stdout
    whole = [line for line in lines if line.endswith("\n")]  # a kill may tear the last one
    if len(whole) < least:
        raise RuntimeError(f"The process ended after {len(whole)} of {least} lines.")
    return whole


@contextmanager
def ending(process: "subprocess.Popen[str]") -> Iterator[None]:
    """Kill a process that is still there after LONGEST, so that nobody waits for it for ever."""
    watch = threading.Timer(LONGEST, process.kill)
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _after(run: Run, seconds: float = 0.0) -> datetime:
    """Return a moment of the desk's clock after the last reminder of a run."""
    began, noted = run
    return datetime.fromtimestamp(max([began, *(at for _, at in noted)]) / 1e6 + seconds, UTC)


def _line(what: str, run: Run, goal: float | None) -> Figure:
    late = [(at - due) / 1_000 for due, at in run[1] if due > run[0] + SETTLED]
    raw = f"median {median(late):.1f} ms, longest {max(late):.0f} ms, {len(late)} reminders"
    return at_most(what, share(late, 99), goal, raw, " ms")


def _caught_up(run: Run) -> Figure:
    """Return how long after its start a desk had written the reminders that fell due while it did not run."""
    began, noted = run
    missed = [(due, at) for due, at in noted if due <= began]
    late = max(at - due for due, at in missed) / 1e6
    raw = f"{len(missed)} due while it was away, each reminded of once, the latest {late:.1f} s after its time"
    took = (max(at for _, at in missed) - began) / 1_000
    return at_most("after a kill: from the start until all is caught up", took, None, raw, " ms")


def _nobody_skipped(path: Path, until: int) -> None:
    with closing(sqlite3.connect(path)) as conn:
        skipped = conn.execute(SKIPPED, {"until": until}).fetchone()[0]
    if skipped:
        raise RuntimeError(f"{skipped} reminders were skipped")
