"""Bounds every call of a network that is certified: one that never ends is a finding, too."""

import threading
from collections.abc import Callable
from typing import TypeVar

LONGEST = 20.0  # seconds for any call, whatever the server does (ARCHITECTURE: every call is bounded)

Result = TypeVar("Result")


class NoEnd(Exception):
    """A call did not end in time."""


def in_time(call: Callable[[], Result]) -> Result:
    """Return what a call returns, or raise what it raises. Raises NoEnd for one that takes longer than LONGEST."""
    results: list[Result] = []
    raised: list[Exception] = []

    def run() -> None:
        try:
            results.append(call())
        except Exception as trouble:  # noqa: BLE001 - handed on to the caller's thread
            raised.append(trouble)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(LONGEST)
    if raised:
        raise raised[0]
    if not results:
        raise NoEnd
    return results[0]
