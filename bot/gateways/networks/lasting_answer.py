"""An HTTP answer that goes on for hours, read line by line; each line is bounded in time and size.

A connection on which no line ends for a while is dead, even if bytes come one by one.
"""

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress

import requests

from bot.domain.mentions.stream_pace import SILENCE
from bot.gateways.networks.answers import BrokenOff
from bot.gateways.networks.wire import CALL, TROUBLE, Call, Wire, WireSession

LONGEST_LINE = 1024 * 1024  # bytes; a longer line is skipped
_PIECE = 64 * 1024


class _LastingWire(Wire):
    """Returns an answer when its head is there; keeps the call, which goes on."""

    call: Call

    def _new_call(self, until: float) -> Call:
        self.call = Call(until)
        return self.call

    def _whole(self, response: requests.Response) -> requests.Response:
        return response


class LastingAnswer:
    """One request; one thread reads its lines, and any thread can end it."""

    def __init__(self, base: str, within: float, silence: float = SILENCE) -> None:
        """Take the network's address; `within`: seconds until the answer's head, `silence`: for each line."""
        self._session = WireSession(base, within)
        self._wire = _LastingWire(within)
        self._session.mount(base, self._wire)
        self._silence, self.over = silence, False

    def open(self, path: str, headers: Mapping[str, str]) -> requests.Response:
        """Send the request and return the answer's head. Raises NotReached, BrokenOff or RefusedCall."""
        return self._session.get(self._session.base + path, headers=dict(headers), stream=True)

    def lines(self, response: requests.Response) -> Iterator[bytes | None]:
        """Yield each line, without its end; an empty one means that the other side is there, None a too long one.

        Ends when the other side ended the answer, or after `hang_up`. Raises BrokenOff.
        """
        call = self._wire.call
        CALL.set(call)
        call.until = time.monotonic() + self._silence
        rest, skipped = b"", False
        try:
            while not self.over and (piece := response.raw.read1(_PIECE, decode_content=False)):
                *ended, rest = (rest + piece).split(b"\n")
                for line in ended:
                    call.until = time.monotonic() + self._silence
                    yield None if skipped or len(line) > LONGEST_LINE else line.rstrip(b"\r")
                    skipped = False
                skipped, rest = (True, b"") if len(rest) > LONGEST_LINE else (skipped, rest)
        except TROUBLE as trouble:
            if not self.over:
                raise BrokenOff(type(trouble).__name__) from trouble
        finally:
            response.close()

    def hang_up(self) -> None:
        """End the answer now; a thread that waits for a line goes on at once."""
        self.over = True
        call = getattr(self._wire, "call", None)
        if call is not None and call.sock is not None:
            with suppress(OSError):
                call.sock.shutdown(socket.SHUT_RDWR)
