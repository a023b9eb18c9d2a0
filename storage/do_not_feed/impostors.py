"""Impostors of our support: whose cases these are, and the customers whom they wrote to."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.tables import DraftState
from bot.domain.cases import author_events, events
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event
from bot.domain.do_not_feed.impostor import WroteTo
from bot.domain.replies.draft import DraftKind
from storage.engine import rows
from storage.engine.base import Engine
from storage.slack import outside

_PUT = rows.insert(
    "impostor_customers",
    "impostor_id case_id direct",
    """ON CONFLICT (impostor_id, case_id) DO UPDATE SET direct = excluded.direct
WHERE excluded.direct > impostor_customers.direct""",
)
_DROP = "DELETE FROM impostor_customers WHERE impostor_id = :impostor AND case_id = :case"
_STANDS = """SELECT 1 FROM asides s WHERE s.author_id = :author AND s.network = :network AND s.kind = 'impostor'
AND s.ended_at IS NULL AND s.decided_at IS NOT NULL LIMIT 1"""
_BESIDE = """SELECT c.id FROM cases c WHERE c.root_id = :root AND c.network = :network AND c.impostor = c.id
AND c.id <> :case ORDER BY c.id"""
_RECENT = """c.author_id <> :author AND c.network = :network AND c.private = 0 AND c.joined_into = 0
AND c.impostor <> c.id AND c.state <> 'dismissed' AND (c.ended_at IS NULL OR c.ended_at >= :since)"""
_ANSWERED = f"""SELECT DISTINCT c.id FROM mentions m
JOIN mentions p ON p.network = m.network AND p.external_id = m.parent_id
JOIN cases c ON c.id = p.case_id WHERE m.case_id = :case AND p.side = 'theirs' AND {_RECENT}
ORDER BY c.id LIMIT :limit"""
_AROUND = f"""SELECT c.id FROM cases c WHERE c.account = :account AND c.root_id = :root AND {_RECENT}
ORDER BY c.id + 0 LIMIT :limit"""
_CUSTOMERS = """SELECT x.case_id, x.direct, coalesce((SELECT d.state FROM drafts d WHERE d.case_id = x.case_id
    AND d.kind = 'warning' AND d.state <> 'withdrawn' ORDER BY d.id DESC LIMIT 1), '')
FROM impostor_customers x WHERE x.impostor_id = :impostor ORDER BY x.direct DESC, x.case_id"""


def write(engine: Engine, case: Case, event: Event) -> None:
    """Store whom an impostor wrote to, and that it was none; the impostor's card follows a warning."""
    if isinstance(event, events.DraftEvent) and case.draft and case.draft.kind == DraftKind.WARNING:
        outside.redraw_impostors(engine, case.id, event.at)
    if isinstance(event, author_events.ImpostorWrote):
        engine.run(_PUT, {"impostor_id": event.other, "case_id": case.id, "direct": int(event.direct)})
    elif isinstance(event, author_events.NoImpostor):
        engine.run(_DROP, {"impostor": event.other, "case": case.id})


class Impostors:
    """Queries about impostors."""

    engine: Engine

    def is_impostor(self, network: str, author_id: str) -> bool:
        return self.engine.row(_STANDS, {"network": network, "author": author_id}) is not None

    def impostors_beside(self, case: Case) -> Sequence[int]:
        params = {"network": case.network, "root": case.root_id, "case": case.id}
        return [row[0] for row in self.engine.rows(_BESIDE, params)]

    def written_to(self, case: Case, since: datetime, limit: int) -> Sequence[tuple[int, bool]]:
        params: dict[str, object] = {"case": case.id, "author": case.author.id, "network": case.network}
        params |= {"since": rows.stored(since), "limit": limit}
        where = params | {"account": case.account, "root": case.root_id}
        direct = [row[0] for row in self.engine.rows(_ANSWERED, params)]
        around = [row[0] for row in self.engine.rows(_AROUND, where)]
        return [*((one, True) for one in direct), *((one, False) for one in around if one not in direct)][:limit]

    def impostor_customers(self, case_id: int) -> Sequence[WroteTo]:
        found = self.engine.rows(_CUSTOMERS, {"impostor": case_id})
        return [WroteTo(one, direct=bool(direct), warning=_state(state)) for one, direct, state in found]


def _state(stored: str) -> DraftState | None:
    return DraftState(stored) if stored else None
