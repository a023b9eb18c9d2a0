"""Our session on Bluesky: signs in with the app password, renews it before it ends, and calls as our account.

A call that is refused since the session ended was not carried out, so it is made once more in a new one; no other
call is ever repeated. No clock of this machine is used: the network's own time of its answers tells what ends soon.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from bot.domain.base.moments import EPOCH
from bot.domain.mentions.poll_pace import Allowance
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, answered_at, json_object
from bot.gateways.networks.bluesky_allowance import allowance_in
from bot.gateways.networks.bluesky_answers import NOT_UNDERSTOOD, OUTCOMES, is_of_the_session
from bot.gateways.networks.bluesky_ids import is_did
from bot.gateways.networks.kept_tokens import KeptTokens
from bot.gateways.networks.whole_call import BoundedCalls
from bot.gateways.outside import Json, text_or_empty, whole_number
from bot.ports.network import NetworkTrouble

if TYPE_CHECKING:
    from requests import Response

    from bot.gateways.networks.wire import WireSession

RENEWED_AHEAD = timedelta(minutes=40)  # before its end, by a job; an access token lasts two hours
RENEWED_BEFORE = timedelta(minutes=10)  # its end, by the next call, where the job did not
SIGN_IN, RENEW = "com.atproto.server.createSession", "com.atproto.server.refreshSession"
OF_MESSAGES, MESSAGES_AT = "chat.bsky.", "did:web:api.bsky.chat#bsky_chat"  # another service, behind our own server
_FARTHEST = 7_258_118_400  # seconds; the year 2200


class BlueskySession:
    """The session of one account of ours. Each call raises NotReached, BrokenOff, RefusedCall or NetworkTrouble."""

    def __init__(self, account: str, password: str, base: str, within: float, kept: KeptTokens) -> None:
        """Take our account's id, its app password, the server's address, and the seconds for a whole call."""
        self._account, self._password, self._base, self._within = account, password, base, within
        self._kept, self._lock = kept, RLock()
        self.seen_at: datetime | None = None  # the network's time of its newest answer
        self.allowance: Allowance | None = None  # by its newest answer to a query

    @property
    def fault(self) -> str:
        """Return why the file of the tokens is not used, or ""."""
        return self._kept.fault

    def renew_at(self) -> datetime | None:
        """Return from when on the session should be renewed; None: there is none yet."""
        ends = _end_of(self._kept.read().get("access", ""))
        return ends - RENEWED_AHEAD if ends else None

    def renew(self) -> None:
        """Replace the access token by a newer one."""
        self._new_token(self._kept.read().get("access", ""))

    def ask(self, name: str, **of: str | int | list[str]) -> Json:
        """Return the answer to a query."""
        path = f"{name}?{urlencode(of, doseq=True)}" if of else name
        return self._object(self._as_ourselves("GET", path, None))

    def change(self, name: str, body: Mapping[str, Any]) -> Json:
        """Return the answer to a call that changes something; an answer that is no object is an empty one."""
        return json_object(self._as_ourselves("POST", name, body))

    def _as_ourselves(self, method: str, path: str, body: Mapping[str, Any] | None) -> bytes:
        token = self._token()
        try:
            return self._call(method, path, token, body)
        except RefusedCall as refused:
            if not is_of_the_session(refused):
                raise
        return self._call(method, path, self._new_token(token), body)

    def _token(self) -> str:
        """Return an access token that is valid for a while."""
        with self._lock:
            token = self._kept.read().get("access", "")
            return token if token and not self._ends_soon(token) else self._new_token(token)

    def _new_token(self, old: str) -> str:
        """Return another access token than the old one; one thread or process gets it, and the others use it."""
        with self._lock, self._kept.alone():
            kept = self._kept.read()
            if (now := kept.get("access", "")) and now != old:
                return now
            return (kept.get("refresh") and self._renewed(kept["refresh"])) or self._signed_in()

    def _renewed(self, token: str) -> str:
        """Return a token of the same session, or "" where that is over."""
        try:
            return self._keep(self._call("POST", RENEW, token, None))
        except RefusedCall as refused:
            if is_of_the_session(refused):
                return ""
            raise

    def _signed_in(self) -> str:
        body = {"identifier": self._account, "password": self._password}
        return self._keep(self._call("POST", SIGN_IN, "", body))

    def _keep(self, answer: bytes) -> str:
        told = self._object(answer)
        access, refresh = text_or_empty(told, "accessJwt"), text_or_empty(told, "refreshJwt")
        if not _is_token(access) or not _is_token(refresh) or not is_did(text_or_empty(told, "did")):
            raise NetworkTrouble(NOT_UNDERSTOOD)
        self._kept.keep({"access": access, "refresh": refresh})
        return access

    def _ends_soon(self, token: str) -> bool:
        ends = _end_of(token)
        return ends is not None and self.seen_at is not None and ends - self.seen_at < RENEWED_BEFORE

    @staticmethod
    def _object(answer: bytes) -> Json:
        told = json_object(answer)
        if not told:
            raise NetworkTrouble(NOT_UNDERSTOOD)
        return told

    def _call(self, method: str, path: str, token: str, body: Mapping[str, Any] | None) -> bytes:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if path.startswith(OF_MESSAGES):
            headers["Atproto-Proxy"] = MESSAGES_AT
        try:
            answer: Response = self._session.request(method, f"{self._base}/xrpc/{path}", json=body, headers=headers)
        except RefusedCall as refused:
            self._note(refused.headers)
            raise
        self._note(answer.headers)
        if method == "GET":
            self.allowance = allowance_in(answer.headers, self.seen_at)
        return answer.content

    def _note(self, headers: Mapping[str, str]) -> None:
        self.seen_at = answered_at(headers) or self.seen_at

    @cached_property
    def _session(self) -> "WireSession":
        from bot.gateways.networks.wire import WireSession  # noqa: PLC0415 - heavy, not needed at start

        return WireSession(self._base, self._within)


class HasSession(BoundedCalls):
    """The part of a network of ours that is about its session: RenewsToken and KeepsToken."""

    renews_token = True
    _session: BlueskySession

    def renew_at(self) -> datetime | None:
        """Return from when on the session should be renewed; None: there is none yet."""
        return self._session.renew_at()

    def renew_token(self) -> None:
        """Renew the session; raise NetworkTrouble."""
        try:
            self._session.renew()
        except (NotReached, BrokenOff, RefusedCall) as trouble:
            raise OUTCOMES.reading(trouble) from trouble

    def token_fault(self) -> str:
        """Return why the file of the session is not used, or ""."""
        return self._session.fault


def _is_token(text: str) -> bool:
    return 8 <= len(text) <= 8_192 and text.isascii() and text.isprintable() and " " not in text


def _end_of(token: str) -> datetime | None:
    """Return when a token ends; it is read for the time only, since nobody but the network can check it."""
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        told = json_object(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (binascii.Error, ValueError):
        return None
    seconds = whole_number(told, "exp", _FARTHEST)
    return EPOCH + timedelta(seconds=seconds) if seconds else None
