"""Differences between a database and the schema made by the migrations."""

from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import Refusal


class Differs(StrEnum):
    """The kind of a difference."""

    MISSING = "missing"
    CHANGED = "changed"
    UNKNOWN = "unknown"  # exists, but no migration made it


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """One part of the database that differs from the migrations."""

    differs: Differs
    kind: str  # table, column, index, trigger, view or function
    name: str
    table: str = ""  # the table of ours to which it belongs
    mend: str = ""  # the SQL that repairs it, where it loses no data


class NotSetUpYet(Refusal):
    """The database is empty, or of an earlier version: the next start of the desk brings it up to date."""


class CannotCompare(Exception):
    """The schema of an empty database could not be built for the comparison; the message says why."""
