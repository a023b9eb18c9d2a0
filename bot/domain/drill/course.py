"""The course of one drill: its script and posts, since when it is played, and how fast."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.drill.script import DrillPost, Script


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A script as it is played: `speed` is how many times faster than written its moments come."""

    script: Script
    posts: Sequence[DrillPost]
    started_at: datetime
    speed: float = 1.0

    def at(self, after: timedelta) -> datetime:
        """Return the moment of a place in the script."""
        return self.started_at + after / self.speed

    @property
    def began_at(self) -> datetime:
        """Return the moment of the first post."""
        return self.at(self.posts[0].after)

    @property
    def ends_at(self) -> datetime:
        """Return the moment of the end."""
        return self.at(self.script.length)
