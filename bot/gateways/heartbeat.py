"""Requests an outside address while the desk runs well; a monitor there raises an alarm when requests stop."""

import logging

log = logging.getLogger(__name__)

WITHIN = 5.0  # seconds


def ping(url: str) -> bool:
    """Request the address once, without following redirects; return whether it succeeded. Never logs the address."""
    import requests  # noqa: PLC0415 - not needed at the start

    try:
        with requests.get(url, timeout=WITHIN, allow_redirects=False, stream=True) as answer:
            good = answer.status_code < 300
    except requests.RequestException as trouble:
        log.warning("heartbeat.unanswered why=%s", type(trouble).__name__)
        return False
    if not good:
        log.warning("heartbeat.refused status=%d", answer.status_code)
    return good
