"""Planned faults of the workspace: per method, a kind of failure and a number of calls."""

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass

from bot.rehearsal.workspace.errors import Json, SlackError

_WEB_API = {"429", "500", "502", "503", "refuse", "500_after"}
_ANYWHERE = {"hang", "lost_before", "lost_after", "late", "twice", "disconnect"}
OUT_OF_ORDER = "out_of_order"  # an event waits and comes after the next one
KINDS = frozenset(_WEB_API | _ANYWHERE | {OUT_OF_ORDER})


@dataclass(slots=True)
class Fault:
    """One planned failure; the method `*` means every Web API method."""

    method: str
    kind: str
    times: int = 1
    value: str | int | float | None = None


class Faults:
    """Keeps the planned failures and those that happened."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self.fired: list[Json] = []

    def add(self, method: str, kind: str, times: int = 1, value: str | float | None = None) -> Fault:
        """Make the next calls of a method fail; raise SlackError for an unknown kind."""
        if kind not in KINDS:
            raise SlackError("unknown_fault_kind", known=sorted(KINDS))
        fault = Fault(method, kind, int(times), value)
        with self._lock:
            self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Remove all planned failures."""
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[Json]:
        """Return the failures that are not used up."""
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def strike(self, method: str, *, any_method: bool = True) -> Fault | None:
        """Return the failure planned for this call and count it down; None without one."""
        names = {method, "*"} if any_method else {method}
        return self._take(method, lambda fault: fault.method in names and fault.kind != OUT_OF_ORDER)

    def holds(self, method: str) -> bool:
        """Return whether this delivery has to wait for the next one, and count that fault down."""
        return self._take(method, lambda fault: fault.method == method and fault.kind == OUT_OF_ORDER) is not None

    def _take(self, method: str, fits: Callable[[Fault], bool]) -> Fault | None:
        if not self._waiting:
            return None
        with self._lock:
            fault = next((f for f in self._waiting if fits(f)), None)
            if fault is None:
                return None
            fault.times -= 1
            if fault.times <= 0:
                self._waiting.remove(fault)
            self.fired.append({"method": method, "kind": fault.kind, "value": fault.value})
            return fault
