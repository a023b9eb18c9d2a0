"""Declares X as a kind of network."""

from bot.domain.accounts.holds import SEPARATE
from bot.ports.network import KnowsItself
from bot.ports.network_kind import AccountGiven, Address, NeededSecret, NetworkKind

_PORTAL = "“Keys and tokens” of your app in X's developer portal"
_KEYS = ("X_CONSUMER_KEY", "X_CONSUMER_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET")


def _build(given: AccountGiven) -> KnowsItself:
    from bot.gateways.networks.x import XNetwork  # noqa: PLC0415 - tweepy only when X is configured

    consumer_key, consumer_secret, access_token, access_token_secret = (given.secrets[name] for name in _KEYS)
    return XNetwork(
        account=given.id,
        handle=given.handle,
        consumer_key=consumer_key,
        consumer_secret=consumer_secret,
        access_token=access_token,
        access_token_secret=access_token_secret,
        api_url=given.api_url,
        **({} if given.within is None else {"timeout": given.within}),
    )


KIND = NetworkKind(
    name="x",
    label="X",
    build=_build,
    id_pattern=r"\d{1,20}",
    id_is="the account's number, of up to 20 digits",
    secrets=tuple(NeededSecret(name, _PORTAL) for name in _KEYS),
    address=Address(name="X_API_URL", usual="https://api.x.com"),
    budgets=SEPARATE,  # X counts each endpoint by itself
    refuses_repeats=True,
    read_costs=0.005,
    stand_in="bot.rehearsal.stand_ins:x",
)
