"""The readers of a message: who sees it, and who may read its content."""

from collections.abc import Iterable

from bot.domain.base.quick_dataclass import dataclass

# Who may read a message. Any other value is the id of a channel, for private words of that channel's cases.
NOWHERE = ""  # not given, so nobody may read it
OUTSIDE = "outside"  # nothing of a customer or of the desk: anybody may read it
OURS = "ours"  # nothing private: every teammate may read it, in every channel that is not shared
SEVERAL = "several"  # private words of cases in several channels


@dataclass(frozen=True, slots=True)
class InChannel:
    """Everybody in a channel reads it."""

    channel: str


@dataclass(frozen=True, slots=True)
class ToPerson:
    """One person reads it: as a direct message, or only visible to them in `channel`."""

    user: str
    channel: str = ""


Reader = InChannel | ToPerson


def narrowest(kept_to: Iterable[str]) -> str:
    """Return who may read a message with all of this content."""
    private = set(kept_to) - {OURS, OUTSIDE}
    if len(private) > 1:
        return SEVERAL
    return next(iter(private), OURS)
