"""The clock the street lives by, as it needs it."""

from datetime import datetime
from typing import Protocol


class Pace(Protocol):
    """Stage time: may run faster than real time, never backwards."""

    def now(self) -> datetime:
        """Tell the moment on the stage, aware UTC."""
        ...

    def monotonic(self) -> float:
        """Tell the seconds that passed on the stage."""
        ...
