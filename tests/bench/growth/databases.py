"""The filled databases: a SQLite file, or a database of a temporary PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING

from storage import SqlStore
from tests.bench.growth import place
from tests.bench.growth.counting import CountingSqlite

if TYPE_CHECKING:
    from tests.bench.growth.counting_postgres import CountingPostgres
    from tests.engines import Cluster

Tell = Callable[[str], object]
SETTINGS = ("stats_fetch_consistency=none", "max_wal_size=1GB")  # of PostgreSQL


@contextmanager
def filled_file(folder: Path, cases: int, told: Tell, kept: Path | None = None) -> Iterator[CountingSqlite]:
    """Fill a SQLite file, or copy the one that is kept; without statistics, as a desk's file is."""
    path = folder / f"{cases}.db"
    source = (kept or folder) / f"filled-{cases}.db"
    if not source.exists():
        with closing(SqlStore(CountingSqlite(source))) as store:
            store.engine.migrate()
            place.filled(store, cases, told)
    for one in folder.glob(f"{path.name}*"):  # also the log of a run that was ended
        one.unlink()
    copyfile(source, path)
    with closing(CountingSqlite(path)) as engine:
        engine.migrate()
        engine.count()
        yield engine


@contextmanager
def filled_database(cluster: "Cluster", cases: int, told: Tell) -> Iterator["CountingPostgres"]:
    """Fill a database of a running PostgreSQL, and read its statistics, as autovacuum does in life."""
    from tests.bench.growth.counting_postgres import CountingPostgres

    address = cluster.fresh()
    with closing(SqlStore(CountingPostgres(address, cluster.server.pid))) as store:
        store.engine.migrate()
        for setting in ("statement_timeout = 0", "session_replication_role = replica"):  # no trigger, no foreign key
            store.engine.run(f"SET {setting}")
        place.filled(store, cases, told)
        store.engine.numbers_go_on()
        store.engine.run("VACUUM (ANALYZE)")
        store.engine.run("CHECKPOINT")
    with closing(CountingPostgres(address, cluster.server.pid)) as engine:
        engine.migrate()
        yield engine
    cluster.drop(address)
