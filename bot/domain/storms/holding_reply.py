"""A holding reply: one writer's words, by language, for everybody whom a storm concerns."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import first_name
from bot.domain.mentions.mention import Author
from bot.domain.replies.draft_checks import placeholder
from bot.domain.replies.origins import StartingText

FIRST_NAME = placeholder("first_name")
STATEMENT_LINK = placeholder("statement_link")  # of the statement on the customer's network
OTHERWISE = ""  # the variant for everybody whose language has none


class Audience(StrEnum):
    """The people who get a storm's words."""

    WAITING = "waiting"  # folded, owed an answer
    TOLD = "told"  # got an earlier holding reply of the storm: a correction, or an update
    EVERYBODY = "everybody"  # all whose cases go on, as when it is fixed


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingReply:
    """Words for a storm, with who wrote them, and who paused them."""

    id: int = 0
    storm: int
    channel: str
    audience: Audience
    variants: Mapping[str, str]  # words by language; OTHERWISE: for all other languages
    by: str
    at: datetime
    paused_by: str = ""
    paused_at: datetime | None = None
    ended_by: str = ""  # who wrote newer words for the same people, or ended it
    ended_at: datetime | None = None
    machines: Sequence[StartingText] = ()  # what of the words is a machine's

    @property
    def goes_on(self) -> bool:
        """Return whether further cases are offered for approval."""
        return self.ended_at is None and self.paused_at is None


@dataclass(frozen=True, slots=True)
class NoVariant:
    """A customer whose language has no words of its own: `got`: the language of those instead, "" where unknown."""

    spoken: str
    got: str


@dataclass(frozen=True, slots=True)
class NotTold:
    """A case that got nothing, and why."""

    case_id: int
    why: str
    link: str = ""  # to its thread, or to its post


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The progress of a holding reply."""

    told: int = 0
    waiting: int = 0  # for approval
    going_out: int = 0
    unwritten: int = 0  # not offered for approval yet
    not_told: Sequence[NotTold] = field(default_factory=tuple)  # the first of them
    not_told_count: int = 0

    @property
    def count(self) -> int:
        """Return for how many it is."""
        return self.told + self.waiting + self.going_out + self.unwritten + self.not_told_count


def is_variant(text: str, words: str) -> bool:
    """Return whether a text is made of these words, with whatever name and link; not where somebody wrote others."""
    return all(part in text for one in words.split(FIRST_NAME) for part in one.split(STATEMENT_LINK))


def for_customer(words: str, author: Author, statement: str = "") -> str:
    """Return a variant's words for one customer; a handle stands in where the profile shows no first name.

    `statement`: the link of our statement on their network; "": there is none, and its placeholder stays.
    """
    name = first_name(author.name, author.handle) or f"@{author.handle.lstrip('@')}"
    return words.replace(FIRST_NAME, name).replace(STATEMENT_LINK, statement or STATEMENT_LINK)
