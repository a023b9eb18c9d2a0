"""The result of a check: a finding, its level, and its remedy."""

from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass


class Level(StrEnum):
    """The level of a finding; with a `bad` one the desk cannot run."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a check, with a remedy unless its level is ok."""

    level: Level
    what: str
    remedy: str = ""


def ok(what: str) -> Finding:
    """Return a finding about something in order."""
    return Finding(Level.OK, what)


def warn(what: str, remedy: str) -> Finding:
    """Return a finding about a fault with which the desk can run."""
    return Finding(Level.WARN, what, remedy)


def bad(what: str, remedy: str) -> Finding:
    """Return a finding about a fault with which the desk cannot run."""
    return Finding(Level.BAD, what, remedy)
