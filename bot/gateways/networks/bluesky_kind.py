"""Declares Bluesky as a kind of network."""

from bot.domain.accounts.holds import CHANGES_APART
from bot.gateways.networks.bluesky_ids import DID_FORM
from bot.ports.network import KnowsItself
from bot.ports.network_kind import AccountGiven, AccountOption, Address, NeededSecret, NetworkKind

_PASSWORD = NeededSecret("BLUESKY_APP_PASSWORD", "“Settings”, “Privacy and security”, “App passwords” of the account")


MESSAGES = "messages"


def _no_answer(said: str) -> str:
    return "" if said in {"yes", "no"} else 'It has to be "yes" or "no".'


def _build(given: AccountGiven) -> KnowsItself:
    from bot.gateways.networks.bluesky import WITHIN, BlueskyNetwork  # noqa: PLC0415 - only when it is configured
    from bot.gateways.networks.bluesky_messages import BlueskyWithMessages  # noqa: PLC0415 - the same

    return (BlueskyWithMessages if given.options.get(MESSAGES) == "yes" else BlueskyNetwork)(
        account=given.id,
        handle=given.handle,
        password=given.secrets[_PASSWORD.name],
        api_url=given.api_url,
        timeout=given.within or WITHIN,
        folder=given.folder,
    )


KIND = NetworkKind(
    name="bluesky",
    label="Bluesky",
    build=_build,
    machine_replies="Bluesky asks accounts that answer automatically to label themselves as bots, and to answer only "
    "whoever tagged them.",
    id_pattern=DID_FORM,
    id_is="the account's DID, such as did:plc:ewvi7nxzyoun6zhxrhs64oiz",
    secrets=(_PASSWORD,),
    address=Address(name="BLUESKY_API_URL", usual="https://bsky.social"),
    budgets=CHANGES_APART,  # calls in five minutes; posts and deletions in an hour and a day besides
    answers_itself=True,
    options=(
        AccountOption(
            name=MESSAGES,
            description='"yes" to read and answer private messages; the app password needs access to them',
            usual="no",
            why_not=_no_answer,
        ),
    ),
    sign_in_calls=("com.atproto.server.createSession", "com.atproto.server.refreshSession"),
    stand_in="bot.rehearsal.bluesky:bluesky",
)
