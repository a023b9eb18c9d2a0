"""The key that signs button values: made once for a store and an epoch, so that old buttons keep working."""

import hmac
import secrets

from bot.ports import Store

KEY = "button.key"


def signing_key(store: Store) -> bytes:
    """Return the store's key; make one where there is none. Buttons of another epoch do not fit it."""
    key, nonce = lasting_key(store), store.epochs().nonce
    return hmac.digest(key, nonce.encode(), "sha256") if nonce else key


def lasting_key(store: Store) -> bytes:
    """Return the key that is the same in each epoch, for what stays on networks."""
    known = store.setting(KEY)
    if not known:
        known = secrets.token_hex(32)
        store.put_setting(KEY, known)
    return bytes.fromhex(known)
