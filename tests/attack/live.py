"""Shared by tests that connect to a door over real sockets on loopback."""

import time

from tests.handlers.test_signed import SECRET, signed
from tests.rehearsal.workspace.conftest import wait_until

__all__ = ["SECRET", "signed_headers", "wait_until"]


def signed_headers(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """Return Slack's headers for a body, signed by the real clock, by which the door checks them."""
    return signed(body, stamp=str(int(time.time())), secret=secret)
