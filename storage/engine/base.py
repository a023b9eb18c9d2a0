"""What the queries need from a database: one transaction per thread, named parameters, two kinds of error."""

import re
import threading
from abc import ABC, abstractmethod
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from bot.domain.base.refusals import Refusal
from bot.ports.store import Conflict, OutOfService

Params = Mapping[str, object]
Row = tuple[Any, ...]
Write = tuple[str, dict[str, object]]  # a statement and its parameters, not run yet
BeforeKept = Callable[["Engine", Sequence[Any]], None]  # what is done with all that a transaction gathered
NOTHING: Params = {}
NAMED = re.compile(r"(?<!:):([a-z_][a-z_0-9]*)")  # a parameter in our SQL


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaPart:
    """One part of a schema: a table, or a column, index, trigger, view or function, as the database defines it."""

    kind: str
    name: str
    table: str = ""  # that it belongs to
    definition: str
    make: str = ""  # the SQL that makes it, and the one that takes it away, where that loses nothing
    drop: str = ""


class Engine(ABC):
    """A database. Every query is written once, with `:name` parameters; what differs is in the subclasses."""

    name: str
    closed = False
    # FROM and WHERE of the posts `m` whose words are as :asked, and by which number they come newest first.
    matching: tuple[str, str]
    key = b""  # of the audit trail; see storage/audit/unlocking.py
    wakes: Callable[[], object] | None = None  # called after each kept transaction that leaves work to others

    def refuse_if_closed(self) -> None:
        """Raise OutOfService once the engine has let go of its database: another process may hold it by now."""
        if self.closed:
            raise OutOfService("The desk is closing, so nothing can be written any more.")

    @abstractmethod
    def _session(self) -> "Session":
        """Return this thread's connection, opened when it is first asked for."""

    def transaction(self) -> AbstractContextManager[None]:
        """Return this thread's transaction: immediate, re-entrant, rolled back on any exception."""
        return self._session()

    @property
    def busy(self) -> bool:
        """Return whether this thread is inside a transaction."""
        return self._session().running

    def afterwards(self, work: Callable[[], None]) -> None:
        """Do this once the transaction that this thread is in has ended, kept or not."""
        self._session().afterwards.append(work)

    def announce(self) -> None:
        """Wake those who work on what the store holds as soon as this thread's transaction is kept, never before."""
        self._session().leaves_work = True

    def leave_work(self) -> None:
        """Wake those who work on what the store holds."""
        if self.wakes:
            self.wakes()

    def beforehand(self, work: "BeforeKept", item: object) -> None:
        """Call `work` once with all the items of this thread's transaction, right before it is kept."""
        self._session().gathered[work].append(item)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let this thread read the database as it is at this moment, however long that takes; nothing is written."""
        session = self._session()
        if session.running or session.reading:
            yield
            return
        session.reading = True
        try:
            with session.still():
                yield
        finally:
            session.reading = False

    @abstractmethod
    def rows(self, sql: str, params: Params = NOTHING) -> list[Row]:
        """Run one statement and return its rows; raise Conflict or OutOfService."""

    @abstractmethod
    def stream(self, sql: str, params: Params = NOTHING) -> Iterator[Row]:
        """Run one statement and yield its rows, however many, without keeping them; raise as `rows` does."""

    @abstractmethod
    def run(self, sql: str, params: Params = NOTHING) -> int:
        """Run one statement and return how many rows it changed; raise Conflict or OutOfService."""

    @abstractmethod
    def run_all(self, sql: str, many: Sequence[Params]) -> int:
        """Run one statement with each of the parameters and return how many rows that changed, as `run` would."""

    def tend_words(self) -> None:  # noqa: B027 - most indexes need no tending
        """Put the index of words in order, a little of it, in a transaction of its own."""

    @abstractmethod
    def fact(self, column: str, name: str) -> str:
        """Return the SQL of one fact, as a text, of an audit line's facts."""

    @abstractmethod
    def asked(self, whole: Sequence[str], begun: Sequence[str]) -> str:
        """Return how the index of words is asked for posts with all of these, and with all that begin so."""

    @abstractmethod
    def exclusive(self, what: str) -> None:
        """Wait, inside a transaction, until no other transaction is in the part called `what`."""

    @abstractmethod
    def hold(self, *case_ids: int) -> None:
        """Wait, inside a transaction, until no other transaction is changing the cases; outside of one do nothing."""

    @abstractmethod
    def migrate(self) -> None:
        """Bring the schema up to date; raise NewerDatabase or EditedMigration."""

    @abstractmethod
    def schema(self) -> Sequence[SchemaPart]:
        """Return what the database consists of."""

    @abstractmethod
    def schema_as_built(self) -> Sequence[SchemaPart]:
        """Return what the migrations make of an empty database; raise CannotCompare."""

    def occupy(self) -> None:  # noqa: B027 - a file is held from its opening on, so most engines add nothing
        """Hold the database for one running desk; raise AlreadyOpen where another has it."""

    def must_hold(self) -> None:  # noqa: B027 - what cannot be lost needs no look
        """Raise OutOfService unless the database is still held as it was by `occupy`; asked before each change."""

    @abstractmethod
    def close(self) -> None:
        """Close the connections of all threads."""

    def row(self, sql: str, params: Params = NOTHING) -> Row | None:
        """Return the first row, or None."""
        found = self.rows(sql, params)
        return found[0] if found else None


class Turnstile:
    """A lock that serves threads in the order they came; SQLite's own waiting starves some for seconds."""

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def acquire(self) -> None:
        """Wait for one's turn."""
        with self._door:
            if not self._taken:
                self._taken = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def release(self) -> None:
        """Hand over to whoever has waited longest."""
        with self._door:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class Session(ABC):
    """One thread's connection and the transaction it is in; entering again joins the running one."""

    __slots__ = ("__weakref__", "_depth", "_engine", "_spoilt", "afterwards", "gathered", "leaves_work", "reading")

    def __init__(self, engine: Engine) -> None:
        self.afterwards: list[Callable[[], None]] = []
        self.gathered: defaultdict[BeforeKept, list[Any]] = defaultdict(list)
        self._engine = engine
        self._depth = 0
        self._spoilt = False
        self.reading = False  # inside a snapshot
        self.leaves_work = False

    @property
    def running(self) -> bool:
        """Return whether a transaction is under way."""
        return self._depth > 0

    @abstractmethod
    def begin(self) -> None:
        """Start a transaction that may write."""

    @abstractmethod
    def still(self) -> AbstractContextManager[None]:
        """Read as of this moment until it ends."""

    @property
    def lame(self) -> bool:
        """Return whether the database has given up the transaction, so that nothing can be said in it any more."""
        return False

    @abstractmethod
    def commit(self) -> None:
        """Keep it, or raise; nothing is kept then."""

    @abstractmethod
    def roll_back(self) -> None:
        """Drop it; never raises."""

    def __enter__(self) -> None:
        if self._depth == 0:
            self.begin()
            self._spoilt = False
        self._depth += 1

    def __exit__(self, kind: type[BaseException] | None, what: BaseException | None, _: TracebackType | None) -> None:
        self._depth -= 1
        if self._depth:
            # A refusal or a lost race is decided before anything is written; all else may have left half a change.
            self._spoilt = self._spoilt or (kind is not None and not isinstance(what, Refusal | Conflict))
            return
        failed = kind is not None
        leaves_work, self.leaves_work = self.leaves_work and not failed, False
        try:
            self._end(failed=failed)
        finally:
            self.gathered.clear()
            while self.afterwards:
                self.afterwards.pop()()
        if leaves_work:
            self._engine.leave_work()

    def _end(self, *, failed: bool) -> None:
        if failed:
            self.roll_back()
        elif self._spoilt:
            self.roll_back()
            raise OutOfService("Part of these changes could not be written, so none of them was.")
        else:
            self._finish()
            self.commit()

    def _finish(self) -> None:
        try:
            for work, items in self.gathered.items() if not self.lame else ():
                work(self._engine, items)
        except BaseException:
            self.roll_back()
            raise
