"""The whole memory of the desk: every shelf over one engine, and how it is opened from its address."""

from contextlib import AbstractContextManager
from pathlib import Path

from storage.alone import Alone
from storage.asks import Asks
from storage.cases import Cases
from storage.checks import Checks
from storage.counted import Counted
from storage.digests import Digests
from storage.directory import Directory
from storage.drafts import Drafts
from storage.engines import Engine
from storage.exports import Exporting
from storage.finding import Finding
from storage.gathered import Gathered
from storage.loose_ends import Auditor
from storage.measures import Measures
from storage.mentions import Mentions
from storage.notices import Notices
from storage.outbox import Outgoing
from storage.overview import Overview
from storage.promises import Promises
from storage.proving import Proving
from storage.refusals import NotOurs
from storage.requests import Requests
from storage.rewound import Rewound
from storage.rooms import Rooms
from storage.saved_words import SavedWords
from storage.schema import Schemas
from storage.shifts import Shifts
from storage.swaps import Swaps
from storage.tellings import Tellings
from storage.trail_key import KeyFile
from storage.unlocking import recognise, unlock
from storage.unreadable import Quarantine
from storage.waiting_lists import WaitingLists

_SETTING = "SELECT value FROM settings WHERE key = :key"
_PUT_SETTING = """INSERT INTO settings (key, value) VALUES (:key, :value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value"""


class SqlStore(
    Cases,
    Checks,
    Drafts,
    Asks,
    Alone,
    Mentions,
    Quarantine,
    Promises,
    Tellings,
    WaitingLists,
    Digests,
    Notices,
    Rooms,
    Gathered,
    Outgoing,
    Directory,
    SavedWords,
    Shifts,
    Swaps,
    Requests,
    Rewound,
    Overview,
    Finding,
    Measures,
    Counted,
    Auditor,
    Proving,
    Schemas,
    Exporting,
):
    """The Store port over SQL. Threads share it; each has its own connection and transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def transaction(self) -> AbstractContextManager[None]:
        """Group writes into one immediate transaction; rolled back on any exception.

        A Refusal or Conflict that is caught inside leaves the rest standing; after any other trouble nothing is kept.
        """
        return self.engine.transaction()

    def setting(self, key: str, default: str = "") -> str:
        """Return a stored setting of the desk (never a secret of others)."""
        row = self.engine.row(_SETTING, {"key": key})
        return row[0] if row else default

    def put_setting(self, key: str, value: str) -> None:
        """Store one."""
        with self.engine.transaction():
            self.engine.run(_PUT_SETTING, {"key": key, "value": value})

    def occupy(self) -> None:
        """Hold the database for one running desk; raise AlreadyOpen (a Refusal) where another has it."""
        self.engine.occupy()

    def close(self) -> None:
        """Close every thread's connection and let go of the database."""
        self.engine.close()


def open_store(
    address: str,
    *,
    synchronous: str = "FULL",
    read_only: bool = False,
    key_file: Path | None = None,
    seal_anew: bool = False,
) -> SqlStore:
    """Open the store at `sqlite:///path` or `postgresql://...`, its schema brought up to date.

    `synchronous`: FULL, or OFF where losing the last moments to a power cut does not matter.
    `key_file`: where the desk that will work on it keeps the key of its audit trail; the database is held for that
    desk, unless it is only read. `seal_anew`: seal the trail as it stands: its key is lost, or its seal is broken.
    Raises a Refusal (AlreadyOpen, NewerDatabase, EditedMigration, NotOurs, KeyUnusable) with a sentence, or
    OutOfService.
    """
    engine = _engine(address, synchronous, read_only=read_only)
    try:
        if key_file and not read_only:
            engine.occupy()
        engine.migrate()
        if read_only and key_file:
            recognise(engine, KeyFile(key_file))
        elif not read_only:
            unlock(engine, KeyFile(key_file) if key_file else None, anew=seal_anew)
    except BaseException:
        engine.close()
        raise
    return SqlStore(engine)


def _engine(address: str, synchronous: str, *, read_only: bool) -> Engine:
    scheme, _, rest = address.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        from storage.engine_sqlite import SqliteEngine  # noqa: PLC0415 - only the engine in use is loaded

        return SqliteEngine(Path(rest[1:]), synchronous=synchronous, read_only=read_only)
    if scheme in {"postgresql", "postgres"}:
        try:
            from storage.engine_postgres import PostgresEngine  # noqa: PLC0415 - psycopg is an extra
        except ModuleNotFoundError:
            raise NotOurs("PostgreSQL needs one more package here: pip install 'heard[postgres]'.") from None
        return PostgresEngine(address, synchronous=synchronous, read_only=read_only)
    raise NotOurs("That is no address of a database. Use sqlite:///path/to/heard.db or postgresql://host/name.")
