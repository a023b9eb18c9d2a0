"""What is said of a database that is not as the migrations make it, and how it is put right."""

from collections.abc import Sequence

from bot.gateways.facts import Fact, bad, ok, warn
from bot.ports.schema import Differs, SchemaFault

MOST = 10  # parts that are named; a database of something else would fill pages
_SAID = {
    Differs.MISSING: "is missing",
    Differs.CHANGED: "differs from what Heard creates",
    Differs.UNKNOWN: "was not created by Heard",
}
_COPY = "Stop the desk, and put back a copy of the database from before it was changed."
_WHOSE = "Leave it if you know whose it is."
_TAKE = "Stop the desk, remove it, and check who can change the database."


def of_schema(faults: Sequence[SchemaFault]) -> list[Fact]:
    """Say whether the database is as the migrations make it, and what is to be done where it is not."""
    if not faults:
        return [ok("The database's tables, indexes and triggers are as Heard created them.")]
    facts = [_fact(one) for one in faults[:MOST]]
    if len(faults) > MOST:
        facts.append(bad(f"{len(faults) - MOST} further parts of the database differ.", _COPY))
    return facts


def not_compared(why: str) -> Fact:
    """Say that it is not known."""
    remedy = "Grant it CREATE on the database for this check, or leave it: nothing else needs that."
    return warn(f"The database was not compared with what Heard creates: {why}", remedy)


def _fact(one: SchemaFault) -> Fact:
    where = f" of the table {one.table}" if one.table else ""
    what = f"The database's {one.kind} {one.name}{where} {_SAID[one.differs]}."
    if one.differs == Differs.UNKNOWN:
        return bad(what, _TAKE) if one.kind in {"column", "trigger"} else warn(what, _WHOSE)
    return bad(what, f"Stop the desk, then run in the database: {one.mend}" if one.mend else _COPY)
