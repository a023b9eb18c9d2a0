"""Slack's requests over HTTP: signed in the last five minutes, of bounded size, each accepted once."""

import hashlib
import io
import logging
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from slack_sdk.signature import Clock, SignatureVerifier

from bot.ports import OutOfService
from bot.ports.requests import Requests

log = logging.getLogger(__name__)

LONGEST = 1_000_000  # bytes of a body; Slack's largest are a quarter of it
_WRONGLY = 3  # requests in Slack's form with another secret, before any with ours
_LOOKS_SIGNED = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)
_DIGITS = 12  # digits of a timestamp or a length; int() has its limits

Environ = dict[str, Any]
StartResponse = Callable[..., object]
Wsgi = Callable[[Environ, Any], Iterable[bytes]]


class OnlySigned:
    """WSGI middleware that checks the signature before it parses a request.

    An acknowledged request is never accepted again: a copy gets an error status. One that was not acknowledged may
    come again. Slack signs its retries anew: the last one comes five minutes later, when the first signature is no
    longer valid (docs.slack.dev, Events API, error handling).
    """

    def __init__(self, app: Wsgi, secret: str, store: Requests, clock: Clock | None = None) -> None:
        if not secret:
            raise ValueError("there is no signing secret")
        self.store = store
        self._app, self._verifier = app, SignatureVerifier(secret, clock or Clock())
        self._strange, self._ours = 0, 0  # requests of Slack's form: signed with another secret, signed with ours

    @property
    def wrongly_signed(self) -> bool:
        """Return whether the secret, or this machine's clock, seems to be wrong.

        One correctly signed request ends the doubt for ever, so that strangers who know the address cannot make a
        working desk look broken.
        """
        return self._ours == 0 and self._strange >= _WRONGLY

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        body = body_of(environ)
        if body is None:
            return plain_answer(start_response, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "This is too long.")
        stamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        signature = environ.get("HTTP_X_SLACK_SIGNATURE", "")
        if not self._signed(body, stamp, signature):
            return plain_answer(start_response, HTTPStatus.UNAUTHORIZED, "This needs Slack's signature.")
        digest = hashlib.sha256(f"{stamp}:{signature}".encode()).hexdigest()
        try:
            first = self.store.let_in(digest, datetime.fromtimestamp(int(stamp), UTC))
        except OutOfService as trouble:
            log.critical("store.out_of_service why=%s", type(trouble.__cause__ or trouble).__name__)
            return plain_answer(start_response, HTTPStatus.SERVICE_UNAVAILABLE, "Nothing can be written down now.")
        if not first:
            return plain_answer(start_response, HTTPStatus.CONFLICT, "This came before, so nothing was done again.")
        return self._answered({**environ, "wsgi.input": io.BytesIO(body)}, start_response, digest)

    def _signed(self, body: bytes, stamp: str, signature: str) -> bool:
        """Return whether Slack signed this lately; a request that makes the SDK's check fail is rejected."""
        if not _number(stamp) or not signature.isascii():
            return False
        try:
            good = self._verifier.is_valid(body, stamp, signature)
        except UnicodeDecodeError:
            return False
        self._ours += good
        self._strange += not good and _LOOKS_SIGNED.fullmatch(signature) is not None
        return good

    def _answered(self, environ: Environ, start_response: StartResponse, digest: str) -> Iterable[bytes]:
        statuses: list[str] = []

        def started(status: str, *more: object) -> object:
            statuses.append(status)
            return start_response(status, *more)

        try:
            given = self._app(environ, started)
        except Exception as trouble:  # noqa: BLE001 - what Slack signed may still be what nobody understands
            log.error("door.broken kind=%s", type(trouble).__name__)  # noqa: TRY400 - its text may be a person's
            given = plain_answer(started, HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here.")
        if not statuses[-1].startswith("2"):
            with suppress(OutOfService):  # then it is not done again, which is safer
                self.store.let_go(digest)
        return given


def _number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _DIGITS


def body_of(environ: Environ, longest: int = LONGEST) -> bytes | None:
    """Return the body of a request, or None, unread, when it has more than `longest` bytes."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not _number(length) or int(length) > longest:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    return body


def plain_answer(start_response: StartResponse, status: HTTPStatus, said: str = "") -> list[bytes]:
    """Answer with plain text."""
    start_response(f"{status.value} {status.phrase}", [("content-type", "text/plain; charset=utf-8")])
    return [said.encode()]
