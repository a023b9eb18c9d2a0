"""HTTP calls to a network: bounded in time and size, and never repeated.

Each request has its own connection: an idle one may be closed without notice, and after a reply lost on it a
person would wait a quarter of an hour. Answers that are not a success are raised as `RefusedCall`.
"""

import http.client
import io
import socket
import time
from contextvars import ContextVar
from http.cookiejar import DefaultCookiePolicy
from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util.connection import create_connection

from bot.domain.base.quick_dataclass import dataclass
from bot.gateways.bounded_answer import BoundedAnswer
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall
from bot.gateways.networks.whole_call import ends_at, note_answer
from bot.ports.leases import seconds_left

LARGEST = 10 * 1024 * 1024  # bytes of an answer
CONNECT_WITHIN = 5.0  # seconds
_LEAST = 0.2  # of the time for a whole call that has to be left for a request that changes something

_OWN_MACHINE = ("127.0.0.1", "localhost", "::1")
TROUBLE = (OSError, HTTPError, http.client.HTTPException, ValueError)  # requests' own are OSErrors


class WireSession(requests.Session):
    """A session that can reach only one network; it keeps no cookies."""

    def __init__(self, base: str, within: float, largest: int = LARGEST) -> None:
        """Take the network's address without a slash at its end, and the most seconds and bytes of a whole call."""
        super().__init__()
        self.base = base
        self.trust_env = urlsplit(base).hostname not in _OWN_MACHINE  # no proxy for a rehearsal
        self.adapters.clear()
        self.mount(base, Wire(within, largest))
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.auth = _as_it_is


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Return a request with its own secret: without this, a login in ~/.netrc would take its place."""
    return request


class Wire(HTTPAdapter):
    """Sends a request once and returns the complete answer.

    Raises NotReached, BrokenOff or RefusedCall in place of the errors of the layers below.
    """

    def __init__(self, within: float, largest: int = LARGEST) -> None:
        super().__init__(max_retries=0)
        self.poolmanager.pool_classes_by_scheme = _POOLS
        self._within, self._largest = within, largest

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401 - requests' own signature
        """Make the pool for a proxy, with watched connections too."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(self, request: requests.PreparedRequest, *_: object, **kwargs: Any) -> requests.Response:  # noqa: ANN401
        """Send one request; redirects are not followed."""
        began = time.monotonic()
        call = self._new_call(ends_at(began, self._within))
        token = CALL.set(call)
        try:
            return self._carry(request, kwargs, self._left(call, request))
        except TROUBLE as trouble:
            call.answered = False
            raise (BrokenOff if call.began else NotReached)(type(trouble).__name__) from trouble
        finally:
            CALL.reset(token)
            note_answer(time.monotonic() - began if call.answered else 0.0)

    def _left(self, call: "Call", request: requests.PreparedRequest) -> float:
        """Return the seconds that are left. Raises TimeoutError where they are too few for a change."""
        left = call.left()
        if request.method != "GET" and left < self._within * _LEAST:
            raise TimeoutError
        return left

    def _new_call(self, until: float) -> "Call":
        return Call(until)

    def _carry(self, request: requests.PreparedRequest, kwargs: dict[str, Any], left: float) -> requests.Response:
        kwargs |= {"stream": True, "timeout": (min(CONNECT_WITHIN, left), left)}
        request.headers.update({"Connection": "close", "Accept-Encoding": "identity"})
        response = super().send(request, **kwargs)
        return self._whole(response) if 200 <= response.status_code < 300 else self._refuse(response)

    def _whole(self, response: requests.Response) -> requests.Response:
        """Return the answer with its whole body."""
        body, broken = _read(response, self._largest)
        if broken:
            raise broken
        response.raw = io.BytesIO(body)
        return response

    def _refuse(self, response: requests.Response) -> NoReturn:
        body, broken = _read(response, self._largest)
        raise RefusedCall(response.status_code, response.headers, body, whole=broken is None)


def _read(response: requests.Response, most: int) -> tuple[bytes, Exception | None]:
    """Return the body, with the error that cut it short, if any; reading stops after `most` bytes."""
    try:
        body = response.raw.read(most + 1, decode_content=True)
    except TROUBLE as trouble:
        return b"", trouble
    finally:
        response.close()
    return (body, None) if len(body) <= most else (b"", ValueError("the answer is too large"))


@dataclass(slots=True)
class Call:
    """This thread's call: its deadline, and whether a byte of the request was written.

    It ends with the lease under which it is made, also when the process was stopped meanwhile.
    """

    until: float
    began: bool = False
    answered: bool = True
    sock: socket.socket | None = None  # by which another thread can end the call

    def left(self) -> float:
        """Return the seconds until the deadline. Raises TimeoutError after it."""
        left = min(self.until - time.monotonic(), seconds_left())
        if left <= 0:
            raise TimeoutError
        return left


CALL: ContextVar[Call] = ContextVar("call")


class _Answer(BoundedAnswer):
    def left(self) -> float:
        return CALL.get().left()

    def begin(self) -> None:
        super().begin()
        self.will_close = True  # even if the server ignores our request to close the connection


class _Watched(HTTPConnection):
    """Records when the first byte of a request is written: before that the request can have had no effect."""

    response_class = _Answer

    def _new_conn(self) -> socket.socket:
        """Connect to the first of the host's addresses that answers; all of them share the time for connecting."""
        until = time.monotonic() + CONNECT_WITHIN
        trouble: OSError = TimeoutError()
        for address in _addresses(self._dns_host, self.port):
            left = min(until - time.monotonic(), CALL.get().left())
            if left <= 0:
                break
            try:
                return create_connection((address, self.port), left, socket_options=self.socket_options)
            except OSError as failed:
                trouble = failed
        raise trouble

    def connect(self) -> None:
        try:
            super().connect()
        finally:
            CALL.get().began = False  # so far only bytes for a proxy or TLS were written
        CALL.get().sock = self.sock

    def send(self, data: Any) -> None:  # noqa: ANN401 - as in http.client
        if self.sock is None:
            self.connect()
        call = CALL.get()
        call.left()
        call.began = True
        super().send(data)


def _addresses(host: str, port: int) -> list[str]:
    """Return the addresses of a host, each once. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class _WatchedTLS(_Watched, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTLS


_POOLS = {"http": _PlainPool, "https": _TLSPool}
