"""Redraws of messages that something outside of their case made untrue."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.cases.case import Case
from bot.domain.slack.telling import Urgency
from storage.engine import rows
from storage.engine.base import Engine
from storage.slack.again import MAY_SHOW, again_if_shown

_UNDER_ONE_POST = """c.network = :network AND c.root_id = :root AND c.account = :account AND c.id <> :case_id
    AND c.state IN ('new', 'open', 'pending')"""
_BESIDE = f"SELECT 1 FROM cases c WHERE {_UNDER_ONE_POST} LIMIT 1"
_SIBLINGS = 10  # older cards under one post that are redrawn for a newcomer; of a thousand, the others follow later
_ANEW = f"""UPDATE tellings SET {again_if_shown("tellings.wanted", "tellings.due_at", outside=True)}
WHERE {MAY_SHOW} AND {{which}} AND case_id IN ({{cases}})"""
_CARDS = "kind = 'card' AND about = 0 AND recipient = ''"
_NEWEST_OF_WAITING = """(SELECT min(a.id) FROM drafts d JOIN asks a ON a.draft_id = d.id
    WHERE d.case_id = tellings.case_id AND d.state IN ('approved', 'failed')
    AND a.version = (SELECT max(v.version) FROM asks v WHERE v.draft_id = d.id))"""
_DRAFTS = f"kind = 'draft' AND about = {_NEWEST_OF_WAITING}"
_BESIDE_IT = f"SELECT c.id FROM cases c WHERE {_UNDER_ONE_POST} ORDER BY c.id + 0 LIMIT {_SIBLINGS}"
_IMPOSTORS = "SELECT x.impostor_id FROM impostor_customers x WHERE x.case_id = :case_id"
_SIBLINGS_ANEW = _ANEW.format(which=_CARDS, cases=_BESIDE_IT)
_IMPOSTORS_ANEW = _ANEW.format(which=_CARDS, cases=_IMPOSTORS)


def redraw_siblings(engine: Engine, case: Case, at: datetime) -> None:
    """Request a redraw of the cards under the public post of a new case."""
    where = {"network": case.network, "account": case.account, "root": case.root_id, "case_id": case.id}
    if engine.row(_BESIDE, where):
        engine.run(_SIBLINGS_ANEW, where | {"urgency": int(Urgency.LOW), "since": rows.stored(at)})


def redraw_impostors(engine: Engine, case_id: int, at: datetime) -> None:
    """Request a redraw of the cards of the impostors who wrote to the customer of a case."""
    params = {"case_id": case_id, "urgency": int(Urgency.LOW), "since": rows.stored(at)}
    engine.run(_IMPOSTORS_ANEW, params)


def waiting_anew(cases: str) -> tuple[str, ...]:
    """Return the statements for the messages that say when replies go out; `cases`: the query for their cases."""
    return (_ANEW.format(which=_CARDS, cases=cases), _ANEW.format(which=_DRAFTS, cases=cases))


def redraw_waiting(engine: Engine, statements: Sequence[str], network: str, account: str, at: datetime) -> None:
    """Run the statements of `waiting_anew` for an account."""
    params = {"network": network, "account": account, "since": rows.stored(at), "urgency": int(Urgency.NORMAL)}
    for sql in statements:
        engine.run(sql, params)
    engine.announce()
