"""Asks what may hang, such as a frozen database, on a thread of its own, and waits for the answer only so long."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from bot.ports import OutOfService

WITHIN = 2.0  # real seconds; who monitors gives up after a few
T = TypeVar("T")


class InTime(Generic[T]):
    """A question of which one at most is being asked: whoever asks meanwhile waits for the same answer."""

    def __init__(self, question: Callable[[], T], within: float = WITHIN) -> None:
        self._question, self._within = question, within
        self._asked: Future[T] | None = None
        self._lock = threading.Lock()

    def answer(self) -> T:
        """Return the answer, or raise what the question raised; OutOfService where none comes in time."""
        try:
            return self._going_on().result(self._within)
        except TimeoutError:
            raise OutOfService("The database does not answer in time.") from None

    def _going_on(self) -> "Future[T]":
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                threading.Thread(target=self._ask, args=(self._asked,), name="in-time", daemon=True).start()
            return self._asked

    def _ask(self, told: "Future[T]") -> None:
        try:
            told.set_result(self._question())
        except Exception as trouble:  # noqa: BLE001 - whoever asked gets it
            told.set_exception(trouble)
