"""The interface to what our own systems know of customers: read-only, and nothing of it is kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Protocol

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.cases.customer import CustomerRecord

GROUP = "heard.customers"  # the entry points under which another package offers a kind
_BUILT_IN = {"csv": "bot.gateways.customers.csv_file:KIND", "https": "bot.gateways.customers.https_json:KIND"}


class LookupTrouble(Exception):
    """A source could not be asked; the text is why, in one short sentence without anything of a customer."""


class Customers(Protocol):
    """A source of customers. Both return every customer that matches; raise LookupTrouble."""

    def by_order(self, number: str) -> Sequence[CustomerRecord]:
        """Return the customers with this order number, whatever its case of letters."""

    def by_handle(self, network: str, handle: str, author_id: str) -> Sequence[CustomerRecord]:
        """Return the customers with this handle; `confirmed` says whether they confirmed to us that it is theirs.

        `handle` is without @ and in lower case. `author_id` is the network's own name of the account, or "".
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersGiven:
    """The parts to build a source from, as configured."""

    shows: tuple[str, ...]  # the facts that may leave the source
    within: float  # seconds for each question
    file: Path | None = None
    url: str = ""
    token: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersKind:
    """One kind of source: what it needs, and how it is built."""

    name: str  # in `customers.source`: "csv"
    build: Callable[[CustomersGiven], Customers]
    needs: tuple[str, ...] = ()  # keys of [customers] without which it cannot work: "file", "url"
    needs_token: bool = False
    # Returns what keeps it from working as configured, as sentences each with what to do; it calls nobody.
    check: Callable[[CustomersGiven], Sequence[tuple[str, str]]] = field(default=lambda _: ())


@cache
def customers_kind(name: str) -> CustomersKind | None:
    """Return the kind of this name, or None; looks at installed packages only for a name that is not built in."""
    if name in _BUILT_IN:
        module, _, its = _BUILT_IN[name].partition(":")
        built_in: CustomersKind = getattr(import_module(module), its)
        return built_in
    from importlib.metadata import entry_points  # noqa: PLC0415 - looking through all packages takes its time

    for one in entry_points(group=GROUP, name=name):
        kind = one.load()
        return kind if isinstance(kind, CustomersKind) and kind.name == name else None
    return None
