"""A long history: cases that went through all steps, copied in bulk with all their rows, and open ones."""

from collections.abc import Mapping
from datetime import timedelta

from bot.domain.base.tables import CaseVerb, DraftVerb, FactVerb
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Mention
from storage import SqlStore
from storage.engine import rows
from storage.engine.base import Engine
from tests import builders, walking
from tests.builders import ANA, BEN, CARO, NOW, REPLY_URL, do

APART = timedelta(days=28) / 1_000_000  # between two cases: a million of them in four weeks
# All tables with rows of a case; a table comes after those it refers to.
TABLES = (
    "cases", "mentions", "promises", "nags", "drafts", "draft_versions", "approvals", "attempts", "audit", "tellings",
)  # fmt: skip
# Which row numbers a column contains: those of copies are increased by the numbers that the first cases used.
_NUMBERED = {
    "cases": "case_id chain cases.id",
    "mentions": "latest target_mention seen mentions.id",
    "promises": "promise_id promises.id",
    "drafts": "draft_id drafts.id",
    "approvals": "approval_id approvals.id",
    "attempts": "attempt_id attempts.id",
    "nags": "nags.id",
    "tellings": "tellings.id",
}
_OWN = {
    **{name: f"{name} || '-' || i" for name in ("external_id", "root_id", "author_id", "post_id", "key")},
    "author_handle": "author_handle || '_' || i",
    "text": "text || ' order' || i",
    "ts": "CASE ts WHEN '' THEN '' ELSE ts || i END",
}
_OF_CASE = {
    "cases": "id = {case}",
    "audit": "chain = {case}",
    "nags": "promise_id IN (SELECT id FROM promises WHERE case_id = {case})",
    **dict.fromkeys(
        ("draft_versions", "approvals", "attempts"), "draft_id IN (SELECT id FROM drafts WHERE case_id = {case})"
    ),
}
NOTHING_ELSE: Mapping[str, str] = {}


def lived_through(store: SqlStore) -> Case:
    """Take a case from its first post to its end: reminded, claimed, answered, solved, closed."""
    case = builders.opened(store)
    case = store.record(case, walking.event_for(case, FactVerb.REMINDED, "desk", NOW + timedelta(minutes=31)))
    case = builders.start(store, do(store, case, CaseVerb.CLAIM))
    case = do(store, case, DraftVerb.SUBMIT, to=BEN)
    case = do(store, case, DraftVerb.APPROVE, by=BEN, seen=case.latest)
    case = do(store, case, DraftVerb.SEND, by="desk", key="attempt-1")
    case = do(store, case, DraftVerb.DELIVERED, by="desk", post_id="2001", url=REPLY_URL)
    return do(store, do(store, case, CaseVerb.SOLVE, by=ANA, reason="Parcel arrived"), CaseVerb.CLOSE, by="desk")


def let_out_alone(store: SqlStore, post: Mention) -> Case:
    """Take a case to its end with a solo reply that a lead read afterwards."""
    case = builders.sent_alone(store, post=post)
    at = NOW + timedelta(hours=1)
    approval = case.draft.approval.id if case.draft and case.draft.approval else 0
    case = do(store, case, FactVerb.SOLO_READ, by=CARO, at=at, approval=approval)
    return do(store, do(store, case, CaseVerb.SOLVE, at=at), CaseVerb.CLOSE, by="desk", at=at)


def shown(store: SqlStore) -> None:
    """Mark every message as posted in Slack; messages in a thread after their card."""
    while waiting := store.to_tell(NOW + timedelta(days=9), 1_000):
        for telling in waiting:
            store.mark_told(telling.id, builders.CHANNEL, f"1700000000.{telling.id:06}", telling.wanted)


def strides(engine: Engine) -> Mapping[str, int]:
    """Return the distance of the copies' numbers, by table; call it before the first copy."""
    return {table: engine.rows(f"SELECT coalesce(max(id), 0) FROM {table}")[0][0] for table in _NUMBERED}


def repeat(  # noqa: PLR0917 - a copy needs all of them
    engine: Engine,
    case: int,
    copies: int,
    by: Mapping[str, int],
    own: Mapping[str, str] = NOTHING_ELSE,
    apart: timedelta = APART,
) -> None:
    """Write copies of a case with numbers `by` apart; `own`: SQL for values that depend on the copy's number `i`."""
    params = {"last": copies, "apart": apart // timedelta(microseconds=1)}
    with engine.transaction():
        for table in TABLES if copies else ():
            engine.run(_copied(engine, table, case, by, {**_OWN, **own}), params)
        if engine.name == "postgres":
            for table in _NUMBERED:  # the desk's next row comes after them
                engine.rows(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")


def _copied(engine: Engine, table: str, case: int, by: Mapping[str, int], own: Mapping[str, str]) -> str:
    names = columns(engine, table)
    values = ", ".join(_value(table, name, by, own) for name in names)
    of_case = _OF_CASE.get(table, "case_id = {case}").format(case=case)
    return f"""INSERT INTO {table} ({", ".join(names)})
    WITH RECURSIVE n(i) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < :last),
    one AS MATERIALIZED (SELECT * FROM {table} WHERE {of_case})
    SELECT {values} FROM n, one"""


def columns(engine: Engine, table: str) -> list[str]:
    """Return the columns of a table in order."""
    sql = "SELECT name FROM pragma_table_info(:table) ORDER BY cid"
    if engine.name == "postgres":
        sql = """SELECT column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = :table ORDER BY ordinal_position"""
    return [row[0] for row in engine.rows(sql, {"table": table})]


def _value(table: str, name: str, by: Mapping[str, int], own: Mapping[str, str]) -> str:
    if (table, name) == ("tellings", "about"):
        which = {"nag": "nags", "nudge": "nags", "mention": "mentions"}
        rest = " ".join(f"WHEN '{kind}' THEN about + i * {by[of]}" for kind, of in which.items())
        return f"CASE kind {rest} WHEN 'card' THEN about ELSE about + i * {by['drafts']} END"
    for numbered, columns in _NUMBERED.items():
        if name in columns.split() or f"{table}.{name}" in columns.split():
            return f"{name} + i * {by[numbered]}"
    if (table, name) == ("tellings", "due_at"):
        return f"CASE WHEN due_at >= {rows.NEVER} THEN due_at ELSE due_at + i * :apart END"
    return f"{name} + i * :apart" if name == "at" or name.endswith("_at") else own.get(name, name)
