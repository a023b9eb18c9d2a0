"""Compares the signature of a webhook, as most networks make it: HMAC-SHA256 in hexadecimal digits."""

import hashlib
import hmac
import re

from bot.ports.webhooks import SignedWith

_FORM = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)


def hmac_signature(given: str, secret: str, signed: bytes, *, prefix: str = "") -> SignedWith:
    """Return with which secret `signed` was signed, by a header such as "sha256=..." with the prefix "sha256="."""
    if not secret:  # with none, anybody could sign
        return SignedWith.NOTHING
    digits = given.removeprefix(prefix) if given.startswith(prefix) else ""
    if not _FORM.fullmatch(digits):
        return SignedWith.NOTHING
    ours = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return SignedWith.OUR_SECRET if hmac.compare_digest(digits.lower(), ours) else SignedWith.ANOTHER_SECRET
