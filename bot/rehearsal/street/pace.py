"""The interface of the clock that the street uses."""

from datetime import datetime
from typing import Protocol


class Pace(Protocol):
    """Stage time: may run faster than real time, never backwards."""

    def now(self) -> datetime:
        """Return stage time as an aware UTC datetime."""
        ...

    def monotonic(self) -> float:
        """Return the stage seconds that have passed."""
        ...
