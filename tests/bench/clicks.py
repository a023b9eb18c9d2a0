"""Measures a claim that is committed and acknowledged over Socket Mode, beside Bolt that only acknowledges."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bot.gateways.networks.recordings import RecordedPost, to_wire
from bot.rehearsal.workspace import cast
from handlers.control import DeskClient
from tests.bench.figures import Figure, Scale, Turns, at_most, in_turn, share
from tests.bench.house import NOOP_TOKEN, House, claim, claimed
from tests.bench.intake import WORDS
from tests.bench.wire import Socket, Wire

WARM = 20  # clicks before the measurement
SETTLING = 3.0  # seconds in which a desk that has just started reads what it was given
PER_SECOND = 50  # clicks under load
POSTS = 25  # recorded posts in one request, four times a second


def measured(directory: Path, scale: Scale, synchronous: str) -> list[Figure]:
    """Return the figures of clicks at this setting of SQLite's `synchronous`."""
    under_load = int(PER_SECOND * scale.seconds)
    with closing(Wire()) as wire:
        house = House(wire, directory / f"clicks-{synchronous}", WARM + scale.rounds * scale.clicks + under_load)
        with house.running(house.noop()), house.running(house.desk(synchronous)):
            desk, noop = wire.socket_of(cast.APP_TOKEN), wire.socket_of(NOOP_TOKEN)
            time.sleep(SETTLING)
            cases = iter(range(1, house.cases + 1))
            _one_by_one(desk, cases, WARM)
            _one_by_one(noop, iter(range(1, WARM + 1)), WARM)
            one_by_one = _in_turn(desk, noop, cases, scale)
            loaded = _loaded(desk, cases, under_load, house.directory)
    if (held := claimed(house)) != house.cases:
        raise RuntimeError(f"{house.cases} claims were acknowledged and {held} cases are held")
    return [*_quiet(one_by_one, synchronous), *_busy(loaded, synchronous)]


def _in_turn(desk: Socket, noop: Socket, cases: Iterator[int], scale: Scale) -> Turns:
    runs = {
        "noop": lambda: median(_one_by_one(noop, iter(range(1, scale.clicks + 1)), scale.clicks)),
        "desk": lambda: median(_one_by_one(desk, cases, scale.clicks)),
    }
    return in_turn(scale.rounds, runs)


def _one_by_one(socket: Socket, cases: Iterator[int], count: int) -> list[float]:
    return [socket.press(claim(next(cases))) for _ in range(count)]


def _loaded(desk: Socket, cases: Iterator[int], count: int, state: Path) -> list[float]:
    """Click at a steady rate, without waiting for answers, during intake; return each click's milliseconds."""
    done = threading.Event()
    intake = threading.Thread(target=_feed, args=(state, done))
    intake.start()
    begun, envelopes = time.perf_counter(), []
    for n in range(count):
        time.sleep(max(0.0, begun + n / PER_SECOND - time.perf_counter()))
        envelopes.append(desk.send(claim(next(cases))))
    acks = [desk.ack_of(one) for one in envelopes]
    done.set()
    intake.join()
    return acks


def _feed(state: Path, done: threading.Event) -> None:
    """Feed recorded posts until the clicks are done."""
    line, n = DeskClient(state / "control.sock"), 0
    while not done.wait(0.25):
        posts = [
            RecordedPost(id=str(n + k), author=f"dee_{n + k}", ours=False, created_at=datetime.now(UTC), text=WORDS)
            for k in range(POSTS)
        ]
        line.ask("feed", posts=[to_wire(one) for one in posts])
        n += POSTS
    line.close()


def _quiet(found: Turns, synchronous: str) -> list[Figure]:
    raw = f"{found.usual('desk'):.2f} ms, and {found.usual('noop'):.2f} ms for nothing"
    return [at_most(f"a claim's ack, times a no-op's, {synchronous}", found.ratio("desk", "noop"), 2.0, raw)]


def _busy(acks: list[float], synchronous: str) -> list[Figure]:
    raw = f"median {median(acks):.2f} ms, longest {max(acks):.0f} ms, {len(acks)} clicks, {POSTS * 4} posts/s"
    return [at_most(f"p99 of {PER_SECOND} claims/s during intake, {synchronous}", share(acks, 99), 50.0, raw, " ms")]
