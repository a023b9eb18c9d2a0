"""How a database differs from what the migrations make."""

from dataclasses import dataclass
from enum import StrEnum


class Differs(StrEnum):
    """In what way one part of the schema is not as it should be."""

    MISSING = "missing"
    CHANGED = "changed"
    UNKNOWN = "unknown"  # there, and not of our making


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """One part of the database that is not as the migrations make it."""

    differs: Differs
    kind: str  # table, column, index, trigger, view or function
    name: str
    table: str = ""  # of ours, that it belongs to
    mend: str = ""  # the SQL that puts it right, where running it loses nothing


class CannotCompare(Exception):
    """The database does not let us find out what the migrations make of an empty one; the message says why."""
