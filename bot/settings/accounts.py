"""Checks each of our accounts by the kind of its network."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, ValidationInfo

from bot.ports.network_kind import NetworkKind, built_in_kinds, network_kind, network_kinds, unusable_kind
from bot.settings.values import fault, quoted

if TYPE_CHECKING:
    from bot.settings.model import Account


def kind_of(account: "Account") -> NetworkKind:
    """Return the kind of an account's network, which exists, since the settings were checked."""
    kind = network_kind(account.network)
    if kind is None:
        raise LookupError(f"No kind of network is called {account.network}.")
    return kind


def options_of(account: "Account") -> dict[str, str]:
    """Return every option of the account's network, with its usual value where none is given."""
    usual = {one.name: one.usual for one in kind_of(account).options if one.usual is not None}
    return usual | account.options


def networks_in_words() -> str:
    """Return which networks an account can be on, for the table of settings."""
    each = (f'"{one.name}"' + (f" ({one.description})" if one.description else "") for one in built_in_kinds())
    return f"The network: {', '.join(each)}, or one that an installed package brings."


def _known_network(name: str) -> str:
    if why := unusable_kind(name):
        raise fault(f"The package that brings {quoted(name)} cannot be used.", f"Mend or remove it: {why}.")
    if network_kind(name) is None:
        names = ", ".join(f"'{one}'" for one in network_kinds())
        raise fault("This value is not known here.", f"Write one of {names}, or install the package that brings it.")
    return name


def id_of_kind(value: str, info: ValidationInfo) -> str:
    """Return an account's id if it has the form that its network's ids have."""
    kind = network_kind(info.data.get("network", ""))
    if kind and not re.fullmatch(kind.id_pattern, value, re.ASCII):
        raise fault(f"{quoted(value)} is no id of an account on {kind.label}.", f"Write {kind.id_is}.")
    return value


def options_of_kind(given: Mapping[str, str], info: ValidationInfo) -> Mapping[str, str]:
    """Return the options if the account's network has them all, and none is missing or unusable."""
    kind = network_kind(info.data.get("network", ""))
    if kind is None:
        return given
    known = {one.name: one for one in kind.options}
    wrong = [f"{quoted(name)} is no option of {kind.label}." for name in given if name not in known]
    for name, one in known.items():
        why = one.why_not(given[name]) if name in given else "" if one.usual is not None else "It is missing."
        wrong += [f"{name}: {why}"] if why else []
    if wrong:
        has = "; ".join(f"{name}: {one.description}" for name, one in known.items()) or "none"
        raise fault(" ".join(wrong), f"The options of {kind.label}: {has}.")
    return given


NetworkName = Annotated[str, AfterValidator(_known_network)]
