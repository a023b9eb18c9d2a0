"""The outbox: messages for Slack and replies for networks that are not delivered yet."""

from bot.domain.base.tables import DraftState
from bot.domain.cases.view import Outbox
from storage.engine import rows
from storage.engine.base import Engine
from storage.slack.tellings import SELECT

# Two queries, each with its own index: one query for both would read every message ever posted.
_BEGUN = f"{SELECT} WHERE t.started_at IS NOT NULL ORDER BY t.due_at, t.id LIMIT :limit"
_BEHIND = f"{SELECT} WHERE t.behind IS NOT NULL ORDER BY t.behind, t.due_at, t.id LIMIT :limit"
COUNT = """SELECT (SELECT count(*) FROM tellings WHERE behind IS NOT NULL)
    + (SELECT count(*) FROM tellings WHERE started_at IS NOT NULL)"""
_REPLIES = f"""SELECT d.case_id, d.state FROM drafts d
WHERE {rows.LIVE} AND d.state <> 'writing' AND d.state <> 'in_review' ORDER BY d.case_id, d.id"""


class Outgoing:
    """Messages and replies that wait to be delivered."""

    engine: Engine

    def outbox(self, limit: int = 30) -> Outbox:
        begun = self.engine.rows(_BEGUN, {"limit": limit})
        waiting = [*begun, *self.engine.rows(_BEHIND, {"limit": limit - len(begun)})]
        replies = self.engine.rows(_REPLIES)
        return Outbox(
            messages=[rows.read_telling(row) for row in waiting],
            count=self.engine.rows(COUNT)[0][0],
            replies=[(case_id, DraftState(state)) for case_id, state in replies],
        )
