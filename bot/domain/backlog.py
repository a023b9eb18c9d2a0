"""What waits for Slack in a channel: when that is said, and by when it is expected to be over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MANY = 100  # messages; at Slack's pace in one channel nearly two minutes
LONG = timedelta(minutes=10)
FEW = 10  # what is left when a backlog is over
A_MINUTE = 57  # messages that Slack takes in one channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits to be posted in one channel. `whole`: everything was counted."""

    messages: int = 0
    cards: int = 0  # of these: cases that nobody sees in Slack yet
    since: datetime | None = None  # since when the oldest has waited
    whole: bool = True

    def begins(self, now: datetime) -> bool:
        """Tell whether so much waits, or something for so long, that people should know."""
        return self.messages > MANY or (self.since is not None and now - self.since > LONG)

    def is_over(self, now: datetime) -> bool:
        """Tell whether nearly nothing waits any more, and nothing for long."""
        return self.messages <= FEW and not self.begins(now)
