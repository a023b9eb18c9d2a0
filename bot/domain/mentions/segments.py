"""Customer segments: named people and large accounts, for whom other promises may be configured."""

from collections.abc import Iterable

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Author


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A segment: authors by name, and authors with many followers."""

    name: str
    title: str  # what the card says: "Press"
    handles: frozenset[tuple[str, str]] = frozenset()  # network and handle, as plain_handle writes it
    followers_at_least: int = 0  # 0: followers do not count
    networks: frozenset[str] = frozenset()  # networks on which followers count; empty: all

    def holds(self, network: str, author: Author) -> bool:
        """Return whether an author belongs to the segment: by name, or by a known number of followers."""
        if (network, plain_handle(author.handle)) in self.handles:
            return True
        counts = bool(self.followers_at_least) and (not self.networks or network in self.networks)
        return counts and author.followers is not None and author.followers >= self.followers_at_least


def plain_handle(handle: str) -> str:
    """Return a handle for comparison: without @, in lower case."""
    return handle.strip().lstrip("@").casefold()


def segment_of(segments: Iterable[Segment], network: str, author: Author) -> str:
    """Return the name of the author's first segment, or an empty string."""
    return next((one.name for one in segments if one.holds(network, author)), "")


def title_of(segments: Iterable[Segment], name: str) -> str:
    """Return the label of a segment; one that is no longer configured gets its name."""
    return next((one.title for one in segments if one.name == name), titled(name))


def titled(name: str) -> str:
    """Return a name as a title: "big_reach" is "Big reach"."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
