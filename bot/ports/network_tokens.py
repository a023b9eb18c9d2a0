"""The abilities of a network whose token ends, is kept in a file, or is renewed by the desk itself."""

from datetime import datetime
from typing import Protocol, runtime_checkable


@runtime_checkable
class TokenEnds(Protocol):
    """A network whose token ends at a moment that the network tells; leads hear of it a week and a day before.

    A token that RenewsToken renews in time never comes that near, so it may be told too.
    """

    def token_ends(self) -> datetime | None:
        """Return until when the token is good, as the network told at `verify` or since; makes no call.

        None: it does not end, or nothing is known of it yet.
        """


@runtime_checkable
class KeepsToken(Protocol):
    """A network that keeps a token of its own in a file of the desk."""

    def token_fault(self) -> str:
        """Return why that file is not used, with what to do; "" where it is; makes no call."""


@runtime_checkable
class RenewsToken(Protocol):
    """A network whose token the desk itself replaces by a newer one before it ends."""

    renews_token: bool  # whether it does, for our account

    def renew_at(self) -> datetime | None:
        """Return from when on a newer token should be fetched; makes no call. None: there is none to renew yet."""

    def renew_token(self) -> None:
        """Fetch a newer token now, and keep it before the old one is given up.

        Raises NetworkTrouble; the old token is used on then, and its renewal tried again.
        """
