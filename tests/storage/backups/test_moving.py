"""A stopped desk moves to another database and back: every row and hash arrives, and both are held."""

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from bot.domain.halts.halt import HaltKind
from bot.ports import OutOfService
from bot.ports.backups import BackupFailed
from bot.services.backups.returning import begin_held
from storage import AlreadyOpen, open_store
from storage.audit.key import KeyFile
from storage.backups.copying import count_rows, refuse_difference
from storage.backups.moving import NothingThere, move
from storage.backups.restoring import NotEmpty
from storage.engine import desks
from storage.store import engine_at
from tests import builders
from tests.builders import NOW


def held(store):
    begin_held(store, "It was moved here.", NOW)


@dataclass
class Watched:
    """Somebody who watches, and writes down what was told."""

    steps: list[tuple[str, int]] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)

    def begins(self, sentence: str, rows: int) -> None:
        self.steps.append((sentence, rows))

    def counted(self, table: str, rows: int) -> None:
        self.rows[table] += rows


@pytest.fixture
def key(tmp_path):
    return KeyFile(tmp_path / "trail.key")


def opened(address, key):
    return open_store(address, synchronous="OFF", key_file=key.path)


@pytest.fixture
def old(sqlite_address, key):
    with closing(opened(sqlite_address, key)) as store:
        builders.replied(store)
    return sqlite_address


@pytest.mark.postgres
def test_a_desk_moves_to_postgresql_and_back(old, key, cluster, tmp_path):
    told, there, back = Watched(), cluster.fresh(), f"sqlite:///{tmp_path}/back.db"
    done = move(old, there, key, held, now=NOW, watch=told)
    assert (done.content.cases, done.tables["cases"], done.tables["drafts"]) == (1, 1, 1)
    assert told.steps[0][1] == 0
    assert told.steps[1][1] == sum(done.tables.values())
    assert told.rows["cases"] == 1
    with closing(opened(there, key)) as store, closing(opened(old, key)) as before:
        assert store.prove().whole
        assert count_rows(store.engine)["drafts"] == count_rows(before.engine)["drafts"] == 1
        assert [[one.kind for one in each.halts()] for each in (store, before)] == [[HaltKind.HOLD]] * 2
        with pytest.raises(AlreadyOpen):
            move(there, back, key, held, now=NOW, watch=told)
    move(there, back, key, held, now=NOW, watch=told)
    with closing(opened(back, key)) as store:
        assert store.prove().whole
        assert store.epochs().number == 3
        assert builders.opened(store, post=builders.a_post("77", root_id="77")).id == 1000
    assert not (tmp_path / "moving.db").exists()


@pytest.mark.postgres
def test_a_move_that_ends_half_way_leaves_the_new_database_empty_and_a_lost_row_is_named(old, key, cluster):
    there = cluster.fresh()

    class Loses(Watched):
        def counted(self, table: str, rows: int) -> None:
            if table == "promises":
                raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        move(old, there, key, held, now=NOW, watch=Loses())
    with closing(opened(old, key)) as store:
        assert store.halts() == []
    assert move(old, there, key, held, now=NOW, watch=Watched()).content.cases == 1
    with pytest.raises(NotEmpty, match="empty database"):
        move(old, there, key, held, now=NOW, watch=Watched())
    with pytest.raises(BackupFailed, match="Of the table drafts 6 of 7,000 rows arrived"):
        refuse_difference({"cases": 1, "drafts": 7_000}, {"cases": 1, "drafts": 6})


@pytest.mark.postgres
def test_a_text_that_postgresql_cannot_hold_is_moved_as_it_can_be_stored(old, key, cluster):
    with closing(opened(old, key)) as store:
        store.put_setting("odd", "a\0b")
    there = cluster.fresh()
    move(old, there, key, held, now=NOW, watch=Watched())
    with closing(opened(there, key)) as store:
        assert store.setting("odd") == "a\ufffdb"


def test_nothing_is_overwritten_by_a_move(old, key, tmp_path):
    (tmp_path / "there.db").write_text("something")
    with pytest.raises(NotEmpty):
        move(old, f"sqlite:///{tmp_path}/there.db", key, held, now=NOW, watch=Watched())
    with closing(opened(old, key)) as store:
        assert store.halts() == []


def test_where_no_desk_is_nothing_is_moved_and_nothing_is_made(key, tmp_path):
    """As with a slip in the address: an empty desk in the new place would look as if all cases were gone."""
    target = f"sqlite:///{tmp_path}/there.db"
    with pytest.raises(NothingThere, match="no desk"):
        move(f"sqlite:///{tmp_path}/no_such_folder/haerd.db", target, key, held, now=NOW, watch=Watched())
    (tmp_path / "empty.db").touch()
    with pytest.raises(NothingThere, match="no desk"):
        move(f"sqlite:///{tmp_path}/empty.db", target, key, held, now=NOW, watch=Watched())
    assert [one.name for one in tmp_path.iterdir()] == ["empty.db"]
    assert (tmp_path / "empty.db").stat().st_size == 0


@pytest.mark.postgres
def test_no_table_is_made_in_a_server_s_database_where_no_desk_is(key, cluster, tmp_path):
    address = cluster.fresh()
    with pytest.raises(NothingThere, match="no desk"):
        move(address, f"sqlite:///{tmp_path}/there.db", key, held, now=NOW, watch=Watched())
    with closing(engine_at(address)) as engine:
        assert engine.schema() == []


def test_a_desk_at_work_is_not_moved(old, key, tmp_path):
    with closing(opened(old, key)), pytest.raises(AlreadyOpen):
        move(old, f"sqlite:///{tmp_path}/there.db", key, held, now=NOW, watch=Watched())


@pytest.mark.postgres
def test_no_desk_begins_on_either_database_while_one_is_moved(cluster, key, tmp_path, monkeypatch):
    """As when a service manager starts it again between the look for running desks and the hold."""
    old, there = cluster.built(), cluster.built()
    opened(old, key).close()
    monkeypatch.setattr(desks, "ASKED_WITHIN", 0.05)
    refused = []

    class Starts(Watched):
        def begins(self, sentence: str, rows: int) -> None:
            with closing(engine_at(old)) as engine, pytest.raises(OutOfService) as said:
                engine.occupy("late", float)
            refused.append(str(said.value))

    def prepares(store) -> None:
        held(store)
        with closing(engine_at(there)) as engine, pytest.raises(OutOfService):
            engine.occupy("late", float)

    move(old, there, key, prepares, now=NOW, watch=Starts())
    assert len(refused) == 2
    with closing(engine_at(old)) as engine:
        engine.occupy("late", float)


@pytest.mark.postgres
def test_a_move_that_could_not_keep_desks_away_does_not_end(cluster, key, tmp_path):
    old, back = cluster.built(), f"sqlite:///{tmp_path}/back.db"
    opened(old, key).close()

    class CutsOff(Watched):
        def begins(self, sentence: str, rows: int) -> None:
            cluster.cut_off(old.partition("@/")[2].partition("?")[0])

    with pytest.raises(OutOfService):
        move(old, back, key, held, now=NOW, watch=CutsOff())
