"""The auditor's queries: rows that no job would pick up again. They only read."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.base.health import LOOKED_WITHIN, REMINDED_WITHIN, SENT_WITHIN, LooseEnds
from storage.engine import rows
from storage.engine.base import Engine, Params
from storage.slack import waiting_lists

_RUNNING = "p.kept_at IS NULL AND p.dropped_at IS NULL"
_OPEN = "c.due_at IS NOT NULL"
_UNCONFIRMED = "FROM drafts d JOIN attempts t ON t.id = d.attempt_id WHERE d.state = 'unconfirmed'"
_UNDECIDED = f"""SELECT d.case_id FROM drafts d
    WHERE {rows.LIVE} AND d.state <> 'writing' AND d.state <> 'sending'
    AND NOT EXISTS (SELECT 1 FROM promises p WHERE p.case_id = d.case_id AND {_RUNNING}
        AND p.kind <> 'resolution')"""
# Without ORDER BY: with it, the database would scan all cases in that order, also the closed ones.
_FOUND: Mapping[str, str] = {
    "without_step": f"""SELECT c.id FROM cases c WHERE {_OPEN}
        AND NOT EXISTS (SELECT 1 FROM promises p WHERE p.case_id = c.id AND {_RUNNING})""",
    "undecided": _UNDECIDED,
    "long_sending": """SELECT d.case_id FROM drafts d JOIN attempts t ON t.id = d.attempt_id
        WHERE d.state = 'sending' AND t.started_at < :sent_before""",
    "not_looked_for": f"SELECT d.case_id {_UNCONFIRMED} AND t.look_at < :looked_before",
    "nobody_asked": f"""SELECT d.case_id {_UNCONFIRMED} AND t.look_at IS NULL AND NOT EXISTS (SELECT 1
        FROM asks a JOIN tellings m ON m.case_id = d.case_id AND m.kind = 'draft' AND m.about = a.id
        WHERE a.draft_id = d.id)""",
    "not_reminded": "SELECT case_id FROM promises WHERE nag_at < :reminded_before AND folded = 0",
    # CROSS JOIN: so that SQLite begins with the open cases and not with all reminders ever sent.
    "reminder_untold": f"""SELECT c.id FROM cases c CROSS JOIN promises p CROSS JOIN nags n
        WHERE {_OPEN} AND p.case_id = c.id AND {_RUNNING} AND n.promise_id = p.id
        AND n.told = 1 AND n.digest_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM tellings m WHERE m.case_id = c.id AND m.about = n.id
            AND (m.kind = 'nag' OR m.kind = 'nudge'))""",
    "without_card": f"""SELECT c.id FROM cases c WHERE {_OPEN} AND c.storm = 0
        AND NOT EXISTS (SELECT 1 FROM tellings m WHERE m.case_id = c.id AND m.kind = 'card'
        AND (m.ts <> '' OR m.behind IS NOT NULL OR m.started_at IS NOT NULL))""",
    "without_line": f"""SELECT c.id FROM cases c WHERE {_OPEN} AND c.version <> (SELECT coalesce(max(a.position), 0)
        FROM audit a WHERE a.chain = c.id)""",
}
# Since the first change that Slack does not show: a later change must not make the wait look shorter.
# Messages on a waiting list are checked there.
_UNTOLD = """SELECT min(since) FROM (
    SELECT since FROM tellings WHERE behind IS NOT NULL AND retry_at IS NOT NULL UNION ALL SELECT since FROM tellings
    WHERE started_at IS NOT NULL) AS waiting WHERE since > 0"""


class Auditor:
    """Finds rows that no job would process any more."""

    engine: Engine

    def undecided(self) -> Sequence[int]:
        return list(self._loose(_UNDECIDED, {}))

    def loose_ends(self, now: datetime) -> LooseEnds:
        limits = {
            ":sent_before": now - SENT_WITHIN,
            ":looked_before": now - LOOKED_WITHIN,
            ":reminded_before": now - REMINDED_WITHIN,
        }
        found = {name: self._loose(sql, _named_in(sql, limits)) for name, sql in _FOUND.items()}
        return LooseEnds(
            **found, untold_since=untold_since(self.engine, now), untold=waiting_lists.count_waiting(self.engine)
        )

    def _loose(self, sql: str, params: Params) -> tuple[int, ...]:
        return tuple(sorted({row[0] for row in self.engine.rows(sql, params)}))


def _named_in(sql: str, limits: Mapping[str, datetime]) -> dict[str, object]:
    return {name[1:]: rows.stored(limit) for name, limit in limits.items() if name in sql}


def untold_since(engine: Engine, now: datetime) -> datetime | None:
    """Return since when the message that waits longest for Slack waits; None when none does."""
    rest = rows.moment(engine.rows(_UNTOLD)[0][0])
    return min([*waiting_lists.oldest(engine, now), *([rest] if rest else [])], default=None)
