"""The key that signs button values: made once for a store and an epoch, so that old buttons keep working."""

import hmac
import secrets

from bot.ports import Store

KEY = "button.key"


def signing_key(store: Store) -> bytes:
    """Return the store's key; make one where there is none. Buttons of another epoch do not fit it."""
    known = store.setting(KEY)
    if not known:
        known = secrets.token_hex(32)
        store.put_setting(KEY, known)
    key, nonce = bytes.fromhex(known), store.epochs().nonce
    return hmac.digest(key, nonce.encode(), "sha256") if nonce else key
