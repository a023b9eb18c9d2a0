"""Writes the exported tables, with views, into a SQLite file for Datasette."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from bot.domain.base.refusals import NotUsable
from bot.domain.replies.origins import OriginKind
from bot.ports.exports import Exported, Exports, Table, Value

AT_ONCE = 1_000  # rows written together

Progress = Callable[[int], object]

KEYS: Mapping[Table, str | tuple[str, ...]] = {
    Table.CASES: "case",
    Table.MENTIONS: "mention",
    Table.REPLIES: "reply",
    Table.PROMISES: "promise",
    Table.STATEMENTS: ("statement", "network", "account"),
}
SEARCHED: Mapping[Table, Sequence[str]] = {
    Table.MENTIONS: ("text", "author_handle"),
    Table.REPLIES: ("text",),
    Table.STATEMENTS: ("text",),
}
LOOKED_UP: Mapping[Table, Sequence[Sequence[str]]] = {
    Table.MENTIONS: (["case"], ["network", "post"]),
    **dict.fromkeys((Table.REPLIES, Table.PROMISES, Table.SAME_PEOPLE, Table.AUDIT), (["case"],)),
}
NUMBERS = {"case", "mention", "reply", "promise", "follows_case", "other_case"}
NUMBERS |= {"statement", "takes_back", "corrects", "corrected_by"}
NUMBERS |= {"author_followers", "media", "version", "position", "parts_not_sent"}
COUNTS = [f"characters_of_{kind}" for kind in OriginKind]
KINDS: Mapping[str, type] = {**dict.fromkeys([*NUMBERS, *COUNTS], int), "private": int, "within_minutes": float}

TITLES: Mapping[str, tuple[str, str]] = {
    "cases": ("Cases", "One author's complaint in one conversation, from the first post to its end."),
    "mentions": ("Mentions", "Every post that named us or answered us, and our own posts, as received."),
    "replies": ("Replies", "Every draft in its newest version: who wrote it, who approved it, and what was sent."),
    "promises": ("Promises", "Every answer that was owed by a moment, and what became of it."),
    "same_people": ("Same people", "Authors on two networks who are one person; two rows each."),
    "statements": ("Statements", "Words of ours to everybody, a row for each account: who wrote and approved them."),
    "audit": (
        "Audit trail",
        "One line a change: ids, verbs, people and digests, never a text.",
    ),
    "waiting_for_us": ("Waiting for us", "Cases that wait for an answer of ours, the first due one first."),
    "replies_that_went_out": ("Replies that went out", "What was sent, beside the post that it answers."),
    "promises_not_kept": ("Promises not kept", "Answers that came too late, or have not come yet."),
    "day_by_day": ("Day by day", "How many cases came in each day (UTC), and how many were answered."),
}
VIEWS: Mapping[str, str] = {
    "waiting_for_us": """SELECT c."case", c.due_at, c.priority, c.topic, c.author_handle, c.assignee, c.state,
(SELECT m.text FROM mentions m WHERE m."case" = c."case" AND m.written_by = 'customer'
ORDER BY m.mention DESC LIMIT 1) AS newest_words FROM cases c WHERE c.state IN ('new', 'open') ORDER BY c.due_at""",
    "replies_that_went_out": """SELECT r."case", r.sent_at, c.author_handle, m.text AS they_wrote,
r.text AS we_answered, r.written_by, r.approved_by, r.url FROM replies r JOIN cases c ON c."case" = r."case"
LEFT JOIN mentions m ON m.network = r.network AND m.post = r.answers_post
WHERE r.state = 'sent' ORDER BY r.sent_at DESC""",
    "promises_not_kept": """SELECT p."case", p.kind, p.due_at, p.kept_at, p.assignee, p.topic, c.author_handle
FROM promises p JOIN cases c ON c."case" = p."case" WHERE p.outcome = 'lapsed' ORDER BY p.due_at DESC""",
    "day_by_day": """SELECT substr(opened_at, 1, 10) AS day, count(*) AS opened, count(first_response_at) AS answered,
sum(private) AS private FROM cases GROUP BY day ORDER BY day DESC""",
}


def write_copy(store: Exports, target: Path, now: datetime, told: Progress = lambda _: None) -> Path:
    """Write the copy to `target`, readable by its owner only, and the titles beside it; return the titles' path.

    `told` is called with the number of rows written so far. Raises FileExistsError when the file exists, NotUsable
    when it cannot be written, or OutOfService.
    """
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        _fill(store, target, now, told)
    except BaseException as trouble:
        target.unlink()
        if isinstance(trouble, sqlite3.Error):  # errors of the desk's own database are translated by its engine
            raise NotUsable(f"{target} could not be written: {trouble}.") from trouble
        raise
    beside = target.with_suffix(".metadata.json")
    if not beside.exists():  # somebody may have written other titles
        beside.write_text(json.dumps(metadata(target.stem), indent=2) + "\n", encoding="utf-8")
    return beside


def metadata(database: str) -> dict[str, object]:
    """Return the titles of a copy's tables and columns in Datasette's form."""
    tables = {name: {"title": title, "description": says} for name, (title, says) in TITLES.items()}
    about = "Copied from the desk's own memory, private messages included. Moments are in UTC."
    return {"title": "Heard", "description": about, "databases": {database: {"tables": tables}}}


def _fill(store: Exports, target: Path, now: datetime, told: Progress) -> None:
    database = Database(target, execute_plugins=False)
    try:
        for pragma in ("journal_mode = OFF", "synchronous = OFF"):  # an incomplete copy is deleted
            database.execute(f"PRAGMA {pragma}")
        with store.snapshot():
            rows = 0
            for table in Table:
                rows = _copy(database, store.exported(table, now), rows, told)
        for table, columns in SEARCHED.items():
            database.table(table).enable_fts(columns, tokenize="unicode61 remove_diacritics 2")
        for name, sql in VIEWS.items():
            database.create_view(name, sql)
    finally:
        database.close()


def _copy(database: Database, exported: Exported, before: int, told: Progress) -> int:
    """Write one table; return the number of rows written so far, including the `before` of earlier tables."""
    about_a_case = exported.table != Table.CASES and "case" in exported.columns
    others = [("case", Table.CASES, "case")] if about_a_case else []
    columns = {name: KINDS.get(name, str) for name in exported.columns}
    made = database.table(exported.table).create(columns, pk=KEYS.get(exported.table), foreign_keys=others)
    made.insert_all(_records(exported, before, told), batch_size=AT_ONCE)
    for looked_up in LOOKED_UP.get(exported.table, ()):
        made.create_index(looked_up)
    told(before + made.count)
    return before + made.count


def _records(exported: Exported, before: int, told: Progress) -> Iterator[Sequence[Any]]:
    """Yield the column names and then the rows, as sqlite-utils accepts lists."""
    yield list(exported.columns)
    for written, row in enumerate(exported.rows, start=before + 1):
        yield [_stored(value) for value in row]
        if written % AT_ONCE == 0:
            told(written)


def _stored(value: Value) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
