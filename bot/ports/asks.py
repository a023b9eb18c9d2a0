"""What the desk needs remembered of requests to let a draft out."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.replies.requests import Ask


class KeepsAsks(Protocol):
    """Requests, each with what ended it, and the versions that they are about."""

    def ask(self, ask_id: int) -> Ask | None:
        """Return one request, or None."""

    def asks_of(self, draft_id: int) -> Sequence[Ask]:
        """Return the requests about a draft, oldest first."""

    def version(self, draft_id: int, version: int) -> tuple[str, tuple[str, ...]]:
        """Return the words of one version of a draft and who wrote them; nothing where there is no such version."""
