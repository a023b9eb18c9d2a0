"""Facts about differences between a database's schema and the migrations', with remedies."""

from collections.abc import Sequence

from bot.gateways.findings import Finding, bad, ok, warn
from bot.ports.schema import Differs, SchemaFault

MOST = 10  # parts that are listed, since a foreign database could differ in very many
_SAID = {
    Differs.MISSING: "is missing",
    Differs.CHANGED: "differs from what Heard creates",
    Differs.UNKNOWN: "was not created by Heard",
}
_COPY = "Stop the desk, and put back a copy of the database from before it was changed."
_WHOSE = "Leave it if you know whose it is."
_TAKE = "Stop the desk, remove it, and check who can change the database."


def of_schema(faults: Sequence[SchemaFault]) -> list[Finding]:
    """Return whether the schema is that of the migrations, and the remedy for each difference."""
    if not faults:
        return [ok("The database's tables, indexes and triggers are as Heard created them.")]
    findings = [_finding(one) for one in faults[:MOST]]
    if len(faults) > MOST:
        findings.append(bad(f"{len(faults) - MOST} further parts of the database differ.", _COPY))
    return findings


def not_compared(why: str) -> Finding:
    """Return the finding that the schema could not be compared."""
    remedy = "Grant it CREATE on the database for this check, or leave it: nothing else needs that."
    return warn(f"The database was not compared with what Heard creates: {why}", remedy)


def _finding(one: SchemaFault) -> Finding:
    where = f" of the table {one.table}" if one.table else ""
    what = f"The database's {one.kind} {one.name}{where} {_SAID[one.differs]}."
    if one.differs == Differs.UNKNOWN:
        return bad(what, _TAKE) if one.kind in {"column", "trigger"} else warn(what, _WHOSE)
    return bad(what, f"Stop the desk, then run in the database: {one.mend}" if one.mend else _COPY)
