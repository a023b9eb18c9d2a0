"""Our session on Google Play: fetches a token with the service account's key, and calls with it.

A call that is refused since the token is not good any more was not carried out, so it is made once more with a new
one; no other call is ever repeated. Tokens live in memory only: each start fetches one.
"""

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.domain.accounts.holds import Limit
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, json_object
from bot.gateways.networks.google_play_answers import NOT_UNDERSTOOD, OUTCOMES
from bot.gateways.networks.google_play_key import LASTS, assertion, service_key
from bot.gateways.outside import Json, text_or_empty, whole_number
from bot.ports.network import NetworkTrouble

if TYPE_CHECKING:
    from bot.gateways.networks.wire import WireSession

USUAL_ADDRESS = "https://androidpublisher.googleapis.com"
TOKENS_FROM = "https://oauth2.googleapis.com"
TOKEN_PATH = "/token"  # noqa: S105 - a path
_RENEWED_BEFORE = 300  # seconds before the token ends
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_NO_ENTRY = (
    "Google does not accept the key of our service account. It may be deleted, or this machine's clock may be wrong. "
    "Whoever runs Heard can check both."
)


class GooglePlaySession:
    """The session of one app. Each call raises NotReached, BrokenOff or RefusedCall; NetworkTrouble: it was not made.

    `seconds` tells the real time, since Google accepts a signature only near the moment that it names.
    """

    def __init__(self, key: str, base: str, within: float, seconds: Callable[[], float] = time.time) -> None:
        """Take the service account's key as JSON, the API's address, and the seconds for a whole call."""
        self._key, self._base, self._within, self._seconds = service_key(key), base.rstrip("/"), within, seconds
        self._lock, self._token, self._until = RLock(), "", 0.0

    def nanos(self) -> int:
        """Return the real time in nanoseconds since 1970."""
        return int(self._seconds() * 1_000) * 1_000_000

    def get(self, path: str) -> bytes:
        """Return the answer to a reading call."""
        return self._as_ourselves("GET", path, None)

    def post(self, path: str, body: Mapping[str, str]) -> bytes:
        """Return the answer to a call that changes something."""
        return self._as_ourselves("POST", path, body)

    def _as_ourselves(self, method: str, path: str, body: Mapping[str, str] | None) -> bytes:
        token = self._good_token("")
        try:
            return self._call(method, path, token, body)
        except RefusedCall as refused:
            if refused.status != 401:
                raise
        return self._call(method, path, self._good_token(token), body)

    def _call(self, method: str, path: str, token: str, body: Mapping[str, str] | None) -> bytes:
        headers = {"Authorization": f"Bearer {token}"}
        return self._session.request(method, self._base + path, json=body, headers=headers).content

    def _good_token(self, refused: str) -> str:
        """Return a token that is good for a while and not the refused one; of several threads one fetches it."""
        with self._lock:
            if not self._token or self._token == refused or time.monotonic() >= self._until:
                self._token, lasts = self._fetched()
                self._until = time.monotonic() + lasts - _RENEWED_BEFORE
            return self._token

    def _fetched(self) -> tuple[str, int]:
        signed = assertion(self._key, self._tokens_at, int(self._seconds()))
        asked = {"grant_type": _GRANT, "assertion": signed}
        try:
            answer = self._tokens.request("POST", self._tokens_at, data=asked).content
        except RefusedCall as refused:
            raise (
                NetworkTrouble(_NO_ENTRY, limit=Limit.SHUT)
                if refused.status in {400, 401}
                else OUTCOMES.reading(refused)
            ) from None
        except (NotReached, BrokenOff) as trouble:
            raise OUTCOMES.reading(trouble) from None
        return _token_in(json_object(answer))

    @property
    def _tokens_at(self) -> str:
        """Return where tokens are: with the API where that is another server, so that Google gets no key of it."""
        return (TOKENS_FROM if self._base == USUAL_ADDRESS else self._base) + TOKEN_PATH

    @cached_property
    def _session(self) -> "WireSession":
        from bot.gateways.networks.wire import WireSession  # noqa: PLC0415 - heavy, not needed at start

        return WireSession(self._base, self._within)

    @cached_property
    def _tokens(self) -> "WireSession":
        from bot.gateways.networks.wire import WireSession  # noqa: PLC0415 - heavy, not needed at start

        parts = urlsplit(self._tokens_at)
        return WireSession(f"{parts.scheme}://{parts.netloc}", self._within)


def _token_in(told: Json) -> tuple[str, int]:
    token, lasts = text_or_empty(told, "access_token"), whole_number(told, "expires_in", LASTS * 24)
    if not 8 <= len(token) <= 8_192 or not token.isascii() or not token.isprintable() or " " in token:
        raise NetworkTrouble(NOT_UNDERSTOOD)
    return token, lasts or LASTS
