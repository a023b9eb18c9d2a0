"""Compares the schema of a database with the one that the migrations make."""

import re
from collections.abc import Iterator, Sequence

from bot.ports.schema import Differs, SchemaFault
from storage.engine import migrate
from storage.engine.base import Engine, SchemaPart
from storage.engine.refusals import EditedMigration, NewerDatabase

_APPLIED = "SELECT number, name, digest FROM migrations"
_COMMENT = re.compile(r"--[^\n]*")
_ROUND_SIGNS = re.compile(r"\s*([(),;])\s*")


class Schemas:
    """The check of the schema."""

    engine: Engine

    def schema_faults(self) -> Sequence[SchemaFault]:
        """Return the differences from the migrations' schema; raise CannotCompare when it cannot be compared."""
        return list(faults(self.engine.schema_as_built(), self.engine.schema()))

    def is_of_this_version(self) -> bool:
        """Return whether exactly this version's migrations are applied; another version may have come meanwhile."""
        try:
            return not migrate.pending(migrate.known(self.engine.name), self.engine.rows(_APPLIED))
        except (NewerDatabase, EditedMigration):
            return False


def in_one_line(sql: str) -> str:
    """Return a definition that can be run again: without comments, on one line."""
    return " ".join(_COMMENT.sub("", sql).split())


def comparable_definition(sql: str) -> str:
    """Return a definition for comparison: also without quotes round names, and with uniform spaces."""
    return " ".join(_ROUND_SIGNS.sub(r"\1 ", in_one_line(sql).replace('"', "")).split())


def faults(wanted: Sequence[SchemaPart], found: Sequence[SchemaPart]) -> Iterator[SchemaFault]:
    """Yield parts that are missing, changed or unknown; each table is reported once, by itself or by its columns."""
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
