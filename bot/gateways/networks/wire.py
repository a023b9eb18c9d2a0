"""HTTP calls to a network: bounded in time and size, and never repeated.

Each request has a connection of its own: one that lay idle may be gone without a word, and a reply lost on it would
cost a person a quarter of an hour. Answers that are no success leave as `RefusedCall` before a client reads them.
"""

import http.client
import io
import socket
import time
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall

LARGEST = 10 * 1024 * 1024  # bytes of an answer
CONNECT_WITHIN = 5.0  # seconds

_OWN_MACHINE = ("127.0.0.1", "localhost", "::1")
_TROUBLE = (OSError, HTTPError, http.client.HTTPException, ValueError)  # requests' own are OSErrors


class WireSession(requests.Session):
    """A session from which nothing but one network can be reached; keeps no cookies."""

    def __init__(self, base: str, within: float) -> None:
        """Take the network's address without a slash at its end, and the seconds that a whole call may last."""
        super().__init__()
        self.base = base
        self.trust_env = urlsplit(base).hostname not in _OWN_MACHINE  # no proxy stands before a rehearsal
        self.adapters.clear()
        self.mount(base, Wire(within))
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))


class Wire(HTTPAdapter):
    """Carries a call once and returns its whole answer.

    Raises NotReached, BrokenOff or RefusedCall, whatever the layers below call it.
    """

    def __init__(self, within: float) -> None:
        super().__init__(max_retries=0)
        self.poolmanager.pool_classes_by_scheme = _POOLS
        self._within = within

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401 - requests' own signature
        """Make the pool for a proxy, watched too."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(self, request: requests.PreparedRequest, *_: object, **kwargs: Any) -> requests.Response:  # noqa: ANN401
        """Carry one call; redirects are answers like any other and are not followed."""
        call = _Call(time.monotonic() + self._within)
        token = _CALL.set(call)
        try:
            return self._carry(request, kwargs)
        except _TROUBLE as trouble:
            raise (BrokenOff if call.began else NotReached)(type(trouble).__name__) from trouble
        finally:
            _CALL.reset(token)

    def _carry(self, request: requests.PreparedRequest, kwargs: dict[str, Any]) -> requests.Response:
        kwargs |= {"stream": True, "timeout": (min(CONNECT_WITHIN, self._within), self._within)}
        request.headers.update({"Connection": "close", "Accept-Encoding": "identity"})
        response = super().send(request, **kwargs)
        body, broken = _read(response)
        if not 200 <= response.status_code < 300:
            raise RefusedCall(response.status_code, response.headers, body, whole=broken is None)
        if broken:
            raise broken
        response.raw = io.BytesIO(body)
        return response


def _read(response: requests.Response) -> tuple[bytes, Exception | None]:
    """Return the body, or what broke it off; an endless one breaks off at LARGEST."""
    try:
        body = response.raw.read(LARGEST + 1, decode_content=True)
    except _TROUBLE as trouble:
        return b"", trouble
    finally:
        response.close()
    return (body, None) if len(body) <= LARGEST else (b"", ValueError("the answer is too large"))


@dataclass(slots=True)
class _Call:
    """The call that this thread is making: until when it may last, and whether a byte of it was written."""

    until: float
    began: bool = False

    def left(self) -> float:
        """Return the seconds left. Raises TimeoutError when there are none."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


_CALL: ContextVar[_Call] = ContextVar("call")


class _BoundedRead(io.RawIOBase):
    """A socket's file that gives up when the call's time is over; a socket's own timeout starts anew at each byte."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw, self._sock = raw, sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - a buffer, as in io
        self._sock.settimeout(_CALL.get().left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as in http.client
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_BoundedRead(self.fp.detach(), sock))

    def begin(self) -> None:
        super().begin()
        self.will_close = True  # even where the server would keep the connection in spite of what we asked


class _Watched(HTTPConnection):
    """Notes when the first byte of a request is written, which is what decides whether it can have had an effect."""

    response_class = _Answer

    def connect(self) -> None:
        try:
            super().connect()
        finally:
            _CALL.get().began = False  # so far only a proxy or TLS was spoken to

    def send(self, data: Any) -> None:  # noqa: ANN401 - as in http.client
        if self.sock is None:
            self.connect()
        call = _CALL.get()
        call.left()
        call.began = True
        super().send(data)


class _WatchedTLS(_Watched, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTLS


_POOLS = {"http": _PlainPool, "https": _TLSPool}
