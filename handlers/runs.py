"""The runs of the desk's jobs for `heard doctor`: last, length, next, and errors."""

from dataclasses import replace
from datetime import datetime
from typing import Self

from bot.domain.base.quick_dataclass import dataclass
from bot.gateways.findings import Finding, ok, warn

_REMEDY = "The log says why, under “worker.broken”. Nothing else waits for it."


@dataclass(slots=True)
class Runs:
    """The runs of one job since the start."""

    began_at: datetime | None = None  # the last one
    took: float | None = None  # seconds of pace time; None: it is under way
    failed: bool = False  # the last one that ended
    trouble: str = ""  # the kind of its last error, never the text
    trouble_at: datetime | None = None
    overran: int = 0  # due moments that came during the run
    name: str = ""
    next_at: datetime | None = None  # None: it is due
    _since: float = 0.0

    def begins(self, now: datetime, pace: float) -> None:
        """Record that a run begins."""
        self.began_at, self._since, self.took, self.overran = now, pace, None, 0

    def ends(self, pace: float, trouble: BaseException | None) -> None:
        """Record that the run is over, and its error."""
        self.took, self.failed = pace - self._since, trouble is not None
        if trouble is not None:
            self.trouble, self.trouble_at = type(trouble).__name__, self.began_at

    def known(self, name: str, next_at: datetime | None) -> Self:
        """Return the present record."""
        return replace(self, name=name, next_at=next_at)

    def finding(self) -> Finding:
        """Return it as one line."""
        if self.began_at is not None and self.took is not None and self.failed:
            return warn(f"“{self.name}” met trouble{self._trouble()}; it is tried again{self._next()}.", _REMEDY)
        return ok(f"“{self.name}” {self._last()}{self._before()}.")

    def _last(self) -> str:
        if self.began_at is None:
            return "has not run yet"
        if self.took is None:
            return f"has been running since {_at(self.began_at)}{self._overran()}"
        return f"ran at {_at(self.began_at)} for {self.took:.2f} s, next{self._next()}"

    def _next(self) -> str:
        return " now" if self.next_at is None else f" at {_at(self.next_at)}"

    def _overran(self) -> str:
        return ", longer than its interval" if self.overran else ""

    def _before(self) -> str:
        return f"; it met trouble{self._trouble()}" if self.trouble else ""

    def _trouble(self) -> str:
        return f" at {_at(self.trouble_at)} ({self.trouble})" if self.trouble_at else ""


def _at(moment: datetime) -> str:
    return f"{moment:%H:%M:%S} UTC"
