"""Two desks never work on one database, by whatever path; and no desk works on a file that was replaced."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import crc32

import pytest
from click.testing import CliRunner

import cli
from bot.domain.base.tables import CaseVerb
from bot.ports.store_errors import OutOfService
from storage import AlreadyOpen, open_store
from tests import builders
from tests.builders import ANA, do
from tests.long import part
from tests.storage.conftest import cluster
from tests.test_command_line import LEAST, TOKENS

__all__ = ["cluster"]

ROOT = Path(__file__).parents[2]
HELD = """
import sys
from storage import open_store
store = open_store(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a desk's directory with its heard.toml and its private state directory."""
    (tmp_path / "desk" / "state").mkdir(parents=True, mode=0o700)
    (tmp_path / "desk" / "heard.toml").write_text(LEAST)
    return tmp_path / "desk"


@pytest.fixture
def first(home: Path) -> Iterator["subprocess.Popen[str]"]:
    """Yield a separate process that has the database of that desk open."""
    database = home / "state" / "heard.db"
    running = subprocess.Popen(
        [sys.executable, "-c", HELD, f"sqlite:///{database}"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout.readline() == "held\n"
    yield running
    running.kill()
    running.wait(timeout=30)
    running.stdin.close()
    running.stdout.close()


def same(home: Path) -> Path:
    return home / "state"


def symbolic(home: Path) -> Path:
    there = home / "other"
    there.mkdir(mode=0o700)
    (there / "heard.db").symlink_to(home / "state" / "heard.db")
    return there


def hard(home: Path) -> Path:
    there = home / "other"
    there.mkdir(mode=0o700)
    os.link(home / "state" / "heard.db", there / "heard.db")
    return there


def by_a_linked_directory(home: Path) -> Path:
    (home / "other").symlink_to(home / "state", target_is_directory=True)
    return home / "other"


def roundabout(home: Path) -> Path:
    return home / "state" / ".." / "state"


def without_its_lock_files(home: Path) -> Path:
    for one in (home / "state").iterdir():
        if one.name != "heard.db":
            one.unlink()
    return home / "state"


def renamed(home: Path) -> Path:
    (home / "state").rename(home / "moved")
    return home / "moved"


WAYS = [same, symbolic, hard, by_a_linked_directory, roundabout, without_its_lock_files, renamed]


def run(home: Path, state: Path):
    (home / "heard.toml").write_text(LEAST.replace('"state"', f'"{state}"'))
    return CliRunner().invoke(cli.main, ["run", "--config", str(home / "heard.toml")], env=TOKENS)


@pytest.mark.process
@pytest.mark.parametrize("way", part(WAYS, 3), ids=lambda way: way.__name__)
def test_a_second_desk_is_refused_whatever_leads_it_to_the_file(home, first, way: Callable[[Path], Path]):
    found = run(home, way(home))
    assert found.exit_code == 75
    assert "Another Heard is at work on" in found.output
    assert first.poll() is None


@pytest.mark.process
def test_a_desk_that_was_killed_leaves_the_file_free(home, first):
    os.kill(first.pid, signal.SIGKILL)
    first.wait(timeout=30)
    open_store(f"sqlite:///{home}/state/heard.db").close()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_nor_is_one_in_the_same_process_and_the_first_keeps_all_its_locks(home, way):
    store = open_store(f"sqlite:///{home}/state/heard.db")
    case = builders.opened(store)
    state = way(home) if way not in {without_its_lock_files, renamed} else home / "state"
    with pytest.raises(AlreadyOpen):
        open_store(f"sqlite:///{state}/heard.db")
    with store.transaction():
        do(store, case, CaseVerb.CLAIM)
        said = subprocess.run(
            [sys.executable, "-c", WRITES, str(home / "state" / "heard.db")],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert "database is locked" in said.stderr
    store.close()


WRITES = """
import sqlite3, sys
sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None).execute("BEGIN IMMEDIATE")
"""


def test_a_database_that_is_only_read_needs_no_hold(home, first):
    reader = open_store(f"sqlite:///{home}/state/heard.db", read_only=True)
    assert reader.queue() == []
    reader.close()


# --- the file that a running desk holds -----------------------------------------------------------------------


def copied(path: Path) -> None:
    copy = path.with_name("copy.db")
    source, target = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True), sqlite3.connect(copy)
    source.backup(target)
    source.close()
    target.close()
    copy.replace(path)


def taken_away(path: Path) -> None:
    path.unlink()


def moved_with_its_directory(path: Path) -> None:
    shutil.move(path.parent, path.parent.with_name("elsewhere"))


@pytest.mark.parametrize("change", [copied, taken_away, moved_with_its_directory], ids=lambda one: one.__name__)
def test_a_desk_whose_file_was_replaced_writes_nothing_and_says_why(home, change):
    path = home / "state" / "heard.db"
    store = open_store(f"sqlite:///{path}")
    case = builders.opened(store)
    change(path)
    with pytest.raises(OutOfService, match="is not the file any more that this desk opened"):
        do(store, case, CaseVerb.CLAIM)
    assert store.case(case.id).assignee == ""
    store.close()


def test_a_file_that_was_put_back_is_worked_on_again(home):
    path = home / "state" / "heard.db"
    store = open_store(f"sqlite:///{path}")
    case = builders.opened(store)
    path.rename(path.with_name("aside.db"))
    with pytest.raises(OutOfService):
        do(store, case, CaseVerb.CLAIM)
    path.with_name("aside.db").rename(path)
    assert do(store, case, CaseVerb.CLAIM).assignee == ANA
    store.close()


# --- PostgreSQL -----------------------------------------------------------------------------------------------


def desk_on(address: str, tmp_path, seconds=float):
    return open_store(address, key_file=tmp_path / "trail.key", seconds=seconds)


@pytest.mark.postgres
def test_a_desk_goes_on_when_all_its_connections_were_cut(cluster, tmp_path):
    address = cluster.fresh()
    store = desk_on(address, tmp_path)
    case = builders.opened(store)
    cluster.cut_off(store.engine.rows("SELECT current_database()")[0][0])
    with pytest.raises(OutOfService):
        store.renew_lease()
    store.renew_lease()
    assert do(store, case, CaseVerb.CLAIM).assignee == ANA
    store.close()


@pytest.mark.postgres
def test_a_schema_is_not_changed_under_a_running_desk(cluster, tmp_path):
    address = cluster.fresh()
    store = desk_on(address, tmp_path)
    store.engine.run("DELETE FROM migrations WHERE number = (SELECT max(number) FROM migrations)")
    with pytest.raises(AlreadyOpen, match="another version"):
        open_store(address)
    store.close()


@pytest.mark.postgres
def test_nor_under_a_desk_from_before_there_were_leases(cluster):
    import psycopg

    address = cluster.fresh()
    with psycopg.connect(address, autocommit=True) as earlier:
        earlier.execute(b"SELECT pg_try_advisory_lock(%s)", [crc32(b"desk")])
        with pytest.raises(AlreadyOpen, match="another version"):
            open_store(address)
