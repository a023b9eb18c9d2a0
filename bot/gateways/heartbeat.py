"""Requests an outside address while the desk runs well; a monitor there raises an alarm when requests stop."""

import logging

log = logging.getLogger(__name__)

WITHIN = 5.0  # seconds


def ping(url: str) -> bool:
    """Ask for the address once, following nothing; return whether it answered well. The address is never logged."""
    import requests  # noqa: PLC0415 - the start need not wait for it

    try:
        with requests.get(url, timeout=WITHIN, allow_redirects=False, stream=True) as answer:
            good = answer.status_code < 300
    except requests.RequestException as trouble:
        log.warning("heartbeat.unanswered why=%s", type(trouble).__name__)
        return False
    if not good:
        log.warning("heartbeat.refused status=%d", answer.status_code)
    return good
