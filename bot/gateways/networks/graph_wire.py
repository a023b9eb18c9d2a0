"""Calls to Meta's Graph API: the token in the head, its proof beside it, one call at a time."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from bot.domain.base.moments import of_micros
from bot.domain.base.quick_dataclass import dataclass
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, answered_at, json_object
from bot.gateways.networks.call_outcomes import CallOutcomes
from bot.gateways.networks.graph_answers import is_missing, is_too_large
from bot.gateways.outside import Json, object_in, read_json, text_or_empty, whole_number
from bot.ports.network import NetworkTrouble

if TYPE_CHECKING:
    from requests import Response

    from bot.gateways.networks.wire import WireSession

TROUBLE = (NotReached, BrokenOff, RefusedCall)
_LATEST = 7_000_000_000  # seconds since 1970


@dataclass(frozen=True, slots=True)
class GraphAnswer:
    """An answer: its words, and when it was given by Meta's clock; None: it did not say."""

    told: Json
    at: datetime | None


class GraphCalls:
    """The calls of one account."""

    def __init__(
        self, base: str, token: Callable[[], str], app_secret: str, within: float, outcomes: CallOutcomes
    ) -> None:
        """Take the API's address with its version, the token of the moment, and the most seconds for a whole call."""
        self._base, self._token, self._within, self._outcomes = base.rstrip("/"), token, within, outcomes
        self._app_secret = app_secret.encode()
        self._origin = "{0.scheme}://{0.netloc}".format(urlsplit(base))

    @cached_property
    def _session(self) -> "WireSession":
        from bot.gateways.networks.wire import WireSession  # noqa: PLC0415 - heavy, not needed at start

        return WireSession(self._origin, self._within)

    def _send(self, method: str, address: str, said: Mapping[str, str] | None = None) -> "Response":
        return self._session.request(method, address, data=said, headers={"Authorization": f"Bearer {self._token()}"})

    def _proof(self) -> Mapping[str, str]:
        """Return what shows that the app itself calls: without it a token that was stolen would be enough."""
        return {"appsecret_proof": hmac.new(self._app_secret, self._token().encode(), hashlib.sha256).hexdigest()}

    def get(self, path: str, **asked: str | int) -> GraphAnswer:
        """Read something; raise NetworkTrouble."""
        try:
            return self.seen(path, **asked)
        except TROUBLE as trouble:
            raise self._outcomes.reading(trouble) from trouble

    def lighter(self, path: str, *asked: Mapping[str, str | int]) -> GraphAnswer:
        """Read something, with less asked for where Meta finds the first question too large; raise NetworkTrouble."""
        for one in asked[:-1]:
            try:
                return self.seen(path, **one)
            except TROUBLE as trouble:
                if not isinstance(trouble, RefusedCall) or not is_too_large(trouble):
                    raise self._outcomes.reading(trouble) from trouble
        return self.get(path, **asked[-1])

    def there(self, path: str, **asked: str | int) -> GraphAnswer | None:
        """Read something that may be gone; None: there is none, or none for us. Raises NetworkTrouble."""
        try:
            return self.seen(path, **asked)
        except TROUBLE as trouble:
            if isinstance(trouble, RefusedCall) and is_missing(trouble):
                return None
            raise self._outcomes.reading(trouble) from trouble

    def seen(self, path: str, **asked: str | int) -> GraphAnswer:
        """Read something; raise NotReached, BrokenOff, RefusedCall, or NetworkTrouble for what is no answer."""
        response = self._call("GET", path, asked)
        told = json_object(response.content)
        if not told:
            raise NetworkTrouble(f"{self._outcomes.label} sent something that Heard does not understand.")
        return GraphAnswer(told, answered_at(response.headers))

    def post(self, path: str, said: Mapping[str, str]) -> Json:
        """Do something; raise NotReached, BrokenOff or RefusedCall."""
        return json_object(self._send("POST", self._base + path, {**said, **self._proof()}).content)

    def delete(self, path: str) -> Json:
        """Delete something; raise NotReached, BrokenOff or RefusedCall."""
        return json_object(self._call("DELETE", path, {}).content)

    def _call(self, method: str, path: str, asked: Mapping[str, str | int]) -> "Response":
        return self._send(method, f"{self._base}{path}?{urlencode({**asked, **self._proof()})}")

    def newer_token(self) -> GraphAnswer:
        """Ask for a newer token of Instagram's own sign-in, which has no version; raise NetworkTrouble."""
        asked = urlencode({"grant_type": "ig_refresh_token", **self._proof()})
        try:
            response = self._send("GET", f"{self._origin}/refresh_access_token?{asked}")
        except TROUBLE as trouble:
            raise self._outcomes.reading(trouble) from trouble
        return GraphAnswer(json_object(response.content), answered_at(response.headers))

    def token_ends(self) -> datetime | None:
        """Ask until when the token is good; None: without an end, or it cannot be read.

        The token itself has to be named in this question. So it is asked as a call within a call, whose body no
        server on the way writes down, as it may with an address.
        """
        asked = [{"method": "GET", "relative_url": f"debug_token?{urlencode({'input_token': self._token()})}"}]
        try:
            said = {"batch": json.dumps(asked), "include_headers": "false", **self._proof()}
            response = self._send("POST", f"{self._base}/me", said)
        except TROUBLE:
            return None
        return _end_in(response.content)


def _end_in(body: bytes) -> datetime | None:
    """Return the earlier end: of the token, or of the right to read with it."""
    try:
        found = read_json(body.decode("utf-8", "replace"))
    except ValueError:
        return None
    first = found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}
    told = object_in(json_object(text_or_empty(first, "body").encode()), "data")
    ends = [whole_number(told, name, _LATEST) for name in ("expires_at", "data_access_expires_at")]
    return min((of_micros(one * 1_000_000) for one in ends if one), default=None)
