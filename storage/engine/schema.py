"""Compares the schema of a database with what the migrations make of an empty one."""

import re
from collections.abc import Iterator, Sequence

from bot.ports.schema import Differs, SchemaFault
from storage.engine.base import Engine, SchemaPart

_COMMENT = re.compile(r"--[^\n]*")
_ROUND_SIGNS = re.compile(r"\s*([(),;])\s*")


class Schemas:
    """The look at the schema."""

    engine: Engine

    def schema_faults(self) -> Sequence[SchemaFault]:
        """Return what differs from the migrations' schema; raise CannotCompare where that cannot be found out."""
        return list(faults(self.engine.schema_as_built(), self.engine.schema()))


def in_one_line(sql: str) -> str:
    """Return a definition as somebody can run it again: without comments, in one line."""
    return " ".join(_COMMENT.sub("", sql).split())


def comparable(sql: str) -> str:
    """Return a definition to compare: also without quotes round names, and the ways of putting blanks."""
    return " ".join(_ROUND_SIGNS.sub(r"\1 ", in_one_line(sql).replace('"', "")).split())


def faults(wanted: Sequence[SchemaPart], found: Sequence[SchemaPart]) -> Iterator[SchemaFault]:
    """Yield what is missing, changed or not ours; a table whose columns or whole are told of is not told again."""
    told = list(_every(wanted, found))
    whole = {one.name for one in told if one.kind in {"table", "view"} and one.differs != Differs.CHANGED}
    by_column = {one.table for one in told if one.kind == "column"}
    for one in told:
        by_its_columns = one.kind == "table" and one.differs == Differs.CHANGED and one.name in by_column
        if one.table not in whole and not by_its_columns:
            yield one


def _every(wanted: Sequence[SchemaPart], found: Sequence[SchemaPart]) -> Iterator[SchemaFault]:
    ours, theirs = ({(one.kind, one.table, one.name): one for one in parts} for parts in (wanted, found))
    for key, one in ours.items():
        if key not in theirs:
            yield SchemaFault(Differs.MISSING, one.kind, one.name, one.table, one.make)
        elif one.definition != theirs[key].definition:
            again = f"{theirs[key].drop} {one.make}" if one.make else ""
            yield SchemaFault(Differs.CHANGED, one.kind, one.name, one.table, again)
    for key, one in theirs.items():
        if key not in ours:
            yield SchemaFault(Differs.UNKNOWN, one.kind, one.name, one.table, one.drop)
