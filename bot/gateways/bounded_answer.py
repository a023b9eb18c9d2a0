"""An HTTP answer that is read until a deadline: a socket's own timeout starts again at each byte."""

import io
import socket
from http.client import HTTPResponse
from typing import Any


class BoundedAnswer(HTTPResponse):
    """An answer whose head and body end at a deadline, however slowly they come."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as in http.client
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_BoundedRead(self.fp.detach(), sock, self))

    def left(self) -> float:
        """Return the seconds until the deadline. Raises TimeoutError after it."""
        raise NotImplementedError


class _BoundedRead(io.RawIOBase):
    """A socket's file that stops at the deadline of its answer."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, answer: BoundedAnswer) -> None:
        self._raw, self._sock, self._answer = raw, sock, answer

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - a buffer, as in io
        self._sock.settimeout(self._answer.left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
