"""What the shelves need from a database: transactions of a thread, named parameters, two kinds of trouble."""

import re
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from bot.domain.errors import Refusal
from bot.ports.store import Conflict, OutOfService

Params = Mapping[str, object]
Row = tuple[Any, ...]
Write = tuple[str, dict[str, object]]  # a statement and its parameters, not run yet
NOTHING: Params = {}
NAMED = re.compile(r"(?<!:):([a-z_][a-z_0-9]*)")  # a parameter in our SQL


class Engine(ABC):
    """A database. Every query is written once, with `:name` parameters; what differs is in the subclasses."""

    name: str
    closed = False

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
        """Tell whether this thread is inside a transaction."""
        return self._session().running

    def afterwards(self, work: Callable[[], None]) -> None:
        """Do this once the transaction that this thread is in has ended, kept or not."""
        self._session().afterwards.append(work)

    @abstractmethod
    def rows(self, sql: str, params: Params = NOTHING) -> list[Row]:
        """Run one statement and return its rows; raise Conflict or OutOfService."""

    @abstractmethod
    def run(self, sql: str, params: Params = NOTHING) -> int:
        """Run one statement and return how many rows it changed; raise Conflict or OutOfService."""

    @abstractmethod
    def run_all(self, sql: str, many: Sequence[Params]) -> int:
        """Run one statement with each of the parameters and return how many rows that changed, as `run` would."""

    @abstractmethod
    def alone(self, what: str) -> None:
        """Wait, inside a transaction, until no other transaction is in the part called `what`."""

    @abstractmethod
    def hold(self, *case_ids: int) -> None:
        """Wait, inside a transaction, until no other transaction is changing the cases; outside of one do nothing."""

    @abstractmethod
    def migrate(self) -> None:
        """Bring the schema up to date; raise NewerDatabase or EditedMigration."""

    def occupy(self) -> None:  # noqa: B027 - a file is held from its opening on, so most engines add nothing
        """Hold the database for one running desk; raise AlreadyOpen where another has it."""

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

    __slots__ = ("__weakref__", "_depth", "_spoilt", "afterwards")

    def __init__(self) -> None:
        self.afterwards: list[Callable[[], None]] = []
        self._depth = 0
        self._spoilt = False

    @property
    def running(self) -> bool:
        """Tell whether a transaction is under way."""
        return self._depth > 0

    @abstractmethod
    def begin(self) -> None:
        """Start a transaction that may write."""

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
        try:
            self._end(failed=kind is not None)
        finally:
            while self.afterwards:
                self.afterwards.pop()()

    def _end(self, *, failed: bool) -> None:
        if failed:
            self.roll_back()
        elif self._spoilt:
            self.roll_back()
            raise OutOfService("Part of these changes could not be written, so none of them was.")
        else:
            self.commit()
