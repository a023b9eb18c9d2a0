"""The end of a desk: nothing new is begun, what is in hand is finished within a bound, and what is left is said."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Protocol

from bot.domain.base.quick_dataclass import dataclass
from bot.ports import Desk, OutOfService
from bot.services.replies.unfinished import record_unfinished

log = logging.getLogger(__name__)

DRAINS_WITHIN = 25.0  # real seconds for everything; systemd and containers are told to wait 30
RECORDS_WITHIN = 2.0  # real seconds for unknown outcomes, also after all others are used up
ENDS_WITHIN = 29.0  # real seconds until the process has ended, also where its database hangs
_LOOKED_FOR = "After the next start the desk looks for them on the network before anything else."


class TimeLeft:
    """Counts down real seconds, for several waits that share one bound."""

    def __init__(self, within: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic, self._until = monotonic, monotonic() + within

    def __call__(self) -> float:
        """Return the seconds that are left, never fewer than none."""
        return max(self._until - self._monotonic(), 0.0)


class Part(Protocol):
    """A part of the desk that takes work from outside, or does it."""

    def in_hand(self) -> Sequence[str]:
        """Return the names of its work that has begun and not ended."""

    def halt(self) -> None:
        """Begin nothing new; return at once."""

    def stop(self, within: float) -> None:
        """Wait at most so many real seconds for its work, and close it."""


@dataclass(frozen=True, slots=True)
class Drained:
    """The work in hand when a desk stops, and what of it was left. `unknown`: replies whose call had not returned."""

    begun: tuple[str, ...]
    left: tuple[str, ...]
    unknown: int

    def sentence(self) -> str:
        """Return it for the terminal."""
        said = ["The desk is closed."]
        if done := len(self.begun) - len(self.left):
            said.append(f"{done} of {len(self.begun)} pieces of work in hand were finished.")
        if self.left:
            said.append(f"Not finished in time: {', '.join(self.left)}. The next start goes on with that.")
        if self.unknown:
            said.append(f"Replies of which it is not known whether they went out: {self.unknown}. {_LOOKED_FOR}")
        return " ".join(said)


def drain(
    desk: Desk,
    parts: Sequence[Part],
    within: float = DRAINS_WITHIN,
    monotonic: Callable[[], float] = time.monotonic,
) -> Drained:
    """Stop all parts within so many real seconds; replies still on their way then get an unknown outcome."""
    left = TimeLeft(within, monotonic)
    desk.draining.set()
    begun = _in_hand(parts)
    log.info("desk.draining in_hand=%d what=%s", len(begun), ",".join(begun))
    for part in parts:
        _carefully(part.halt)
    for part in parts:
        _carefully(lambda part=part: part.stop(left()))  # type: ignore[misc]
    still = Counter(begun) & Counter(_in_hand(parts))
    drained = Drained(begun, tuple(still.elements()), _unfinished(desk, left()))
    log.info(
        "desk.drained finished=%d left=%s unknown=%d seconds=%.1f",
        len(begun) - len(drained.left),
        ",".join(drained.left),
        drained.unknown,
        within - left(),
    )
    return drained


def close_in_time(steps: Sequence[Callable[[], None]], within: float) -> None:
    """Do the last steps of a desk, and leave them after so many real seconds: a frozen database answers nobody."""

    def close() -> None:
        for step in steps:
            _carefully(partial(_unless_away, step))

    closing = threading.Thread(target=close, name="closing", daemon=True)
    closing.start()
    closing.join(within)
    if closing.is_alive():
        log.warning("desk.left_open")


def _unless_away(step: Callable[[], None]) -> None:
    with suppress(OutOfService):
        step()


def _carefully(work: Callable[[], None]) -> None:
    """Do one step; a part that breaks must not keep the others from ending well."""
    try:
        work()
    except Exception:
        log.exception("drain.broken")


def _in_hand(parts: Sequence[Part]) -> tuple[str, ...]:
    return tuple(one for part in parts for one in part.in_hand())


def _unfinished(desk: Desk, left: float) -> int:
    from handlers.in_time import InTime  # noqa: PLC0415 - at the end only

    try:
        return InTime(lambda: record_unfinished(desk, desk.clock.now()), max(left, RECORDS_WITHIN)).answer()
    except OutOfService as trouble:  # the next start records it
        log.critical("drain.not_recorded why=%s", type(trouble.__cause__ or trouble).__name__)
        return len(desk.in_flight)
