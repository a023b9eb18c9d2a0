"""Listens to the other running desks on the same database, and tells them what concerns all."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import field
from math import inf

from bot.domain.base.quick_dataclass import dataclass
from bot.ports import Desk, OutOfService

log = logging.getLogger(__name__)

WAITS = 2.0  # real seconds of one wait for news
AGAIN = 1.0  # real seconds after a failure
CHANNELS, READ, RELOAD = "channels", "read", "reload"  # RELOAD: a question to all

Hears = Mapping[str, Callable[[], object]]  # by topic


@dataclass(slots=True)
class OtherDesks:
    """The thread that hears what other desks told. Whatever it misses, each worker finds by itself a little later."""

    desk: Desk
    hears: Hears
    asked: Mapping[str, Callable[[str], object]] = field(default_factory=dict)  # by topic; with a question
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread, where there can be other desks."""
        if self.desk.store.lease_left() < inf:
            self._thread = threading.Thread(target=self._run, name="other desks", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop; it ends with its present wait."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(2 * WAITS)

    def one_round(self) -> None:
        """Wait for news, and do what each topic asks for."""
        for topic in self.desk.store.told_by_desks(WAITS):
            name, _, question = topic.partition(" ")
            if topic in self.hears:
                self.hears[topic]()
            elif question and name in self.asked:
                self.asked[name](question)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.one_round()
            except OutOfService:
                self._stopping.wait(AGAIN)
            except Exception:  # the thread goes on
                log.exception("other_desks.broken")
                self._stopping.wait(AGAIN)
