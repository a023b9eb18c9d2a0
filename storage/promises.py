"""Promises and their reminders: each reminder of each promise exists once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.case import Case, Event
from bot.domain.errors import Unknown
from bot.domain.tables import FactVerb
from bot.domain.turnaround import LEVELS, Promise
from storage import rows
from storage.engines import Engine

_MOVING = "nag_level nag_at kept_at dropped_at lapsed_at"
_ADD = rows.insert("promises", f"case_id kind started_at within due_at {_MOVING}", "RETURNING id")
_REPLACE = f"UPDATE promises SET {rows.assign(_MOVING)} WHERE id = :id"
_NOTE = rows.insert(
    "nags",
    "promise_id level due_at noted_at told",
    "ON CONFLICT (promise_id, level) DO NOTHING",
)
_NOTED = "SELECT id FROM nags WHERE promise_id = :promise AND level = :level"
_DUE = "SELECT case_id FROM promises WHERE nag_at <= :now ORDER BY nag_at LIMIT :limit"
_NEXT = "SELECT nag_at FROM promises WHERE nag_at IS NOT NULL ORDER BY nag_at LIMIT 1"
_NAG = "SELECT level, due_at, noted_at FROM nags WHERE id = :id"


def add(engine: Engine, case_id: int, owed: Promise) -> Promise:
    """Write a new promise of a case and return it with its number."""
    params = _moving(owed)
    params["case_id"] = case_id
    params["kind"] = owed.kind.value
    params["started_at"] = rows.stored(owed.started_at)
    params["within"] = owed.within // rows.MICROSECOND
    params["due_at"] = rows.stored(owed.due_at)
    return replace(owed, id=engine.rows(_ADD, params)[0][0])


def write(engine: Engine, before: Case, after: Case) -> Case:
    """Write what an event changed about the promise; return the case with the promise as it is stored."""
    owed = after.promise
    if owed is None or owed == before.promise:
        return after
    if owed.id:
        engine.run(_REPLACE, _moving(owed) | {"id": owed.id})
        return after
    return replace(after, promise=add(engine, after.id, owed))


def _moving(owed: Promise) -> dict[str, object]:
    return {
        "nag_level": owed.nag_level,
        "nag_at": rows.stored(owed.nag_at),
        "kept_at": rows.stored(owed.kept_at),
        "dropped_at": rows.stored(owed.dropped_at),
        "lapsed_at": rows.stored(owed.lapsed_at),
    }


def remind(engine: Engine, before: Case, after: Case, event: Event) -> int:
    """Write down every level that has passed, the highest as told; return that one's row, 0 without one."""
    owed = before.promise
    if event.verb != FactVerb.REMINDED or not event.level or owed is None or after.promise is None:
        return 0
    promise_id = after.promise.id
    for level in (one for one in LEVELS if one <= event.level):
        due = _due(owed, level, event)
        told = int(level == event.level)
        params = {"promise_id": promise_id, "level": level, "due_at": rows.stored(due), "told": told}
        engine.run(_NOTE, params | {"noted_at": rows.stored(event.at)})
    found = engine.row(_NOTED, {"promise": promise_id, "level": event.level})
    return int(found[0]) if found else 0


def _due(owed: Promise, level: int, event: Event) -> datetime:
    """Return when a level was due, as far as is known here: levels skipped in one sweep only have an upper bound."""
    if level == owed.nag_level and owed.nag_at is not None:
        return owed.nag_at
    return min(event.until or event.at, owed.due_at)


class Promises:
    """What is due, and what was reminded of."""

    engine: Engine

    def reminders(self, now: datetime, limit: int = 200) -> Sequence[int]:
        """Return the numbers of cases with a reminder due, longest due first."""
        return [row[0] for row in self.engine.rows(_DUE, {"now": rows.stored(now), "limit": limit})]

    def next_reminder_at(self) -> datetime | None:
        """Return the earliest moment at which any reminder is due."""
        row = self.engine.row(_NEXT)
        return rows.moment(row[0]) if row else None

    def nag(self, nag_id: int) -> tuple[int, datetime, datetime]:
        """Return a reminder's level, the moment it was due, and the moment it was written down."""
        row = self.engine.row(_NAG, {"id": nag_id})
        if row is None:
            raise Unknown("There is no such reminder.")
        return row[0], rows.at(row[1]), rows.at(row[2])
