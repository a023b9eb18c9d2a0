"""The interface for exports: whole tables of the store, for people with access to the machine."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.base.quick_dataclass import dataclass

Value = str | int | float | bool | datetime | dict[str, object] | None


class Table(StrEnum):
    """The tables that can be exported."""

    CASES = "cases"
    MENTIONS = "mentions"
    REPLIES = "replies"
    PROMISES = "promises"
    SAME_PEOPLE = "same_people"
    STATEMENTS = "statements"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Exported:
    """An exported table: its columns, and an iterator over its rows."""

    table: Table
    columns: Sequence[str]
    rows: Iterator[Sequence[Value]]


class Exports(Protocol):
    """The part of the store for exports. A running desk never uses it, since it reads all rows."""

    def exported(self, table: Table, now: datetime) -> Exported:
        """Return a table ordered by row number; `now` decides what is overdue. Its rows can raise OutOfService."""

    def snapshot(self) -> AbstractContextManager[None]:
        """Return a context in which all reads see the same moment."""
