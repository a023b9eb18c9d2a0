"""Runs a job only while it is this desk's turn: of several desks on one database, one at a time does each job."""

import logging
import time
from collections.abc import Callable
from dataclasses import field
from functools import partial

from bot.domain.base.quick_dataclass import dataclass
from bot.ports import Desk, OutOfService
from handlers.loops import Work

log = logging.getLogger(__name__)

TRIES = 60  # of the first work of a start, a second apart: a server that fails over is back by then
ASKED_EVERY = 5.0  # real seconds between two looks whether a job of another desk is free


@dataclass(slots=True)
class Turns:
    """The jobs of this process. Each is kept from round to round, until the process ends or is not heard of."""

    desk: Desk
    ours: set[str] = field(default_factory=set)  # as of their last round
    _fences: dict[str, int] = field(default_factory=dict)  # of each job, when it was ours last

    def alone(self, name: str, work: Work, of: str = "", anew: Callable[[], object] = lambda: None) -> Work:
        """Return the work of a job for one desk at a time; `of`: the job whose turn it shares.

        `anew` is called before a round if another desk may have done the job since our last one: what this process
        remembers of it is old.
        """
        return partial(self._round, of or name, work, anew)

    def waits(self) -> float:
        """Return the seconds of pace time until it is looked again whether a job is free."""
        return ASKED_EVERY / self.desk.clock.real_seconds(1.0)

    def _round(self, name: str, work: Work, anew: Callable[[], object]) -> float | None:
        with self.desk.store.turn(name, keep=True) as turn:
            if turn is None:
                self.ours.discard(name)
                return self.waits()
            self.ours.add(name)
            if self._fences.get(name, turn.fence) != turn.fence:
                anew()
            self._fences[name] = turn.fence
            return work()


def patiently(work: Callable[[], object], rest: Callable[[float], object] = time.sleep) -> None:
    """Do the first work of a start, again while the database cannot be used; raise OutOfService after a minute."""
    for _ in range(TRIES):
        try:
            work()
        except OutOfService as trouble:
            log.warning("start.waits why=%s", type(trouble.__cause__ or trouble).__name__)
            rest(1.0)
        else:
            return
    work()
