"""The progress of noticing since the desk started: the posts it has seen, and the spikes that go on."""

from collections.abc import Mapping, Sequence
from dataclasses import field

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.storms.heard import Heard
from bot.domain.storms.signature import Trait
from bot.domain.storms.spikes import Spikes

OVERLAP = 200  # rows that are read once more: one of them may have been kept after a later one


@dataclass(slots=True)
class Noticing:
    """All that noticing remembers. What was noticed is in the store; the rest is read again after a start."""

    live: Spikes = field(default_factory=Spikes)
    replayed: Spikes = field(default_factory=Spikes)  # recorded posts say nothing about the others
    row: int | None = None  # the newest that was seen; None: nothing was read yet
    hour: int = 0  # whose usual counts are at hand
    _from: int = 0
    _seen: set[int] = field(default_factory=set)

    def forget(self) -> None:
        """Begin anew, as after a start."""
        self.live, self.replayed = Spikes(), Spikes()
        self.row, self.hour, self._from, self._seen = None, 0, 0, set()

    def of(self, *, recorded: bool) -> Spikes:
        """Return the spikes of replayed posts, or those of all other posts."""
        return self.replayed if recorded else self.live

    def start(self, row: int) -> None:
        """Begin after this row."""
        self.row, self._from = row, row

    def read_from(self) -> int:
        """Return the row after which to read."""
        return max((self.row or 0) - OVERLAP, self._from)

    def unseen(self, heard: Sequence[Heard]) -> list[Heard]:
        """Return the posts that were not seen yet."""
        return [one for one in heard if one.mention.id not in self._seen]

    def saw(self, one: Heard) -> None:
        """Record that a post was seen."""
        number = one.mention.id
        self.row = max(number, self.row or 0)
        self._seen.add(number)
        if len(self._seen) > 4 * OVERLAP:
            self._seen = {row for row in self._seen if row > self.row - 2 * OVERLAP}

    def take_over(self, hour: int, usual: Mapping[Trait, float]) -> None:
        """Use these usual numbers of this hour from now on."""
        self.hour, self.live.watch.usual = hour, usual
