"""Declares a Facebook Page as a kind of network."""

from functools import partial

from bot.ports.network import KnowsItself
from bot.ports.network_kind import AccountGiven, AccountOption, Address, NeededSecret, NetworkKind
from bot.ports.webhooks import TakesWebhooks

_TOKEN = NeededSecret("FACEBOOK_PAGE_TOKEN", "the system user or the Page's role in Meta Business; see the docs")
_SECRET = NeededSecret("FACEBOOK_APP_SECRET", "“App settings”, “Basic” of your own app at developers.facebook.com")

VERIFY_TOKEN = NeededSecret(
    "META_VERIFY_TOKEN", "yourself: a word that you also type where Meta asks for the verify token"
)


def _build(given: AccountGiven) -> KnowsItself:
    from bot.gateways.networks.facebook import FacebookNetwork  # noqa: PLC0415 - only when it is configured

    return FacebookNetwork(
        account=given.id,
        handle=given.handle,
        token=given.secrets[_TOKEN.name],
        app_secret=given.secrets[_SECRET.name],
        api_url=given.api_url,
        messages=given.options.get("messages", "yes") == "yes",
        human_agent=given.options.get("human_agent", "no") == "yes",
        **({} if given.within is None else {"timeout": given.within}),
    )


def _webhooks(given: AccountGiven) -> TakesWebhooks:
    from bot.gateways.networks.facebook_posts import page_account  # noqa: PLC0415 - only when it is configured
    from bot.gateways.networks.facebook_webhooks import read_changes  # noqa: PLC0415
    from bot.gateways.networks.graph_webhooks import GraphHooks  # noqa: PLC0415

    read = partial(read_changes, page_account(given.id))
    return GraphHooks(given.id, given.secrets[_SECRET.name], given.secrets.get(VERIFY_TOKEN.name, ""), read)


def yes_or_no(value: str) -> str:
    """Return what is wrong with the value of an option that is on or off, or ""."""
    return "" if value in {"yes", "no"} else "Write yes or no."


META_OPTIONS = (
    AccountOption(
        name="messages",
        description="whether private messages are read: yes or no",
        usual="yes",
        why_not=yes_or_no,
    ),
    AccountOption(
        name="human_agent",
        description="whether Meta approved the app for people's answers within seven days: yes or no",
        usual="no",
        why_not=yes_or_no,
    ),
)
META_WEBHOOK = 8_000_000  # bytes: Meta puts up to 1,000 changes into one, with signs of six bytes each

KIND = NetworkKind(
    name="facebook",
    label="Facebook",
    build=_build,
    id_pattern=r"\d{1,30}",
    id_is="the Page's number, of up to 30 digits",
    secrets=(_TOKEN, _SECRET),
    further_secrets=(VERIFY_TOKEN,),
    address=Address(name="FACEBOOK_API_URL", usual="https://graph.facebook.com/v26.0"),
    options=META_OPTIONS,
    private_answers=True,
    private_way_in=lambda handle: f"https://m.me/{handle}" if handle else "",
    largest_webhook=META_WEBHOOK,
    webhooks=_webhooks,
    stand_in="bot.rehearsal.facebook:facebook",
)
