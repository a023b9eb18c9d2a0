"""Queries for one person: drafts to approve, due cases, returned drafts, their promises of today."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.moments import micros
from bot.domain.cases.case import Case
from bot.domain.cases.queue import Place
from bot.domain.home.inbox import Heap, Today
from storage.cases import cases
from storage.engine import rows
from storage.engine.base import Engine, Params

_KEY = f"CASE WHEN c.due_at IS NULL THEN 1 ELSE 0 END, c.priority, coalesce(c.due_at, {rows.NEVER}), c.id"
_ASKED = "FROM drafts d JOIN cases c ON c.id = d.case_id WHERE d.state = 'in_review' AND d.asked IN (:who, '')"
_ASKED_COUNT = f"SELECT count(*) {_ASKED}"
_ASKED_FIRST = f"SELECT c.id {_ASKED} ORDER BY {_KEY} LIMIT :limit"
_ASKED_BEHIND = f"SELECT c.id {_ASKED} AND ({_KEY}) > (:idle, :rank, :due, :number) ORDER BY {_KEY} LIMIT :limit"

_THEIRS_OR_NOBODYS = """FROM cases WHERE due_at IS NOT NULL AND due_at > :since AND due_at <= :until
AND assignee IN (:who, '') AND state IN ('new', 'open', 'pending') AND storm = 0"""
_DUE_COUNT = f"SELECT count(*) {_THEIRS_OR_NOBODYS}"
_DUE_FIRST = f"SELECT id {_THEIRS_OR_NOBODYS} ORDER BY priority, due_at, id LIMIT :limit"

# A returned draft is for its last writer; the list of all writers reduces the rows for the database.
_BACK = f"""SELECT d.case_id FROM drafts d JOIN cases c ON c.id = d.case_id
JOIN draft_versions v ON v.draft_id = d.id AND v.version = d.version
WHERE d.state = 'writing' AND d.note <> '' AND v.authors LIKE :writer ORDER BY {_KEY}"""

_OF_CUSTOMERS = "p.kind <> 'own_accord'"
_KEPT = f"""SELECT count(*) FROM promises p JOIN cases c ON c.id = p.case_id WHERE p.kept_at >= :since
AND p.kept_at <= :now AND p.lapsed_at IS NULL AND {_OF_CUSTOMERS} AND c.assignee = :who"""
_MISSED = f"""SELECT count(*) FROM promises p JOIN cases c ON c.id = p.case_id WHERE p.due_at >= :since
AND p.due_at <= :now AND {_OF_CUSTOMERS} AND c.assignee = :who
AND (p.lapsed_at IS NOT NULL OR p.kept_at IS NULL AND p.dropped_at IS NULL)"""
_OWED = f"""FROM cases c JOIN promises p ON p.case_id = c.id WHERE c.assignee = :who AND c.assignee <> ''
AND c.state IN ('open', 'pending') AND p.kept_at IS NULL AND p.dropped_at IS NULL AND {_OF_CUSTOMERS}"""
_OVERDUE = f"SELECT count(*) {_OWED} AND p.due_at < :since"  # from before today, and still owed
_RUNNING = f"SELECT count(*) {_OWED} AND p.due_at > :now"

_LONGEST = f"""SELECT c.id FROM cases c JOIN promises p ON p.case_id = c.id
WHERE c.due_at IS NOT NULL AND p.kept_at IS NULL AND p.dropped_at IS NULL AND {_OF_CUSTOMERS}
GROUP BY c.id ORDER BY min(p.started_at), c.id LIMIT :limit"""


class Inboxes:
    """The work that waits for one person."""

    engine: Engine

    def asked_of(self, who: str, *, limit: int, after: Place | None = None) -> Heap:
        place = _params(after) if after else {}
        sql = _ASKED_BEHIND if after else _ASKED_FIRST
        return self._heap(_ASKED_COUNT, sql, {"who": who}, {"limit": limit, **place})

    def due_for(self, who: str, since: datetime | None, until: datetime | None, *, limit: int) -> Heap:
        period = {
            "since": micros(since) if since else -rows.NEVER,
            "until": micros(until) if until else rows.NEVER,
        }
        return self._heap(_DUE_COUNT, _DUE_FIRST, {"who": who, **period}, {"limit": limit})

    def _heap(self, count: str, first: str, params: Params, more: Params) -> Heap:
        found = [row[0] for row in self.engine.rows(first, {**params, **more})]
        return Heap(cases=cases.read(self.engine, found), count=int(self.engine.rows(count, params)[0][0]))

    def came_back_to(self, who: str) -> Sequence[Case]:
        found = [row[0] for row in self.engine.rows(_BACK, {"writer": f'%"{who}"%'})]
        return [one for one in cases.read(self.engine, found) if one.draft and one.draft.author == who]

    def promises_of(self, who: str, since: datetime, now: datetime) -> Today:
        params = {"who": who, "since": micros(since), "now": micros(now)}
        kept, missed, overdue, running = (
            int(self.engine.rows(sql, params)[0][0]) for sql in (_KEPT, _MISSED, _OVERDUE, _RUNNING)
        )
        return Today(kept=kept, running=running, lapsed=missed + overdue)

    def longest_waiting(self, limit: int) -> Sequence[Case]:
        return cases.read(self.engine, [row[0] for row in self.engine.rows(_LONGEST, {"limit": limit})])


def _params(after: Place) -> dict[str, object]:
    return {"idle": after.idle, "rank": after.rank, "due": after.due, "number": after.number}
