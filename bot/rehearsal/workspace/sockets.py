"""Socket Mode: the open connections, which one a payload goes to, and the acknowledgements."""

import asyncio
import json
import secrets
import threading
import uuid
from concurrent.futures import Future
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.rehearsal.workspace.cast import APP
from bot.rehearsal.workspace.errors import Json
from bot.rehearsal.workspace.limits import OPEN_SOCKETS

_BYE = None
_CLOSES_AFTER = 10.0  # real seconds between Slack's warning and the close


@dataclass(slots=True, eq=False)
class _Connection:
    socket: WebSocket
    loop: asyncio.AbstractEventLoop
    words: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)
    leaving: bool = False

    def send(self, word: str | None) -> None:
        self.loop.call_soon_threadsafe(self.words.put_nowait, word)


class Sockets:
    """Keeps the open connections; sends each payload to one of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: list[_Connection] = []
        self._waiting: dict[str, Future[Json]] = {}
        self.ever = 0

    def count(self) -> int:
        """Count the open connections."""
        return len(self._open)

    def send(self, kind: str, payload: Json, *, attempt: int = 0, reason: str = "") -> Future[Json] | None:
        """Send a payload to one connection; the future gets its acknowledgement. None without a connection."""
        with self._lock:
            staying = [c for c in self._open if not c.leaving] or self._open
            connection = secrets.choice(staying) if staying else None
        if connection is None:
            return None
        envelope_id = str(uuid.uuid4())
        acked = self._waiting[envelope_id] = Future()
        envelope: Json = {"envelope_id": envelope_id, "payload": payload, "type": kind}
        envelope["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        connection.send(json.dumps(envelope))
        return acked

    def forget(self, acked: Future[Json]) -> None:
        """Stop waiting for this acknowledgement."""
        for envelope_id, future in list(self._waiting.items()):
            if future is acked:
                self._waiting.pop(envelope_id, None)

    def disconnect(self, reason: str = "refresh_requested") -> int:
        """Ask every connection to close, with Slack's reason; return how many there are."""
        with self._lock:
            told = list(self._open)
        for connection in told:
            self._tell_to_go(connection, reason)
        return len(told)

    def cut(self) -> int:
        """Close every connection without a warning; return how many there were."""
        with self._lock:
            cut = list(self._open)
        for connection in cut:
            connection.send(_BYE)
        return len(cut)

    def _tell_to_go(self, connection: _Connection, reason: str) -> None:
        connection.leaving = True
        connection.send(json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-stage"}}))
        connection.loop.call_soon_threadsafe(
            lambda: connection.loop.call_later(_CLOSES_AFTER, connection.words.put_nowait, _BYE)
        )

    async def serve(self, socket: WebSocket) -> None:
        """Serve one connection until either side closes it."""
        await socket.accept()
        connection = _Connection(socket, asyncio.get_running_loop())
        await socket.send_text(json.dumps(self._hello()))
        with self._lock:
            self._open.append(connection)
            self.ever += 1
            too_many = len(self._open) > OPEN_SOCKETS
        if too_many:
            self._tell_to_go(connection, "too_many_websockets")
        await self._converse(connection)

    async def _converse(self, connection: _Connection) -> None:
        writing = asyncio.create_task(self._write(connection))
        reading = asyncio.create_task(self._read(connection))
        try:
            await asyncio.wait({writing, reading}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            with self._lock:
                self._open.remove(connection)
            writing.cancel()
            reading.cancel()

    def _hello(self) -> Json:
        about = {"host": "applink-stage", "build_number": 1, "approximate_connection_time": 18060}
        return {
            "type": "hello",
            "num_connections": self.count() + 1,
            "debug_info": about,
            "connection_info": {"app_id": APP},
        }

    async def _write(self, connection: _Connection) -> None:
        while (word := await connection.words.get()) is not None:
            await connection.socket.send_text(word)
        await connection.socket.close()

    async def _read(self, connection: _Connection) -> None:
        try:
            while True:
                self._heard(await connection.socket.receive_text())
        except (WebSocketDisconnect, RuntimeError, KeyError):
            return

    def _heard(self, word: str) -> None:
        answer = json.loads(word)
        waiting = self._waiting.pop(answer.get("envelope_id", ""), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer.get("payload") or {})
