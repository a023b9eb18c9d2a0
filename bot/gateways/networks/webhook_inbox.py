"""The webhooks of the webhook/JSON network: signed with the shared secret, in a window of time."""

from datetime import datetime

from bot.gateways.networks.hook_signature import hmac_signature
from bot.gateways.networks.webhook_format import (
    SHORTEST_SECRET,
    SIGNATURE,
    TIMESTAMP,
    VALID_FOR,
    VERSION,
    signed_at,
    signed_bytes,
)
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
        """Compare the signature with timestamp and raw body; one from another time counts as of another secret."""
        stamp = hook.headers.get(TIMESTAMP.lower(), "")
        at = signed_at(stamp)
        if at is None:
            return SignedWith.NOTHING
        given = hook.headers.get(SIGNATURE.lower(), "")
        signed = hmac_signature(given, self._secret, signed_bytes(stamp, hook.body), prefix=f"{VERSION}=")
        doubtful = abs(now - at) > VALID_FOR or len(self._secret) < SHORTEST_SECRET  # a short one can be guessed
        return SignedWith.ANOTHER_SECRET if signed is SignedWith.OUR_SECRET and doubtful else signed

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
