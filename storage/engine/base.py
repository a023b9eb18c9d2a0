"""The interface of a database engine: one transaction per thread, named parameters, two kinds of error."""

import re
import threading
from abc import ABC, abstractmethod
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from math import inf
from types import TracebackType
from typing import Any

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import Refusal
from bot.ports.store_errors import Conflict, OutOfService

Params = Mapping[str, object]
Row = tuple[Any, ...]
Write = tuple[str, dict[str, object]]  # a statement and its parameters, not run yet
BeforeKept = Callable[["Engine", Sequence[Any]], None]  # called with all items of a transaction
Waits = tuple[Callable[[], float], Callable[[float], object]]  # real seconds; what is told how many a wait took
NOTHING: Params = {}
LEASE = 30.0  # seconds of a running desk's lease; longer than a call to a network or to Slack
CONNECTIONS = 10  # of one process to a server, unless its configuration says otherwise
MIGRATIONS = "migrations"  # the lock of what changes the schema, and of what lets no desk begin
SEAL = "seal of the trail"  # the lock of what changes its key
WORK = "work"  # the topic: there is something to do
NAMED = re.compile(r"(?<!:):([a-z_][a-z_0-9]*)")  # a parameter in our SQL


@dataclass(frozen=True, slots=True)
class Lease:
    """One piece of work, taken by the desk of this number; `fence` is the number of the lease, never given again."""

    name: str
    number: int = 0
    fence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaPart:
    """One part of a schema: a table, or a column, index, trigger, view or function, as the database defines it."""

    kind: str
    name: str
    table: str = ""  # the table it belongs to
    definition: str
    make: str = ""  # the SQL that creates it; and the one that removes it, when no data are lost by that
    drop: str = ""


class Engine(ABC):
    """A database. Every query is written once, with `:name` parameters; the differences are in the subclasses."""

    name: str
    closed = False
    # FROM and WHERE of the posts `m` whose words match :asked, and the number that sorts them newest first.
    matching: tuple[str, str]
    newest: str  # the same number, for a search by beginnings of words
    next_case: str  # the SQL of the number of the next case
    clock: str  # the SQL of this moment by the clock of the database, in microseconds
    least_lease = 0.0  # seconds that have to be left when a call to the outside begins
    number = 0  # of this process among the running desks; 0: it is alone with the database, or no desk
    key = b""  # of the audit trail; see storage/audit/unlocking.py
    key_mark: bytes | None = None  # its fingerprint, once it is known
    timed: Waits | None = None  # how long transactions wait for their turn, where somebody wants to know
    wakes: Callable[[], object] | None = None  # called after each commit that leaves work for other threads

    def refuse_if_closed(self) -> None:
        """Raise OutOfService after `close`: another process may hold the database by now."""
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
        """Call `work` after this thread's transaction has ended, by commit or rollback."""
        self._session().afterwards.append(work)

    def announce(self) -> None:
        """Wake the worker threads after this thread's transaction is committed, never before."""
        self._session().leaves_work = True

    def leave_work(self) -> None:
        """Wake the worker threads."""
        if self.wakes:
            self.wakes()

    def beforehand(self, work: "BeforeKept", item: object) -> None:
        """Call `work` once with all items of this thread's transaction, right before its commit."""
        self._session().gathered[work].append(item)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let this thread read one consistent state of the database for as long as it needs, without writing."""
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
        """Run one statement and yield its rows without keeping them in memory; raise as `rows` does."""

    @abstractmethod
    def run(self, sql: str, params: Params = NOTHING) -> int:
        """Run one statement and return how many rows it changed; raise Conflict or OutOfService."""

    @abstractmethod
    def run_all(self, sql: str, many: Sequence[Params]) -> int:
        """Run one statement with each of the parameters and return how many rows changed; raise as `run` does."""

    def rest(self) -> None:  # noqa: B027 - a pool keeps its connections
        """Close this thread's connection, as far as it has one of its own, until it needs one again."""

    def tend_words(self) -> None:  # noqa: B027 - most indexes need no maintenance
        """Maintain a small part of the index of words, in a transaction of its own."""

    def scrub(self) -> None:  # noqa: B027 - not every engine can
        """Overwrite on the disk what was erased before, as far as the database lets us; outside of a transaction."""

    @abstractmethod
    def line_fact(self, column: str, name: str) -> str:
        """Return the SQL for one fact of an audit line, as a text."""

    @abstractmethod
    def asked(self, whole: Sequence[str], begun: Sequence[str]) -> str:
        """Return the index query for posts with all `whole` words and, for each of `begun`, a word that begins so."""

    @abstractmethod
    def asked_any(self, words: Sequence[str]) -> str:
        """Return the index query for posts with any of these whole words."""

    @abstractmethod
    def exclusive(self, what: str) -> None:
        """Wait, within a transaction, until no other transaction has the lock named `what`, and take it."""

    @abstractmethod
    def shared(self, what: str) -> None:
        """Wait, within a transaction, until none has the lock `what` for itself, and share it with the others."""

    @abstractmethod
    def hold(self, *case_ids: int) -> None:
        """Wait, within a transaction, until no other transaction is changing the cases; outside of one do nothing."""

    @abstractmethod
    def migrate(self) -> None:
        """Bring the schema up to date; raise NewerDatabase or EditedMigration."""

    @abstractmethod
    def schema(self) -> Sequence[SchemaPart]:
        """Return all parts of the database's schema."""

    @abstractmethod
    def schema_as_built(self) -> Sequence[SchemaPart]:
        """Return the schema that the migrations make in an empty database; raise CannotCompare."""

    def occupy(self, name: str, seconds: Callable[[], float]) -> None:  # noqa: B027 - see SqliteEngine
        """Register this process as a running desk, by a name for people; raise AlreadyOpen when it may not run.

        `seconds` counts real time. SQLite's file is locked from its opening on.
        """

    def renew(self) -> None:  # noqa: B027 - a file is this process's own
        """Stay among the running desks, several times within a lease; raise OutOfService."""

    def take(self, name: str, *, keep: bool = False) -> Lease | None:  # noqa: ARG002 - see PostgresEngine
        """Take a piece of work that one desk does at a time; None while another desk, or another thread, has it.

        `keep`: for further rounds. Raises OutOfService.
        """
        return Lease(name)

    def put_down(self, lease: Lease, *, keep: bool = False) -> None:  # noqa: B027 - see PostgresEngine
        """End a round of that work, and give it back unless `keep`; never raises."""

    def tell(self, topic: str) -> None:  # noqa: B027 - a file is this process's own
        """Tell the other running desks, after this thread's transaction if there is one, and never if that fails."""

    def told(self, within: float) -> Sequence[str]:  # noqa: ARG002 - see PostgresEngine
        """Return what other desks told since the last call; wait for it at most so many seconds."""
        return ()

    def running_desks(self) -> Sequence[Row]:
        """Return name, beginning, seconds until the end, troubles and the names of leases of each running desk."""
        return ()

    @property
    def own_name(self) -> str:
        """Return the name of this process among the running desks; "" where it is alone."""
        return ""

    def ail(self, troubles: str) -> None:  # noqa: B027 - see PostgresEngine
        """Let the other desks know what this one's own workers and connections ail from."""

    @contextmanager
    def under(self, lease: Lease) -> Iterator[None]:  # noqa: ARG002 - see PostgresEngine
        """Refuse the writes of this thread within this as OutOfService, once the lease is lost."""
        yield

    def holds(self, lease: Lease) -> bool:  # noqa: ARG002 - see PostgresEngine
        """Return whether the work is still this process's, as the database knows; raise OutOfService."""
        return True

    def lease_left(self, lease: Lease | None = None) -> float:  # noqa: ARG002 - see PostgresEngine
        """Return the seconds until another desk may do that work, or any of this one; negative after that."""
        return inf

    def must_hold(self) -> None:  # noqa: B027 - not every engine can lose its lock
        """Raise OutOfService when this process must not write any more; called before each change."""

    def numbers_go_on(self) -> None:  # noqa: B027 - SQLite reads the highest number that is there
        """Let the numbers of new rows go on after rows were copied with theirs."""

    @abstractmethod
    def raise_case_number(self, first: int) -> None:
        """Give no case a lower number than this from now on."""

    @property
    def changed_at_rest(self) -> bool:
        """Return whether the database was changed while no desk ran; False where that cannot be known."""
        return False

    def take_up(self) -> None:  # noqa: B027 - a server is never at rest
        """Work on the database from now on."""

    def others_at_work(self) -> bool:
        """Return whether another desk works on the database; a file is locked by one."""
        return False

    @contextmanager
    def alone(self) -> Iterator[Callable[[], object]]:
        """Let no desk begin to work on the database within this; raise AlreadyOpen while one does.

        Yields what raises OutOfService if that could not be kept up until now.
        """
        yield self.refuse_if_closed

    def page_checksums(self) -> bool | None:
        """Return whether the database checks each page that it reads; None: it has no checksums."""
        return None

    def fault(self, *, quickly: bool = False) -> str:  # noqa: ARG002 - a server checks its pages when it reads them
        """Return what is not as it was written, or ""."""
        return ""

    @abstractmethod
    def close(self) -> None:
        """Close the connections of all threads."""

    def row(self, sql: str, params: Params = NOTHING) -> Row | None:
        """Return the first row, or None."""
        found = self.rows(sql, params)
        return found[0] if found else None


class Turnstile:
    """A lock that serves threads in order of arrival; with SQLite's own waiting some threads wait for seconds."""

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def acquire(self) -> None:
        """Wait until it is this thread's turn."""
        with self._door:
            if not self._taken:
                self._taken = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def release(self) -> None:
        """Let the thread that has waited longest go on."""
        with self._door:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class Session(ABC):
    """One thread's connection and its transaction; a nested `with` joins the running transaction."""

    __slots__ = ("__weakref__", "_depth", "_engine", "_spoilt", "afterwards", "gathered", "leaves_work", "reading")

    def __init__(self, engine: Engine) -> None:
        self.afterwards: list[Callable[[], None]] = []
        self.gathered: defaultdict[BeforeKept, list[Any]] = defaultdict(list)
        self._engine = engine
        self._depth = 0
        self._spoilt = False
        self.reading = False  # within a snapshot
        self.leaves_work = False

    @property
    def running(self) -> bool:
        """Return whether a transaction is running."""
        return self._depth > 0

    @abstractmethod
    def begin(self) -> None:
        """Start a transaction that may write."""

    @abstractmethod
    def still(self) -> AbstractContextManager[None]:
        """Return a context in which reads see the state of its start."""

    @property
    def lame(self) -> bool:
        """Return whether the database has aborted the transaction, so that no statement can run in it."""
        return False

    @abstractmethod
    def commit(self) -> None:
        """Commit, or raise; then nothing is stored."""

    @abstractmethod
    def roll_back(self) -> None:
        """Roll back; never raises."""

    def __enter__(self) -> None:
        if self._depth == 0:
            self._begin_timed()
            self._spoilt = False
        self._depth += 1

    def _begin_timed(self) -> None:
        if self._engine.timed is None:
            self.begin()
            return
        seconds, waited = self._engine.timed
        since = seconds()
        self.begin()
        waited(seconds() - since)

    def __exit__(self, kind: type[BaseException] | None, what: BaseException | None, _: TracebackType | None) -> None:
        self._depth -= 1
        if self._depth:
            # A refusal or a conflict is raised before anything is written; any other error may leave half a change.
            self._spoilt = self._spoilt or (kind is not None and not isinstance(what, Refusal | Conflict))
            return
        failed = kind is not None
        leaves_work = self.leaves_work and not failed
        try:
            self._end(failed=failed)
        finally:
            self.leaves_work = False
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
            if (
                self.leaves_work and not self.lame
            ):  # first: what comes next holds the head of the trail until the commit
                self._engine.tell(WORK)
            for work, items in self.gathered.items() if not self.lame else ():
                work(self._engine, items)
        except BaseException:
            self.roll_back()
            raise
