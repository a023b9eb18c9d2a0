"""Declares X as a kind of network."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.domain.accounts.holds import SEPARATE
from bot.domain.accounts.spending import Charge
from bot.gateways.networks.x_chat_keys import why_no_path
from bot.ports.network import KnowsItself
from bot.ports.network_kind import AccountGiven, AccountOption, Address, NeededSecret, NetworkKind

_PORTAL = "“Keys and tokens” of your app in X's developer portal"
_BEARER = "X_BEARER_TOKEN"
_MESSAGES = "messages"
_CHAT_KEYS = "chat_keys"
_KEYS = ("X_CONSUMER_KEY", "X_CONSUMER_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET")

if TYPE_CHECKING:
    from bot.ports.pushes import Pushes


def _links_in(text: str) -> Sequence[str]:
    from bot.gateways.networks.length import x_links  # noqa: PLC0415 - only for texts on X

    return x_links(text)


def _build(given: AccountGiven) -> KnowsItself:
    consumer_key, consumer_secret, access_token, access_token_secret = (given.secrets[name] for name in _KEYS)
    usual: Mapping[str, Any] = {
        "account": given.id,
        "handle": given.handle,
        "consumer_key": consumer_key,
        "consumer_secret": consumer_secret,
        "access_token": access_token,
        "access_token_secret": access_token_secret,
        "api_url": given.api_url,
        **({} if given.within is None else {"timeout": given.within}),
    }
    older = given.options.get(_MESSAGES) == "yes"
    if keys := given.options.get(_CHAT_KEYS):
        from bot.gateways.networks.x_with_chat import XWithChat  # noqa: PLC0415 - only where an account wants it

        return XWithChat(chat_keys=keys, older_messages=older, folder=given.folder, **usual)
    if older:
        from bot.gateways.networks.x_messages import XWithMessages  # noqa: PLC0415 - the same

        return XWithMessages(**usual)
    from bot.gateways.networks.x import XNetwork  # noqa: PLC0415 - only where an account is on X

    return XNetwork(**usual)


def _streams(accounts: "Sequence[AccountGiven]") -> "Sequence[Pushes]":
    """Return one stream for each app, which its bearer token names; accounts without one are only read."""
    tokens = dict.fromkeys(token for one in accounts if (token := one.secrets.get(_BEARER, "")))
    if not tokens:
        return ()
    from bot.gateways.networks.x_posts import Us  # noqa: PLC0415 - as for XNetwork
    from bot.gateways.networks.x_stream import XStream  # noqa: PLC0415 - as for XNetwork

    keys = {name: name.removeprefix("X_").lower() for name in _KEYS}  # by tweepy's names
    apps = [(token, [one for one in accounts if one.secrets.get(_BEARER) == token]) for token in tokens]
    return [
        XStream(
            {one.id: Us(one.id, one.handle.removeprefix("@")) for one in some},
            {one.id: {keys[name]: one.secrets[name] for name in keys} for one in some},
            bearer=token,
            api_url=some[0].api_url,
            chats={one.id for one in some if one.options.get(_CHAT_KEYS)},
            **({} if some[0].within is None else {"within": some[0].within}),
        )
        for token, some in apps
    ]


KIND = NetworkKind(
    name="x",
    label="X",
    build=_build,
    id_pattern=r"\d{1,20}",
    id_is="the account's number, of up to 20 digits",
    secrets=tuple(NeededSecret(name, _PORTAL) for name in _KEYS),
    further_secrets=(NeededSecret(_BEARER, _PORTAL),),
    streams=_streams,
    streams_need=_BEARER,
    address=Address(name="X_API_URL", usual="https://api.x.com"),
    budgets=SEPARATE,  # X counts each endpoint by itself
    answers_itself=True,
    options=(
        AccountOption(
            name=_MESSAGES,
            description='"yes" to read and answer private messages, which costs more; the app needs access to them',
            usual="no",
            why_not=lambda said: "" if said in {"yes", "no"} else 'It has to be "yes" or "no".',
        ),
        AccountOption(
            name=_CHAT_KEYS,
            description="the path of the private file with the keys of X Chat, to read and answer encrypted messages",
            usual="",
            why_not=why_no_path,
        ),
    ),
    machine_replies="X wants to approve an app whose AI writes and posts replies before it posts the first one, also "
    "helpful ones: see “Developer guidelines” at docs.x.com.",
    approves_machines=True,
    refuses_repeats=True,
    links_in=_links_in,
    prices={
        Charge.POST: 0.001,
        Charge.AUTHOR: 0.010,
        Charge.LOOK: 0.005,
        Charge.EVENT: 0.005,
        Charge.REPLY: 0.010,
        Charge.LINK_REPLY: 0.200,
        Charge.STATEMENT: 0.015,
        Charge.MESSAGE: 0.010,
        Charge.MESSAGE_REPLY: 0.015,
    },
    stand_in="bot.rehearsal.stand_ins:x",
    private_stand_ins={"messages": "bot.rehearsal.x_letters:messages", "chat": "bot.rehearsal.x_chat:chat"},
)
