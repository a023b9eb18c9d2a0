"""What is logged during a call that goes wrong: nothing secret, no word of a person, no traceback."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.gateways.quiet_logs import event_lines

SHORTEST = 6  # signs of a secret; a shorter one of a stand-in is an ordinary word


@dataclass
class Logged(logging.Handler):
    """Keeps the lines as a desk would write them, without the list of its secrets."""

    secrets: Sequence[str] = ()
    lines: list[str] = field(default_factory=list)
    traces: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(event_lines((), as_json=False))

    __hash__ = logging.Handler.__hash__

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(self.format(record))
        if record.exc_info and record.name.partition(".")[0] in {"app", "bot", "cli", "handlers", "storage"}:
            self.traces.append(record.getMessage())

    def wrong(self) -> Iterator[str]:
        """Yield what no line may have."""
        known = [one for one in self.secrets if len(one) >= SHORTEST]
        if any(one in line for one in known for line in self.lines):
            yield "A log line has a secret or a word of a person."
        yield from (f"It is logged with a traceback: {one}." for one in self.traces)


@contextmanager
def logged(*secrets: str) -> Iterator[Logged]:
    """Keep what is logged meanwhile, at DEBUG, by us and by the libraries."""
    root, kept = logging.getLogger(), Logged(secrets)
    level, handlers = root.level, root.handlers[:]
    root.handlers[:] = [kept]
    root.setLevel(logging.DEBUG)
    try:
        yield kept
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
