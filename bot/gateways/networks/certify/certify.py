"""Runs every check of a network's contract and returns what each found."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

from bot.domain.base.quick_dataclass import dataclass
from bot.gateways.networks.certify import editing, hiding, liking, reading, sending, shapes, stating, webhooks
from bot.gateways.networks.certify.bench import Bench, bench_of
from bot.gateways.networks.certify.check import ContractCheck
from bot.ports.network_kind import NetworkKind

__all__ = ["ContractCheck", "ContractFinding", "certify", "checks"]

# Each with a stand-in of its own: odd values are put into answers that are short while few posts are there.
_PARTS = (
    (
        *sending.CHECKS,
        *editing.CHECKS,
        *stating.CHECKS,
        *hiding.CHECKS,
        *liking.CHECKS,
        *webhooks.CHECKS,
        *reading.CHECKS,
    ),
    shapes.CHECKS,
)
_PRIVATE_PARTS = ((*sending.PRIVATE_CHECKS, *reading.PRIVATE_CHECKS), shapes.PRIVATE_CHECKS)


@dataclass(frozen=True, slots=True)
class ContractFinding:
    """The result of one check: its name, and each thing that is wrong, as a sentence; none when all is well."""

    check: str
    wrong: tuple[str, ...]


def checks(kind: NetworkKind | None = None) -> tuple[ContractCheck, ...]:
    """Return every check, or those for this kind; the sending ones first: a second public reply is the worst."""
    return tuple(one for part in _parts(kind) for one in part)


def _parts(kind: NetworkKind | None) -> Iterator[Sequence[ContractCheck]]:
    """Yield the checks that share a stand-in; those of private messages once for each stream that has one."""
    for part in _PARTS:
        yield [one for one in part if kind is None or _applies(one, kind)]
    for stream in kind.private_stand_ins if kind else ():
        for part in _PRIVATE_PARTS:
            yield [one.of(stream) for one in part]


def _applies(check: ContractCheck, kind: NetworkKind) -> bool:
    return not (check.reads and kind.only_webhooks) and not (check.hooks and kind.webhooks is None)


def certify(kind: NetworkKind, only: Callable[[ContractCheck], bool] = lambda _: True) -> Iterator[ContractFinding]:
    """Yield what each check finds; `only`: leaves others out. Raises LookupError for a kind without a stand-in."""
    for part in _parts(kind):
        if wanted := [one for one in part if only(one)]:
            yield from _certified(kind, wanted)


def _certified(kind: NetworkKind, wanted: Sequence[ContractCheck]) -> Iterator[ContractFinding]:
    with ExitStack() as opened:
        try:
            bench = opened.enter_context(bench_of(kind, wanted[0].stream))
        except ImportError as missing:
            why = f"Its stand-in needs a package that is not installed: {missing.name}."
            yield from (ContractFinding(one.name, (why,)) for one in wanted)
            return
        for check in wanted:
            yield ContractFinding(check.name, tuple(found_by(check, bench)))


def found_by(check: ContractCheck, bench: Bench) -> Iterator[str]:
    """Yield what one check finds; what it raises is a finding too."""
    bench.stand_in.breathe()
    try:
        yield from check.run(bench)
    except Exception as trouble:  # noqa: BLE001 - whatever a network raises here, its contract does not allow
        yield f"It raises {type(trouble).__name__}."
    finally:
        bench.between.spoil(lambda _method, _path: None)
