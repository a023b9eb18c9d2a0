"""The result of a check: a fact, its level, and its remedy."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """The level of a fact; with a `bad` one the desk cannot run."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Fact:
    """One result of a check, with a remedy unless its level is ok."""

    level: Level
    what: str
    remedy: str = ""


def ok(what: str) -> Fact:
    """Return a fact about something in order."""
    return Fact(Level.OK, what)


def warn(what: str, remedy: str) -> Fact:
    """Return a fact about a fault with which the desk can run."""
    return Fact(Level.WARN, what, remedy)


def bad(what: str, remedy: str) -> Fact:
    """Return a fact about a fault with which the desk cannot run."""
    return Fact(Level.BAD, what, remedy)
