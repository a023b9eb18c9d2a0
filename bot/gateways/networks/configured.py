"""Builds the configured networks; a network's client library is imported only when it is configured."""

from typing import TYPE_CHECKING

from bot.gateways.networks.own_account_only import ourselves
from bot.gateways.networks.recorded import RecordedNetwork, Sink
from bot.ports import KnowsItself, Network, TakesWebhooks
from bot.ports.network_kind import AccountGiven
from bot.ports.pushes import Pushes
from bot.ports.webhooks import STATEMENTS
from bot.settings import Settings
from bot.settings.accounts import kind_of, options_of
from bot.settings.own_accounts import secret_of
from bot.settings.webhooks import statement_secret

if TYPE_CHECKING:
    from bot.settings.model import Account


def networks(settings: Settings, sink: Sink | None = None) -> dict[tuple[str, str], Network]:
    """Return every network by (name, account), and the one for recorded posts, which has no client.

    `sink`: receives the replies to recorded posts in a rehearsal.
    """
    recorded = RecordedNetwork(sink=sink)
    found: dict[tuple[str, str], Network] = {(recorded.name, recorded.account): recorded}
    for account in settings.config.accounts:
        found[account.network, account.id] = ourselves(on_network(settings, account))
    return found


def on_network(settings: Settings, account: "Account") -> KnowsItself:
    """Return the network of one account of ours."""
    return kind_of(account).build(_given(settings, account))


def webhooks(settings: Settings) -> dict[tuple[str, str], TakesWebhooks]:
    """Return what reads the webhooks of each account whose network sends some, by (name, account).

    Systems that bring statements are among them, by ("statements", name).
    """
    return _statement_inboxes(settings) | {
        (account.network, account.id): take(_given(settings, account))
        for account in settings.config.accounts
        if (take := kind_of(account).webhooks)
    }


def _statement_inboxes(settings: Settings) -> dict[tuple[str, str], TakesWebhooks]:
    if not settings.config.statement_sources:
        return {}
    from bot.gateways.statement_inbox import StatementInbox  # noqa: PLC0415 - few desks have such a system

    known = settings.secrets.by_name()
    return {
        (STATEMENTS, one.name): StatementInbox(one.name, known[statement_secret(one.name)])
        for one in settings.config.statement_sources
    }


def streams(settings: Settings) -> list[Pushes]:
    """Return what tells of new posts by itself, where it is configured."""
    of_kind: dict[str, list[Account]] = {}
    for account in settings.config.accounts:
        of_kind.setdefault(account.network, []).append(account)
    kinds = [(kind_of(some[0]), [_given(settings, one) for one in some]) for some in of_kind.values()]
    return [one for kind, given in kinds if kind.streams for one in kind.streams(given)]


def _given(settings: Settings, account: "Account") -> AccountGiven:
    kind, known = kind_of(account), settings.secrets.by_name()
    further = {  # one that several accounts share, such as of one app, has no ending
        one.name: value
        for one in kind.further_secrets
        if (value := known.get(secret_of(one.name, account.secrets)) or known.get(one.name))
    }
    return AccountGiven(
        id=account.id,
        handle=account.handle,
        secrets={one.name: known[secret_of(one.name, account.secrets)] for one in kind.secrets} | further,
        options=options_of(account),
        folder=settings.state_dir,
        api_url=settings.network_api_urls[kind.address.name] if kind.address else "",
    )
