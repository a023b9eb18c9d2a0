"""A SQLite file: private, locked by one process, consistent after a kill and after a full disk."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.base.tables import CaseVerb
from bot.ports.store_errors import OutOfService
from storage import AlreadyOpen, NotOurs, open_store
from storage.engine import migrate
from tests import builders
from tests.builders import ANA, NOW, do
from tests.storage.scenes import another

ROOT = Path(__file__).parents[3]


def test_the_file_and_what_belongs_to_it_are_for_their_owner_only(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/state/heard.db")
    builders.opened(store)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").iterdir()}
    assert modes == dict.fromkeys(["heard.db", "heard.db-wal", "heard.db-shm"], 0o600)
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    store.close()


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path):
    path = tmp_path / "heard.db"
    open_store(f"sqlite:///{path}").close()
    path.chmod(0o644)
    open_store(f"sqlite:///{path}").close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(("given", "expected"), [("FULL", 2), ("OFF", 0)])
def test_the_connection_is_set_up_as_promised(sqlite_address, given, expected):
    store = open_store(sqlite_address, synchronous=given)
    pragmas = "journal_mode synchronous foreign_keys busy_timeout secure_delete application_id user_version"
    found = {name: store.engine.rows(f"PRAGMA {name}")[0][0] for name in pragmas.split()}
    assert found == {
        "journal_mode": "wal",
        "synchronous": expected,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "secure_delete": 1,
        "application_id": 0x48454152,
        "user_version": migrate.known("sqlite")[-1].number,
    }
    store.close()


def test_full_is_the_default(sqlite_address):
    store = open_store(sqlite_address)
    assert store.engine.rows("PRAGMA synchronous") == [(2,)]
    store.close()
    with pytest.raises(ValueError, match="FULL, NORMAL or OFF"):
        open_store(sqlite_address, synchronous="on; DROP TABLE cases")


def python(code, *arguments):
    """Run a few lines in a separate process."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


OPEN = "import sys\nfrom storage import open_store\nstore = open_store(sys.argv[1])\n"


@pytest.mark.process
def test_a_second_process_on_the_same_file_is_refused_with_a_sentence(sqlite_store, sqlite_address):
    out, err = python(OPEN, sqlite_address).communicate(timeout=60)
    assert "AlreadyOpen: Another Heard is at work on" in err
    assert "Stop that one first, or name another file for this one." in err
    assert out == ""
    builders.opened(sqlite_store)


def test_a_second_store_in_the_same_process_is_refused_until_the_first_is_closed(sqlite_address):
    store = open_store(sqlite_address)
    with pytest.raises(AlreadyOpen):
        open_store(sqlite_address)
    store.close()
    open_store(sqlite_address).close()


def test_a_reader_needs_no_lock_and_cannot_write(sqlite_store, sqlite_address):
    case = builders.opened(sqlite_store)
    reader = open_store(sqlite_address, read_only=True)
    assert reader.case(case.id) == case
    with pytest.raises(OutOfService, match="readonly"):
        reader.put_setting("k", "v")
    reader.close()


KILLED = (
    OPEN
    + """
from tests import builders
builders.claimed(store, post=builders.a_post("1"))
with store.transaction():
    builders.delivered(store, post=builders.a_post("2", root_id="2"))
    store.move_cursor("x", "9001", "mentions", "2", builders.NOW)
    print("written", flush=True)
    sys.stdin.read()
"""
)


@pytest.mark.process
def test_a_process_killed_in_mid_transaction_leaves_all_that_was_kept_and_nothing_else(sqlite_address):
    victim = subprocess.Popen(
        [sys.executable, "-c", KILLED, sqlite_address],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert victim.stdout.readline() == "written\n"
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait(timeout=30)
    victim.stdout.close()
    victim.stdin.close()
    store = open_store(sqlite_address)  # the lock ended with the process
    assert [(case.state, case.root_id) for case in store.queue()] == [("open", "1001")]
    assert store.cursor("x", "9001", "mentions") == ("", None)
    assert store.engine.rows("SELECT count(*) FROM drafts") == [(0,)]
    assert store.broken_chains() == []
    assert store.engine.rows("PRAGMA integrity_check") == [("ok",)]
    store.close()


def test_a_full_disk_is_said_and_the_store_works_again_when_there_is_room(sqlite_store):
    case = builders.opened(sqlite_store)
    pages = sqlite_store.engine.rows("PRAGMA page_count")[0][0]
    sqlite_store.engine.rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(OutOfService, match="full"):
        fill(sqlite_store)
    assert sqlite_store.case(case.id) == case
    assert sqlite_store.broken_chains() == []
    sqlite_store.engine.rows("PRAGMA max_page_count = 1000000")
    assert do(sqlite_store, case, CaseVerb.CLAIM).assignee == ANA
    assert sqlite_store.engine.rows("PRAGMA integrity_check") == [("ok",)]


def fill(store):
    for n in range(2000):
        builders.opened(store, post=another(str(n), text="long words " * 50))


def test_trouble_that_is_swallowed_inside_a_group_keeps_nothing_of_the_group(sqlite_store):
    pages = sqlite_store.engine.rows("PRAGMA page_count")[0][0]
    sqlite_store.engine.rows(f"PRAGMA max_page_count = {pages}")

    def careless():
        with sqlite_store.transaction():
            sqlite_store.put_setting("k", "v")
            with pytest.raises(OutOfService):
                fill(sqlite_store)

    with pytest.raises(OutOfService):
        careless()
    assert sqlite_store.setting("k") == ""


def test_a_file_that_another_program_holds_is_out_of_service_and_then_back(sqlite_store, sqlite_address):
    case = builders.opened(sqlite_store)
    sqlite_store.engine.rows("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(sqlite_address.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OutOfService, match="locked"):
        do(sqlite_store, case, CaseVerb.CLAIM)
    other.execute("ROLLBACK")
    other.close()
    assert do(sqlite_store, case, CaseVerb.CLAIM).version == 2


def test_what_is_deleted_is_gone_from_the_file(sqlite_store, sqlite_address):
    case = builders.opened(sqlite_store)
    sqlite_store.save_words(case.id, ANA, {"text": "wellensittich" * 40}, NOW)
    sqlite_store.drop_words(case.id, ANA)
    sqlite_store.engine.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(sqlite_address.removeprefix("sqlite:///"))
    assert b"wellensittich" not in path.read_bytes() + path.with_name("heard.db-wal").read_bytes()


def test_postgresql_without_its_package_is_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "storage.engine.postgres", raising=False)
    with pytest.raises(NotOurs, match="heard\\[postgres\\]"):
        open_store("postgresql://127.0.0.1/nothing")
