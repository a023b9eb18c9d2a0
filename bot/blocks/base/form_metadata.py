"""The private metadata of forms: ids and versions, with a MAC that the desk makes."""

import hmac
import json
from collections.abc import Mapping
from hashlib import sha256

from bot.domain.base.refusals import NotMadeHere


def pack(values: Mapping[str, int | str]) -> str:
    """Return a modal's private metadata: only ids and versions, since the client can read them."""
    return json.dumps(values, separators=(",", ":"))


def unpack(metadata: str) -> dict[str, int | str]:
    """Return what `pack` wrote; raise NotMadeHere for anything else."""
    try:
        values = json.loads(metadata)
    except ValueError:
        values = None
    if not isinstance(values, dict) or not all(isinstance(one, int | str) for one in values.values()):
        raise NotMadeHere(
            "This form cannot be used any more, so nothing was done. "
            "Please copy what you wrote and open the form once more from the card."
        )
    return values


def seal(metadata: str, form: str, secret: bytes) -> str:
    """Return a modal's private metadata with a MAC that is valid only for this kind of form (its callback id)."""
    return f"{metadata}.{mac_of(f'{form} {metadata}', secret)}"


def unseal(sealed: str, form: str, secret: bytes) -> str:
    """Return the metadata that `seal` was given; "", which `unpack` refuses, when the MAC does not fit this form."""
    metadata, _, mac = sealed.rpartition(".")
    known = hmac.compare_digest(mac.encode("utf-8", "replace"), mac_of(f"{form} {metadata}", secret).encode())
    return metadata if known else ""


def mac_of(signed: str, secret: bytes) -> str:
    """Return the MAC of a text, which only the desk can make."""
    return hmac.new(secret, signed.encode("utf-8", "replace"), sha256).hexdigest()[:16]
