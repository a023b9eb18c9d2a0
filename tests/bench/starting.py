"""From the start of the process to the first click answered, and the memory it then takes."""

import time
from contextlib import closing
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
        runs = {
            "noop": lambda: _first_ack(house, house.noop(), NOOP_TOKEN, 1, [], 0.0),
            "desk": lambda: _first_ack(house, house.heard_run(), cast.APP_TOKEN, next(cases), sizes, SETTLED),
        }
        runs["desk"]()  # once before it counts: bytecode is written
        found = in_turn(scale.rounds, runs)
    raw = f"Bolt alone {found['noop']:.0f} ms, so {found['desk'] / found['noop']:.2f} times"
    return [
        at_most("start to first ack, X configured", found["desk"], 700.0, raw, " ms"),
        at_most("resident memory then, X configured", max(sizes), 80.0, f"{SETTLED:.0f} s after that ack", " MB"),
    ]


def _first_ack(house: House, command: list[str], token: str, case: int, sizes: list[float], settled: float) -> float:
    house.wire.greet(token, claim(case))
    begun = time.perf_counter()
    with house.running(command) as process:
        socket = house.wire.socket_of(token)
        socket.ack_of("e1")
        took = (socket.first_ack - begun) * 1_000
        time.sleep(settled)
        sizes.append(resident(process.pid))
    house.wire.forget(token)
    return took


def resident(pid: int) -> float:
    """Return a process's resident memory in MB, where the system shows it; 0 where it does not."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1_024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)
