"""Runs every check of a network's contract and returns what each found."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.gateways.networks.certify import editing, reading, sending, shapes, webhooks
from bot.gateways.networks.certify.bench import Bench, bench_of
from bot.gateways.networks.certify.check import ContractCheck
from bot.ports.network_kind import NetworkKind

__all__ = ["ContractCheck", "ContractFinding", "certify", "checks"]

# Each with a stand-in of its own: odd values are put into answers that are short while few posts are there.
_PARTS = ((*sending.CHECKS, *editing.CHECKS, *webhooks.CHECKS, *reading.CHECKS), shapes.CHECKS)


@dataclass(frozen=True, slots=True)
class ContractFinding:
    """The result of one check: its name, and each thing that is wrong, as a sentence; none when all is well."""

    check: str
    wrong: tuple[str, ...]


def checks(kind: NetworkKind | None = None) -> tuple[ContractCheck, ...]:
    """Return every check, or those for this kind; the sending ones first: a second public reply is the worst."""
    return tuple(one for part in _PARTS for one in part if kind is None or _applies(one, kind))


def _applies(check: ContractCheck, kind: NetworkKind) -> bool:
    return not (check.reads and kind.only_webhooks) and not (check.hooks and kind.webhooks is None)


def certify(kind: NetworkKind) -> Iterator[ContractFinding]:
    """Yield what each check finds. Raises LookupError for a kind without a stand-in."""
    for part in _PARTS:
        with bench_of(kind) as bench:
            for check in (one for one in part if _applies(one, kind)):
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
