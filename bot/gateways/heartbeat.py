"""Requests an outside address while the desk runs well; a monitor there raises an alarm when requests stop."""

import logging
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

WITHIN = 5.0  # seconds


def ping(url: str, within: float = WITHIN) -> bool:
    """Request the address once, without following redirects; return whether it succeeded. Never logs the address.

    It ends in time, also where the answer comes a byte at a time: the thread that watches over the desk waits for it.
    """
    from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall  # noqa: PLC0415 - not needed at the start
    from bot.gateways.networks.wire import WireSession  # noqa: PLC0415 - heavy, not needed at the start

    try:
        WireSession("{0.scheme}://{0.netloc}".format(urlsplit(url)), within).get(url)
    except RefusedCall as refused:
        log.warning("heartbeat.refused status=%d", refused.status)
        return False
    except (NotReached, BrokenOff) as trouble:
        log.warning("heartbeat.unanswered why=%s", trouble)
        return False
    return True
