"""A storm: what many people say at once, and where each of its cases stands."""

from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.storms.signature import Trait

CHECKLIST = (
    "Say to those who answer what is known, and what is not",
    "Agree on what is told to customers",
    "Pause what marketing has planned",
    "Tell customer care by phone and chat",
    "Say when there will be news",
)


class StormPlace(StrEnum):
    """The place of a case in a storm."""

    FOLDED = "folded"  # without a card and reminders of its own
    STANDS_OUT = "stands_out"  # it has a thread of its own from the beginning
    TAKEN_OUT = "taken_out"  # by a person: it is about something else
    CAME_OUT = "came_out"  # somebody took it, its author wrote something that matters, or the storm is over


class Standout(StrEnum):
    """The reasons for which a case of a storm is not folded, or not any more."""

    URGENT = "urgent"
    PRIVATE = "private"
    INFLUENCER = "influencer"
    SPREADING = "spreading"  # many people answer it within minutes, however few follow its author
    NEW_INFORMATION = "news"  # its words say what the storm's posts do not
    HELD = "held"  # somebody holds a case of its author, or it has a draft
    UNLIKE = "unlike"  # it says what only those say that were taken out
    TAKEN_OUT = "taken_out"
    NOT_TOLD = "not_told"  # its holding reply cannot reach its author
    OVER = "over"


class StormRole(StrEnum):
    """The roles of people in a storm."""

    COMMUNICATIONS = "communications"
    OWNER = "owner"
    SCRIBE = "scribe"


class MarkKind(StrEnum):
    """The things that people mark on a storm, each with their name."""

    ROLE = "role"  # they have it
    STEP = "step"  # of the checklist: it is done
    PAUSE = "pause"  # marketing was asked to pause what it has planned
    SEEN = "seen"  # they saw that request


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing that somebody marked; `name`: of the role or step, or the person."""

    kind: MarkKind
    name: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """A storm, from the moment when it was opened."""

    id: int = 0
    channel: str
    traits: tuple[Trait, ...]
    words: tuple[str, ...]
    since: datetime  # the first post
    opened_at: datetime
    opened_by: str  # a Slack user id, or "desk"
    spike: int = 0  # its row; 0: it was not opened from one
    over_at: datetime | None = None
    ended_by: str = ""
    merged_into: int = 0
    reminded_due: datetime | None = None  # the due moment that its newest reminder was about
    reminded_level: int = 0  # of that reminder
    asked_at: datetime | None = None  # when it was asked last whether it is over

    @property
    def about(self) -> str:
        """Return what it is about, in words."""
        return ", ".join(f"“{word}”" for word in self.words) or "one matter"


@dataclass(frozen=True, slots=True, kw_only=True)
class StormPolicy:
    """The configuration of storms."""

    opens_at: int = 20  # people in a spike; 0: only a person opens one
    influencers: frozenset[str] = frozenset()  # handles without @, in small letters
    followers: int = 10_000  # from so many on an author is an influencer; 0: nobody is by that
    spreads_at: int = 8  # people who answer one post within `spreads_within`; 0: no post stands out by that
    spreads_within: timedelta = timedelta(minutes=10)
    ask_every: timedelta = timedelta(hours=4)  # it is asked so often whether it is over
    checklist: tuple[str, ...] = CHECKLIST
    marketing: str = ""  # the channel where marketing is asked to pause; "": the leads' channel


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCase:
    """The place of one case in its storm, by whom and since when."""

    case: int
    place: StormPlace
    why: Standout | None
    by: str
    at: datetime
