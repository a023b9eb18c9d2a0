"""What the desk needs remembered of Slack's signed requests."""

from datetime import datetime
from typing import Protocol


class Requests(Protocol):
    """The part of the store that is about requests over HTTP."""

    def let_in(self, digest: str, signed_at: datetime) -> bool:
        """Write down that a verified request is let in; False where it was before."""

    def let_go(self, digest: str) -> None:
        """Forget one that was not acknowledged, so that it may come again."""
