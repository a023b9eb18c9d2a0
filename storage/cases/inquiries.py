"""Questions to other teams: asked, answered, withdrawn, late."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.refusals import Unknown
from bot.domain.cases import inquiry_events
from bot.domain.cases.events import Event
from bot.domain.cases.inquiry import Inquiry
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.engine.row_shapes import InquiryRow

_ADD = rows.insert("inquiries", "case_id team channel mention text asked_by asked_at due_at", "RETURNING id")
_END = "UPDATE inquiries SET ended_at = :at, ended_by = :by, answer = :answer WHERE id = :id AND ended_at IS NULL"
_LATE = "UPDATE inquiries SET late_at = :at WHERE id = :id AND late_at IS NULL"
_COLUMNS = f"SELECT {', '.join(InquiryRow._fields)} FROM inquiries"
_ONE = f"{_COLUMNS} WHERE id = :id"
_OF_CASE = f"{_COLUMNS} WHERE case_id = :case ORDER BY id"
_OVERDUE = """SELECT id FROM inquiries WHERE ended_at IS NULL AND late_at IS NULL AND due_at <= :now
ORDER BY due_at LIMIT :limit"""


def write(engine: Engine, case_id: int, event: Event) -> int:
    """Write an event's changes to a question of its case; return the row of a new question, else 0."""
    at = rows.stored(event.at)
    match event:
        case inquiry_events.Inquired():
            facts = {"case_id": case_id, "team": event.team, "channel": event.channel, "mention": event.mention}
            asked = {"text": event.text, "asked_by": event.by, "asked_at": at, "due_at": rows.stored(event.due_at)}
            return int(engine.rows(_ADD, facts | asked)[0][0])
        case inquiry_events.InquiryAnswered():
            engine.run(_END, {"id": event.inquiry, "at": at, "by": event.by, "answer": event.answer})
        case inquiry_events.InquiryWithdrawn():
            engine.run(_END, {"id": event.inquiry, "at": at, "by": event.by, "answer": ""})
        case inquiry_events.InquiryLate():
            engine.run(_LATE, {"id": event.inquiry, "at": at})
        case _:
            pass
    return 0


class Inquiries:
    """Questions to other teams."""

    engine: Engine

    def inquiry(self, inquiry_id: int) -> Inquiry:
        row = self.engine.row(_ONE, {"id": inquiry_id})
        if row is None:
            raise Unknown("There is no such question.")
        return _inquiry(row)

    def inquiries(self, case_id: int) -> Sequence[Inquiry]:
        return [_inquiry(row) for row in self.engine.rows(_OF_CASE, {"case": case_id})]

    def overdue_inquiries(self, now: datetime, limit: int = 100) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_OVERDUE, {"now": rows.stored(now), "limit": limit})]


def _inquiry(found: Row) -> Inquiry:
    row = InquiryRow._make(found)
    return Inquiry(
        id=row.id,
        case_id=row.case_id,
        team=row.team,
        channel=row.channel,
        mention=row.mention,
        text=row.text,
        asked_by=row.asked_by,
        asked_at=rows.at(row.asked_at),
        due_at=rows.at(row.due_at),
        late_at=rows.moment(row.late_at),
        ended_at=rows.moment(row.ended_at),
        ended_by=row.ended_by,
        answer=row.answer,
    )
