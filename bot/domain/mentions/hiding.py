"""A customer's public post that we hide under a post of ours, or show again: who wanted it, why, what came of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass

ON_THE_NETWORK = "network"  # who did it, where somebody did it there
LEASE = timedelta(minutes=2)  # longer than any call to a network takes
LOOKS = (timedelta(minutes=1), timedelta(minutes=5))  # between two readings after an unknown outcome


class HidingState(StrEnum):
    """The outcome of the wish to hide a post, or to show it again."""

    ASKED = "asked"  # the network is being asked, or will be in a moment
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hiding:
    """One wish to hide a post or to show it again."""

    id: int
    case_id: int
    mention: int  # the row of the post
    hide: bool  # False: show it again
    state: HidingState
    by: str
    at: datetime
    reason: str = ""
    why: str = ""  # why it was refused, or is unknown
    settled_at: datetime | None = None
    looks: int = 0  # readings after an unknown outcome

    @property
    def pending(self) -> bool:
        """Return whether nothing can be said yet."""
        return self.state in {HidingState.ASKED, HidingState.UNKNOWN}

    def next_look(self, now: datetime) -> datetime | None:
        """Return when the network is read once more; None: a person looks."""
        return now + LOOKS[self.looks] if self.looks < len(LOOKS) else None


def newest_hiding(hidings: Iterable[Hiding], mention: int) -> Hiding | None:
    """Return the newest wish about a post, or None."""
    return max((one for one in hidings if one.mention == mention), key=lambda one: one.id, default=None)


def is_hidden_now(hidings: Iterable[Hiding], mention: int) -> bool:
    """Return whether a post is hidden, as far as is known here."""
    done = [one for one in hidings if one.state == HidingState.DONE]
    newest = newest_hiding(done, mention)
    return newest is not None and newest.hide
