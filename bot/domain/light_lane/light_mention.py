"""Mentions that need no case: the states of one, what can happen to it, and the hour whose message lists it."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

from bot.domain.base.moments import utc
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Mention
from bot.domain.triage.triage import Kind

LIKE_TRIES = 5  # calls of one like without an answer, until a person is told to look


class LightState(StrEnum):
    """The state of a light mention."""

    WAITING = "waiting"  # for somebody to decide
    LIKING = "liking"  # the like is written down; until the network answers nobody knows whether it is there
    LIKED = "liked"
    SET_ASIDE = "set_aside"  # for good
    OPENED = "opened"  # as a case, or as a post of one


class LightVerb(StrEnum):
    """One thing that can happen to a light mention; also the verb of its line in the audit trail."""

    LIKE = "light_like"
    LIKED = "light_liked"
    NOT_LIKED = "light_not_liked"
    SET_ASIDE = "light_set_aside"
    OPEN = "light_open"


_S, _V = LightState, LightVerb
LIGHT: Mapping[LightState, Mapping[LightVerb, LightState]] = {
    _S.WAITING: {_V.LIKE: _S.LIKING, _V.SET_ASIDE: _S.SET_ASIDE, _V.OPEN: _S.OPENED},
    _S.LIKING: {_V.LIKED: _S.LIKED, _V.NOT_LIKED: _S.WAITING, _V.OPEN: _S.OPENED},
    _S.LIKED: {_V.OPEN: _S.OPENED},
    _S.SET_ASIDE: {_V.OPEN: _S.OPENED},
    _S.OPENED: {},
}


class Way(StrEnum):
    """The configured end of a kind of light mention about which nobody decides."""

    SET_ASIDE = "set aside"  # by the desk, for good, some time after its hour has ended
    WAIT = "wait"  # for a person; `/care close-day` names it
    CASE = "case"  # it is not light: it opens a case with a promise


@dataclass(frozen=True, slots=True, kw_only=True)
class LightPolicy:
    """The configuration of the light lane; `after`: time after the end of the hour, in clock time."""

    ways: Mapping[Kind, Way] = field(
        default_factory=lambda: {Kind.PRAISE: Way.SET_ASIDE, Kind.THANKS: Way.WAIT, Kind.CHATTER: Way.WAIT}
    )
    after: timedelta = timedelta(hours=1)

    def way(self, kind: Kind) -> Way:
        """Return the way of one kind; whatever is not light is a case."""
        return self.ways.get(kind, Way.CASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class LightMention:
    """One light mention and what became of it."""

    mention: int  # its row, and the number of this one
    digest: int  # the row of the message that lists it
    kind: Kind
    state: LightState = LightState.WAITING
    by: str = ""  # who decided last: a Slack user id, "desk" or "author"
    at: datetime  # since when it stands so
    why: str = ""  # why it was set aside; of one that waits again: what the network said of the like
    case_id: int = 0
    tries: int = 0  # calls of the like that is begun
    like_words: str = ""  # digest of the text for which it was begun; "": not kept


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLight:
    """A light mention as it is shown."""

    light: LightMention
    post: Mention
    network: str  # as people write its name
    likes: bool  # whether it lets us like the post


@dataclass(frozen=True, slots=True, kw_only=True)
class LightPage:
    """A page of the light mentions that wait, for one reader."""

    digest: int  # the row of the message whose they are; 0: of all messages
    after: int  # the row of the last one on the page before
    shown: Sequence[SeenLight]
    unshown: int = 0  # written in private, which this reader does not get here
    left: int = 0  # that follow this page
    last: int = 0  # the row of the last one on this page
    kept_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LightDigest:
    """The message that lists the light mentions of one channel and hour, with their number by state and person."""

    id: int
    channel: str
    hour: datetime  # its beginning
    newest: int = 0  # the row of the newest mention that it lists
    counts: Mapping[tuple[LightState, str], int] = field(default_factory=dict)

    def count(self, *states: LightState) -> int:
        """Return how many are in these states; without an argument, how many there are in all."""
        return sum(many for (state, _), many in self.counts.items() if not states or state in states)

    @property
    def until(self) -> datetime:
        """Return the end of the hour."""
        return self.hour + timedelta(hours=1)


def words_mark(text: str) -> str:
    """Return the digest of a text by which a decision is bound to these words."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def local_hour(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the beginning of the hour in which a moment lies, as clocks in the zone show it."""
    return utc(moment.astimezone(zone).replace(minute=0, second=0, microsecond=0))
