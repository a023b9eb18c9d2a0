"""What the desk needs of a search."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.cases.case import Case


class Finds(Protocol):
    """The part of the store that finds cases by words."""

    def find(self, words: str, limit: int = 10, *, private: bool) -> Sequence[Case]:
        """Return cases with a post that holds all the words, its author's handle included; newest post first.

        The case whose number somebody gave is the first. `private`: private messages are searched as well.
        """

    def index_words(self, limit: int = 100) -> int:
        """Put the newest posts that are not in the index into it; return how many."""

    def index_is_behind(self) -> bool:
        """Tell whether more posts wait to be put into the index than a search looks at by itself."""
