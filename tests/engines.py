"""The two databases for tests of the store: a SQLite file, and a temporary PostgreSQL.

The migrations run once in each process of the tests, on either engine; each test gets a copy of what they made.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache, cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from storage import SqlStore, open_store
from storage.engine.sqlite import SqliteEngine
from tests.children import Child, goes_with_us

if TYPE_CHECKING:
    import psycopg

ENGINES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))
STARTS_WITHIN = 60  # seconds
MEMORY, ROOM = Path("/dev/shm"), 1 << 30  # noqa: S108 - Linux's file system in memory, with a folder of our own in it
_numbers = count(1)


# Notes in a table of its own that the schema was changed, so that no other test is given such a database.
_WATCHED = """CREATE SCHEMA watch;
CREATE TABLE watch.changed (tag TEXT);
CREATE FUNCTION watch.note() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_EVENT = 'sql_drop' OR EXISTS (SELECT FROM pg_event_trigger_ddl_commands()) THEN
        INSERT INTO watch.changed VALUES (TG_TAG);
    END IF;
END $$;
CREATE EVENT TRIGGER made ON ddl_command_end EXECUTE FUNCTION watch.note();
CREATE EVENT TRIGGER dropped ON sql_drop EXECUTE FUNCTION watch.note()"""
_MIGRATED = "SELECT * FROM migrations ORDER BY number"
_OTHERS = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_USED = "SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"


class Cluster:
    """A running temporary PostgreSQL on a Unix socket, without flushes to the disk.

    A database takes 32 ms of processor time to make and delete, and some 5 to empty: most tests get one that was emptied.
    """

    def __init__(self, folder: Path, start: "Callable[[], subprocess.Popen[bytes]]") -> None:
        self.folder, self.start = folder, start
        self.ports: list[int] = []  # of several servers, of which one takes writes
        self.server = start()
        self._empty: list[str] = []  # databases that have all tables and no row
        self._emptying: dict[str, psycopg.Connection] = {}  # kept open: a new one reads the whole catalogue again

    def restart(self) -> None:
        """End the server at once, as a failover does, and start it again; returns when it answers."""
        self.server.send_signal(signal.SIGQUIT)
        self.server.wait(timeout=STARTS_WITHIN)
        self.server = self.start()
        answering(self)

    def address(self, database: str = "postgres") -> str:
        where = f"host={','.join([str(self.folder)] * len(self.ports))}&port={','.join(map(str, self.ports))}"
        return f"postgresql://heard@/{database}?{where if self.ports else f'host={self.folder}'}"

    def fresh(self) -> str:
        """Create an empty database and return its address."""
        return self.address(self._create(""))

    def built(self) -> str:
        """Return the address of a database with all its tables and no row."""
        return self._empty.pop() if self._empty else self._copied()

    def _copied(self) -> str:
        return self.address(self._create(f" TEMPLATE {self._pattern} STRATEGY file_copy"))

    @cached_property
    def _pattern(self) -> str:
        from storage.engine.postgres import PostgresEngine

        name = self._create("")
        with closing(PostgresEngine(self.address(name), synchronous="OFF")) as engine:
            engine.migrate()
        self._say(_WATCHED, name)
        return name

    @cached_property
    def _as_new(self) -> tuple[bytes, list[tuple[object, ...]]]:
        """Return the query for tables with rows, and the rows of the only table that the migrations fill."""
        import psycopg

        with psycopg.connect(self.address(self._pattern)) as conn:
            tables = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
            names = [name for (name,) in conn.execute(tables) if name != "migrations"]
            full = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names)
            assert not conn.execute(full.encode()).fetchall(), (
                "the migrations fill a table: it has to be filled again"
            )
            return full.encode(), conn.execute(_MIGRATED).fetchall()

    def give_back(self, address: str) -> None:
        """Empty a database from `built` for the next test; one whose schema was changed is deleted."""
        import psycopg

        conn = self._emptying.pop(address, None) or psycopg.connect(address, autocommit=True)
        try:
            as_new = self._emptied(conn)
        except psycopg.OperationalError:  # a test cut it off
            as_new = False
        if as_new:
            self._emptying[address] = conn
            self._empty.append(address)
        else:
            conn.close()
            self.drop(address)

    def _emptied(self, conn: "psycopg.Connection") -> bool:
        """Empty a database unless its schema or its migrations were changed; return whether it is as new."""
        which_are_full, migrated = self._as_new
        conn.execute(_OTHERS)
        if conn.execute("SELECT FROM watch.changed").fetchall() or conn.execute(_MIGRATED).fetchall() != migrated:
            return False
        full = [name for (name,) in conn.execute(which_are_full, prepare=True)]
        moved = [name for (name,) in conn.execute(_USED)]
        conn.execute("SET session_replication_role = replica")  # no trigger refuses to empty the audit trail
        emptied = [*(f"DELETE FROM {name}" for name in full), *(f"ALTER SEQUENCE {name} RESTART" for name in moved)]
        conn.execute("; ".join(emptied).encode())
        return True

    def drop(self, address: str) -> None:
        """Delete a database, which takes 8 MB; connections that are left are ended."""
        self._say(f"DROP DATABASE {urlsplit(address).path.removeprefix('/')} WITH (FORCE)")

    def _create(self, how: str) -> str:
        name = f"desk{next(_numbers)}"
        self._say(f"CREATE DATABASE {name}{how}")
        return name

    def cut_off(self, database: str) -> None:
        """End every connection to a database, as a restart of the server would."""
        self._say(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database}'")

    def _say(self, sql: str, database: str = "postgres") -> None:
        import psycopg

        with psycopg.connect(self.address(database), autocommit=True) as conn:
            conn.execute(sql.encode())


def server_binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL server here, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def somebody_else() -> pwd.struct_passwd | None:
    """Return the user that the server runs as; PostgreSQL refuses root."""
    if os.getuid():
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def in_memory(room: int = ROOM) -> Path | None:
    """Return a folder in memory with so many bytes of room, or None: on a disk a new database takes far longer."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > room else None


@contextmanager
def running_cluster(binaries: Path, *chosen: str) -> Iterator[Cluster]:
    """Start a cluster in its own folder, and stop its process at the end; `chosen`: further settings of the server."""
    folder = Path(tempfile.mkdtemp(prefix="heard-pg-", dir=in_memory()))
    goes_with_us(folder)
    user = somebody_else()
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    log = (folder / "log").open("wb")
    common = {"stdout": log, "stderr": log, "stdin": subprocess.DEVNULL, "cwd": folder, **who}
    where = str(folder / "cluster")
    try:
        subprocess.run(
            [binaries / "initdb", "-D", where, "-U", "heard", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True,
            **common,
        )
        off = [f"-c{name}=off" for name in ("fsync", "full_page_writes", "autovacuum")]
        off += [
            "-cdynamic_shared_memory_type=mmap",
            "-cwal_level=minimal",
            "-cmax_wal_senders=0",
            "-cmin_wal_size=32MB",
            "-cmax_wal_size=64MB",
        ]
        quiet = [
            "-c",
            "listen_addresses=",
            "-k",
            str(folder),
            "-c",
            "max_connections=50",
            *(f"-c{one}" for one in chosen),
        ]
        cluster = Cluster(
            folder,
            lambda: Child(
                [binaries / "postgres", "-D", where, *off, *quiet], last=signal.SIGQUIT, folder=folder, **common
            ),
        )
        try:
            yield answering(cluster)
        finally:
            cluster.server.send_signal(signal.SIGQUIT)  # at once: nobody reads this cluster again
            cluster.server.wait(timeout=STARTS_WITHIN)
    finally:
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def answering(cluster: Cluster) -> Cluster:
    import psycopg

    give_up = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            psycopg.connect(cluster.address(), connect_timeout=5).close()
        except psycopg.OperationalError:
            if cluster.server.poll() is not None or time.monotonic() > give_up:
                pytest.fail(
                    f"PostgreSQL did not start: {(cluster.folder / 'log').read_text(errors='replace')[-500:]}"
                )
            time.sleep(0.05)
        else:
            return cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Yield a PostgreSQL for this test run; skip without an installed server, which CI does not accept."""
    binaries = server_binaries()
    if binaries is None:
        say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        say("PostgreSQL's server programs are not installed here (Debian: apt-get install postgresql)")
    with running_cluster(binaries) as running:
        yield running


def empty_address(engine: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """Return the address of a database with nothing in it, as a first start finds it."""
    if engine == "sqlite":
        return f"sqlite:///{folder}/heard.db"
    return _cluster_for(request).fresh()


def fresh_address(engine: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """Return the address of a database that has all its tables and no row."""
    if engine == "sqlite":
        return built_file(folder)
    running = _cluster_for(request)
    built = running.built()
    request.addfinalizer(lambda: running.give_back(built))
    return built


def _cluster_for(request: pytest.FixtureRequest) -> Cluster:
    running: Cluster = request.getfixturevalue("cluster")  # started only for those who ask for it
    return running


def built_file(folder: Path) -> str:
    """Return the address of the SQLite file in a folder; where there is none, one with all its tables is put there."""
    path = folder / "heard.db"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(_as_the_migrations_make_it())
    return f"sqlite:///{path}"


@cache
def _as_the_migrations_make_it() -> bytes:
    with tempfile.TemporaryDirectory(prefix="heard-") as folder:
        path = Path(folder) / "heard.db"
        with closing(SqliteEngine(path, synchronous="OFF")) as engine:
            engine.migrate()
        return path.read_bytes()


def store_in(folder: Path) -> SqlStore:
    """Open the store on the SQLite file in a folder, which is made where there is none."""
    return open_store(built_file(folder), synchronous="OFF")
