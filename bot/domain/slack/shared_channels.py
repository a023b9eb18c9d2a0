"""What the desk knows of Slack's channels: whether another company reads along."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Openness(StrEnum):
    """Whether a channel is ours alone."""

    OURS = "ours"
    SHARED = "shared"  # another company reads it, or is about to
    UNSEEN = "unseen"  # Slack shows us no such channel
    UNKNOWN = "unknown"  # Slack does not say


@dataclass(frozen=True, slots=True)
class Seen:
    """What Slack said of a channel, and until when that counts, in pace time."""

    openness: Openness
    at: float
    until: float


@dataclass(slots=True)
class Rooms:
    """What is known of channels. It lives as long as the desk runs: after a start nothing is known."""

    held: set[str] = field(default_factory=set)  # shared, and said to be: nothing is posted there
    ours: set[str] = field(default_factory=set)  # seen to be ours since the start, or since they were shared
    unknown_since: dict[str, datetime] = field(default_factory=dict)
    _seen: dict[str, Seen] = field(default_factory=dict)
    _news: int = 0

    def seen(self, channel: str, pace: float) -> Openness | None:
        """Return what was seen of a channel, as long as it counts."""
        found = self._seen.get(channel)
        return found.openness if found and found.at <= pace < found.until else None

    def closed(self, room: str, pace: float, *, to_posts: bool) -> bool:
        """Tell whether nothing is told in a room now; where it is shared, what stands there still loses its words."""
        unknown = self.seen(room, pace) == Openness.UNKNOWN and room not in self.held
        return unknown or (to_posts and room in self.held)

    def mark(self) -> int:
        """Return a mark of the news so far, to be taken before a look."""
        return self._news

    def saw(self, channel: str, seen: Seen, mark: int) -> None:
        """Remember what a look showed, but not where news came while it was made."""
        if mark == self._news:
            self._seen[channel] = seen

    def forget(self) -> None:
        """Know nothing any more: Slack says that a channel changed."""
        self._news += 1
        self._seen = {}
