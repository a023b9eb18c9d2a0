"""The content of a storm's messages."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Mention
from bot.domain.storms.holding_reply import NotTold
from bot.domain.storms.storm import Mark, MarkKind, Standout, Storm, StormPlace, StormPolicy, StormRole

LATELY = timedelta(minutes=2)  # over which the pace is measured


@dataclass(frozen=True, slots=True, kw_only=True)
class StormFigures:
    """The figures of a storm at one moment."""

    places: Mapping[StormPlace, int] = field(default_factory=dict)
    lately: int = 0  # cases opened within LATELY
    before: int = 0  # and in as long before that
    newest_at: datetime | None = None
    busiest: tuple[datetime, int] | None = None  # the minute with most cases, and how many
    languages: Sequence[tuple[str, int]] = ()
    answered: int = 0  # cases that were answered
    waiting: int = 0  # folded ones whose authors wait for an answer
    due_at: datetime | None = None  # when the first of these is owed
    lapsed: int = 0  # of these, how many are overdue
    set_aside: int = 0

    @property
    def count(self) -> int:
        """Return how many cases it has."""
        return sum(self.places.values())

    @property
    def folded(self) -> int:
        """Return how many are folded."""
        return self.places.get(StormPlace.FOLDED, 0)

    @property
    def a_minute(self) -> int:
        """Return how many come in a minute now."""
        return round(self.lately / (LATELY / timedelta(minutes=1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class StormEntry:
    """A case of a storm as it is listed: its number, its thread or "", its post, and why it stands out."""

    case: int
    link: str
    post: Mention | None
    network: str = ""
    why: Standout | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StormView:
    """A storm as its messages show it."""

    storm: Storm
    figures: StormFigures
    policy: StormPolicy
    now: datetime
    names: Mapping[str, str]
    loudest: Sequence[StormEntry] = ()
    standing_out: Sequence[StormEntry] = ()
    marks: Sequence[Mark] = ()
    others: Sequence[Storm] = ()  # that are open besides
    untold: Sequence[NotTold] = ()  # the first of those whom no holding reply reached, once it is over
    untold_count: int = 0
    holding: bool = False  # a holding reply was written
    campaigns: Sequence[tuple[str, int]] = ()  # addresses of our posts that many of them answer

    def role(self, role: StormRole) -> Mark | None:
        """Return who has a role."""
        return self.mark(MarkKind.ROLE, role.value)

    def mark(self, kind: MarkKind, name: str) -> Mark | None:
        """Return one mark."""
        return next((one for one in self.marks if (one.kind, one.name) == (kind, name)), None)

    def kind(self, kind: MarkKind) -> list[Mark]:
        """Return the marks of a kind, in order."""
        return sorted((one for one in self.marks if one.kind == kind), key=lambda one: one.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class StormLine:
    """An open storm as it is listed, with the address of its message or ""."""

    view: StormView
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StormList:
    """The open storms, oldest first, and the one that was started just now."""

    storms: Sequence[StormLine]
    now: datetime
    started: Storm | None = None


@dataclass(frozen=True, slots=True)
class FoldedShare:
    """The number of cases that are folded into one storm."""

    storm: int
    today: int  # opened today, answered or not
    waiting: int  # of any day: their authors wait for an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class StormPage:
    """Some of the folded ones."""

    storm: int
    after: int
    entries: Sequence[StormEntry]
    left: int
    over: bool = False
