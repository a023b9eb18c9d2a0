"""The work that waits for one person, in the order to do it, and the other facts of their home tab."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotUsable
from bot.domain.cases.case import Case
from bot.domain.cases.queue import Place
from bot.domain.cases.view import Tally
from bot.domain.desks.running_desk import RunningDesk
from bot.domain.halts.halt import Halt
from bot.domain.mentions.connection import Connection
from bot.domain.team.swaps import Swap

INBOX = "inbox"
_OLD = "Your home tab is from an earlier version of the desk. Please open it once more."


class InboxSection(StrEnum):
    """A part of the inbox; a case is shown in the first one that it fits."""

    DECIDE = "decide"  # drafts that this person is asked to let out
    LAPSED = "lapsed"  # past the promise, and theirs or nobody's
    SOON = "soon"  # due within the hour, and theirs or nobody's
    BACK = "back"  # their drafts that came back
    HELD = "held"  # what else they hold
    UNHELD = "unheld"  # what else nobody has taken


# So many cases of each are shown: a view holds 100 blocks, and words to be approved are never cut.
MOST: Mapping[InboxSection, int] = {
    InboxSection.DECIDE: 3,
    InboxSection.LAPSED: 4,
    InboxSection.SOON: 4,
    InboxSection.BACK: 3,
    InboxSection.HELD: 3,
    InboxSection.UNHELD: 3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heap:
    """The first cases of a section, and how many it has."""

    cases: Sequence[Case] = ()
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The promises of one person since midnight: how many were kept, run, or lapsed."""

    kept: int = 0
    running: int = 0
    lapsed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The shift of one person: whether they are on, and who else is."""

    on: bool
    since: datetime | None = None
    until: datetime | None = None  # of whoever is on; None: until they say otherwise
    again: datetime | None = None  # when whoever is off is on again; None: until they say so
    others: Sequence[str] = ()  # who else is on
    guest: bool = False  # who is never on, and is not asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The whole team, as a lead sees it."""

    tally: Tally
    longest: Sequence[Case] = ()  # whose authors have waited longest


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """Everything on somebody's home tab."""

    heaps: Mapping[InboxSection, Heap] = field(default_factory=dict)
    today: Today = field(default_factory=Today)
    standing: Standing
    swaps: Sequence[Swap] = ()  # that they are asked to take
    connections: Sequence[Connection] = ()  # of all our accounts
    board: Board | None = None  # for leads
    halts: Sequence[Halt] = ()  # what keeps replies from going out
    desks: Sequence[RunningDesk] = ()  # where several processes can run, for leads


def requests_from(after: Place) -> str:
    """Return the content of a home tab that shows the requests after a place."""
    return f"{InboxSection.DECIDE}~{after.idle}_{after.rank}_{after.due}_{after.number}"


def requests_after(face: str) -> Place | None:
    """Return the place after which the home tab shows requests; None if it shows something else.

    Raises NotUsable for what `requests_from` did not write.
    """
    kind, _, place = face.partition("~")
    if kind != InboxSection.DECIDE:
        return None
    try:
        return Place(*map(int, place.split("_")))
    except (ValueError, TypeError):
        raise NotUsable(_OLD) from None
