"""The length of a reply, in each unit that its network limits."""

from collections.abc import Sequence

from bot.domain.base.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLength:
    """The length of a text in one unit, and the most that the network allows."""

    count: int
    limit: int
    unit: str = ""  # as people read it: "bytes"; empty: characters

    @property
    def over(self) -> int:
        """Return by how much the text is too long; 0 if it fits."""
        return max(0, self.count - self.limit)


def tightest(lengths: Sequence[TextLength]) -> TextLength:
    """Return the length that is nearest to its limit, or furthest over it; the first of equal ones."""
    return max(lengths, key=lambda one: one.count / one.limit)
