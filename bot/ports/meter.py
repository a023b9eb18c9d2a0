"""The counts and times of a running desk; they are kept only where monitoring is configured."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from bot.domain.base.quick_dataclass import dataclass


class Occurrence(StrEnum):
    """Something that happens, counted since the start."""

    LIMITED = "limited"  # a call that Slack or a network refused because of a limit
    REFUSED_CLICK = "refused_click"


class Duration(StrEnum):
    """Something that takes a while, in real seconds."""

    ACKNOWLEDGEMENT = "acknowledgement"  # of a request of Slack's, from its arrival
    REMINDER = "reminder"  # how late the earliest due one was written, in the desk's time
    DATABASE_WAIT = "database_wait"  # until a transaction may write


Labels = tuple[tuple[str, str], ...]  # names and values: (("network", "x"), ("account", "42"))


@dataclass(frozen=True, slots=True)
class Gauge:
    """A present number, or one for each set of labels."""

    name: str
    meaning: str
    values: Mapping[Labels, float]


class Meter(Protocol):
    """Counts and times. The labels name kinds, networks and our own accounts: never a person, a text or a secret."""

    def count(self, what: Occurrence, **labels: str) -> None:
        """Count one."""

    def took(self, what: Duration, seconds: float) -> None:
        """Record how long one took."""


class NoMeter:
    """Keeps nothing."""

    def count(self, what: Occurrence, **labels: str) -> None:
        """Do nothing."""

    def took(self, what: Duration, seconds: float) -> None:
        """Do nothing."""
