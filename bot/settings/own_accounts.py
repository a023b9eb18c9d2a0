"""Several accounts of ours: their names in rules, their secrets, who approves for each, and their faults."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import TYPE_CHECKING

from bot.domain.base.moments import utc
from bot.domain.base.policy import OwnAccount
from bot.domain.base.seldom import closest
from bot.domain.base.slack_ids import is_group
from bot.ports.network_kind import NetworkKind, network_kind
from bot.settings.faults import Fault
from bot.settings.lines import Lines
from bot.settings.secrets import APART

if TYPE_CHECKING:
    from bot.settings.model import Account, Config

Place = tuple[str | int, ...]


def account_name(account: "Account") -> str:
    """Return what rules call an account: the name it is given, or its handle."""
    return account.name or account.handle.removeprefix("@").lower()


def own_accounts_of(config: "Config") -> Mapping[tuple[str, str], OwnAccount]:
    """Return what rules say of each account, by (network, account)."""
    return {
        (one.network, one.id): OwnAccount(
            name=account_name(one),
            brand=one.brand,
            approvers=frozenset(one.approvers),
            numbers_parts=one.numbers_parts,
            token_until=token_end(config, one),
        )
        for one in config.accounts
    }


def token_end(config: "Config", account: "Account") -> datetime | None:
    """Return the beginning of the day on which a token ends, in the desk's time zone, if a person wrote it down."""
    day = account.token_until
    return utc(datetime.combine(day, time(), config.desk.zone)) if day else None


def secret_of(name: str, ending: str) -> str:
    """Return the name in the environment of a network's secret; `ending`: of one of several accounts, or ""."""
    return f"{name}{APART}{ending}" if ending else name


def secrets_of(kind: NetworkKind, ending: str) -> tuple[str, ...]:
    """Return the names of all secrets of an account on a network of this kind."""
    return tuple(secret_of(one.name, ending) for one in kind.secrets)


def account_faults(config: "Config", lines: Lines) -> Iterator[Fault]:
    """Yield a fault for accounts that are the same or share secrets, and for rules that name an unknown account."""
    for number, one in enumerate(config.accounts):
        where, line, before = f"accounts[{number + 1}]", lines.of(("accounts", number)), config.accounts[:number]
        if any((other.network, other.id) == (one.network, one.id) for other in before):
            yield Fault(line, where, "This account is here twice.", "Keep one of them.")
        elif any(_share_a_key(one, other) for other in before):
            what = "This is a further account on the same network, with the same secrets."
            remedy = (
                'Give it secrets of its own: secrets = "SUPPORT" reads each of them with __SUPPORT behind its name.'
            )
            yield Fault(line, where, what, remedy)
        yield from _strangers(config, lines, number)
    names = sorted({account_name(one) for one in config.accounts})
    for place, where, name in _named(config):
        if name not in names:
            yield Fault(lines.of(place, name), where, f"There is no account “{name}”.", _remedy(name, names))


def _share_a_key(one: "Account", other: "Account") -> bool:
    """Return whether two accounts have the same secrets, which are good for one of them only."""
    kind = network_kind(one.network)
    same = (other.network, other.secrets) == (one.network, one.secrets)
    return same and not (kind is not None and kind.one_key)


def _strangers(config: "Config", lines: Lines, number: int) -> Iterator[Fault]:
    """Yield a fault for each person of an account's approvers who may not approve at all."""
    if any(is_group(one) for one in config.people.approvers):  # who is in a group is known only to Slack
        return
    for place, who in enumerate(config.accounts[number].approvers):
        if who not in config.people.approvers:
            where = f"accounts[{number + 1}].approvers[{place + 1}]"
            line = lines.of(("accounts", number, "approvers", place), who)
            yield Fault(
                line, where, f"{who} is not among people.approvers.", "Add them there, or take them out here."
            )


def _named(config: "Config") -> Iterator[tuple[Place, str, str]]:
    """Yield every account that a rule names: its path, the path as people write it, and the name."""
    for number, rule in enumerate(config.turnaround):
        if rule.account:
            yield ("turnaround", number, "account"), f"turnaround[{number + 1}].account", rule.account
    for number, route in enumerate(config.routes):
        for place, name in enumerate(route.accounts):
            yield ("routes", number, "accounts", place), f"routes[{number + 1}].accounts[{place + 1}]", name


def _remedy(name: str, names: list[str]) -> str:
    if close := closest(name, names):
        return f"Did you mean {close}?"
    return f'Give an account name = "{name}", or take this out.'
