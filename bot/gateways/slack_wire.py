"""HTTP calls to Slack: bounded in time and size, never repeated, never redirected to another host."""

import json
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from http import HTTPStatus
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from math import inf
from typing import IO, Any
from urllib.error import HTTPError
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse, WebClient

from bot.gateways.bounded_answer import BoundedAnswer
from bot.gateways.outside import read_json
from bot.ports.leases import seconds_left

SHUT_OUT = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
ASKED_WITH_ANOTHER = "apps.connections.open"
TIMEOUT = 10.0  # seconds to connect and for each wait; twice that for a whole answer
LARGEST = 8 * 1024 * 1024  # bytes of an answer; Slack's are far smaller


class _Stay(HTTPRedirectHandler):
    """Does not follow redirects: urllib would send the token to the new address."""

    def redirect_request(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 - the arguments are not used
        """Return None, so that the redirect itself is the answer."""


_UNTIL: ContextVar[float] = ContextVar("until", default=inf)  # of this thread's call, by the monotonic clock


class _Answer(BoundedAnswer):
    """An answer that ends with its call."""

    def left(self) -> float:
        """Return the seconds until the call has to end. Raises TimeoutError after that."""
        left = _UNTIL.get() - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer has no end")
        return left


class _Leased(HTTPConnection):
    """Writes nothing after the lease under which a call is made; see bot/ports/leases.py."""

    response_class = _Answer

    def send(self, data: Any) -> None:  # noqa: ANN401 - as in http.client
        """Connect if needed, and write."""
        if self.sock is None:
            self.connect()
        if seconds_left() <= 0:
            raise TimeoutError("the lease has ended")
        super().send(data)


class _LeasedTLS(_Leased, HTTPSConnection):
    """The same, encrypted."""


class _Plain(HTTPHandler):
    def http_open(self, req: Request) -> HTTPResponse:
        """Open an address."""
        return self.do_open(_Leased, req)


class _Encrypted(HTTPSHandler):
    def https_open(self, req: Request) -> HTTPResponse:
        """Open an address."""
        return self.do_open(_LeasedTLS, req)


_OPENER = build_opener(_Stay, _Plain, _Encrypted)


class BoundedWebClient(WebClient):
    """Slack's own client over our transport: the SDK's follows redirects and reads answers of any size."""

    def __init__(self, token: str, base_url: str, patience: float = TIMEOUT) -> None:
        super().__init__(token=token, base_url=base_url, retry_handlers=[])
        self.patience = patience
        self.limited: Callable[[], object] = lambda: None  # called when Slack refuses a call because of a limit
        self.shut_out = ""  # the last answer's error code, when Slack does not accept the token

    def api_call(self, api_method: str, **more: Any) -> SlackResponse:  # noqa: ANN401 - the SDK's own signature
        """Make one call, and store whether Slack still accepts our token."""
        try:
            found = super().api_call(api_method, **more)
        except SlackApiError as refused:
            self._heard(api_method, refused.response)
            raise
        self._heard(api_method, found)
        return found

    def _heard(self, api_method: str, answer: object) -> None:
        if api_method == ASKED_WITH_ANOTHER or not isinstance(answer, SlackResponse) or answer.status_code >= 500:
            return
        said = answer.data if isinstance(answer.data, dict) else {}
        word = str(said.get("error") or "")
        if said.get("ok") or word.isidentifier():  # else the answer is not Slack's
            self.shut_out = word if word in SHUT_OUT else ""

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        if not url.startswith(self.base_url):
            raise ValueError("a call to Slack left Slack's base address")
        status, headers, body = _exchange(req, self.patience)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self.limited()
        return {"status": status, "headers": headers, "body": _tamed(body.decode("utf-8", "replace"))}


def _tamed(body: str) -> str:
    """Return an answer as safe JSON (see outside.py); text that is not JSON is unchanged, and the SDK reports it."""
    try:
        return json.dumps(read_json(body))
    except ValueError:
        return body


def post_json(url: str, payload: Mapping[str, object], patience: float = TIMEOUT) -> int:
    """Post to an address without a token and return the HTTP status; raise OSError."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    request = Request(url, json.dumps(payload).encode(), headers, method="POST")  # noqa: S310 - the caller checked it
    return _exchange(request, patience)[0]


def post_bytes(url: str, content: bytes, patience: float = TIMEOUT) -> int:
    """Post a file's bytes to the address that Slack gave for them, without a token; return the HTTP status."""
    headers = {"Content-Type": "application/octet-stream"}
    request = Request(url, content, headers, method="POST")  # noqa: S310 - the caller checked it
    return _exchange(request, patience)[0]


def _exchange(req: Request, patience: float) -> tuple[int, dict[str, str], bytes]:
    """Send one request and return status, headers in lower case, and the body."""
    token = _UNTIL.set(time.monotonic() + 2 * patience)
    try:
        with _opened(req, patience) as answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return answer.status or 0, headers, _body(answer)
    finally:
        _UNTIL.reset(token)


def _opened(req: Request, patience: float) -> Any:  # noqa: ANN401 - an answer or a refusal, as urllib gives them
    try:
        return _OPENER.open(req, timeout=patience)
    except HTTPError as refused:
        return refused


def _body(answer: IO[bytes]) -> bytes:
    parts, size = [], 0
    while part := answer.read1(64 * 1024):  # type: ignore[attr-defined]
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            raise TimeoutError("the answer has no end")
    return b"".join(parts)
