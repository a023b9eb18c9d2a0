"""One person on two networks: joined by people on the person's own word, and taken apart with one press."""

from datetime import datetime
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass


class HowKnown(StrEnum):
    """The way in which somebody knows that two authors are one person."""

    OWN_WORD = "own_word"  # they said so themselves
    COLLEAGUE = "colleague"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamePerson:
    """Another author who is the same person as that of a case; it decides nothing, and nothing is sent by it."""

    network: str
    author_id: str
    case_id: int  # theirs, on which it was said
    how: HowKnown
    note: str  # the link to their own words, or which colleague knows it
    by: str
    at: datetime
    handle: str = ""  # "@priya", as they are called now
    label: str = ""  # of the network: "Mastodon"
