"""Customer segments: named people and large accounts, to whom more may be promised. Facts, never judgements."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.mentions.mention import Author


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One group of authors: those who are named, and those with many followers."""

    name: str
    title: str  # what the card says: "Press"
    handles: frozenset[tuple[str, str]] = frozenset()  # network and handle, as plain_handle writes it
    followers_at_least: int = 0  # 0: followers do not count
    networks: frozenset[str] = frozenset()  # on which followers count; empty: on all

    def holds(self, network: str, author: Author) -> bool:
        """Tell whether an author belongs here: by name, or by followers where the network says how many."""
        if (network, plain_handle(author.handle)) in self.handles:
            return True
        counts = bool(self.followers_at_least) and (not self.networks or network in self.networks)
        return counts and author.followers is not None and author.followers >= self.followers_at_least


def plain_handle(handle: str) -> str:
    """Return a handle as it is compared: without the @ in front, in small letters."""
    return handle.strip().lstrip("@").casefold()


def segment_of(segments: Iterable[Segment], network: str, author: Author) -> str:
    """Return the name of the first segment that holds the author, or an empty string."""
    return next((one.name for one in segments if one.holds(network, author)), "")


def title_of(segments: Iterable[Segment], name: str) -> str:
    """Return what people read for a segment; one that is no longer configured is called by its name."""
    return next((one.title for one in segments if one.name == name), titled(name))


def titled(name: str) -> str:
    """Return a name as a title: "big_reach" is "Big reach"."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
