"""Tells leads, each time once, that a person has to renew a token, or look after the file of one."""

from datetime import datetime

from bot.domain.base.moments import moment_in
from bot.domain.mentions.token_end import TokenWarning, is_same_token, warning_due
from bot.domain.slack.notice import Said
from bot.ports import Desk, KeepsToken, Network, TokenEnds
from bot.ports.network_kind import network_label
from bot.services.base.sweeping import sweep
from bot.services.slack.tell_leads import tell_leads

_RENEW = "Please get a new one from the network, put it in, and start the desk again"


def tell_ending_tokens(desk: Desk, now: datetime) -> None:
    """Tell leads a week ahead, a day ahead, and once it has ended; also of a file of tokens that is not used."""
    accounts = {f"{name} {account}": network for (name, account), network in desk.networks.items()}
    sweep(desk, "tokens that end", accounts, lambda one: _tell(desk, accounts[one], now))


def _tell(desk: Desk, network: Network, now: datetime) -> None:
    told = network.token_ends() if isinstance(network, TokenEnds) else None
    _tell_of_end(desk, network, told or desk.policy.token_until(network.name, network.account), now)
    if isinstance(network, KeepsToken):
        _tell_of_fault(desk, network, network.token_fault(), now)


def _tell_of_end(desk: Desk, network: Network, ends: datetime | None, now: datetime) -> None:
    due = warning_due(ends, now)
    if ends is None or due == TokenWarning.NONE:
        return
    known = f"token-end:{network.name}:{network.account}"
    told, _, step = desk.store.setting(known).partition(" ")
    if is_same_token(ends, moment_in(told)) and int(step) >= due:
        return
    with desk.store.transaction():
        tell_leads(desk, f"{known}:{ends.isoformat()}:{due}", _ends(_whose(network), due, ends), now)
        desk.store.put_setting(known, f"{ends.isoformat()} {int(due)}")


def _ends(whose: str, due: TokenWarning, ends: datetime) -> Said:
    if due == TokenWarning.ENDED:
        return (f"The token of {whose} ended ", ends, f": nothing can be read or sent there. {_RENEW}.")
    within = "within a day" if due == TokenWarning.DAY else "within a week"
    return (
        f"The token of {whose} ends {within}, ",
        ends,
        f". {_RENEW}; without it nothing can be read or sent there.",
    )


def _tell_of_fault(desk: Desk, network: Network, fault: str, now: datetime) -> None:
    known = f"token-fault:{network.name}:{network.account}"
    if desk.store.setting(known) == fault:
        return
    with desk.store.transaction():
        if fault:
            tell_leads(desk, f"{known}:{now.isoformat()}", f"{_whose(network)}: {fault}", now)
        desk.store.put_setting(known, fault)


def _whose(network: Network) -> str:
    return f"@{network.handle} on {network_label(network.name)}"
