"""What is known of the audit trail as a whole: how much is sealed, how much is there, and what does not fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

SHOWN = 16  # hexadecimal digits of a head that people compare
AT_A_GLANCE = 10_000  # lines of a trail that is read whole whenever somebody looks


@dataclass(frozen=True, slots=True)
class TrailHead:
    """How many lines in how many chains the trail has, and the digest that stands for all of them."""

    chains: int
    lines: int
    head: str

    def __str__(self) -> str:
        lines, chains = ("line" if self.lines == 1 else "lines"), ("chain" if self.chains == 1 else "chains")
        return f"{self.lines:,} {lines} in {self.chains:,} {chains}, head {self.head[:SHOWN]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailSeal:
    """The trail as it was sealed, its lines not read."""

    sealed: TrailHead
    genuine: bool  # the seal is the desk's own
    told: tuple[date, TrailHead] | None  # what the leads' channel was told last, and of which day

    @property
    def shrunk(self) -> bool:
        """Tell whether less is sealed than the leads' channel was told."""
        head = self.sealed
        return self.told is not None and (head.lines < self.told[1].lines or head.chains < self.told[1].chains)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailProof:
    """The trail as it was sealed beside the trail as it was read, line by line."""

    sealed: TrailHead
    genuine: bool  # the seal is the desk's own
    chains: int
    lines: int
    adds_up: bool  # the lines that are there are those that were sealed
    broken: Sequence[str]  # chains whose lines do not follow from each other
    missing: Sequence[int]  # numbers below the highest case that have no chain; looked for where a chain is gone
    told: tuple[date, TrailHead] | None  # what the leads' channel was told last, and of which day

    @property
    def shrunk(self) -> bool:
        """Tell whether less is there than the leads' channel was told."""
        return self.told is not None and (self.lines < self.told[1].lines or self.chains < self.told[1].chains)

    @property
    def whole(self) -> bool:
        """Tell whether nothing was changed, taken out or put in."""
        return self.genuine and self.adds_up and not self.broken and not self.shrunk
