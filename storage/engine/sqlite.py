"""SQLite as the engine: one file, one process, a connection per thread; a commit returns when it is on disk."""

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from bot.ports.store_errors import Conflict, Damaged, OutOfService
from storage.engine import migrate
from storage.engine.at_rest import AtRest
from storage.engine.base import NAMED, NOTHING, Engine, Params, Row, SchemaPart, Session, Turnstile
from storage.engine.hold import Hold
from storage.engine.refusals import NotOurs

if TYPE_CHECKING:
    from sqlite_utils import Database  # a start at which there is nothing to migrate does without it

APPLICATION_ID = 0x48454152  # "HEAR"
BUSY_MS = 5_000
QUICK = 64 * 2**20  # bytes of a file whose quick check takes less than half a second
MERGED = 16  # pages of the index of words merged in one run, which takes some milliseconds
PAGE = 1_000  # rows of a long result that are fetched together
STATEMENTS = 512  # prepared statements kept per connection; more than the number of our queries

# Primary result codes of a database that cannot store data now (sqlite.org/rescode.html).
_TROUBLE = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}
_ERRORS = (sqlite3.Error, UnicodeDecodeError)  # the second: a message that quotes what is no text any more
_DAMAGE = {sqlite3.SQLITE_CORRUPT}
_TABLES = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
_UNDECODABLE = "Could not decode to UTF-8"  # Python's own error, without a code
# Without recursive triggers INSERT OR REPLACE could take the place of a line of the audit trail.
# cell_size_check finds some damaged pages when they are read, and not only at a check.
_ALWAYS_ON = ("foreign_keys", "secure_delete", "recursive_triggers", "cell_size_check")
_TAKEN = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}


@cache
def positional(sql: str) -> tuple[str, Callable[[Params], Sequence[object]]]:
    """Return a query with `?` placeholders, which bind faster, and a function that orders the parameters."""
    names = NAMED.findall(sql)
    fill: Callable[[Params], Sequence[object]] = itemgetter(*names) if len(names) > 1 else _few(names)
    return NAMED.sub("?", sql), fill


def _few(names: Sequence[str]) -> Callable[[Params], Sequence[object]]:
    return lambda params: [params[name] for name in names]


class SqliteEngine(Engine):
    """A SQLite file, locked for this process unless it is opened read-only."""

    name = "sqlite"
    next_case = (
        """max((SELECT coalesce(max(id), 0) + 1 FROM cases), (SELECT coalesce(max(first_case), 1) FROM epochs))"""
    )
    clock = "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"
    matching = (
        "mention_words JOIN mentions m ON m.id = mention_words.rowid WHERE mention_words MATCH :asked",
        "mention_words.rowid",
    )
    newest = "mention_words.rowid"

    def __init__(
        self, path: Path, *, synchronous: str = "FULL", read_only: bool = False, kept: Path | None = None
    ) -> None:
        if synchronous not in {"FULL", "NORMAL", "OFF"}:
            raise ValueError(f"synchronous is FULL, NORMAL or OFF, not {synchronous!r}")
        self.path, self._synchronous, self.read_only = path.absolute(), synchronous, read_only
        self._hold = None if read_only else Hold(self.path)
        self._at_rest = AtRest(self.path, kept) if kept else None
        self._changed = self._at_rest.changed() if self._at_rest else False
        self._turnstile = Turnstile()
        self._here = threading.local()
        self._sessions: weakref.WeakSet[_SqliteSession] = weakref.WeakSet()

    @property
    def database(self) -> "Database":
        """Return this thread's connection as a sqlite-utils Database, for the schema, migrations and tools.

        Queries run on the connection itself, which is faster: `Database.execute` parses each statement's first word.
        """
        from sqlite_utils import Database  # noqa: PLC0415 - a tenth of a start, and seldom needed

        return Database(self._session().conn, execute_plugins=False)

    def rows(self, sql: str, params: Params = NOTHING) -> list[Row]:
        """Run one statement and return its rows."""
        try:
            query, values = positional(sql)
            return self._session().conn.execute(query, values(params)).fetchall()
        except _ERRORS as error:
            _translate(error)

    def stream(self, sql: str, params: Params = NOTHING) -> Iterator[Row]:
        """Run one statement and yield its rows, a page at a time."""
        query, values = positional(sql)
        try:
            cursor = self._session().conn.execute(query, values(params))
            while page := cursor.fetchmany(PAGE):
                yield from page
        except _ERRORS as error:
            _translate(error)

    def run(self, sql: str, params: Params = NOTHING) -> int:
        """Run one statement and return how many rows it changed."""
        try:
            query, values = positional(sql)
            return self._session().conn.execute(query, values(params)).rowcount
        except _ERRORS as error:
            _translate(error)

    def run_all(self, sql: str, many: Sequence[Params]) -> int:
        """Run one statement with each of the parameters and return how many rows were changed."""
        try:
            query, values = positional(sql)
            return self._session().conn.executemany(query, map(values, many)).rowcount
        except _ERRORS as error:
            _translate(error)

    def tend_words(self) -> None:
        """Merge some pages of the index; otherwise FTS5 would merge all due pages at once."""
        with self.transaction():
            self.run("INSERT INTO mention_words (mention_words, rank) VALUES ('merge', :pages)", {"pages": MERGED})

    def scrub(self) -> None:
        """Merge the whole index of words, in small steps, and empty the log: both may have words that were erased."""
        pages = -MERGED  # a negative number begins to merge everything; positive ones go on
        while self._merged(pages):
            pages = MERGED
        self._session().conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _merged(self, pages: int) -> bool:
        conn = self._session().conn
        with self.transaction():
            before = conn.total_changes
            self.run("INSERT INTO mention_words (mention_words, rank) VALUES ('merge', :pages)", {"pages": pages})
            return conn.total_changes - before > 1  # sqlite.org/fts5.html#the_merge_command

    def line_fact(self, column: str, name: str) -> str:
        """Return the SQL of one fact of an audit line."""
        return f"json_extract({column}, '$.{name}')"

    def asked(self, whole: Sequence[str], begun: Sequence[str]) -> str:
        """Return the search in FTS5's syntax (sqlite.org/fts5.html#full_text_query_syntax)."""
        return " AND ".join([*(f'"{word}"' for word in whole), *(f'"{word}" *' for word in begun)])

    def asked_any(self, words: Sequence[str]) -> str:
        """Return the search for any of these words in FTS5's syntax."""
        return " OR ".join(f'"{word}"' for word in words)

    def exclusive(self, what: str) -> None:
        """Do nothing: an immediate transaction is alone already."""

    def shared(self, what: str) -> None:
        """Do nothing: an immediate transaction is alone already."""

    def hold(self, *case_ids: int) -> None:
        """Do nothing: an immediate transaction is alone already."""

    def migrate(self) -> None:
        """Bring the schema up to date; first copy the file unless it is empty."""
        try:
            self._own()
            ours, applied = migrate.known(self.name), migrate.applied(self._session().conn)
            if self.read_only:
                migrate.nothing_pending(self.name, applied)
            elif migrate.pending(ours, applied):
                migrate.apply_all(self.database, self.path, ours)
        except _ERRORS as error:
            _translate(error)

    def schema(self) -> Sequence[SchemaPart]:
        """Return all parts of the database's schema."""
        from storage.engine import schema_sqlite  # noqa: PLC0415 - it loads sqlite-utils

        try:
            return schema_sqlite.parts(self.database)
        except _ERRORS as error:
            _translate(error)

    def schema_as_built(self) -> Sequence[SchemaPart]:
        """Return the schema that the migrations make in an empty database."""
        from storage.engine import schema_sqlite  # noqa: PLC0415 - it loads sqlite-utils

        return schema_sqlite.as_built()

    def copy(self, target: Path) -> None:
        """Write a complete and consistent copy of the database to `target`, readable by its owner only."""
        migrate.copy(self.database, target)

    @property
    def changed_at_rest(self) -> bool:
        """Return whether the file was changed while no desk ran."""
        return self._changed

    def take_up(self) -> None:
        """Forget the digest: after a kill the file is another one."""
        if self._at_rest is not None:
            self._at_rest.forget()
            self._changed = False

    def fault(self, *, quickly: bool = False) -> str:
        """Read every page; return the first that is not as it should be, or "". Quickly: only of a small file."""
        if quickly and self.path.stat().st_size > QUICK:
            return ""
        try:
            [(found,)] = self.rows(f"PRAGMA {'quick' if quickly else 'integrity'}_check(1)")
            for table in () if quickly else [row[0] for row in self.rows(_TABLES)]:
                for _ in self.stream(f"SELECT * FROM {table}"):  # a text that is no text any more is on a valid page
                    pass
            lost = [] if quickly else self.rows('SELECT "table", rowid, parent FROM pragma_foreign_key_check LIMIT 1')
        except Damaged as damaged:
            return str(damaged)
        if found != "ok":
            return f"{found}."
        return "".join(f"A row of {table} refers to one of {parent} that is not there." for table, _, parent in lost)

    def raise_case_number(self, first: int) -> None:
        """Do nothing: the number of the next case is read from the epochs, too."""

    def close(self) -> None:
        """Close all connections and unlock the file."""
        self.closed = True
        for session in list(self._sessions):
            session.close()
        self._here = threading.local()
        if self._at_rest is not None and not self._changed:
            self._at_rest.write_down()
        if self._hold is not None:
            self._hold.release()
            self._hold = None

    def must_hold(self) -> None:
        """Raise OutOfService when the file was moved or replaced while the desk runs."""
        if self._hold is not None:
            self._hold.must_stand()

    def _own(self) -> None:
        conn = self._session().conn
        [(mark,)] = conn.execute("PRAGMA application_id").fetchall()
        if mark == 0 and not conn.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall():
            conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        elif mark != APPLICATION_ID:
            raise NotOurs(f"{self.path} belongs to another program. Please name another file for the desk's memory.")

    def rest(self) -> None:
        session: _SqliteSession | None = getattr(self._here, "session", None)
        if session is not None and not (session.running or session.reading):
            self._here.session = None
            session.close()

    def _session(self) -> "_SqliteSession":
        session: _SqliteSession | None = getattr(self._here, "session", None)
        if session is None:
            self.refuse_if_closed()
            session = _SqliteSession(self, self._connect(), self._turnstile)
            self._here.session = session
            self._sessions.add(session)
        return session

    def _connect(self) -> sqlite3.Connection:
        try:
            conn = sqlite3.connect(
                f"{self.path.as_uri()}?mode={'ro' if self.read_only else 'rw'}",
                uri=True,
                isolation_level=None,
                check_same_thread=False,  # close() runs on another thread than the one that opened
                cached_statements=STATEMENTS,
            )
            conn.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            if not self.read_only:
                conn.execute("PRAGMA journal_mode = WAL")
            conn.execute(f"PRAGMA synchronous = {self._synchronous}")
            for pragma in _ALWAYS_ON:
                conn.execute(f"PRAGMA {pragma} = ON")
        except _ERRORS as error:
            _translate(error)
        return conn


class _SqliteSession(Session):
    __slots__ = ("_turnstile", "close", "conn")

    close: Callable[[], object]

    def __init__(self, engine: Engine, conn: sqlite3.Connection, turnstile: Turnstile) -> None:
        super().__init__(engine)
        self.conn, self._turnstile = conn, turnstile
        self.close = weakref.finalize(self, self.conn.close)  # also when its thread ends

    def begin(self) -> None:
        self._engine.must_hold()
        self._turnstile.acquire()
        try:
            self.conn.execute("BEGIN IMMEDIATE")
        except _ERRORS as error:
            self._turnstile.release()
            _translate(error)

    @contextmanager
    def still(self) -> Iterator[None]:
        try:
            self.conn.execute("BEGIN")  # deferred: it does not block writers
            yield
        except _ERRORS as error:
            _translate(error)
        finally:
            if self.conn.in_transaction:
                self.conn.execute("ROLLBACK")

    def commit(self) -> None:
        try:
            self.conn.execute("COMMIT")
        except _ERRORS as error:
            self.roll_back()
            _translate(error)
        self._turnstile.release()

    def roll_back(self) -> None:
        try:
            if self.conn.in_transaction:  # a full disk makes SQLite roll back by itself
                self.conn.execute("ROLLBACK")
        except sqlite3.Error:  # the connection cannot be used any more, and closing it ends the transaction too
            self.conn.close()
        finally:
            self._turnstile.release()


def _translate(error: sqlite3.Error | UnicodeDecodeError) -> NoReturn:
    """Raise Conflict or OutOfService for an error of the database; raise an error of ours unchanged."""
    code = getattr(error, "sqlite_errorcode", None)
    unreadable = isinstance(error, UnicodeDecodeError) or _UNDECODABLE in str(error)
    if code in _TAKEN:
        raise Conflict(str(error)) from error
    if unreadable or (code is not None and code & 0xFF in _DAMAGE):
        said = str(error).partition(" with text ")[0]  # Python quotes the text: a customer's words, in a log
        raise Damaged(f"A part of the database cannot be read as it was written: {said}.") from error
    if code is not None and code & 0xFF in _TROUBLE:
        raise OutOfService(f"The database cannot be used: {error}.") from error
    raise error
