"""Declares the reviews on Google Play as a kind of network."""

import re

from bot.domain.accounts.holds import Budgets, Use
from bot.gateways.networks.google_play_key import hidden_parts, why_no_key
from bot.ports.network import KnowsItself
from bot.ports.network_kind import AccountGiven, AccountOption, Address, NeededSecret, NetworkKind

_KEY = NeededSecret(
    "GOOGLE_PLAY_KEY",
    "“Service accounts”, “Keys”, “Add key” in the Google Cloud console: the whole JSON file",
    why_not=why_no_key,
    parts=hidden_parts,
)
_CONSOLE = re.compile(r"https://play\.google\.com/console/(?:u/\d+/)?developers/\d+/app/\d+/?")


def _why_no_console(value: str) -> str:
    return "" if not value or _CONSOLE.fullmatch(value) else "It is no address of an app in the Play Console."


def _build(given: AccountGiven) -> KnowsItself:
    from bot.gateways.networks.google_play import WITHIN, GooglePlayNetwork  # noqa: PLC0415 - only when it is configured

    return GooglePlayNetwork(
        account=given.id,
        handle=given.handle,
        key=given.secrets[_KEY.name],
        api_url=given.api_url,
        timeout=given.within or WITHIN,
        console=given.options.get("console", ""),
    )


KIND = NetworkKind(
    name="google-play",
    label="Google Play",
    build=_build,
    id_pattern=r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)+",
    id_is="the app's package name, such as com.northwind.app",
    secrets=(_KEY,),
    address=Address(name="GOOGLE_PLAY_API_URL", usual="https://androidpublisher.googleapis.com"),
    options=(
        AccountOption(
            name="console",
            description="the address of the app in the Play Console: https://play.google.com/console/developers/1/app/2",
            usual="",
            why_not=_why_no_console,
        ),
    ),
    sign_in_calls=("/token",),
    budgets=Budgets(reading=frozenset({Use.POLL, Use.LOOK})),  # so many readings an hour, so many answers a day
    one_key=True,
    removes_tags=True,
    takes_back=False,
    no_statements="Google Play takes only answers to reviews.",
    stand_in="bot.rehearsal.google_play:google_play",
)
