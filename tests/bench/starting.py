"""Measures the time from the start of the process to the first answered click, and the memory after it."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.rehearsal.workspace import cast
from tests.bench.figures import Figure, Scale, at_most, in_turn
from tests.bench.house import NOOP_TOKEN, House, claim
from tests.bench.wire import Wire

SETTLED = 2.0  # seconds after the first acknowledgement at which memory is read


def measured(directory: Path, scale: Scale) -> list[Figure]:
    """Return how long `heard run` takes to its first acknowledgement, and its resident memory."""
    sizes: list[float] = []
    with closing(Wire()) as wire:
        house, cases = House(wire, directory / "starting", scale.rounds + 1), iter(range(1, scale.rounds + 2))
        bolt = Opening(house, house.noop(), NOOP_TOKEN)
        desk = Opening(house, house.heard_run(), cast.APP_TOKEN)
        runs = {
            "noop": lambda: bolt.first_ack(case=1),
            "desk": lambda: desk.first_ack(case=next(cases), then=lambda pid: sizes.append(resident(pid))),
        }
        runs["desk"]()  # once before the measurement, which writes the bytecode
        found = in_turn(min(scale.rounds, 5), runs)
    raw = f"Bolt alone {found.usual('noop'):.0f} ms, so {found.ratio('desk', 'noop'):.2f} times"
    return [
        at_most("start to first ack, X configured", found.usual("desk"), 700.0, raw, " ms"),
        at_most("resident memory then, X configured", max(sizes), 80.0, f"{SETTLED:.0f} s after that ack", " MB"),
    ]


@dataclass(frozen=True)
class Opening:
    """A program that connects and acknowledges."""

    house: House
    command: list[str]
    token: str

    def first_ack(self, *, case: int, then: Callable[[int], object] | None = None) -> float:
        """Start it with a click waiting; return the milliseconds to the answer. `then` gets the process id later."""
        wire = self.house.wire
        wire.greet(self.token, claim(case))
        begun = time.perf_counter()
        with self.house.running(self.command) as process:
            socket = wire.socket_of(self.token)
            socket.ack_of("e1")
            took = (socket.first_ack - begun) * 1_000
            if then is not None:
                time.sleep(SETTLED)
                then(process.pid)
        wire.forget(self.token)
        return took


def resident(pid: int) -> float:
    """Return a process's resident memory in MB, or 0 when the system does not show it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1_024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)
