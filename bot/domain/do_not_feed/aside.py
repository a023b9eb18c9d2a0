"""A case that was set aside: why, by whom, until when, and what its author wrote since."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Mention


class AsideKind(StrEnum):
    """A reason for setting a case aside."""

    TROLL = "troll"
    SPAM = "spam"
    IMPOSTOR = "impostor"  # pretends to be our support
    OTHER = "other"


# Whose further posts are set aside too, until the term ends.
NOT_FED = frozenset({AsideKind.TROLL, AsideKind.SPAM})


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPolicy:
    """The configuration of setting aside."""

    two_people: frozenset[str] = frozenset()  # topics whose cases a second person sets aside
    for_good: frozenset[AsideKind] = frozenset(AsideKind) - {AsideKind.TROLL}  # may be set aside without an end


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """One setting aside of a case."""

    id: int
    case_id: int
    kind: AsideKind
    network: str
    why: str  # as people wrote it
    until: datetime | None  # None: until somebody takes it back
    by: str  # who decided it; "": a second person has not decided yet
    at: datetime  # when it was decided; until then, when it was asked for
    asked_by: str = ""
    ended_at: datetime | None = None  # the case came back
    ended_by: str = ""
    posts: int = 0  # that the author wrote since, and that were set aside with it


@dataclass(frozen=True, slots=True, kw_only=True)
class AsidePost:
    """A post that was set aside because of who wrote it."""

    mention: int
    aside: int
    at: datetime
    case_id: int = 0  # that it was opened as; 0: it is set aside


@dataclass(frozen=True, slots=True, kw_only=True)
class AsidePage:
    """A page of those who are set aside, the newest first."""

    total: int
    shown: Sequence[Aside]
    after: int = 0  # the row before the page; 0: it is the first
    more: bool = False  # further ones follow
    asked: Sequence[Aside] = ()  # the first that wait for a second person

    @property
    def last(self) -> int:
        """Return the row after which the next page begins."""
        return self.shown[-1].id if self.shown else self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class AsidePostPage:
    """A page of the posts that were set aside because of who wrote them."""

    aside: Aside
    shown: Sequence[Mention]
    after: int = 0
    last: int = 0  # the row behind which the next page begins
    more: bool = False
    unshown: int = 0  # private ones that this reader may not read
    kept_to: str = ""
