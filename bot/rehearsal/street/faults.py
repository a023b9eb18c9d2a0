"""Planned faults of one API of the street, each for a number of calls; tests and drills plan them."""

import threading
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

KINDS = frozenset(
    {
        "403", "429", "500", "502", "503", "refuse", "hang", "lost_before", "lost_after",
        "500_after", "late", "twice", "bad_json", "html",
    }
)  # fmt: skip
X_KINDS = KINDS | {"402"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One planned fault."""

    method: str
    kind: str
    value: object = None


class Faults:
    """The planned faults that are not used up, oldest first."""

    def __init__(self, name: str = "X", kinds: AbstractSet[str] = X_KINDS) -> None:
        self._name, self._kinds = name, kinds
        self._lock = threading.Lock()
        self._waiting: list[tuple[Fault, int]] = []

    def plan(self, method: str, kind: str, value: object = None, times: int = 1) -> None:
        """Plan a fault for the next calls of a method ("POST /2/tweets", or "*" for any).

        Raises ValueError when the kind is not known.
        """
        if kind not in self._kinds:
            raise ValueError(f"{self._name} has no fault called {kind}; known are {', '.join(sorted(self._kinds))}.")
        with self._lock:
            self._waiting.append((Fault(method, kind, value), max(1, times)))

    def take(self, method: str) -> Fault | None:
        """Take the next fault for this method and count it down."""
        with self._lock:
            for place, (fault, times) in enumerate(self._waiting):
                if fault.method in {method, "*"}:
                    self._waiting[place : place + 1] = [(fault, times - 1)] if times > 1 else []
                    return fault
        return None

    def clear(self) -> None:
        """Remove all planned faults."""
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[dict[str, Any]]:
        """List the faults that are not used up."""
        with self._lock:
            return [
                {"method": f.method, "kind": f.kind, "value": f.value, "times": times} for f, times in self._waiting
            ]
