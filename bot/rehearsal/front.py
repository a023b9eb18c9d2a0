"""The front of a stand-in in a rehearsal: it passes the desk's calls on, notes them, and plays planned faults."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from bot.rehearsal.door import CallIn, GivenAnswer, HungUp, served
from bot.rehearsal.street.faults import Fault, Faults

KINDS = frozenset({"429", "500", "502", "503", "hang", "lost_before", "lost_after", "500_after"})
_WITHIN = 20.0  # real seconds for a call to the stand-in
_OF_THE_WIRE = {"connection", "content-length", "date", "transfer-encoding"}
_KEPT = 500  # calls


class Front:
    """The front of one stand-in."""

    def __init__(self, label: str, behind: str, now: Callable[[], datetime]) -> None:
        parts = urlsplit(behind)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._now, self._lock = now, threading.Lock()
        self.faults = Faults(label, KINDS)
        self.calls: list[dict[str, Any]] = []

    def answer(self, call: CallIn) -> GivenAnswer:
        """Pass one call on, or play the fault that is planned for it. Raises HungUp."""
        fault = self.faults.take(f"{call.method} {call.path}") or self.faults.take(call.method)
        try:
            given = self._played(fault, call) if fault else self._behind(call)
        except HungUp:
            self._note(call, "none", fault)
            raise
        self._note(call, str(given.status), fault)
        return given

    def _played(self, fault: Fault, call: CallIn) -> GivenAnswer:
        if fault.kind == "hang":
            time.sleep(min(float(str(fault.value or 5)), 60.0))
        if fault.kind in {"lost_after", "500_after"}:
            self._behind(call)
        if fault.kind in {"hang", "lost_before", "lost_after"}:
            raise HungUp
        wait = {"Retry-After": str(int(float(str(fault.value or 30))))} if fault.kind == "429" else {}
        return GivenAnswer(int(fault.kind[:3]), {"error": "planned"}, {**wait, **self._date()})

    def _behind(self, call: CallIn) -> GivenAnswer:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=_WITHIN)
        try:
            path = f"{call.path}?{call.query}" if call.query else call.path
            headers = {name: value for name, value in call.headers.items() if name not in {"host", *_OF_THE_WIRE}}
            connection.request(call.method, path, call.raw or None, headers)
            got = connection.getresponse()
            kept = {name: value for name, value in got.getheaders() if name.lower() not in _OF_THE_WIRE}
            return GivenAnswer(got.status, json.loads(got.read() or b"null"), kept | self._date())
        finally:
            connection.close()

    def _date(self) -> dict[str, str]:
        return {"Date": format_datetime(self._now(), usegmt=True)}

    def _note(self, call: CallIn, status: str, fault: Fault | None) -> None:
        outcome = f"{status} {fault.kind if fault else ''}".strip()
        line = {"at": self._now().isoformat(), "way": "from the app", "what": f"{call.method} {call.path}"}
        with self._lock:
            self.calls = [*self.calls[1 - _KEPT :], {**line, "outcome": outcome}]


@contextmanager
def before(label: str, behind: str, now: Callable[[], datetime]) -> Iterator[tuple[Front, str]]:
    """Open a front before the stand-in at an address; yield it with its own address."""
    front = Front(label, behind, now)
    with served(front.answer) as url:
        yield front, url + urlsplit(behind).path
