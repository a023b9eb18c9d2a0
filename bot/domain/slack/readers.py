"""Who reads a message, and how far what it shows may go."""

from collections.abc import Iterable
from dataclasses import dataclass

# How far a message may go. Everything else is the id of a channel: it shows private words of that channel's cases.
NOWHERE = ""  # nobody said what it shows, so nobody may read it
OUTSIDE = "outside"  # nothing of a customer and nothing of ours: anybody may read it
OURS = "ours"  # nothing private: whoever works here may read it, in every channel that is ours alone
SEVERAL = "several"  # private words of cases in several channels


@dataclass(frozen=True, slots=True)
class InChannel:
    """Everybody in a channel reads it."""

    channel: str


@dataclass(frozen=True, slots=True)
class ToPerson:
    """One person reads it: as a direct message, or by themselves where they pressed or typed (`channel`)."""

    user: str
    channel: str = ""


Reader = InChannel | ToPerson


def narrowest(kept_to: Iterable[str]) -> str:
    """Return how far a message may go that shows all of this."""
    private = set(kept_to) - {OURS, OUTSIDE}
    if len(private) > 1:
        return SEVERAL
    return next(iter(private), OURS)
