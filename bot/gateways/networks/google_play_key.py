"""Reads the key of a Google service account, and signs with it what Google asks for a token."""

from collections.abc import Sequence
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.domain.base.quick_dataclass import dataclass
from bot.gateways.networks.answers import json_object
from bot.gateways.outside import text_or_empty
from bot.ports.network import NetworkTrouble

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

LASTS = 3600  # seconds; the longest that Google allows
SCOPE = "https://www.googleapis.com/auth/androidpublisher"
_BEGINS = "-----BEGIN PRIVATE KEY-----"
_NO_LIBRARY = (
    "Google Play needs one more package here. Whoever runs Heard can install it: pip install 'heard[google-play]'."
)
_UNUSABLE = "The private key in GOOGLE_PLAY_KEY cannot be used. Please create a new JSON key of the service account."


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """The key of a service account: whose it is, the key's id, and the private key itself."""

    email: str
    id: str
    private: str = field(repr=False)


def service_key(text: str) -> ServiceKey:
    """Return the key in the JSON that Google hands out; its parts are empty where they are not there."""
    told = json_object(text.encode("utf-8", "replace"))
    return ServiceKey(*(text_or_empty(told, name) for name in ("client_email", "private_key_id", "private_key")))


def why_no_key(text: str) -> str:
    """Return what is wrong with a text that should be such a key, as a sentence, or ""."""
    key = service_key(text)
    if "@" in key.email and key.private.strip().startswith(_BEGINS):
        return ""
    return "It is not the JSON key of a service account."


def hidden_parts(text: str) -> Sequence[str]:
    """Return the parts of a key that no log may show; the lines of the private key, too."""
    key = service_key(text)
    lines = [one for one in key.private.splitlines() if len(one) > 20 and not one.startswith("-----")]
    return [one for one in (key.id, key.private, *lines) if one]


def assertion(key: ServiceKey, audience: str, at: int) -> str:
    """Return a signed request for a token; `at`: seconds since 1970. Raises NetworkTrouble with what to do."""
    claims = {"iss": key.email, "scope": SCOPE, "aud": audience, "iat": at, "exp": at + LASTS}
    try:
        import jwt  # noqa: PLC0415 - only when it is configured

        return jwt.encode(claims, _ready(key.private), algorithm="RS256", headers={"kid": key.id})
    except ImportError:
        raise NetworkTrouble(_NO_LIBRARY) from None
    except (ValueError, TypeError, NotImplementedError, jwt.PyJWTError):
        raise NetworkTrouble(_UNUSABLE) from None


@lru_cache(maxsize=8)
def _ready(private: str) -> "RSAPrivateKey":
    """Return a private key ready for signing; checking it takes 35 ms."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415 - only when it is configured
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - as above

    found = load_pem_private_key(private.encode(), None)
    if not isinstance(found, RSAPrivateKey):
        raise TypeError("Google hands out RSA keys.")
    return found
