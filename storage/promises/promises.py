"""Promises and their reminders: each reminder of each promise exists once."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain.base.refusals import Unknown
from bot.domain.base.replaced import replace
from bot.domain.cases.case import Case, same_sort, with_promise
from bot.domain.cases.events import Event
from bot.domain.promises.promise import Promise, Reminder
from bot.domain.reminders.recipients import next_to_act
from bot.domain.reminders.reminder_events import AnswersReminder, Reminded, Snoozed
from storage.engine import rows
from storage.engine.base import Engine, Row, Write
from storage.engine.row_shapes import ReminderRow
from storage.slack import lists

_MOVING = "started_at within due_at nag_level nag_at kept_at dropped_at lapsed_at pauses"
_ADD = rows.insert("promises", f"case_id kind folded {_MOVING}", "RETURNING id")
_REPLACE = f"UPDATE promises SET {rows.assignments(_MOVING)} WHERE id = :id"
_NOTE = rows.insert(
    "nags",
    "promise_id level due_at noted_at told asked holder digest_id",
    "ON CONFLICT (promise_id, level) DO NOTHING",
)
_NOTED = "SELECT id FROM nags WHERE promise_id = :promise AND level = :level"
_DUE = "SELECT case_id FROM promises WHERE nag_at <= :now AND folded = 0 ORDER BY nag_at LIMIT :limit"
_OWED = "SELECT DISTINCT case_id FROM promises WHERE kept_at IS NULL AND dropped_at IS NULL ORDER BY case_id"
_NEXT = "SELECT nag_at FROM promises WHERE nag_at IS NOT NULL AND folded = 0 ORDER BY nag_at LIMIT 1"
_REMINDERS = f"""SELECT n.id, p.case_id, n.level, n.due_at, n.noted_at, n.asked, n.holder, n.taken_by, n.taken_at,
    n.quiet_until, {rows.columns(rows.PROMISE, "p.")} FROM nags n JOIN promises p ON p.id = n.promise_id"""
_REMINDER = f"{_REMINDERS} WHERE n.id = :id"
_OF_PROMISE = f"{_REMINDERS} WHERE n.promise_id = :promise ORDER BY n.level"
# What lapsed of an urgent case is first, then what is owed first; of a case with several the newest comes last.
_OF_DIGEST = f"""{_REMINDERS} JOIN cases c ON c.id = p.case_id
WHERE {lists.IN_DIGEST.format(which="IN (:shown, :next)")}
AND {lists.OWED}
ORDER BY CASE WHEN c.priority = 0 AND p.lapsed_at IS NOT NULL THEN 0 ELSE 1 END, p.due_at, n.id"""
_TAKEN = """UPDATE nags SET taken_by = :by, taken_at = :at, quiet_until = :until WHERE id = :id"""
_HOW_MANY = """SELECT count(*) FROM nags n JOIN promises p ON p.id = n.promise_id
WHERE p.case_id = :case AND n.told = 1 AND n.digest_id IS NULL"""

_NEWEST_TOLD = """SELECT max(n.id) FROM nags n JOIN promises p ON p.id = n.promise_id
WHERE p.case_id = :case AND n.told = 1"""


def add_promise(engine: Engine, case_id: int, owed: Promise, *, folded: bool) -> Promise:
    """Write a new promise of a case and return it with its number; of a `folded` case it reminds nobody by itself."""
    params = _moving(owed)
    params["case_id"] = case_id
    params["kind"] = owed.kind.value
    params["folded"] = int(folded)
    return replace(owed, id=engine.rows(_ADD, params)[0][0])


def write(engine: Engine, before: Case, after: Case) -> Case:
    """Write an event's changes to the promises; return the case with its promises as stored."""
    known = before.promises
    for owed in after.promises:
        if owed in known:
            continue
        if owed.id:
            engine.run(_REPLACE, _moving(owed) | {"id": owed.id})
        else:
            after = with_promise(after, add_promise(engine, after.id, owed, folded=after.storm > 0))
    return after


def _moving(owed: Promise) -> dict[str, object]:
    return {
        "started_at": rows.stored(owed.started_at),
        "within": owed.within // rows.MICROSECOND,
        "due_at": rows.stored(owed.due_at),
        "nag_level": owed.next_level,
        "nag_at": rows.stored(owed.remind_at),
        "kept_at": rows.stored(owed.kept_at),
        "dropped_at": rows.stored(owed.dropped_at),
        "lapsed_at": rows.stored(owed.lapsed_at),
        "pauses": rows.written_pauses(owed.pauses),
    }


def write_reminders(engine: Engine, before: Case, event: Event) -> int:
    """Write every reminder level that has passed, the highest as sent; return its row, or 0 without one."""
    owed = same_sort(before, event.promise) if isinstance(event, Reminded) else None
    if not isinstance(event, Reminded) or not event.level or owed is None:
        return 0
    for sql, params in _noted(before, owed, event):
        engine.run(sql, params)
    found = engine.row(_NOTED, {"promise": owed.id, "level": event.level})
    return int(found[0]) if found else 0


def reminder_writes(before: Case, event: Reminded) -> Iterator[Write]:
    """Yield the statements of a reminder: the promise's next reminder, and every level that has passed."""
    owed = same_sort(before, event.promise)
    if owed is not None:
        yield _REPLACE, _moving(event.promise) | {"id": owed.id}
        yield from _noted(before, owed, event)


def _noted(before: Case, owed: Promise, event: Reminded) -> Iterator[Write]:
    common = {"noted_at": rows.stored(event.at), "asked": event.to, "holder": next_to_act(before)}
    for level in event.levels or (event.level,):
        told = level == event.level and (event.told or event.direct or bool(event.gathered))
        params: dict[str, object] = {"promise_id": owed.id, "level": level}
        params["due_at"] = rows.stored(_due(owed, level, event))
        yield _NOTE, params | common | {"told": int(told), "digest_id": event.gathered or None}


def _due(owed: Promise, level: int, event: Reminded) -> datetime:
    """Return when a level was due; for levels that one sweep skipped only an upper bound is known."""
    if level == owed.next_level and owed.remind_at is not None:
        return owed.remind_at
    return min(event.at, owed.due_at)


def write_answer(engine: Engine, event: Event) -> None:
    """Write somebody's answer to a reminder: they are on it, have it, or need more time."""
    if isinstance(event, AnswersReminder) and event.reminder:
        until = rows.stored(event.until) if isinstance(event, Snoozed) else None
        engine.run(_TAKEN, {"id": event.reminder, "by": event.by, "at": rows.stored(event.at), "until": until})


class Promises:
    """Due promises and their reminders."""

    engine: Engine

    def reminders_due(self, now: datetime, limit: int = 200) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_DUE, {"now": rows.stored(now), "limit": limit})]

    def owed_cases(self) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_OWED)]

    def next_reminder_at(self) -> datetime | None:
        row = self.engine.row(_NEXT)
        return rows.moment(row[0]) if row else None

    def reminder(self, reminder_id: int) -> Reminder:
        row = self.engine.row(_REMINDER, {"id": reminder_id})
        if row is None:
            raise Unknown("There is no such reminder.")
        return _nag(row)

    def newest_told(self, case_id: int) -> int:
        return self.engine.rows(_NEWEST_TOLD, {"case": case_id})[0][0] or 0

    def reminders_of(self, promise_id: int) -> Sequence[Reminder]:
        return [_nag(row) for row in self.engine.rows(_OF_PROMISE, {"promise": promise_id})]

    def reminders_in(self, digest_id: int, *, alone: bool = False) -> Sequence[Reminder]:
        shown, following = (digest_id, digest_id) if alone else lists.shown_by(self.engine, digest_id)
        return [_nag(row) for row in self.engine.rows(_OF_DIGEST, {"shown": shown, "next": following})]

    def reminders_told(self, case_id: int) -> int:
        row = self.engine.row(_HOW_MANY, {"case": case_id})
        return int(row[0]) if row else 0


def _nag(found: Row) -> Reminder:
    size = len(ReminderRow._fields)
    row = ReminderRow._make(found[:size])
    return Reminder(
        id=row.id,
        case_id=row.case_id,
        level=row.level,
        due_at=rows.at(row.due_at),
        noted_at=rows.at(row.noted_at),
        asked=row.asked,
        holder=row.holder,
        taken_by=row.taken_by,
        taken_at=rows.moment(row.taken_at),
        quiet_until=rows.moment(row.quiet_until),
        about=rows.read_promise(found[size:]),
    )
