"""A restore puts a whole backup in place, in hold; killed anywhere it leaves the old database, or the new one in hold."""

import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from datetime import timedelta

import pytest

from bot.domain.backups.backup import BackupPolicy, backup_name
from bot.domain.halts.halt import HaltKind
from bot.ports.backups import BackupFailed
from bot.services.backups.returning import begin_held
from bot.services.base.button_key import signing_key
from storage import AlreadyOpen, open_store
from storage.audit.key import KeyFile
from storage.backups.copying import count_rows
from storage.backups.folder import BackupFolder
from storage.backups.restoring import NotEmpty, restore
from storage.engine import migrate
from storage.engine.refusals import KeyUnusable
from storage.engine.sqlite import APPLICATION_ID, SqliteEngine
from tests import builders
from tests.builders import NOW

STAMP = "20260105T100000Z"
LATER = NOW + timedelta(hours=1)


def held(store):
    begin_held(store, "It was restored from a backup.", LATER)


@pytest.fixture
def key(tmp_path):
    return KeyFile(tmp_path / "trail.key")


def opened(address, key):
    return open_store(address, synchronous="OFF", key_file=key.path)


@pytest.fixture
def home(sqlite_address, key, tmp_path):
    """Return the address of a worked database, after whose backup one more case came in."""
    with closing(opened(sqlite_address, key)) as store:
        builders.replied(store)
        signing_key(store)
        BackupFolder(store.engine, tmp_path / "backups", BackupPolicy()).make(NOW)
        builders.opened(store, post=builders.a_post("77", root_id="77"))
    return sqlite_address


@pytest.fixture
def backup(tmp_path):
    return tmp_path / "backups" / backup_name(NOW)


def numbers(address, key):
    with closing(opened(address, key)) as store:
        return [row[0] for row in store.engine.rows("SELECT id FROM cases ORDER BY id")], store.halts()


def test_the_backup_is_the_database_now_in_hold_and_the_old_one_is_kept(home, key, backup, tmp_path):
    done = restore(backup, home, key, held, STAMP)
    assert done.content.cases == 1
    assert done.before == tmp_path / f"heard.db.before-restore-{STAMP}"
    cases, [halt] = numbers(home, key)
    assert (cases, halt.kind) == ([1], HaltKind.HOLD)
    assert numbers(f"sqlite:///{done.before}", key)[0] == [1, 2]
    assert sorted(one.name for one in tmp_path.glob("heard.db*")) == ["heard.db", done.before.name]


def test_cases_go_on_above_every_known_number_and_old_buttons_fit_no_more(home, key, backup):
    with closing(opened(home, key)) as store:
        old_key = signing_key(store)
    restore(backup, home, key, held, STAMP)
    with closing(opened(home, key)) as store:
        assert signing_key(store) != old_key
        further = builders.opened(store, post=builders.a_post("77", root_id="77"))
        next_one = builders.opened(store, post=builders.a_post("78", root_id="78"))
        assert (further.id, next_one.id) == (1000, 1001)
        assert store.epochs().number == 2
        assert store.prove().whole


def test_whatever_slack_may_show_already_is_looked_for_before_it_is_posted(home, key, backup):
    restore(backup, home, key, held, STAMP)
    with closing(opened(home, key)) as store:
        assert {one.started_at for one in store.begun_tellings()} == {LATER}
        assert [one.case_id for one in store.heads(LATER)] == []


@pytest.mark.postgres
def test_a_database_in_which_a_desk_was_started_is_not_empty(home, key, backup, cluster):
    address = cluster.fresh()
    with closing(opened(address, key)) as store:
        signing_key(store)
    with pytest.raises(NotEmpty, match="A desk has worked in that database already"):
        restore(backup, address, key, held, STAMP)


def test_what_stands_only_in_the_log_beside_a_database_is_restored_too(home, key, tmp_path):
    """A killed desk leaves its newest commits in the log; so does a damaged one that a restore kept aside."""
    kept = tmp_path / "kept.db"
    with closing(opened(home, key)) as store:
        builders.opened(store, post=builders.a_post("78", root_id="78"))
        for suffix in ("", "-wal"):
            shutil.copyfile(f"{tmp_path}/heard.db{suffix}", f"{kept}{suffix}")
    assert restore(kept, home, key, held, STAMP).content.cases == 3
    assert numbers(home, key)[0] == [1, 2, 3]
    assert not [*tmp_path.glob("*restoring*")]


def test_a_running_desk_keeps_its_database(home, key, backup):
    with closing(opened(home, key)), pytest.raises(AlreadyOpen):
        restore(backup, home, key, held, STAMP)
    assert numbers(home, key) == ([1, 2], [])


def text_file(backup, key):
    backup.write_text("not a database")
    return BackupFailed


def cut(backup, key):
    os.truncate(backup, backup.stat().st_size // 2)
    return BackupFailed


def of_another_program(backup, key):
    with closing(sqlite3.connect(backup)) as conn:
        conn.execute("PRAGMA application_id = 1")
    return BackupFailed


def under_another_key(backup, key):
    key.path.rename(key.path.with_suffix(".aside"))
    return KeyUnusable


def gone(backup, key):
    backup.unlink()
    return BackupFailed


def a_named_pipe(backup, key):
    backup.unlink()
    os.mkfifo(backup)
    return BackupFailed


def of_a_newer_heard(backup, key):
    with closing(sqlite3.connect(backup, isolation_level=None)) as conn:
        conn.execute("INSERT INTO migrations (number, name, digest) VALUES (9999, 'later', '')")
    return BackupFailed


HARMS = [text_file, cut, of_another_program, of_a_newer_heard, under_another_key, gone, a_named_pipe]


@pytest.mark.parametrize("harm", HARMS)
def test_what_is_no_whole_backup_of_this_desk_changes_nothing(home, key, backup, harm, tmp_path):
    backup.with_name(f"{backup.name}.sum").unlink()  # a file without its digest, as from another machine
    expected = harm(backup, key)
    with pytest.raises(expected, match="trail.key" if expected is KeyUnusable else backup.name):
        restore(backup, home, key, held, STAMP)
    aside = key.path.with_suffix(".aside")
    if aside.exists():
        aside.rename(key.path)
    assert numbers(home, key) == ([1, 2], [])
    assert [one.name for one in tmp_path.glob("heard.db*")] == ["heard.db"]


def test_a_single_changed_letter_of_a_backup_is_noticed(home, key, backup):
    """Of the bytes of a backup most are texts, in which a changed letter is a valid one too."""
    whole = backup.read_bytes()
    assert whole.count(b"nine days late")
    backup.write_bytes(whole.replace(b"nine days late", b"nine days date"))
    with pytest.raises(BackupFailed, match="is not as it was written"):
        restore(backup, home, key, held, STAMP)
    backup.with_name(f"{backup.name}.sum").unlink()
    assert restore(backup, home, key, held, STAMP).content.cases == 1


def test_a_backup_of_an_older_heard_is_brought_to_the_present_schema(home, key, backup, tmp_path):
    backup.unlink()
    backup.with_name(f"{backup.name}.sum").unlink()
    os.close(os.open(backup, os.O_CREAT | os.O_RDWR, 0o600))
    with closing(SqliteEngine(backup)) as old:
        old.rows(f"PRAGMA application_id = {APPLICATION_ID}")
        migrate.apply_all(old.database, backup, migrate.known("sqlite")[:40])
        old.rows("PRAGMA journal_mode = DELETE")
    key.path.unlink()
    restore(backup, home, key, held, STAMP)
    assert numbers(home, key)[0] == []
    assert not [*tmp_path.glob("*restoring*")]


def test_no_room_for_it_changes_nothing(home, key, backup, tmp_path):
    """As on a full disk: the new file cannot be made."""
    (tmp_path / "heard.db.restoring").mkdir()
    with pytest.raises(OSError, match="exists"):
        restore(backup, home, key, held, STAMP)
    assert numbers(home, key) == ([1, 2], [])


def test_a_lost_key_is_replaced_when_a_person_asks_for_it(home, key, backup):
    key.path.unlink()
    restore(backup, home, key, held, STAMP, anew=True)
    assert numbers(home, key)[0] == [1]


KILLS = ["open", "sqlite3.connect", "held", "os.link", "os.remove", "os.rename"]


@pytest.mark.parametrize("point", KILLS)
def test_killed_anywhere_it_leaves_the_old_database_or_the_new_one_in_hold(home, key, backup, point):
    pid = os.fork()
    if not pid:
        restore_and_die(backup, home, key, point)
    assert os.waitpid(pid, 0)[1] == signal.SIGKILL
    cases, halts = numbers(home, key)
    assert (cases, halts) == ([1, 2], [])
    restore(backup, home, key, held, "20260105T110000Z")
    assert len(numbers(home, key)[1]) == 1


def restore_and_die(backup, home, key, point):
    """Kill this process where the restore first does this with a file of the new database or its names."""

    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    def hook(event, args):
        if event == point and any("restor" in str(one) for one in args):
            die()
        if event == "os.remove" and point == event and "heard.db-" in str(args[0]):
            die()

    sys.addaudithook(hook)
    prepare = (lambda _: die()) if point == "held" else held
    try:
        restore(backup, home, key, prepare, STAMP)
    finally:
        os._exit(1)


@pytest.mark.postgres
def test_postgresql_gets_every_row_in_one_transaction_and_only_into_an_empty_database(home, key, backup, cluster):
    address = cluster.fresh()
    with closing(opened(address, key)), pytest.raises(AlreadyOpen):
        restore(backup, address, key, held, STAMP)
    assert restore(backup, address, key, held, STAMP).before is None
    with closing(opened(address, key)) as store, closing(opened(home, key)) as old:
        assert store.prove().whole
        theirs, ours = count_rows(store.engine), count_rows(old.engine)
        assert {name for name in ours if theirs[name] != ours[name]} <= {
            *("audit", "cases", "mentions", "promises", "tellings", "epochs", "halts", "settings", "trail")
        }
        assert builders.opened(store, post=builders.a_post("79", root_id="79")).id == 1000
        assert builders.opened(store, post=builders.a_post("80", root_id="80")).id == 1001
        assert [one.kind for one in store.halts()] == [HaltKind.HOLD]
    with pytest.raises(NotEmpty):
        restore(backup, address, key, held, STAMP)
