"""The part of the store that is about requests over HTTP."""

from datetime import datetime
from typing import Protocol


class Requests(Protocol):
    """The part of the store that is about requests over HTTP."""

    def let_in(self, digest: str, signed_at: datetime) -> bool:
        """Record that a verified request is accepted; False if it was accepted before."""

    def was_let_in(self, digest: str) -> bool:
        """Return whether a request was accepted lately."""

    def let_go(self, digest: str) -> None:
        """Forget a request that was not acknowledged, so that it can be accepted again."""
