"""Statements to everybody, and the post of each account with its attempt."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.refusals import Unknown
from bot.domain.replies.statement import PostState, Statement, StatementPost, StatementState
from storage.audit import lines as audit
from storage.audit.seal import AuditRow, is_keyed
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.engine.origin_rows import read_origins, written_origins
from storage.engine.row_shapes import StatementPostRow

_COLUMNS = "state takes_back written_by written_at decided_by decided_at terms event storm corrects"
_NAMED = f"SELECT {rows.columns(f'id {_COLUMNS}')} FROM statements"
_ADD = rows.insert("statements", f"{_COLUMNS} line", "RETURNING id")
_ONE = f"{_NAMED} WHERE id = :id"
_OF_EVENT = "SELECT id FROM statements WHERE written_by = :by AND event = :event AND event <> ''"
_DECIDE = """UPDATE statements SET state = :state, decided_by = :by, decided_at = :at, terms = :terms, line = :line
WHERE id = :id AND state = 'proposed'"""
_LAST_LINE = "SELECT max(position) FROM audit WHERE chain = 0"
_LINE = """SELECT a.chain, a.position, a.at, a.who, a.verb, a.facts, a.prev, a.hash FROM statements s
JOIN audit a ON a.chain = 0 AND a.position = s.line WHERE s.id = :id"""

_POST = "SELECT " + rows.columns(rows.names(StatementPostRow), "p.") + " FROM statement_posts p"
_ADD_POST = rows.insert(
    "statement_posts",
    "statement_id network account text takes_back state key post_id url why looks corrects replaces corrected_by "
    "origins",
)
_OWN = len(_COLUMNS.split()) + 1  # columns of the statement itself
_UNDONE_STATES = "(p.state = 'waiting' OR p.state = 'sending' OR p.state = 'unconfirmed')"


def _those(which: str, order: str = "s.id DESC") -> str:
    """Return the query for the statements with these ids, a row for each post."""
    both = f"{rows.columns(f'id {_COLUMNS}', 's.')}, {rows.columns(rows.names(StatementPostRow), 'p.')}"
    return f"""SELECT {both} FROM statements s LEFT JOIN statement_posts p ON p.statement_id = s.id
WHERE s.id IN ({which}) ORDER BY {order}, p.id"""


_PROPOSED = "SELECT id FROM statements WHERE state = 'proposed'"
_NEWEST = _those("SELECT id FROM statements ORDER BY id DESC LIMIT :limit")
_WAITING = _those(f"{_PROPOSED} ORDER BY id LIMIT :limit", "s.id")
_ALL_WAITING = _those(_PROPOSED, "s.id")
_APPROVED = _those("SELECT id FROM statements WHERE state = 'approved' ORDER BY id DESC LIMIT :limit")
_LATELY = _those(
    f"""{_PROPOSED} UNION SELECT p.statement_id FROM statement_posts p CROSS JOIN statements a
WHERE {_UNDONE_STATES} AND a.id = p.statement_id AND a.state = 'approved'
UNION SELECT p.statement_id FROM statement_posts p WHERE p.ended_at >= :since"""
)
_ABOUT = _those(
    """SELECT id FROM statements WHERE takes_back > 0 AND (takes_back = :one OR takes_back = :other)
UNION SELECT id FROM statements WHERE corrects > 0 AND (corrects = :one OR corrects = :other)"""
)
_WITH_POST = _those(
    """SELECT p.statement_id FROM statement_posts p
WHERE p.network = :network AND p.post_id = :post AND p.post_id <> ''"""
)
_OF = f"{_POST} WHERE p.statement_id = :statement ORDER BY p.id"
_ONE_POST = f"{_POST} WHERE p.id = :id"
# Only by this order the index of undone posts is used for sure.
_UNDONE = f"""{_POST} CROSS JOIN statements s
WHERE {_UNDONE_STATES} AND s.id = p.statement_id AND s.state = 'approved' ORDER BY p.id"""
_MOVES = "state key post_id url why started_at ended_at looks look_at missed_at again_at corrected_by"
_MOVE = f"UPDATE statement_posts SET {rows.assignments(_MOVES)} WHERE id = :id AND state = :was"
_LOCK = "statements"
APPROVED = "statement_approved"  # verb of the line that binds an approval to its terms


class Statements(audit.Audit):
    """The statements."""

    engine: Engine

    def add_statement(self, statement: Statement) -> int:
        with self.engine.transaction():
            params = {"state": statement.state.value, "takes_back": statement.takes_back, "terms": "", "line": 0}
            params |= {"event": statement.event, "storm": statement.storm, "corrects": statement.corrects}
            params |= {"written_by": statement.by, "written_at": rows.stored(statement.at) or 0}
            number = int(self.engine.rows(_ADD, params | {"decided_by": "", "decided_at": None})[0][0])
            for one in statement.posts:
                added: dict[str, object] = {"statement_id": number, "origins": written_origins(one.origins)}
                self.engine.run(_ADD_POST, _written(one) | added)
            return number

    def statement(self, statement_id: int) -> Statement:
        if self.engine.busy:  # a decision on it, or on a post of it
            self.engine.exclusive(_LOCK)
        row = self.engine.row(_ONE, {"id": statement_id})
        if row is None:
            raise Unknown("That statement is not here.")
        return _statement(row, self._posts_of(statement_id))

    def statement_of_event(self, by: str, event: str) -> int:
        if self.engine.busy:  # who asks in a transaction adds it where it is not there
            self.engine.exclusive(_LOCK)
        row = self.engine.row(_OF_EVENT, {"by": by, "event": event})
        return int(row[0]) if row else 0

    def statements(self, limit: int, *, waiting: bool = False, approved: bool = False) -> Sequence[Statement]:
        return self._whole(_WAITING if waiting else _APPROVED if approved else _NEWEST, {"limit": limit})

    def proposed_statements(self) -> Sequence[Statement]:
        return self._whole(_ALL_WAITING, {})

    def statements_lately(self, since: datetime) -> Sequence[Statement]:
        return self._whole(_LATELY, {"since": rows.stored(since)})

    def statements_about(self, one: int, other: int = 0) -> Sequence[Statement]:
        return self._whole(_ABOUT, {"one": one, "other": other or one})

    def statements_with_post(self, network: str, post_id: str) -> Sequence[Statement]:
        return self._whole(_WITH_POST, {"network": network, "post": post_id})

    def _whole(self, sql: str, params: dict[str, object]) -> Sequence[Statement]:
        found = defaultdict[tuple[object, ...], list[StatementPost]](list)
        for row in self.engine.rows(sql, params):
            posts = found[tuple(row[:_OWN])]
            posts += [_post(row[_OWN:])] if row[_OWN] is not None else []
        return [_statement(one, posts) for one, posts in found.items()]

    def _posts_of(self, statement_id: int) -> Sequence[StatementPost]:
        return [_post(row) for row in self.engine.rows(_OF, {"statement": statement_id})]

    def decide_statement(self, statement: Statement, state: StatementState, *, by: str, at: datetime) -> None:
        approved = state == StatementState.APPROVED
        with self.engine.transaction():
            if self.statement(statement.id).state != StatementState.PROPOSED:  # another desk was first
                return
            facts: dict[str, object] = {"statement": statement.id}
            self.note(
                APPROVED if approved else "statement_declined",
                by,
                at,
                facts | ({"terms": statement.terms} if approved else {}),
            )
            line = self.engine.rows(_LAST_LINE)[0][0] if approved else 0
            params = {"id": statement.id, "state": state.value, "by": by, "at": rows.stored(at), "line": line}
            self.engine.run(_DECIDE, params | {"terms": statement.terms})
            self.engine.announce()

    def terms_in_trail(self, statement_id: int) -> str:
        row = self.engine.row(_LINE, {"id": statement_id})
        if row is None or not is_keyed(self.engine.key, AuditRow._make((*row, None, None, None, None))):
            return ""
        line = audit.read_line(row)
        of_it = line.verb == APPROVED and line.facts.get("statement") == statement_id
        return str(line.facts.get("terms", "")) if of_it else ""

    def statement_post(self, post_id: int) -> StatementPost:
        row = self.engine.row(_ONE_POST, {"id": post_id})
        if row is None:
            raise Unknown("That post of a statement is not here.")
        return _post(row)

    def undone_statement_posts(self) -> Sequence[StatementPost]:
        return [_post(row) for row in self.engine.rows(_UNDONE)]

    def move_statement_post(self, post: StatementPost, *, was: PostState) -> bool:
        with self.engine.transaction():
            done = self.engine.run(_MOVE, _written(post) | {"id": post.id, "was": was.value})
            self.engine.announce()
        return done == 1


def _written(post: StatementPost) -> dict[str, object]:
    moments = ("started_at", "ended_at", "look_at", "missed_at", "again_at")
    texts = ("network", "account", "text", "takes_back", "key", "post_id", "url", "why", "looks")
    corrected = ("corrects", "replaces", "corrected_by")
    found: dict[str, object] = {name: getattr(post, name) for name in texts + corrected}
    return found | {"state": post.state.value} | {name: rows.stored(getattr(post, name)) for name in moments}


def _statement(row: Row, posts: Sequence[StatementPost]) -> Statement:
    number, state, takes_back, by, at, decided_by, decided_at, terms, event, storm, corrects = row
    return Statement(
        id=number,
        state=StatementState(state),
        takes_back=takes_back,
        by=by,
        at=rows.at(at),
        decided_by=decided_by,
        decided_at=rows.moment(decided_at),
        terms=terms,
        event=event,
        storm=storm,
        corrects=corrects,
        posts=posts,
    )


def _post(found: Row) -> StatementPost:
    row = StatementPostRow._make(found)
    return StatementPost(
        id=row.id,
        statement=row.statement_id,
        network=row.network,
        account=row.account,
        text=row.text,
        takes_back=row.takes_back,
        state=PostState(row.state),
        key=row.key,
        post_id=row.post_id,
        url=row.url,
        why=row.why,
        started_at=rows.moment(row.started_at),
        ended_at=rows.moment(row.ended_at),
        looks=row.looks,
        look_at=rows.moment(row.look_at),
        missed_at=rows.moment(row.missed_at),
        again_at=rows.moment(row.again_at),
        corrects=row.corrects,
        replaces=row.replaces,
        corrected_by=row.corrected_by,
        origins=read_origins(row.origins),
    )
