"""The audit trail as a whole: what is sealed, what is stored, and where the two differ."""

from collections.abc import Sequence
from dataclasses import field
from datetime import date

from bot.domain.base.quick_dataclass import dataclass

SHOWN = 16  # hexadecimal digits of a head digest that people compare
SHOWN_TO_ALL = 32  # of a public head
AT_A_GLANCE = 10_000  # a trail of up to so many lines is read whole on each check


@dataclass(frozen=True, slots=True)
class TrailHead:
    """The number of lines and chains of the trail, and one digest over all of them."""

    chains: int
    lines: int
    head: str
    public: str = field(default="", compare=False)  # of a day that was told: its head without a key
    goes_on: bool = field(default=False, compare=False)  # further chains of that day are under a further head

    def __str__(self) -> str:
        lines, chains = ("line" if self.lines == 1 else "lines"), ("chain" if self.chains == 1 else "chains")
        return f"{self.lines:,} {lines} in {self.chains:,} {chains}, head {self.head[:SHOWN]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailSeal:
    """The trail as its seal describes it; its lines are not read."""

    sealed: TrailHead
    genuine: bool  # the seal was made with the desk's key
    told: tuple[date, TrailHead] | None  # the head that the leads' channel was told last, and its day

    @property
    def shrunk(self) -> bool:
        """Return whether fewer lines are sealed than the leads' channel was told."""
        head = self.sealed
        return self.told is not None and (head.lines < self.told[1].lines or head.chains < self.told[1].chains)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailProof:
    """The trail as sealed, and the trail as read line by line, to be compared."""

    sealed: TrailHead
    genuine: bool  # the seal was made with the desk's key
    chains: int
    lines: int
    adds_up: bool  # the stored lines are the sealed ones
    broken: Sequence[str]  # chains whose lines do not follow from each other
    missing: Sequence[int]  # numbers below the highest case without a chain; computed when a chain is missing
    told: tuple[date, TrailHead] | None  # the head that the leads' channel was told last, and its day

    @property
    def shrunk(self) -> bool:
        """Return whether fewer lines are stored than the leads' channel was told."""
        return self.told is not None and (self.lines < self.told[1].lines or self.chains < self.told[1].chains)

    @property
    def whole(self) -> bool:
        """Return whether no line was changed, removed or added."""
        return self.genuine and self.adds_up and not self.broken and not self.shrunk
