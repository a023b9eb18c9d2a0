"""One account of ours at a glance: read when, its token, what its network allows, and what it cannot do."""

from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.poll_pace import Allowance

BEHIND_AFTER = timedelta(minutes=10)  # without a complete reading
WEEK, DAY = timedelta(days=7), timedelta(days=1)  # before the end of a token that a person has to renew


class DeletionsSeen(StrEnum):
    """The time at which the desk notices that a post was deleted."""

    AT_ONCE = "at once"
    DAILY = "once a day"
    NEVER = "no"


class Trouble(StrEnum):
    """Something wrong with an account, the worst first."""

    ENDED = "ended"  # its token
    UNREAD = "unread"  # its network said why it cannot be read
    FAULT = "fault"  # the file of its token is not used
    ODD = "odd"  # what its network says of itself could not be understood
    BEHIND = "behind"  # it was not read for a while
    HELD = "held"  # its network wants no calls for now
    ENDS = "ends"  # its token, within a week


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """The deeds that a network allows for an account, beside reading and answering in public."""

    private_answers: bool = False
    takes_back: bool = True
    likes: bool = False
    deletions: DeletionsSeen = DeletionsSeen.NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class LastReading:
    """The newest reading of each stream of an account, and since when and why one cannot be read."""

    by_stream: dict[str, datetime] = field(default_factory=dict)
    unread_since: datetime | None = None
    why: str = ""

    def complete_at(self, streams: tuple[str, ...]) -> datetime | None:
        """Return when the newest reading of all streams was complete; None while one was not read."""
        if not streams or not all(one in self.by_stream for one in streams):
            return None
        return min(self.by_stream[one] for one in streams)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One account of ours, as the desk and its network stand now."""

    name: str  # "@northwind on X"
    pushed: bool = False  # its posts come by webhooks alone, and nothing is read
    read_at: datetime | None = None  # of the newest complete reading; None: not read yet
    unread_since: datetime | None = None
    why: str = ""  # why it cannot be read, as its network said
    newest_at: datetime | None = None  # when the newest stored post of a customer came in
    token_fault: str = ""  # why the file of its token is not used, with what to do
    renews_token: bool = False  # the desk itself does
    token_ends: datetime | None = None
    allowance: Allowance | None = None  # readings of mentions
    allowance_until: datetime | None = None
    held_until: datetime | None = None  # its network wants no calls until then
    odd: str = ""  # the kind of an unexpected error, with which nothing else is known of it
    budget: str = ""  # what is left of the money, as a sentence without its full stop
    stream_since: datetime | None = None  # since when its network itself sends what is new
    can: Abilities = field(default_factory=Abilities)

    def behind(self, now: datetime) -> timedelta:
        """Return how long ago the newest complete reading is, when that is too long; else zero."""
        if self.read_at is None:
            return timedelta()
        late = now - self.read_at
        return late if late > BEHIND_AFTER else timedelta()

    def troubles(self, now: datetime) -> tuple[Trouble, ...]:
        """Return what is wrong, the worst first."""
        left = self.token_ends - now if self.token_ends else None
        found = {
            Trouble.ENDED: left is not None and left <= timedelta(),
            Trouble.UNREAD: self.unread_since is not None,
            Trouble.FAULT: bool(self.token_fault),
            Trouble.ODD: bool(self.odd),
            Trouble.BEHIND: self.unread_since is None and self.behind(now) > timedelta(),
            Trouble.HELD: self.held_until is not None and self.held_until > now,
            Trouble.ENDS: left is not None and timedelta() < left <= WEEK,
        }
        return tuple(one for one in Trouble if found[one])
