"""What is on its way out and not there yet: messages for Slack, replies for the networks."""

from bot.domain.tables import DraftState
from bot.domain.view import Outbox
from storage import rows
from storage.engines import Engine
from storage.tellings import NEVER, SELECT

_WAITING = f"""{SELECT} LEFT JOIN cases c ON c.id = t.case_id
WHERE t.behind IS NOT NULL OR t.started_at IS NOT NULL
ORDER BY CASE WHEN t.started_at IS NULL THEN 1 ELSE 0 END, t.behind, coalesce(c.due_at, {NEVER}), t.id LIMIT :limit"""
_COUNT = "SELECT count(*) FROM tellings WHERE behind IS NOT NULL OR started_at IS NOT NULL"
_REPLIES = """SELECT case_id, state FROM drafts
WHERE state IN ('approved', 'sending', 'unconfirmed', 'failed', 'by_hand') ORDER BY case_id, id"""


class Outgoing:
    """What waits to be told and sent."""

    engine: Engine

    def outbox(self, limit: int = 30) -> Outbox:
        """Return what is on its way: begun messages first, then the most urgent ones; every reply."""
        waiting = self.engine.rows(_WAITING, {"limit": limit})
        replies = self.engine.rows(_REPLIES)
        return Outbox(
            messages=[rows.read_telling(row) for row in waiting],
            count=self.engine.rows(_COUNT)[0][0],
            replies=[(case_id, DraftState(state)) for case_id, state in replies],
        )
