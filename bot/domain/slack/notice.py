"""A sentence about the desk in pieces. A moment, person, channel or case is a value of its own, never part of a text.

Text from outside can therefore never become one of them.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.moments import in_full
from bot.domain.base.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Addressed:
    """A teammate who is mentioned, by Slack user id."""

    who: str


@dataclass(frozen=True, slots=True)
class Room:
    """A channel that is named, by its id."""

    channel: str


@dataclass(frozen=True, slots=True)
class CaseNamed:
    """A case that is named by its number, and leads to its thread."""

    number: int


@dataclass(frozen=True, slots=True)
class StormNamed:
    """A storm that is named by its number, and leads to its message."""

    number: int


Piece = str | datetime | Addressed | Room | CaseNamed | StormNamed
Said = str | Sequence[Piece]  # a sentence without moments and names may be one string


def pieces(said: Said) -> tuple[Piece, ...]:
    """Return the pieces of a sentence."""
    return (said,) if isinstance(said, str) else tuple(said)


def plainly(said: Said) -> str:
    """Return a sentence as one line for logs and for whoever reads the rows: moments in UTC."""
    return "".join(_plain(piece) for piece in pieces(said))


def _plain(piece: Piece) -> str:
    match piece:
        case datetime():
            return in_full(piece)
        case Addressed(who):
            return f"<@{who}>"
        case Room(channel):
            return f"<#{channel}>"
        case CaseNamed(number):
            return f"case {number}"
        case StormNamed(number):
            return f"storm {number}"
        case str():
            return piece
