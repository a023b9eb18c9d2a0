"""The end of each mention of a day: which of them are done, and which are left."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import GOING_ON, OURS, CaseState
from bot.domain.cases.view import CaseView
from bot.domain.light_lane.light_mention import LightPage, LightState
from bot.domain.storms.view import FoldedShare


class End(StrEnum):
    """The way a mention ended."""

    REPLIED = "replied"  # its case was answered, and does not wait for us
    LIKED = "liked"
    FOLDED = "folded"  # its case goes on in another one
    IN_STORM = "in_storm"  # its case waits in a storm, which answers for all
    SET_ASIDE = "set_aside"
    SOLVED = "solved"  # its case ended without words of ours
    LEFT = "left"  # it waits for us


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """The state of a mention: its case, if it has one, or its state in the light lane."""

    state: CaseState | None = None
    answered: bool = False
    joined: bool = False
    storm: bool = False
    light: LightState | None = None
    aside: bool = False  # set aside because of who wrote it


def end_of(stands: Stands) -> End:
    """Return the end of a mention in this state; one of unknown state is left."""
    if stands.state is None and stands.aside:
        return End.SET_ASIDE
    if stands.state is None:
        return _OF_LIGHT[stands.light or LightState.WAITING]
    if stands.joined:
        return End.FOLDED
    if stands.state == CaseState.DISMISSED:
        return End.SET_ASIDE
    if stands.state in OURS:
        return End.IN_STORM if stands.storm else End.LEFT
    return End.REPLIED if stands.answered or stands.state in GOING_ON else End.SOLVED


_OF_LIGHT: Mapping[LightState, End] = {
    LightState.WAITING: End.LEFT,
    LightState.LIKING: End.LEFT,
    LightState.LIKED: End.LIKED,
    LightState.SET_ASIDE: End.SET_ASIDE,
    LightState.OPENED: End.LEFT,  # its case says more
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEnd:
    """The number of a day's mentions for each way to end."""

    since: datetime
    ends: Mapping[End, int] = field(default_factory=dict)  # of the mentions that came in since then
    light_aside: Mapping[str, int] = field(default_factory=dict)  # of those, set aside in the light lane, by whom
    aside: Sequence[tuple[int, str]] = ()  # the last cases that were set aside since then, and by whom
    not_fed: int = 0  # of those, set aside because of who wrote them
    cases_left: int = 0  # of any day: they wait for us, each by itself
    storms: Sequence[FoldedShare] = ()  # cases that are folded
    light_left: int = 0
    unreadable_left: int = 0

    @property
    def folded_left(self) -> int:
        """Return how many folded cases wait for an answer."""
        return sum(one.waiting for one in self.storms)

    @property
    def left(self) -> int:
        """Return how much is left to do."""
        return self.cases_left + self.folded_left + self.light_left + self.unreadable_left


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingDay:
    """The content of `/care close-day`, as far as its reader may read it."""

    end: DayEnd
    left: Sequence[CaseView] = ()  # the first cases that wait for us
    aside: Sequence[tuple[CaseView, str]] = ()  # the last ones that were set aside today, and by whom
    light: LightPage
    links: Mapping[int, str] = field(default_factory=dict)  # to the threads, by case
    storm_links: Mapping[int, str] = field(default_factory=dict)  # to the messages of storms
    names: Mapping[str, str] = field(default_factory=dict)  # of people, by Slack user id
