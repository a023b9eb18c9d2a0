"""The exported tables, with readable columns: one query per table, read row by row."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.replies.origins import OriginKind
from bot.ports.exports import Exported, Table, Value
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.engine.origin_rows import read_origins

MINUTE = timedelta(minutes=1) // rows.MICROSECOND

Reads = Callable[[Any], Value]


def _minutes(stored: int) -> float:
    return round(stored / MINUTE, 1)


def _plain(stored: Value) -> Value:
    return None if stored == "" else stored


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, its SQL, and the function that converts a stored value."""

    name: str
    sql: str
    read: Reads = _plain


def _characters(kind: OriginKind, stored: str) -> Value:
    """Return how many characters of a reply have an origin of this kind; None where it is not known."""
    passages = read_origins(stored)
    return sum(one.length for one in passages if one.origin.kind == kind) if passages else None


def _fields(names: str, table: str, read: Reads = _plain) -> list[Field]:
    return [Field(name, f"{table}.{name}", read) for name in names.split()]


def _person(name: str, column: str) -> Field:
    return Field(name, f"coalesce((SELECT p.name FROM people p WHERE p.id = {column}), {column})")


def _moments(names: str, table: str) -> list[Field]:
    return _fields(names, table, rows.moment)


_PRIORITY = Field("priority", "c.priority", lambda rank: rows.PRIORITIES[rank].value)
_OUTCOME = """CASE WHEN p.lapsed_at IS NOT NULL THEN 'lapsed' WHEN p.kept_at IS NOT NULL THEN 'kept'
WHEN p.dropped_at IS NOT NULL THEN 'no longer owed' WHEN p.pauses LIKE '%null]]' THEN 'paused'
WHEN p.due_at < :now THEN 'lapsed' ELSE 'running' END"""
_PUBLIC = "CASE WHEN p.state = 'sent' OR p.state = 'taken_back' THEN p.{} END"
_SENT = "CASE WHEN t.outcome = 'delivered' THEN t.{} END"

FIELDS: Mapping[Table, Sequence[Field]] = {
    Table.CASES: [
        Field("case", "c.id"),
        *_fields("network account state", "c"),
        _PRIORITY,
        *_fields("topic language segment", "c"),
        *_fields("private", "c", bool),
        *_fields("author_handle author_name author_followers", "c"),
        _person("assignee", "c.assignee"),
        *_moments("opened_at first_response_at answered_at due_at ended_at deleted_at", "c"),
        _person("answered_by", "c.answered_by"),
        _person("approved_by", "c.approved_by"),
        *_fields("answer_url reason", "c"),
        Field("follows_case", "nullif(c.follows, 0)"),
        Field("joined_into_case", "nullif(c.joined_into, 0)"),
    ],
    Table.MENTIONS: [
        Field("mention", "m.id"),
        Field("case", "m.case_id"),
        *_fields("network account", "m"),
        Field("post", "m.external_id"),
        Field("answers_post", "m.parent_id"),
        Field("written_by", "CASE m.side WHEN 'ours' THEN 'us' ELSE 'customer' END"),
        *_fields("author_handle author_name author_followers text language media stars url answerable", "m"),
        *_fields("private", "m", bool),
        *_moments("posted_at received_at edited_at deleted_at", "m"),
        Field("light_lane", "l.state"),
        _person("light_lane_by", "l.decided_by"),
        Field("thank_you", "y.state"),
        _person("thank_you_offered_by", "y.offered_by"),
        _person("thank_you_decided_by", "y.decided_by"),
        Field("our_like", "y.liked"),
    ],
    Table.REPLIES: [
        Field("reply", "d.id"),
        Field("case", "d.case_id"),
        Field("network", "d.target_network"),
        Field("account", "d.target_account"),
        Field("answers_post", "d.target_post"),
        *_fields("state kind version", "d"),
        *_fields("text", "v"),
        _person("written_by", "v.written_by"),
        *_moments("written_at", "v"),
        *_moments("submitted_at", "d"),
        _person("approved_by", "y.approved_by"),
        *_moments("approved_at", "y"),
        Field("one_pair_of_eyes", "y.lane"),
        Field("sent_at", _SENT.format("ended_at"), rows.moment),
        Field("post", _SENT.format("post_id")),
        Field("url", _SENT.format("url")),
        Field("posts_of_parts", "d.posts"),
        Field("parts_not_sent", "d.dropped"),
        *_fields("template why why_withdrawn", "d"),
        *(Field(f"characters_of_{kind}", "v.origins", partial(_characters, kind)) for kind in OriginKind),
        Field("private", "c.private", bool),
    ],
    Table.PROMISES: [
        Field("promise", "p.id"),
        Field("case", "p.case_id"),
        *_fields("network segment topic", "c"),
        *_fields("kind", "p"),
        Field("outcome", _OUTCOME),
        *_moments("started_at due_at kept_at lapsed_at dropped_at", "p"),
        Field("within_minutes", "p.within", _minutes),
        _person("assignee", "c.assignee"),
    ],
    Table.SAME_PEOPLE: [
        Field("case", "s.case_id"),
        *_fields("network", "s"),
        Field("author", "s.author_id"),
        Field("other_case", "s.other_case_id"),
        *_fields("other_network", "s"),
        Field("other_author", "s.other_author_id"),
        *_fields("how note", "s"),
        _person("joined_by", "s.joined_by"),
        *_moments("joined_at", "s"),
    ],
    Table.STATEMENTS: [
        Field("statement", "s.id"),
        *_fields("network account", "p"),
        Field("decision", "s.state"),
        *_fields("state text", "p"),
        Field("takes_back", "nullif(s.takes_back, 0)"),
        Field("corrects", "nullif(s.corrects, 0)"),
        Field("acts_on_post", "coalesce(nullif(p.takes_back, ''), p.corrects)"),
        Field("replaced_text", "p.replaces"),
        Field("characters_of_machine", "p.origins", partial(_characters, OriginKind.MACHINE)),
        Field("corrected_by", "nullif(p.corrected_by, 0)"),
        _person("written_by", "s.written_by"),
        *_moments("written_at", "s"),
        _person("decided_by", "s.decided_by"),
        *_moments("decided_at", "s"),
        Field("sent_at", _PUBLIC.format("ended_at"), rows.moment),
        Field("post", _PUBLIC.format("post_id")),
        Field("url", _PUBLIC.format("url")),
        *_fields("why", "p"),
    ],
    Table.AUDIT: [
        Field("case", "nullif(a.chain, 0)"),
        *_fields("position", "a"),
        *_moments("at", "a"),
        *_fields("who verb", "a"),
        Field("facts", "a.facts", json.loads),
        Field("hash", "a.hash", lambda stored: bytes(stored).hex()),
    ],
}
_FROM: Mapping[Table, str] = {
    Table.CASES: "cases c ORDER BY c.id",
    Table.MENTIONS: """mentions m LEFT JOIN light_mentions l ON l.mention_id = m.id
LEFT JOIN thank_yous y ON y.mention_id = m.id ORDER BY m.id""",
    Table.REPLIES: """drafts d JOIN draft_versions v ON v.draft_id = d.id AND v.version = d.version
JOIN cases c ON c.id = d.case_id LEFT JOIN approvals y ON y.id = d.approval_id
LEFT JOIN attempts t ON t.id = d.attempt_id ORDER BY d.id""",
    Table.PROMISES: "promises p JOIN cases c ON c.id = p.case_id ORDER BY p.id",
    Table.SAME_PEOPLE: "same_people s ORDER BY s.joined_at, s.network, s.author_id",
    Table.STATEMENTS: "statement_posts p JOIN statements s ON s.id = p.statement_id ORDER BY p.id",
    Table.AUDIT: "audit a ORDER BY a.chain, a.position",
}


class Exporting:
    """Exports of tables."""

    engine: Engine

    def exported(self, table: Table, now: datetime) -> Exported:
        """Return a table in order of row numbers; `now` decides what is overdue. Reading rows raises OutOfService."""
        fields = FIELDS[table]
        sql = f"SELECT {', '.join(one.sql for one in fields)} FROM {_FROM[table]}"
        found = self.engine.stream(sql, {"now": rows.stored(now)})
        return Exported(table, [one.name for one in fields], _read(found, [one.read for one in fields]))

    def snapshot(self) -> AbstractContextManager[None]:
        """Return a context in which all reads see the state of one moment."""
        return self.engine.snapshot()


def _read(found: Iterator[Row], reads: Sequence[Reads]) -> Iterator[Sequence[Value]]:
    for row in found:
        yield [_value(read, value) for value, read in zip(row, reads, strict=True)]


def _value(read: Reads, stored: object) -> Value:
    if stored is None:
        return None
    try:
        return read(stored)
    except (ArithmeticError, LookupError, TypeError, ValueError):  # exported as stored
        return str(stored)
