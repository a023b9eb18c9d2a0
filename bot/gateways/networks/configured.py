"""Builds the configured networks; a network's client library is imported only when it is configured."""

from typing import TYPE_CHECKING

from bot.gateways.networks.own_account_only import ourselves
from bot.gateways.networks.recorded import RecordedNetwork, Sink
from bot.ports import Network
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.gateways.networks.street import StreetNetwork
    from bot.gateways.networks.x import XNetwork
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


def on_network(settings: Settings, account: "Account") -> "XNetwork | StreetNetwork":
    """Return the network of one account of ours."""
    match account.network:
        case "x":
            return on_x(settings, account)
        case "street":
            return on_street(settings, account)


def on_street(settings: Settings, account: "Account") -> "StreetNetwork":
    """Return the rehearsal's own network for one account of ours."""
    from bot.gateways.networks.street import StreetNetwork  # noqa: PLC0415 - only when it is configured

    token = settings.secrets.street_token.get_secret_value()
    return StreetNetwork(account=account.id, handle=account.handle, token=token, api_url=settings.street_api_url)


def on_x(settings: Settings, account: "Account") -> "XNetwork":
    """Return X for one account of ours."""
    from bot.gateways.networks.x import XNetwork  # noqa: PLC0415 - tweepy only when X is configured

    keys = settings.secrets
    return XNetwork(
        account=account.id,
        handle=account.handle,
        consumer_key=keys.x_consumer_key.get_secret_value(),
        consumer_secret=keys.x_consumer_secret.get_secret_value(),
        access_token=keys.x_access_token.get_secret_value(),
        access_token_secret=keys.x_access_token_secret.get_secret_value(),
        api_url=settings.x_api_url,
    )
