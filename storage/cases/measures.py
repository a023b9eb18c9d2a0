"""The numbers for monitoring: what waits, and since when."""

from datetime import datetime

from bot.domain.base.measures import Measures
from bot.domain.base.moments import micros
from bot.domain.base.tables import GOING_ON, DraftState
from bot.domain.mentions.mention import RECORDED
from storage.cases.loose_ends import untold_since
from storage.engine import rows
from storage.engine.base import Engine
from storage.slack import waiting_lists

_GOING_ON = ", ".join(f"'{state}'" for state in sorted(GOING_ON))
_CASES = f"""SELECT CASE WHEN assignee = '' THEN 1 ELSE 0 END, count(*),
    sum(CASE WHEN due_at <= :now THEN 1 ELSE 0 END), min(opened_at)
FROM cases WHERE due_at IS NOT NULL AND network <> '{RECORDED}' AND state IN ({_GOING_ON}) GROUP BY 1"""
_NOT_SENT = ", ".join(f"'{state}'" for state in DraftState if state not in {DraftState.SENT, DraftState.WITHDRAWN})
# IN and not NOT IN: so that the database seeks these states in the index and does not read all that was ever sent.
_DRAFTS = f"SELECT state, count(*) FROM drafts WHERE state IN ({_NOT_SENT}) GROUP BY state"
_APPROVED = """SELECT min(a.approved_at) FROM drafts d JOIN approvals a ON a.id = d.approval_id
WHERE d.state = 'approved'"""
_UNREADABLE = "SELECT count(*) FROM quarantine WHERE settled_at IS NULL"


class Monitored:
    """The numbers for monitoring."""

    engine: Engine

    def measures(self, now: datetime) -> Measures:
        cases = {bool(free): counts for free, *counts in self.engine.rows(_CASES, {"now": micros(now)})}
        unclaimed, late, since = cases.get(True, (0, 0, None))
        held, held_late, _ = cases.get(False, (0, 0, None))
        return Measures(
            waiting=unclaimed + held,
            overdue=late + held_late,
            unclaimed=unclaimed,
            oldest_unclaimed=rows.moment(since),
            untold=waiting_lists.count_waiting(self.engine),
            untold_since=untold_since(self.engine, now),
            drafts=dict(self.engine.rows(_DRAFTS)),
            approved_since=rows.moment(self.engine.rows(_APPROVED)[0][0]),
            unreadable=self.engine.rows(_UNREADABLE)[0][0],
        )
