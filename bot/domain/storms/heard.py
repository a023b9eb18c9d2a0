"""A post that came in, with facts of its case, as noticing and counting read it."""

from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import RECORDED, Mention


@dataclass(frozen=True, slots=True)
class Heard:
    """A post of the public; `case` is its number, or 0."""

    mention: Mention
    case: int
    topic: str
    received_at: datetime

    @property
    def at(self) -> datetime:
        """Return when it was written, but never later than it came in."""
        return min(self.mention.posted_at, self.received_at)

    @property
    def author(self) -> str:
        """Return who wrote it, on which network."""
        return f"{self.mention.ref.network}:{self.mention.author.id}"

    @property
    def recorded(self) -> bool:
        """Return whether it is replayed."""
        return self.mention.ref.network == RECORDED

    @property
    def quotable(self) -> bool:
        """Return whether its words may be shown outside its own channel."""
        return not self.mention.private and self.mention.deleted_at is None
