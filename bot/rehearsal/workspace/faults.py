"""What is made to go wrong on purpose: per method, a kind of failure and how often."""

import threading
from dataclasses import asdict, dataclass

from bot.rehearsal.workspace.errors import Json, SlackError

_WEB_API = {"429", "500", "502", "503", "refuse", "500_after"}
_ANYWHERE = {"hang", "lost_before", "lost_after", "late", "twice", "disconnect"}
KINDS = frozenset(_WEB_API | _ANYWHERE)


@dataclass(slots=True)
class Fault:
    """One failure waiting to happen; method `*` stands for every Web API method."""

    method: str
    kind: str
    times: int = 1
    value: str | int | float | None = None


class Faults:
    """Keep the failures that wait and those that happened."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self.fired: list[Json] = []

    def add(self, method: str, kind: str, times: int = 1, value: str | float | None = None) -> Fault:
        """Let the next calls of a method fail; raises SlackError for a kind that is not known."""
        if kind not in KINDS:
            raise SlackError("unknown_fault_kind", known=sorted(KINDS))
        fault = Fault(method, kind, int(times), value)
        with self._lock:
            self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Let nothing fail any more."""
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[Json]:
        """List what is still to fail."""
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def strike(self, method: str, *, any_method: bool = True) -> Fault | None:
        """Take the failure that this call meets, counting it down."""
        if not self._waiting:
            return None
        names = {method, "*"} if any_method else {method}
        with self._lock:
            fault = next((f for f in self._waiting if f.method in names), None)
            if fault is None:
                return None
            fault.times -= 1
            if fault.times <= 0:
                self._waiting.remove(fault)
            self.fired.append({"method": method, "kind": fault.kind, "value": fault.value})
            return fault
