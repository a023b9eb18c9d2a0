"""The desk's knowledge of Slack's channels: whether one is shared with another company."""

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass


class Openness(StrEnum):
    """Slack's answer to whether a channel is shared with another company."""

    OURS = "ours"
    SHARED = "shared"  # shared with another company, or about to be
    UNSEEN = "unseen"  # Slack shows us no such channel
    UNKNOWN = "unknown"  # Slack does not say


@dataclass(frozen=True, slots=True)
class Seen:
    """Slack's answer about a channel, and until when it is valid, in pace time."""

    openness: Openness
    at: float
    until: float


@dataclass(slots=True)
class Rooms:
    """The known channels. Kept in memory only: after a start nothing is known."""

    held: set[str] = field(default_factory=set)  # shared, and reported: nothing is posted there
    ours: set[str] = field(default_factory=set)  # found not shared since the start, or since they were shared
    unknown_since: dict[str, datetime] = field(default_factory=dict)
    _seen: dict[str, Seen] = field(default_factory=dict)
    _changes: int = 0

    def seen(self, channel: str, pace: float) -> Openness | None:
        """Return the stored answer about a channel, while it is valid."""
        found = self._seen.get(channel)
        return found.openness if found and found.at <= pace < found.until else None

    def closed(self, room: str, pace: float, *, to_posts: bool) -> bool:
        """Return whether no message may be posted there now; in a shared channel old ones still lose their words."""
        unknown = self.seen(room, pace) == Openness.UNKNOWN and room not in self.held
        return unknown or (to_posts and room in self.held)

    def mark(self) -> int:
        """Return a mark of the changes so far; take it before a reading."""
        return self._changes

    def saw(self, channel: str, seen: Seen, mark: int) -> None:
        """Store the result of a reading, except for channels that changed meanwhile."""
        if mark == self._changes:
            self._seen[channel] = seen

    def forget(self) -> None:
        """Forget what is known: Slack says that a channel changed."""
        self._changes += 1
        self._seen = {}
