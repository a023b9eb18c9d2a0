"""The section of heard.toml on what our own systems know of customers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StrictInt

from bot.settings.faults import Fault
from bot.settings.lines import Lines
from bot.settings.values import Address, Filled, Section, Small, fault, quoted

if TYPE_CHECKING:
    from bot.ports.customers import Customers, CustomersKind
    from bot.settings.load import Settings
    from bot.settings.model import Config

BUILT_IN = ("csv", "https")
_DIGITS = 4  # of an order number, at least: shorter ones would fit prices and years


def _fact(value: str) -> str:
    from bot.domain.cases.forbidden_traits import forbidden_trait  # noqa: PLC0415 - only where records are configured

    if trait := forbidden_trait(value):
        raise fault(
            f"{quoted(value)} tells of {trait}, which networks forbid to keep beside a handle.",
            "Take it out. If it means something else, give the column another name.",
        )
    return value.strip()


def _order_shape(value: str) -> str:
    if value.count("#") < _DIGITS or not value.isascii() or any(one.isspace() for one in value):
        raise fault(
            f"{quoted(value)} is no shape of an order number.",
            f'Write # for each digit, {_DIGITS} at least, and all else as it is: "NW-#####".',
        )
    return value


def _within(value: int) -> int:
    if not 1 <= value <= 5:
        raise fault(f"{value} is not from 1 to 5.", "Write 1 to 5 seconds: somebody waits for the answer.")
    return value


class CustomersSection(Section):
    """The system of ours that knows customers; without the section nobody is looked up."""

    source: Small = Field(description='"csv", "https", or the name of an installed source.')
    file: str = Field("", description="csv only: the file, relative to heard.toml; its mode has to be 600.")
    url: Address | Literal[""] = Field("", description="https only: the address that is asked for one customer.")
    order_numbers: tuple[Annotated[Filled, AfterValidator(_order_shape)], ...] = Field(
        (), description='How your order numbers look, with # for each digit: ["NW-#####"]; empty: only typed ones.'
    )
    shows: tuple[Annotated[Filled, AfterValidator(_fact)], ...] = Field(
        (), description='What is shown of a customer, by the source\'s names: ["plan", "last_order"].'
    )
    within: Annotated[StrictInt, AfterValidator(_within)] = Field(
        3,
        description="Seconds for each of a look's two questions, 1 to 5; then the case is shown without it.",
    )
    options: dict[str, str] = Field({}, description="What only an installed source wants to know.")


def customers_faults(config: "Config", lines: Lines) -> Iterator[Fault]:
    """Yield every fault of the section that concerns its source."""
    given = config.customers
    if given is None:
        return
    kind, why = _kind(given.source)
    if kind is None:
        remedy = 'Write "csv" or "https", or install the package that brings it.'
        yield Fault(lines.of(("customers", "source")), "customers.source", why, remedy)
    else:
        yield from _needed(given, kind, lines)
    parts = urlsplit(given.url)
    if parts.username or parts.password or parts.query or parts.fragment:
        what = "It has a name, a password or a question in it."
        remedy = "Write the bare address; the secret is CUSTOMERS_TOKEN in the environment."
        yield Fault(lines.of(("customers", "url")), "customers.url", what, remedy)


def _needed(given: CustomersSection, kind: "CustomersKind", lines: Lines) -> Iterator[Fault]:
    source = lines.of(("customers", "source"))
    for name in ("file", "url"):
        if name in kind.needs and not getattr(given, name):
            yield Fault(source, f"customers.{name}", f"The source {kind.name} needs it.", f"Add {name} = ...")
        if name not in kind.needs and getattr(given, name) and kind.name in BUILT_IN:
            line = lines.of(("customers", name))
            yield Fault(line, f"customers.{name}", f"The source {kind.name} does not use it.", "Take it out.")


def _kind(name: str) -> tuple["CustomersKind | None", str]:
    """Return the source of this name, or why there is none."""
    from bot.ports.customers import customers_kind  # noqa: PLC0415 - loads a source only where one is configured

    try:
        return customers_kind(name), "No source of this name is installed."
    except Exception as trouble:  # noqa: BLE001 - another's package must not hide the other faults
        return None, f"This source cannot be loaded: {type(trouble).__name__}."


def source_of_customers(settings: "Settings") -> "Customers | None":
    """Return the source that is asked about customers; None where none is configured, and nothing is loaded."""
    if settings.config.customers is None:
        return None
    from bot.gateways.customers.configured import bounded_customers  # noqa: PLC0415 - only where one is configured

    return bounded_customers(settings)


def names_secret(raw: object) -> bool:
    """Return whether an unchecked section [customers] names a source that needs a secret."""
    source = raw.get("source") if isinstance(raw, dict) else None
    kind = _kind(source.lower())[0] if isinstance(source, str) else None
    return kind is not None and kind.needs_token
