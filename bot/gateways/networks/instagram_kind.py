"""Declares Instagram as a kind of network."""

from functools import partial

from bot.gateways.networks.facebook_kind import META_OPTIONS, META_WEBHOOK, VERIFY_TOKEN
from bot.ports.network import KnowsItself
from bot.ports.network_kind import AccountGiven, AccountOption, Address, NeededSecret, NetworkKind
from bot.ports.webhooks import TakesWebhooks

_TOKEN = NeededSecret(
    "INSTAGRAM_ACCESS_TOKEN", "the Page that the account is connected with, or Instagram's own sign-in"
)
_SECRET = NeededSecret("INSTAGRAM_APP_SECRET", "“App settings”, “Basic” of your own app, or its “Instagram” page")
_USUAL, _OWN = "https://graph.facebook.com/v26.0", "https://graph.instagram.com/v26.0"
_PAGE, _INSTAGRAM = "page", "instagram"  # whose token it is


def _build(given: AccountGiven) -> KnowsItself:
    from bot.gateways.networks.instagram import InstagramNetwork  # noqa: PLC0415 - only when it is configured

    own = given.options.get("token_of", _PAGE) == _INSTAGRAM
    return InstagramNetwork(
        account=given.id,
        handle=given.handle,
        token=given.secrets[_TOKEN.name],
        app_secret=given.secrets[_SECRET.name],
        api_url=_OWN if own and given.api_url == _USUAL else given.api_url,
        own_sign_in=own,
        messages=given.options.get("messages", "yes") == "yes",
        human_agent=given.options.get("human_agent", "no") == "yes",
        folder=given.folder,
        **({} if given.within is None else {"timeout": given.within}),
    )


def _webhooks(given: AccountGiven) -> TakesWebhooks:
    from bot.gateways.networks.graph_webhooks import GraphHooks  # noqa: PLC0415 - only when it is configured
    from bot.gateways.networks.instagram_posts import ig_account  # noqa: PLC0415
    from bot.gateways.networks.instagram_webhooks import read_ig_changes  # noqa: PLC0415

    read = partial(read_ig_changes, ig_account(given.id, given.handle.removeprefix("@")), given.folder)
    return GraphHooks(given.id, given.secrets[_SECRET.name], given.secrets.get(VERIFY_TOKEN.name, ""), read)


def _no_owner(value: str) -> str:
    return "" if value in {_PAGE, _INSTAGRAM} else f'Write "{_PAGE}" or "{_INSTAGRAM}".'


KIND = NetworkKind(
    name="instagram",
    label="Instagram",
    build=_build,
    id_pattern=r"\d{1,30}",
    id_is="the number of the professional account, of up to 30 digits",
    secrets=(_TOKEN, _SECRET),
    further_secrets=(VERIFY_TOKEN,),
    address=Address(name="INSTAGRAM_API_URL", usual=_USUAL),
    options=(
        AccountOption(
            name="token_of",
            description='whose token it is: "page" (Facebook\'s sign-in) or "instagram" (Instagram\'s own)',
            usual=_PAGE,
            why_not=_no_owner,
        ),
        *META_OPTIONS,
    ),
    private_answers=True,
    largest_webhook=META_WEBHOOK,
    webhooks=_webhooks,
    no_statements="Instagram takes no post without a picture or a film, and a statement is words alone.",
    stand_in="bot.rehearsal.instagram:instagram",
)
