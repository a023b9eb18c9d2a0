"""What is handed out of the store as tables: whole, in plain words, for whoever has the machine."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

Value = str | int | float | bool | datetime | dict[str, object] | None


class Table(StrEnum):
    """What can be handed out."""

    CASES = "cases"
    MENTIONS = "mentions"
    REPLIES = "replies"
    PROMISES = "promises"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Exported:
    """A table as it is handed out: its columns, and its rows as they are read, few in memory at a time."""

    table: Table
    columns: Sequence[str]
    rows: Iterator[Sequence[Value]]


class Exports(Protocol):
    """The part of the store that hands out tables. It is no part of a running desk: it reads all that ever was."""

    def exported(self, table: Table, now: datetime) -> Exported:
        """Return a table by its rows' numbers; `now` tells what is overdue. Reading its rows raises OutOfService."""

    def snapshot(self) -> AbstractContextManager[None]:
        """Let all that is read within be as of one moment."""
