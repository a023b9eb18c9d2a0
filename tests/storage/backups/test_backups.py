"""A backup is a verified copy as of one moment, of either database, and leaves nothing behind when it fails."""

import fcntl
import os
import signal
import sqlite3
import stat
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.backups.backup import BackupPolicy, backup_name, is_too_old, made_at, newest_of, too_many
from bot.ports.backups import BackupFailed
from storage.audit.key import KeyFile
from storage.backups.copying import columns_by_table, count_rows
from storage.backups.folder import BackupFolder
from storage.backups.verifying import verified
from storage.engine.sqlite import SqliteEngine
from tests import builders, history

NOW = datetime(2026, 11, 29, 17, 30, tzinfo=UTC)


@pytest.fixture
def worked(store):
    """Return a store with cases in many states, and rows in most tables."""
    history.lived_through(store)
    builders.opened(store, post=builders.a_post("77"))
    return store


def backups(store, tmp_path, keep=3):
    return BackupFolder(store.engine, tmp_path / "backups", BackupPolicy(keep=keep))


def test_a_backup_has_every_row_and_every_line_of_the_trail(worked, tmp_path):
    content = backups(worked, tmp_path).make(NOW)
    path = tmp_path / "backups" / "heard-20261129T173000Z.db"
    with closing(SqliteEngine(path, read_only=True)) as copy:
        assert count_rows(copy) == count_rows(worked.engine)
        found = {table: copy.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in ("cases", "audit", "mentions")}
    assert (content.cases, content.lines) == (len(found["cases"]), worked.trail_head().lines)
    assert content.trail == worked.trail_head().head
    for table, rows in found.items():
        ours = worked.engine.rows(f"SELECT * FROM {table} ORDER BY 1, 2")
        assert [[*map(plain, row)] for row in ours] == [[*row] for row in rows]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def plain(value):
    return bytes(value) if isinstance(value, memoryview) else value


def test_the_newest_are_kept_and_other_files_stay(sqlite_store, tmp_path):
    folder = backups(sqlite_store, tmp_path, keep=2)
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "notes.txt").write_text("ours")
    for hour in range(4):
        folder.make(NOW + timedelta(hours=hour))
    assert sorted(os.listdir(tmp_path / "backups")) == [
        "heard-20261129T193000Z.db",
        "heard-20261129T193000Z.db.sum",
        "heard-20261129T203000Z.db",
        "heard-20261129T203000Z.db.sum",
        "notes.txt",
    ]
    assert folder.newest(NOW + timedelta(hours=4)) == NOW + timedelta(hours=3)


def test_what_a_killed_backup_left_is_no_backup_and_goes_with_the_next(sqlite_store, tmp_path):
    folder = backups(sqlite_store, tmp_path)
    folder.folder.mkdir()
    (folder.folder / f"{backup_name(NOW)}.part").write_bytes(b"half")
    assert folder.newest(NOW) is None
    folder.make(NOW)
    assert sorted(os.listdir(folder.folder)) == [backup_name(NOW), f"{backup_name(NOW)}.sum"]


def test_two_backups_into_one_folder_do_not_touch_each_other(sqlite_store, tmp_path):
    folder = backups(sqlite_store, tmp_path)
    folder.folder.mkdir()
    (folder.folder / f"{backup_name(NOW)}.part").write_bytes(b"half")
    other = os.open(folder.folder, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(BackupFailed, match="Another backup is being written"):
        folder.make(NOW + timedelta(seconds=1))
    assert os.listdir(folder.folder) == [f"{backup_name(NOW)}.part"]
    os.close(other)
    folder.make(NOW + timedelta(seconds=1))
    assert [one for one in os.listdir(folder.folder) if made_at(one)] == [backup_name(NOW + timedelta(seconds=1))]


def test_a_backup_that_is_killed_before_it_has_its_name_is_none(sqlite_store, tmp_path):
    folder = backups(sqlite_store, tmp_path)
    pid = os.fork()
    if not pid:
        sys.addaudithook(lambda event, _: os.kill(os.getpid(), signal.SIGKILL) if event == "os.rename" else None)
        folder.make(NOW)
        os._exit(1)
    assert os.waitpid(pid, 0)[1] == signal.SIGKILL
    assert (os.listdir(folder.folder), folder.newest(NOW)) == ([f"{backup_name(NOW)}.part"], None)
    folder.make(NOW)
    assert sorted(os.listdir(folder.folder)) == [backup_name(NOW), f"{backup_name(NOW)}.sum"]


def test_without_room_for_it_there_is_a_sentence_and_no_file(sqlite_store, tmp_path):
    (tmp_path / "backups").write_text("a file where the folder should be")
    with pytest.raises(BackupFailed, match=r"No backup can be written to .*backups"):
        backups(sqlite_store, tmp_path).make(NOW)


def damaged(path, **_):
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        [(root,)] = conn.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'audit'").fetchall()
        [(size,)] = conn.execute("PRAGMA page_size").fetchall()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * 64)


def an_index_that_says_something_else(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        [(root,)] = conn.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'drafts_by_state'").fetchall()
        [(size,)] = conn.execute("PRAGMA page_size").fetchall()
    with path.open("r+b") as file:  # the last bytes of a page are of its first row
        file.seek(root * size - 3)
        file.write(b"zzz")


def changed(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("DROP TRIGGER audit_keeps_lines")
        conn.execute("UPDATE audit SET who = 'U0EVE' WHERE position = 1")


def shortened(path):
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("harm", [damaged, an_index_that_says_something_else, changed, shortened])
def test_a_copy_that_is_not_whole_is_not_verified(sqlite_store, tmp_path, harm):
    builders.replied(sqlite_store)
    backups(sqlite_store, tmp_path).make(NOW)
    path = tmp_path / "backups" / backup_name(NOW)
    assert verified(path, sqlite_store.engine.key).cases == 1
    harm(path)
    with pytest.raises(BackupFailed):
        verified(path, sqlite_store.engine.key)


def test_a_copy_is_verified_with_the_key_of_the_desk(sqlite_store, tmp_path):
    builders.replied(sqlite_store)
    backups(sqlite_store, tmp_path).make(NOW)
    other = KeyFile(tmp_path / "other.key").offered()
    with pytest.raises(BackupFailed, match="does not match its seal"):
        verified(tmp_path / "backups" / backup_name(NOW), other)


def test_every_table_is_copied_after_those_that_it_refers_to():
    order = list(columns_by_table())
    assert order.index("cases") < order.index("drafts") < order.index("approvals") < order.index("attempts")
    assert not {"desks", "leases", "migrations", "mention_words"} & set(order)


def test_names_say_when_a_backup_was_made_and_which_are_too_many():
    names = [backup_name(NOW + timedelta(hours=hour)) for hour in range(3)]
    assert [made_at(name) for name in (names[0], "heard.db", f"{names[0]}.part")] == [NOW, None, None]
    assert too_many([*names, "heard.db"], 2, NOW + timedelta(hours=2)) == names[:1]


def test_backups_of_a_clock_that_was_ahead_go_first_and_keep_no_backup_from_being_due():
    names = [backup_name(NOW + timedelta(hours=hour)) for hour in range(3)]
    ahead = [backup_name(NOW + timedelta(days=400, hours=hour)) for hour in range(3)]
    now = NOW + timedelta(hours=2)
    assert too_many([*names, *ahead], 4, now) == ahead[:2]
    assert newest_of([*names, *ahead], now) == now
    assert newest_of(ahead, now) is None


def test_a_backup_is_too_old_once_the_next_did_not_come():
    policy = BackupPolicy(every=timedelta(hours=1))
    assert not is_too_old(NOW, policy, NOW + timedelta(minutes=119))
    assert is_too_old(NOW, policy, NOW + timedelta(minutes=121))
    assert is_too_old(None, policy, NOW)
