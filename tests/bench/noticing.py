"""Measures how much processor time noticing takes for a post: alone in the middle of a storm, and with its store among open cases."""

import time
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.storms.rising import Sighting
from bot.domain.storms.signature import signature
from bot.domain.storms.spikes import Spikes
from bot.ports import Desk
from bot.services.mentions import intake
from bot.services.storms import folding, noticing
from storage import open_store
from tests.bench import million
from tests.bench.figures import Figure, Scale, at_most, share
from tests.bench.intake import WORDS
from tests.fakes import FakeClock, a_desk, a_post

WITHIN = 1.0  # ms a post
STORM = 10_000  # posts, within five minutes
ENOUGH = 100_000  # open cases
POSTS = 600  # with the store
MS = 1_000


def measured(directory: Path, scale: Scale) -> list[Figure]:
    """Return the time of a post in a storm of 10,000 within five minutes, and beside 100,000 open cases."""
    taken = _in_a_storm()
    said = f"median {share(taken, 50):.3f} ms, longest {max(taken):.1f} ms, of {STORM:,} posts within five minutes"
    beside, decided, cases = _with_a_store(directory, min(ENOUGH, scale.open_cases))
    folds = "99 of 100, some of them folded; processor time"
    return [
        at_most("noticing a post in a storm, 99 of 100", share(taken, 99), WITHIN, said, " ms"),
        at_most(
            f"noticing a post with {cases:,} open cases", beside, WITHIN, f"mean of {POSTS}, read and kept", " ms"
        ),
        at_most(f"deciding whether to fold it, {cases:,} open cases", share(decided, 99), WITHIN, folds, " ms"),
    ]


def _in_a_storm() -> list[float]:
    """Return the milliseconds of each post: its words are found, then it is looked at."""
    spikes, taken = Spikes(), list[float]()
    for n in range(STORM):
        text = f"{WORDS} my app will not open" if n % 3 else f"{WORDS} {'bcdfghk'[n % 7] * 4}{'lmnp'[n % 4] * 3}"
        begun = time.thread_time()
        at = million.FIRST_DUE + n * timedelta(milliseconds=30)
        spikes.see(Sighting(at=at, author=f"x:{n}", case=n, signature=signature(text, "en")))
        taken.append((time.thread_time() - begun) * MS)
    return taken


def _with_a_store(directory: Path, cases: int) -> tuple[float, list[float], int]:
    """Return the mean milliseconds of a post that is read, looked at and kept, and those of each that may be folded."""
    path, now = million.open_cases(directory, cases, timedelta()), million.FIRST_DUE + timedelta(hours=3)
    with closing(open_store(f"sqlite:///{path}")) as store:
        desk = a_desk(store, clock=FakeClock(now))
        noticing.check_new_posts(desk, now)
        with store.transaction():
            for n in range(POSTS):
                at = now + n * timedelta(milliseconds=30)
                intake.take_in(desk, a_post(f"storm-{n}", "my app will not open", by=f"storm{n}", at=at), at)
        later = now + timedelta(minutes=1)
        begun = time.thread_time()
        while noticing.check_new_posts(desk, later):
            pass
        took = time.thread_time() - begun
        return took / POSTS * MS, _deciding(desk, later), cases


def _deciding(desk: Desk, now: datetime) -> list[float]:
    """Return the milliseconds of each decision whether a new case belongs to the storm."""
    folding.read_storms(desk)
    taken, found = list[float](), 0
    for n in range(POSTS):
        post = a_post(f"late-{n}", WORDS if n % 3 else "my app will not open", by=f"late{n}", at=now)
        post = replace(post, author=replace(post.author, followers=40))
        case = replace(desk.store.case(1), id=0, author=post.author, root_id=post.root_id)
        begun = time.thread_time()
        placed, _ = folding.placed(desk, case, post)
        taken.append((time.thread_time() - begun) * MS)
        found += bool(placed.storm)
    if not 0 < found < POSTS:
        raise RuntimeError(f"{found} of {POSTS} posts would be folded; some, but not all, should be")
    return taken
