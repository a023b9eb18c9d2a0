"""The part of the store that is about storms."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.mentions.mention import Mention
from bot.domain.storms.storm import PlacedCase, Standout, Storm, StormPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class StormPost:
    """A public post of a storm's case, with where that case stands."""

    id: int  # of its row, by which they are in the order in which they came to the storm
    case: int
    place: StormPlace
    topic: str
    post: Mention


class Storms(Protocol):
    """Storms, their cases, and what people marked on them."""

    def open_storm(self, storm: Storm) -> Storm:
        """Keep a new storm with its audit line, and want its message; return it with its number."""

    def storm(self, storm_id: int) -> Storm:
        """Return one; raise Unknown."""

    def open_storms(self) -> Sequence[Storm]:
        """Return those that are not over, oldest first."""

    def storm_of_spike(self, spike_id: int) -> Storm | None:
        """Return the newest storm that was opened from a spike, or None."""

    def end_storm(self, storm_id: int, by: str, at: datetime, *, into: int = 0) -> bool:
        """Write down that one is over, or goes on in another; False where it was over before."""

    def stand_out(self, storm_id: int, case_id: int, why: Standout, at: datetime) -> None:
        """Write down that a case of a storm has a thread of its own; one that is in it already stays as it is."""

    def storm_cases(
        self,
        storm_id: int,
        places: Collection[StormPlace] = (StormPlace.FOLDED,),
        *,
        after: int = 0,
        limit: int = 1000,
    ) -> Sequence[int]:
        """Return the cases of a storm and of those merged into it, by number; `after`: the last one before."""

    def untold_cases(self, storm_id: int, *, after: int = 0, limit: int = 1000) -> Sequence[int]:
        """Return the folded cases of a storm whose authors wait for an answer, by number."""

    def storm_counts(self, storm_id: int) -> Mapping[StormPlace, int]:
        """Count a storm's cases by where they stand."""

    def placed(self, storm_id: int, case_id: int) -> PlacedCase | None:
        """Return where a case stands in a storm; None: it does not belong to it."""

    def storm_posts(self, storm_id: int, *, behind: int = 0, limit: int = 500) -> Sequence[StormPost]:
        """Return the public first posts of a storm's cases in the order in which they came to it, behind one."""

    def spike_cases_outside(self, spike_id: int, storm_id: int, limit: int = 200) -> Sequence[int]:
        """Return a spike's cases about which nothing was decided in that storm, by number."""

    def left_in_storms_over(self, limit: int = 100) -> Sequence[int]:
        """Return folded cases that wait for us and whose storm is over, those first that are due first."""
