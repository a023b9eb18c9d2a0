"""The threads that empty a queue (publisher, sender), and the counters of all workers."""

import logging
import threading
from collections.abc import Callable
from dataclasses import field
from typing import Protocol

from bot.domain.base.quick_dataclass import dataclass
from bot.ports import LeaseLost, OutOfService

log = logging.getLogger(__name__)

NET = 5.0  # seconds of pace time after which a worker checks again in any case
SETTLE = 0.02  # real seconds between a change and the check: the acknowledgement goes first, a burst causes one check
SHORTEST, LONGEST = 0.001, 86_400.0  # longest real seconds of one wait, also when a rehearsal's time runs slowly
AFTER_TROUBLE = 10.0  # seconds of pace time that a worker waits after an unexpected error

Work = Callable[[], float | None]  # seconds of pace time until the next run; None: when woken, or at the usual time
Tells = Callable[[OutOfService], None]


class Worker(Protocol):
    """A worker, as the auditor sees it."""

    @property
    def name(self) -> str:
        """Return the name that people read."""

    @property
    def rounds(self) -> int:
        """Return how many of its rounds ended well."""

    @property
    def resting(self) -> float:
        """Return the seconds of pace time that it waits by choice after the last one."""

    @property
    def behind(self) -> str:
        """Return the name of the worker on the same thread for which it waits, or an empty string."""


def met(name: str, trouble: BaseException, tell: Tells) -> None:
    """Log a worker's error; call `tell` if the store cannot be written to. Never raises."""
    if isinstance(trouble, LeaseLost):
        log.warning("worker.lease_lost name=%s", name)
        return
    if not isinstance(trouble, OutOfService):
        log.error("worker.broken name=%s", name, exc_info=trouble)
        return
    why = type(trouble.__cause__ or trouble).__name__
    log.critical("store.out_of_service worker=%s why=%s", name, why)
    try:
        tell(trouble)
    except Exception:  # no error may end the thread
        log.exception("worker.not_said name=%s", name)


def bounded_wait(real_seconds: float) -> float:
    """Return a wait within limits, so that it neither spins nor overflows."""
    return min(max(real_seconds, SHORTEST), LONGEST)


@dataclass(slots=True)
class Loop:
    """A thread that works until nothing is left, then waits until woken, at most `every` seconds."""

    name: str
    work: Work
    real_seconds: Callable[[float], float]
    every: float = NET
    out_of_service: Tells = lambda _: None
    _woken: threading.Event = field(default_factory=threading.Event)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    rounds: int = 0  # that ended well
    resting: float = 0.0  # seconds of pace time it chose to rest after the last one
    working: bool = False

    @property
    def behind(self) -> str:
        """Return an empty string, since it has its own thread."""
        return ""

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Make the loop check again at once."""
        self._woken.set()

    def halt(self) -> None:
        """Begin no further round; return at once."""
        self._stopping.set()
        self._woken.set()

    def stop(self, within: float = 25.0) -> None:
        """Wait for the current work to finish, at most `within` real seconds."""
        self.halt()
        if self._thread is not None:
            self._thread.join(within)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            wait = self._once()
            if wait is None or wait > 0:
                self.resting = self.every if wait is None else min(wait, self.every)
                if self._woken.wait(bounded_wait(self.real_seconds(self.resting))):
                    self._stopping.wait(SETTLE)

    def _once(self) -> float | None:
        self.working = True
        try:
            wait = self.work()
        except Exception as trouble:  # noqa: BLE001 - around one round: the loop goes on, and rests so as not to spin
            met(self.name, trouble, self.out_of_service)
            return AFTER_TROUBLE
        finally:
            self.working = False
        self.rounds += 1
        return wait
