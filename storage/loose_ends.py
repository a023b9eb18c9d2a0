"""What the auditor asks of the store: rows that nothing would ever move again. It reads and never writes."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.health import LOOKED_WITHIN, REMINDED_WITHIN, SENT_WITHIN, LooseEnds
from storage import rows
from storage.engines import Engine

_RUNNING = "p.kept_at IS NULL AND p.dropped_at IS NULL"
_OPEN = "c.due_at IS NOT NULL"
_UNCONFIRMED = "FROM drafts d JOIN attempts t ON t.id = d.attempt_id WHERE d.state = 'unconfirmed'"
_UNDECIDED = f"""SELECT d.case_id FROM drafts d
    WHERE d.state IN ('in_review', 'approved', 'failed', 'unconfirmed', 'by_hand')
    AND NOT EXISTS (SELECT 1 FROM promises p WHERE p.case_id = d.case_id AND {_RUNNING}
        AND p.kind <> 'resolution') ORDER BY d.case_id"""
_FOUND: Mapping[str, str] = {
    "without_step": f"""SELECT c.id FROM cases c WHERE {_OPEN}
        AND NOT EXISTS (SELECT 1 FROM promises p WHERE p.case_id = c.id AND {_RUNNING}) ORDER BY c.id""",
    "undecided": _UNDECIDED,
    "long_sending": """SELECT d.case_id FROM drafts d JOIN attempts t ON t.id = d.attempt_id
        WHERE d.state = 'sending' AND t.started_at < :sent_before ORDER BY d.case_id""",
    "not_looked_for": f"SELECT d.case_id {_UNCONFIRMED} AND t.look_at < :looked_before ORDER BY d.case_id",
    "nobody_asked": f"""SELECT d.case_id {_UNCONFIRMED} AND t.look_at IS NULL AND NOT EXISTS (SELECT 1
        FROM tellings m WHERE m.case_id = d.case_id AND m.kind = 'draft' AND m.about = d.id) ORDER BY d.case_id""",
    "not_reminded": """SELECT DISTINCT case_id FROM promises WHERE nag_at < :reminded_before ORDER BY case_id""",
    "reminder_untold": f"""SELECT DISTINCT c.id FROM cases c JOIN promises p ON p.case_id = c.id AND {_RUNNING}
        JOIN nags n ON n.promise_id = p.id WHERE {_OPEN} AND n.told = 1 AND n.digest_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM tellings m WHERE m.case_id = c.id AND m.about = n.id
            AND (m.kind = 'nag' OR m.kind = 'nudge')) ORDER BY c.id""",
    "without_card": f"""SELECT c.id FROM cases c WHERE {_OPEN} AND NOT EXISTS (SELECT 1 FROM tellings m
        WHERE m.case_id = c.id AND m.kind = 'card'
        AND (m.ts <> '' OR m.behind IS NOT NULL OR m.started_at IS NOT NULL)) ORDER BY c.id""",
    "without_line": f"""SELECT c.id FROM cases c WHERE {_OPEN} AND c.version <> (SELECT coalesce(max(a.position), 0)
        FROM audit a WHERE a.chain = c.id) ORDER BY c.id""",
}
# A message waits since the event that it has to show; a notice since it was written down.
_UNTOLD = """SELECT min(since) FROM (
    SELECT min(a.at) AS since FROM tellings m JOIN audit a ON a.chain = m.case_id AND a.position = m.wanted
    WHERE m.case_id > 0 AND (m.behind IS NOT NULL OR m.started_at IS NOT NULL)
    UNION ALL SELECT min(n.noted_at) FROM tellings m JOIN notices n ON n.id = m.about
    WHERE m.kind = 'notice' AND (m.behind IS NOT NULL OR m.started_at IS NOT NULL)) AS waiting"""


class Auditor:
    """Looks for what has been forgotten."""

    engine: Engine

    def undecided(self) -> Sequence[int]:
        """Return cases with a draft that was put up, and nothing owed by which anybody would be reminded of it."""
        return [row[0] for row in self.engine.rows(_UNDECIDED)]

    def loose_ends(self, now: datetime) -> LooseEnds:
        """Return what nothing would ever move again."""
        limits = {
            ":sent_before": now - SENT_WITHIN,
            ":looked_before": now - LOOKED_WITHIN,
            ":reminded_before": now - REMINDED_WITHIN,
        }
        found = {
            name: tuple(row[0] for row in self.engine.rows(sql, _named_in(sql, limits)))
            for name, sql in _FOUND.items()
        }
        return LooseEnds(**found, untold_since=rows.moment(self.engine.rows(_UNTOLD)[0][0]))


def _named_in(sql: str, limits: Mapping[str, datetime]) -> dict[str, object]:
    return {name[1:]: rows.stored(limit) for name, limit in limits.items() if name in sql}
