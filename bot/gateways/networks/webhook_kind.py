"""Declares the signed webhook/JSON network, by which any tool can bring mentions in and is told of replies."""

from urllib.parse import urlsplit

from bot.ports.network import KnowsItself
from bot.ports.network_kind import AccountGiven, AccountOption, NeededSecret, NetworkKind
from bot.ports.webhooks import TakesWebhooks

SECRET = NeededSecret(
    "WEBHOOK_SECRET",
    "yourself: at least 32 letters and digits that nobody can guess, as `openssl rand -hex 32` prints them, the same "
    "for the other tool",
)
RECEIVER, ONE_PER_KEY, FINDS, ADDRESSES, LONGEST = (
    "receiver",
    "one_post_per_key",
    "finds_by_key",
    "posts_at",
    "longest",
)
MOST_LONGEST = 20_000  # code points
_PLACE = "{id}"


def _build(given: AccountGiven) -> KnowsItself:
    from bot.gateways.networks.webhook import WITHIN, WebhookNetwork  # noqa: PLC0415 - only when it is configured

    return WebhookNetwork(given, timeout=given.within or WITHIN)


def _webhooks(given: AccountGiven) -> TakesWebhooks:
    from bot.gateways.networks.webhook_inbox import WebhookInbox  # noqa: PLC0415 - only when it is configured

    return WebhookInbox(given)


def _no_receiver(value: str) -> str:
    """Return what is wrong with a receiver's address, or ""."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if value and not good:
        return "This is not a web address; write it with https:// in front."
    if value and parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        return "This would send replies in plain sight; write https://, since http:// is for this machine only."
    if value and ("@" in parts.netloc or parts.query or parts.fragment or not value.isprintable() or " " in value):
        return "Write the address without a name, a question mark or a # in it."
    return ""


def _no_addresses(value: str) -> str:
    fits = value.startswith("https://") and value.count(_PLACE) == 1 and value.endswith(_PLACE) and " " not in value
    return "" if fits or not value else f"Write an https:// address that ends with {_PLACE}, or leave it out."


def _no_length(value: str) -> str:
    good = value.isascii() and value.isdecimal() and len(value) < 6 and 1 <= int(value) <= MOST_LONGEST
    return "" if good else f"Write a whole number from 1 to {MOST_LONGEST:,}, in quotation marks."


def _yes_or_no(value: str) -> str:
    return "" if value in {"yes", "no"} else 'Write "yes" or "no".'


KIND = NetworkKind(
    name="webhook",
    label="Webhook",
    build=_build,
    id_pattern=r"[a-z0-9-]{1,40}",
    id_is="a name of your own for this account, of up to 40 small letters, digits and hyphens",
    description="any tool of yours, by signed JSON",
    secrets=(SECRET,),
    options=(
        AccountOption(
            name=RECEIVER,
            description="the https address that is told what was approved; left out, replies go out by hand",
            usual="",
            why_not=_no_receiver,
        ),
        AccountOption(
            name=ONE_PER_KEY,
            description='"yes" if the receiver makes one post for one key, so that the desk may tell it again',
            usual="no",
            why_not=_yes_or_no,
        ),
        AccountOption(
            name=FINDS,
            description='"yes" if the receiver can be asked for the post of a key',
            usual="no",
            why_not=_yes_or_no,
        ),
        AccountOption(
            name=ADDRESSES,
            description='where a post can be seen, such as "https://forum.example/posts/{id}"',
            usual="",
            why_not=_no_addresses,
        ),
        AccountOption(name=LONGEST, description="the most characters of a reply", usual="2000", why_not=_no_length),
    ),
    private_answers=True,
    reports_deletions=True,
    webhooks=_webhooks,
    only_webhooks=True,
    stand_in="bot.rehearsal.receiver:receiver",
)
