"""The webhooks of the webhook/JSON network: signed with the shared secret, in a window of time."""

from datetime import datetime

from bot.gateways.networks.webhook_format import SIGNATURE, TIMESTAMP, signed_at, signed_by
from bot.gateways.networks.webhook_kind import KIND, RECEIVER, SECRET
from bot.gateways.networks.webhook_posts import NotRead, PushedTo, read_pushed
from bot.ports.network_kind import AccountGiven
from bot.ports.webhooks import Delivery, Hook, News, SignedWith, Unusable


class WebhookInbox:
    """Reads what other tools push to one account."""

    def __init__(self, given: AccountGiven) -> None:
        self._secret = given.secrets[SECRET.name]
        self._us = PushedTo(KIND.name, given.id, bool(given.api_url or given.options.get(RECEIVER)))

    def signed_with(self, hook: Hook, now: datetime) -> SignedWith:
        """Compare the signature with timestamp and raw body."""
        return signed_by(self._secret, hook, now)

    def greeting(self, hook: Hook) -> str | None:  # noqa: ARG002 - nobody checks the address
        """Return None: a GET has no meaning here."""
        return None

    def news(self, hook: Hook, now: datetime) -> News:
        """Return what was pushed, or why it cannot be read."""
        try:
            batch = read_pushed(hook.body, self._us, now)
        except NotRead as wrong:
            return Unusable(f"Nothing was taken. {wrong}")
        at = signed_at(hook.headers[TIMESTAMP.lower()]) or now
        return Delivery(batch=batch, key=hook.headers[SIGNATURE.lower()].lower(), at=at)
