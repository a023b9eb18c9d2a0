"""Declares Mastodon as a kind of network."""

from bot.ports.network import KnowsItself
from bot.ports.network_kind import AccountGiven, Address, NeededSecret, NetworkKind

_TOKEN = NeededSecret("MASTODON_ACCESS_TOKEN", "“Preferences”, “Development” of the account on its own server")


def _build(given: AccountGiven) -> KnowsItself:
    from bot.gateways.networks.mastodon import WITHIN, MastodonNetwork  # noqa: PLC0415 - only when it is configured

    return MastodonNetwork(
        account=given.id,
        handle=given.handle,
        token=given.secrets[_TOKEN.name],
        api_url=given.api_url,
        timeout=given.within or WITHIN,
    )


KIND = NetworkKind(
    name="mastodon",
    label="Mastodon",
    build=_build,
    id_pattern=r"[A-Za-z0-9-]{1,64}",
    id_is="the account's id on its server: digits on Mastodon, letters and digits on its kin",
    secrets=(_TOKEN,),
    address=Address(name="MASTODON_API_URL", remedy="Set it to the account's own server: https://mastodon.example."),
    private_answers=True,
    stand_in="bot.rehearsal.mastodon:mastodon",
)
