"""Solo replies, and which lead read each of them."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.refusals import Unknown
from bot.domain.cases.events import Event
from bot.domain.replies import draft_events
from bot.domain.replies.solo import Lane, SoloReply
from storage.engine import rows
from storage.engine.base import Engine, Params
from storage.engine.row_shapes import SoloReplyRow

_READ = "UPDATE approvals SET read_by = :by, read_at = :at WHERE id = :id AND read_at IS NULL"
# CROSS JOIN: so that SQLite begins with these few approvals and not with all drafts ever sent.
_SENT = """FROM approvals y CROSS JOIN drafts d
WHERE d.id = y.draft_id AND d.approval_id = y.id AND y.lane <> '' AND d.state = 'sent'"""
_SELECT = f"""SELECT y.id, d.case_id, d.id, y.lane, y.reason, y.approved_by, y.approved_at,
    (SELECT v.text FROM draft_versions v WHERE v.draft_id = y.draft_id AND v.version = y.version),
    (SELECT t.url FROM attempts t WHERE t.id = d.attempt_id), y.read_by, y.read_at {_SENT}"""
_ORDER = "ORDER BY y.approved_at, y.id LIMIT :limit"
_UNREAD = f"{_SELECT} AND y.read_at IS NULL {_ORDER}"
_UNREAD_OF = f"{_SELECT} AND y.read_at IS NULL AND y.approved_by = :by {_ORDER}"
_ONE = f"{_SELECT} AND y.id = :id"
_COUNT = f"""SELECT count(*), count(*) - count(y.read_at) {_SENT}
AND y.approved_at >= :since AND y.approved_at < :until"""


def write(engine: Engine, event: Event) -> None:
    """Write that a lead read a reply."""
    if isinstance(event, draft_events.SoloRead):
        engine.run(_READ, {"id": event.approval, "by": event.by, "at": rows.stored(event.at)})


class SoloReplies:
    """The solo replies."""

    engine: Engine

    def solo_unread(self, *, by: str = "", limit: int = 20) -> Sequence[SoloReply]:
        return self._found(_UNREAD_OF, {"by": by, "limit": limit}) if by else self._found(_UNREAD, {"limit": limit})

    def solo_reply(self, approval_id: int) -> SoloReply:
        found = self._found(_ONE, {"id": approval_id})
        if not found:
            raise Unknown("There is no such reply.")
        return found[0]

    def solo_count(self, since: datetime, until: datetime) -> tuple[int, int]:
        row = self.engine.rows(_COUNT, {"since": rows.stored(since), "until": rows.stored(until)})[0]
        return int(row[0]), int(row[1])

    def _found(self, sql: str, params: Params) -> list[SoloReply]:
        return [_read(row) for row in self.engine.rows(sql, params)]


def _read(found: rows.Row) -> SoloReply:
    row = SoloReplyRow._make(found)
    return SoloReply(
        id=row.approval_id,
        case_id=row.case_id,
        draft_id=row.draft_id,
        lane=Lane(row.lane),
        reason=row.reason,
        by=row.by,
        at=rows.at(row.at),
        text=row.text,
        url=row.url or "",
        read_by=row.read_by,
        read_at=rows.moment(row.read_at),
    )
