"""What a check finds: one fact, how bad it is, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a fact is: `bad` keeps the desk from running."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was found out, and the remedy where it is not as it should be."""

    level: Level
    what: str
    remedy: str = ""


def ok(what: str) -> Fact:
    """Say what is as it should be."""
    return Fact(Level.OK, what)


def warn(what: str, remedy: str) -> Fact:
    """Say what the desk can live with."""
    return Fact(Level.WARN, what, remedy)


def bad(what: str, remedy: str) -> Fact:
    """Say what keeps the desk from running."""
    return Fact(Level.BAD, what, remedy)
