"""Canaries in a whole run of tests: `HEARD_CANARY=1` has everything logged at DEBUG, and looks for what no line may have.

What our log would write of each line is looked through, with the secrets unknown to it; a line with a canary fails its test.
"""

import logging
import re
from collections.abc import Iterator

import pytest

from bot.gateways.quiet_logs import OURS, event_lines

ASKED = "HEARD_CANARY"
# Secrets of the tests and of the stand-ins, and words and handles of their customers.
CANARIES = re.compile(
    r"kanari|canary-|xoxb-|xapp-|rehearsal-(?:signing|bot|app)|EAArehearsal|priya_n\b|charged twice|parcel is late"
    r"|I'm on it and will tell you",
    re.IGNORECASE,
)


class Watching(logging.Handler):
    """Keeps the lines of our own log that have a canary."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(event_lines((), as_json=False))
        self.sung: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Look at one line, as our log would write it."""
        if record.name.partition(".")[0] not in OURS and record.levelno < logging.WARNING:
            return  # our handler leaves it out
        line = self.format(record)
        if CANARIES.search(line):
            self.sung.append(line)


def watching() -> Iterator[None]:
    """Fail the test in which a line with a canary was logged."""
    root, handler = logging.getLogger(), Watching()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    if handler.sung:
        pytest.fail("A log line has a secret, or words of a person:\n" + "\n".join(handler.sung[:5]), pytrace=False)
