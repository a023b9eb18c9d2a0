"""The rows of the matrix, and how its cells are run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bot.gateways.networks.certify.bench import MENTIONS, Bench, bench_of
from bot.ports.network_kind import built_in_kinds, network_kind
from tests.faults import elsewhere_calls, networks, slack
from tests.faults.cell import Cell
from tests.faults.desk import reply_on_a_desk
from tests.faults.log import logged
from tests.faults.ways import WAYS, Elsewhere, Way, elsewhere


@dataclass(frozen=True, slots=True)
class Row:
    """One call that goes out: what it is named, the other side that it needs, and how a cell of it is run."""

    name: str
    side: str  # a name of `_opened`
    run: Callable[[Any, Cell], object]
    has: Callable[[Any], bool] = lambda _: True


@dataclass(frozen=True, slots=True)
class Result:
    """One cell that was run."""

    row: str
    way: str
    said: str
    wrong: tuple[str, ...]


def rows() -> Iterator[Row]:
    """Yield every row, those of one other side together."""
    for kind in built_in_kinds():
        for stream in (MENTIONS, *kind.private_stand_ins):
            for site in networks.SITES:
                if site.private or stream == MENTIONS:
                    yield Row(f"{kind.name} {stream}: {site.method}", f"{kind.name} {stream}", site.run, _asked(site))
        if not kind.only_webhooks:
            yield Row(f"{kind.name} {MENTIONS}: a reply, on a desk", f"{kind.name} {MENTIONS}", reply_on_a_desk)
    for name, asked in slack.SITES.items():
        yield Row(f"slack: {name}", "slack", asked)
    for name, called in elsewhere_calls.SITES.items():
        yield Row(f"elsewhere: {name}", "elsewhere", called)


def _asked(site: networks.NetworkSite) -> Callable[[Any], bool]:
    return lambda bench: site.has(bench.network())


@contextmanager
def _opened(side: str) -> Iterator[Any]:
    opens = {"slack": slack.opened, "elsewhere": elsewhere_calls.opened}
    name, _, stream = side.partition(" ")
    if side in opens:
        with opens[side]() as there:
            yield there
        return
    kind = network_kind(name)
    assert kind is not None
    with bench_of(kind, stream) as bench:
        bench.complaint()  # a first reading without posts begins now, and a stand-in's posts can be of hours ago
        yield bench


def run(wanted: Callable[[Row, Way], bool] = lambda _row, _way: True) -> Iterator[Result]:
    """Run the cells that are wanted, and yield what each came to.

    Each row has a stand-in of its own: of some, posts are minutes apart, so after many of them the next is of tomorrow.
    """
    with elsewhere() as away:
        for row in rows():
            if ways := [way for way in WAYS if wanted(row, way)]:
                with _opened(row.side) as there:
                    if row.has(there):
                        yield from (_cell(row, way, there, away) for way in ways)


def _cell(row: Row, way: Way, there: Any, away: Elsewhere) -> Result:
    cell = Cell(way, away)
    there.rest() if not isinstance(there, Bench) else there.stand_in.breathe()
    secrets = there.stand_in.secrets.values() if isinstance(there, Bench) else there.secrets
    with logged(*secrets, networks.CANARY) as log:
        try:
            row.run(there, cell)
        except Exception as trouble:
            cell.finds(f"It could not be judged: {type(trouble).__name__}: {trouble}")
    cell.finds(*log.wrong())
    return Result(row.name, way.name, cell.said, tuple(cell.wrong))
