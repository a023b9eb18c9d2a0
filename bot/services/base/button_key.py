"""The key that signs button values: made once for a store, so that old buttons keep working."""

import secrets

from bot.ports import Store

KEY = "button.key"


def signing_key(store: Store) -> bytes:
    """Return the store's key; make one where there is none."""
    known = store.setting(KEY)
    if not known:
        known = secrets.token_hex(32)
        store.put_setting(KEY, known)
    return bytes.fromhex(known)
