"""Declares Mastodon as a kind of network."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.ports.network import KnowsItself
from bot.ports.network_kind import AccountGiven, AccountOption, Address, NeededSecret, NetworkKind

if TYPE_CHECKING:
    from bot.ports.pushes import Pushes

STREAMING = "streaming"
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


def _streams(accounts: "Sequence[AccountGiven]") -> "Sequence[Pushes]":
    """Return the stream of each account that names where its server's streaming is."""
    from bot.gateways.networks.mastodon_stream import WITHIN, MastodonStream  # noqa: PLC0415 - as for MastodonNetwork

    return [
        MastodonStream(one.id, one.secrets[_TOKEN.name], at, within=one.within or WITHIN)
        for one in accounts
        if (at := one.options.get(STREAMING, ""))
    ]


def _no_address(value: str) -> str:
    """Return what is wrong with the address of a server's streaming, or ""; our token is sent there."""
    try:
        parts = urlsplit(value)
        good = bool(parts.hostname) and parts.port != 0 and parts.path in {"", "/"} and not parts.query
    except ValueError:
        good = False
    own_machine = good and parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not value or (good and "@" not in parts.netloc and (parts.scheme == "https" or own_machine)):
        return ""
    return "Write the address with https:// in front and nothing behind the server's name."


KIND = NetworkKind(
    name="mastodon",
    label="Mastodon",
    build=_build,
    machine_replies="Each server has its own rules on them, on its page “About”; some want the account to be marked "
    "as automated.",
    answers_itself=True,
    id_pattern=r"[A-Za-z0-9-]{1,64}",
    id_is="the account's id on its server: digits on Mastodon, letters and digits on its kin",
    secrets=(_TOKEN,),
    address=Address(name="MASTODON_API_URL", remedy="Set it to the account's own server: https://mastodon.example."),
    options=(
        AccountOption(
            name=STREAMING,
            description='the address of the server\'s streaming, such as "https://streaming.mastodon.example"; '
            "left out, new posts come in by reading only",
            usual="",
            why_not=_no_address,
        ),
    ),
    streams=_streams,
    streams_need=f"the option “{STREAMING}”",
    private_answers=True,
    stand_in="bot.rehearsal.mastodon:mastodon",
)
