"""Requests to approve a version of a draft: each is a row, with the event that ended it."""

from collections.abc import Sequence

from bot.domain.cases.case import Case
from bot.domain.cases.events import Event
from bot.domain.replies.draft_events import ChangesRequested
from bot.domain.replies.requests import Ask, open_request
from storage.engine import rows
from storage.engine.base import Engine, Row

_ADD = rows.insert("asks", "draft_id version asked asked_at", "RETURNING id")
_END = """UPDATE asks SET ended = :ended, ended_by = :by, ended_at = :at, note = :note
WHERE id = (SELECT max(id) FROM asks WHERE draft_id = :draft) AND ended_at IS NULL RETURNING id"""
_ASKS = "SELECT id, draft_id, version, asked, asked_at, ended, ended_by, ended_at, note FROM asks"
_ONE = f"{_ASKS} WHERE id = :id"
_OF_DRAFT = f"{_ASKS} WHERE draft_id = :draft ORDER BY id"
_VERSION = "SELECT text, authors FROM draft_versions WHERE draft_id = :draft AND version = :version"


def write(engine: Engine, before: Case, after: Case, event: Event) -> int:
    """Write the end of the request that an event ended, and the one it began; return the newest one's row, or 0."""
    was, now = open_request(before), open_request(after)
    if was == now:
        return 0
    ended = _end(engine, was[0], event) if was else 0
    if now is None:
        return ended
    draft, version, asked = now
    params = {"draft_id": draft, "version": version, "asked": asked, "asked_at": rows.stored(event.at)}
    return int(engine.rows(_ADD, params)[0][0])


def _end(engine: Engine, draft: int, event: Event) -> int:
    note = event.note if isinstance(event, ChangesRequested) else ""
    params = {"draft": draft, "ended": event.verb.value, "by": event.by, "at": rows.stored(event.at), "note": note}
    found = engine.rows(_END, params)
    return int(found[0][0]) if found else 0


class Asks:
    """The requests to approve."""

    engine: Engine

    def ask(self, ask_id: int) -> Ask | None:
        row = self.engine.row(_ONE, {"id": ask_id})
        return _read(row) if row else None

    def asks_of(self, draft_id: int) -> Sequence[Ask]:
        return [_read(row) for row in self.engine.rows(_OF_DRAFT, {"draft": draft_id})]

    def version(self, draft_id: int, version: int) -> tuple[str, tuple[str, ...]]:
        row = self.engine.row(_VERSION, {"draft": draft_id, "version": version})
        return (row[0], tuple(rows.json_list(row[1]))) if row else ("", ())


def _read(row: Row) -> Ask:
    number, draft, version, asked, asked_at, ended, ended_by, ended_at, note = row
    return Ask(
        id=number,
        draft=draft,
        version=version,
        asked=asked,
        asked_at=rows.at(asked_at),
        ended=ended,
        ended_by=ended_by,
        ended_at=rows.moment(ended_at),
        note=note,
    )
