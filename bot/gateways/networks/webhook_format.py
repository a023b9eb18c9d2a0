"""The signature of the webhook/JSON network, the same in both directions; docs/webhook-network.md describes it."""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta

from bot.gateways.networks.hook_signature import hmac_signature
from bot.ports.webhooks import Hook, SignedWith

TIMESTAMP, SIGNATURE = "Heard-Timestamp", "Heard-Signature"  # the names of the headers
VERSION = "v1"
VALID_FOR = timedelta(minutes=5)  # before and after the timestamp
SHORTEST_SECRET = 32  # signs
_STAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


def signed_bytes(stamp: str, body: bytes) -> bytes:
    """Return what is signed. `body` is the raw body; for a GET, which has none, what stands behind the "?"."""
    return f"{VERSION}:{stamp}:".encode() + body


def signing_headers(secret: str, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers that sign a request."""
    stamp = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), signed_bytes(stamp, body), hashlib.sha256).hexdigest()
    return {TIMESTAMP: stamp, SIGNATURE: f"{VERSION}={digest}"}


def signed_at(stamp: str) -> datetime | None:
    """Return the moment of a timestamp in whole seconds; None for one that is none, or far off."""
    try:
        return datetime.fromtimestamp(int(stamp), UTC) if _STAMP.fullmatch(stamp) else None
    except (ValueError, OverflowError, OSError):
        return None


def signed_by(secret: str, hook: Hook, now: datetime) -> SignedWith:
    """Compare the signature with timestamp and raw body; one from another time counts as of another secret."""
    stamp = hook.headers.get(TIMESTAMP.lower(), "")
    at = signed_at(stamp)
    if at is None:
        return SignedWith.NOTHING
    given = hook.headers.get(SIGNATURE.lower(), "")
    signed = hmac_signature(given, secret, signed_bytes(stamp, hook.body), prefix=f"{VERSION}=")
    doubtful = abs(now - at) > VALID_FOR or len(secret) < SHORTEST_SECRET  # a short one can be guessed
    return SignedWith.ANOTHER_SECRET if signed is SignedWith.OUR_SECRET and doubtful else signed
