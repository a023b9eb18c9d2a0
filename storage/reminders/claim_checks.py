"""Claim checks: one question for each period in which a claim shows no progress."""

from collections.abc import Sequence

from bot.domain.base.refusals import Unknown
from bot.domain.cases import events
from bot.domain.cases.events import Event
from bot.domain.reminders import reminder_events
from bot.domain.reminders.claim_checks import ClaimCheck
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.engine.row_shapes import CheckRow

_ADD = rows.insert(
    "checks",
    "case_id person_id since asked_at",
    "ON CONFLICT (case_id, since) DO UPDATE SET person_id = checks.person_id RETURNING id",
)
_ANSWERED = "UPDATE checks SET answered_at = :at WHERE id = :id"
_RELEASED = "UPDATE checks SET released_at = :at WHERE id = :id"
_COLUMNS = "SELECT id, case_id, person_id, since, asked_at, answered_at, released_at FROM checks"
_ONE = f"{_COLUMNS} WHERE id = :id"
_NEWEST = f"{_COLUMNS} WHERE case_id = :case ORDER BY id DESC LIMIT 1"
# The condition repeats that of the index of held cases: else the database would scan all cases.
_SILENT = """SELECT id FROM cases c WHERE c.assignee <> '' AND c.state IN ('open', 'pending') AND c.state = 'open'
AND NOT EXISTS (SELECT 1 FROM drafts d WHERE d.case_id = c.id AND d.state NOT IN ('sent', 'withdrawn'))
ORDER BY c.assigned_at"""


def write(engine: Engine, case_id: int, event: Event) -> int:
    """Write a question about a claim, its answer, or that the claim ended without one; return the question's row."""
    at = rows.stored(event.at)
    if isinstance(event, reminder_events.ClaimChecked):
        since = rows.stored(event.since)
        params: dict[str, object] = {"case_id": case_id, "person_id": event.to, "since": since, "asked_at": at}
        return int(engine.rows(_ADD, params)[0][0])
    if isinstance(event, reminder_events.StillOnIt):
        engine.run(_ANSWERED, {"id": event.check, "at": at})
        return event.check
    if isinstance(event, events.Released) and event.check:
        engine.run(_RELEASED, {"id": event.check, "at": at})
        return event.check
    return 0


class ClaimChecks:
    """Claim checks."""

    engine: Engine

    def silent_claims(self) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_SILENT)]

    def claim_check(self, check_id: int) -> ClaimCheck:
        row = self.engine.row(_ONE, {"id": check_id})
        if row is None:
            raise Unknown("There is no such question.")
        return _check(row)

    def last_check(self, case_id: int) -> ClaimCheck | None:
        row = self.engine.row(_NEWEST, {"case": case_id})
        return _check(row) if row else None


def _check(found: Row) -> ClaimCheck:
    row = CheckRow._make(found)
    return ClaimCheck(
        id=row.id,
        case_id=row.case_id,
        who=row.who,
        since=rows.at(row.since),
        asked_at=rows.at(row.asked_at),
        answered_at=rows.moment(row.answered_at),
        released_at=rows.moment(row.released_at),
    )
