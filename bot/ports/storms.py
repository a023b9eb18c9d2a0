"""The part of the store that is about storms."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Mention
from bot.domain.slack.telling import Telling
from bot.domain.storms.signature import Trait
from bot.domain.storms.storm import Mark, MarkKind, PlacedCase, Standout, Storm, StormPlace
from bot.domain.storms.view import StormFigures


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

    def open_storm(self, storm: Storm, *, told: bool = True) -> Storm:
        """Store a new storm with its audit line; if it is `told`, request its message. Return it with its number."""

    def storm(self, storm_id: int) -> Storm:
        """Return a storm; raise Unknown."""

    def open_storms(self) -> Sequence[Storm]:
        """Return the storms that are not over, oldest first."""

    def storm_message(self, storm_id: int) -> Telling | None:
        """Return the message of a storm in its channel, posted or not; None for one that has none."""

    def storm_of_spike(self, spike_id: int) -> Storm | None:
        """Return the newest storm that was opened from a spike, or None."""

    def end_storm(self, storm_id: int, by: str, at: datetime, *, into: int = 0) -> bool:
        """Record that a storm is over, or goes on in another; False if it was over before."""

    def stand_out(self, storm_id: int, case_id: int, why: Standout, at: datetime) -> None:
        """Record that a case of a storm has a thread of its own; one that is in it already stays as it is."""

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
        """Count a storm's cases by their place in it."""

    def placed(self, storm_id: int, case_id: int) -> PlacedCase | None:
        """Return the place of a case in a storm; None if it does not belong to it."""

    def storm_posts(self, storm_id: int, *, behind: int = 0, limit: int = 500) -> Sequence[StormPost]:
        """Return the public first posts of a storm's cases in the order in which they came to it, behind one."""

    def storm_figures(self, storm_id: int, now: datetime) -> StormFigures:
        """Return a storm's figures at a moment."""

    def storm_loudest(self, storm_id: int, limit: int) -> Sequence[StormPost]:
        """Return a storm's public posts, those first whose authors have most followers."""

    def storm_standouts(self, storm_id: int, limit: int) -> Sequence[PlacedCase]:
        """Return a storm's cases with threads of their own, the newest first."""

    def storm_page(self, storm_id: int, *, after: int = 0, limit: int = 5) -> Sequence[StormPost]:
        """Return the first posts of its folded cases, by case; `after`: the last case on the page before."""

    def storm_spreading(self, storm_id: int, since: datetime, least: int) -> Sequence[int]:
        """Return its folded cases whose public post at least so many other people answered since, most first."""

    def storm_campaigns(self, storm_id: int, least: int) -> Sequence[tuple[str, int]]:
        """Return the addresses of our own posts under which at least so many of its cases stand, with how many."""

    def cards_in(self, channel: str, since: datetime, until: datetime, limit: int) -> int:
        """Count the cases of a channel that were opened within a period with a card of their own; up to a limit."""

    def mark_storm(self, storm_id: int, mark: Mark) -> bool:
        """Write a mark with its audit line, and redraw; False where the same person had marked the same."""

    def unmark_storm(self, storm_id: int, kind: MarkKind, name: str, by: str, at: datetime) -> bool:
        """Take a mark back; False where it was not there."""

    def storm_marks(self, storm_id: int) -> Sequence[Mark]:
        """Return what people marked on a storm, oldest first."""

    def widen_storm(self, storm_id: int, traits: Sequence[Trait], words: Sequence[str]) -> None:
        """Replace what a storm's posts have in common."""

    def want_storm(self, storm_id: int, at: datetime, *, clicked: bool = False, over: bool = False) -> None:
        """Request that a storm's messages are posted or redrawn; `over`: its summary, too."""

    def redraw_storm(self, storm_id: int, at: datetime) -> None:
        """Request a redraw of a storm's messages after a click, if it has any."""

    def redraw_storms_with(self, case_id: int, at: datetime) -> None:
        """Redraw the messages of the storms that a case is or was in, also when they are over."""

    def want_pause(self, storm_id: int, channel: str, at: datetime) -> None:
        """Request that the message which asks to pause is posted in a channel."""

    def storms_that_grew(self, now: datetime, apart: timedelta) -> Sequence[int]:
        """Return open storms with cases newer than their message, or whose pace it still tells, and want these."""

    def storm_reminded(self, storm_id: int, due_at: datetime, level: int) -> None:
        """Record of which due moment its roles were reminded, and at which level."""

    def storm_asked(self, storm_id: int, at: datetime) -> None:
        """Record when it was asked whether a storm is over."""

    def spike_cases_outside(self, storm_id: int, limit: int = 200) -> Sequence[int]:
        """Return cases of its spikes about which nothing was decided in a storm, by number."""

    def folded_beside(self, network: str, root_id: str) -> int:
        """Return the open storm into which a case of a conversation is folded, or 0."""

    def left_in_storms_over(self, limit: int = 100) -> Sequence[int]:
        """Return folded cases that wait for us and whose storm is over, those first that are due first."""
