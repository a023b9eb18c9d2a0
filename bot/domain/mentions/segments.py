"""Customer segments: named people and large accounts, for whom other promises may be configured."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Author

if TYPE_CHECKING:
    from bot.domain.cases.customer import CustomerRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A segment: authors by name, authors with many followers, and customers by what their record says."""

    name: str
    title: str  # what the card says: "Press"
    handles: frozenset[tuple[str, str]] = frozenset()  # network and handle, as plain_handle writes it
    followers_at_least: int = 0  # 0: followers do not count
    networks: frozenset[str] = frozenset()  # networks on which followers count; empty: all
    score_at_least: int | None = None  # customer score; None: it does not count
    recorded: bool = False  # whether a record can name it
    approvers: frozenset[str] = frozenset()  # people and groups who let out replies to it; empty: every approver
    next_step: str = ""  # what to do next for them

    def holds(self, network: str, author: Author) -> bool:
        """Return whether an author belongs to the segment: by name, or by a known number of followers."""
        if (network, plain_handle(author.handle)) in self.handles:
            return True
        counts = bool(self.followers_at_least) and (not self.networks or network in self.networks)
        return counts and author.followers is not None and author.followers >= self.followers_at_least

    @property
    def of_record(self) -> bool:
        """Return whether somebody can be in it by their record."""
        return self.recorded or self.score_at_least is not None

    def holds_customer(self, record: "CustomerRecord") -> bool:
        """Return whether the customer with this record belongs to the segment."""
        if self.recorded and record.segment == self.name:
            return True
        return self.score_at_least is not None and record.score is not None and record.score >= self.score_at_least


def plain_handle(handle: str) -> str:
    """Return a handle for comparison: without @, in lower case."""
    return handle.strip().lstrip("@").casefold()


def segment_of(segments: Iterable[Segment], network: str, author: Author, by_record: str = "") -> str:
    """Return the name of the author's first segment, or an empty string.

    `by_record`: the name of the one in which their record put them; it counts while records still decide about it.
    """
    held = (one.name for one in segments if one.holds(network, author) or (one.of_record and one.name == by_record))
    return next(held, "")


def segment_by_record(segments: Iterable[Segment], record: "CustomerRecord") -> str:
    """Return the name of the first segment to which the customer with this record belongs, or an empty string."""
    return next((one.name for one in segments if one.holds_customer(record)), "")


def title_of(segments: Iterable[Segment], name: str) -> str:
    """Return the label of a segment; one that is no longer configured gets its name."""
    return next((one.title for one in segments if one.name == name), titled(name))


def titled(name: str) -> str:
    """Return a name as a title: "big_reach" is "Big reach"."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
