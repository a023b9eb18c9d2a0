"""Builds the configured source of customers."""

from collections.abc import Sequence
from pathlib import Path

from bot.gateways.customers.bounded import BoundedCustomers
from bot.ports.customers import Customers, CustomersGiven, customers_kind
from bot.settings import Settings
from bot.settings.secrets import CUSTOMERS_TOKEN


def given_of(settings: Settings) -> CustomersGiven | None:
    """Return what the configuration says of the source; None without one."""
    section = settings.config.customers
    if section is None:
        return None
    return CustomersGiven(
        shows=section.shows,
        within=section.within,
        file=settings.path.parent / Path(section.file).expanduser() if section.file else None,
        url=section.url,
        token=settings.secrets.by_name().get(CUSTOMERS_TOKEN, ""),
        options=section.options,
    )


def bounded_customers(settings: Settings) -> Customers | None:
    """Return the source of customers, bounded; None without one."""
    section, given = settings.config.customers, given_of(settings)
    kind = customers_kind(section.source) if section else None
    return BoundedCustomers(kind.build(given), given.within) if kind and given else None


def source_faults(settings: Settings) -> Sequence[tuple[str, str]]:
    """Return what keeps the source from working as it is configured, each with what to do; it is not asked."""
    section, given = settings.config.customers, given_of(settings)
    kind = customers_kind(section.source) if section else None
    return kind.check(given) if kind and given else ()
