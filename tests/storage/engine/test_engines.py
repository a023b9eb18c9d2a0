"""The engines under faults: two processes, a kill, a full disk, a lost connection."""

import sqlite3
import threading
import time
from contextlib import closing, suppress

import pytest

from bot.domain.base.tables import CaseVerb
from bot.ports.store_errors import Conflict, OutOfService
from storage import AlreadyOpen, open_store
from storage.engine import migrate
from storage.engine.base import Turnstile
from storage.engine.postgres_statements import translated
from storage.engine.sqlite import positional
from tests import builders
from tests.builders import ANA, do

# --- queries ------------------------------------------------------------------------------------------------


def test_a_named_query_is_translated_once_and_a_per_cent_sign_survives():
    sql = "SELECT :a, x::text FROM t WHERE y LIKE '%' AND z = :b AND w = :a"
    assert translated(sql) == (b"SELECT $1, x::text FROM t WHERE y LIKE '%' AND z = $2 AND w = $1", ("a", "b"))
    query, fill = positional(sql)
    assert query == "SELECT ?, x::text FROM t WHERE y LIKE '%' AND z = ? AND w = ?"
    assert list(fill({"a": 1, "b": 2})) == [1, 2, 1]
    assert translated(sql) is translated(sql)


@pytest.mark.parametrize("sql", ["SELECT 1", "SELECT :only"])
def test_few_parameters_are_no_special_case(sql):
    query, fill = positional(sql)
    assert (query, list(fill({"only": 5}))) == (sql.replace(":only", "?"), [5] * sql.count(":"))


def test_a_per_cent_sign_in_a_query_means_itself_on_both_engines(store):
    assert store.engine.rows("SELECT 'a%b' LIKE '%' || :part, 7 % 4", {"part": "b"}) in [[(1, 3)], [(True, 3)]]


def test_a_parameter_that_is_missing_is_a_mistake_of_ours(store):
    with pytest.raises(Exception, match="gone"):
        store.engine.rows("SELECT :gone, :there", {"there": 1})


# --- turns --------------------------------------------------------------------------------------------------


def test_writers_are_served_in_the_order_they_came():
    turnstile, served, threads = Turnstile(), [], []
    turnstile.acquire()

    def wait(n):
        turnstile.acquire()
        served.append(n)
        turnstile.release()

    for n in range(20):
        threads.append(threading.Thread(target=wait, args=(n,)))
        threads[-1].start()
        while len(turnstile._waiting) <= n:
            threads[-1].join(timeout=0.001)
    turnstile.release()
    for thread in threads:
        thread.join(timeout=30)
    assert served == list(range(20))


def test_the_store_lets_writers_wait_at_the_turnstile_and_not_in_the_database(sqlite_store):
    waiting = sqlite_store.engine._turnstile._waiting
    later = threading.Thread(target=lambda: sqlite_store.put_setting("k", "later"))
    with sqlite_store.transaction():
        sqlite_store.put_setting("k", "first")
        later.start()
        give_up = time.monotonic() + 30
        while not waiting and time.monotonic() < give_up:
            later.join(timeout=0.001)
        assert len(waiting) == 1
    later.join(timeout=30)
    assert sqlite_store.setting("k") == "later"


def test_a_thread_that_rests_holds_no_connection_and_gets_one_again(sqlite_store):
    sqlite_store.put_setting("k", "kept")
    before = sqlite_store.engine._session().conn
    sqlite_store.rest()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        before.execute("SELECT 1")
    assert sqlite_store.setting("k") == "kept"
    sqlite_store.rest()
    sqlite_store.rest()  # without a connection it does nothing


def test_within_a_transaction_nothing_rests(sqlite_store):
    with sqlite_store.transaction():
        sqlite_store.put_setting("k", "kept")
        sqlite_store.rest()
    assert sqlite_store.setting("k") == "kept"


def test_a_transaction_holds_the_file_from_its_beginning(sqlite_store, sqlite_address):
    other = sqlite3.connect(sqlite_address.removeprefix("sqlite:///"), isolation_level=None, timeout=0)
    with sqlite_store.transaction(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_a_connection_to_a_file_is_closed_when_its_thread_ends(sqlite_store):
    builders.opened(sqlite_store)
    before = len(sqlite_store.engine._sessions)
    thread = threading.Thread(target=lambda: sqlite_store.case(1))
    thread.start()
    thread.join(timeout=30)
    assert len(sqlite_store.engine._sessions) == before


# --- PostgreSQL ---------------------------------------------------------------------------------------------


@pytest.fixture
def postgres_store(cluster):
    opened = open_store(cluster.fresh())
    yield opened
    opened.close()


@pytest.mark.postgres
def test_these_tests_get_a_database_again_only_when_it_is_as_new(cluster):
    used = cluster.built()
    for change in ("", "ALTER TABLE cases ADD COLUMN colour TEXT"):
        with closing(open_store(used, synchronous="OFF")) as store:
            assert builders.opened(store).id == 1
            if change:
                store.engine.run(change)
        cluster.give_back(used)
        assert (cluster.built() == used) == (not change)


@pytest.mark.postgres
def test_a_connection_that_was_cut_while_it_was_idle_is_replaced_without_an_error(postgres_store, cluster):
    case = builders.opened(postgres_store)
    cluster.cut_off(postgres_store.engine.rows("SELECT current_database()")[0][0])
    assert do(postgres_store, case, CaseVerb.CLAIM).assignee == ANA


@pytest.mark.postgres
def test_a_connection_that_is_cut_in_mid_transaction_keeps_nothing(postgres_store, cluster):
    name = postgres_store.engine.rows("SELECT current_database()")[0][0]

    def unlucky():
        with postgres_store.transaction():
            case = builders.opened(postgres_store)
            cluster.cut_off(name)
            do(postgres_store, case, CaseVerb.CLAIM)

    with pytest.raises(OutOfService):
        unlucky()
    assert postgres_store.queue() == []


@pytest.mark.postgres
def test_a_race_that_is_caught_within_a_transaction_ends_all_of_it_as_a_race(postgres_store):
    """Whoever tries again in the same transaction, as `change` does, is told of a race and not of a defect."""
    twice = "INSERT INTO settings (key, value) VALUES ('one', '')"

    def unlucky():
        with postgres_store.transaction():
            builders.opened(postgres_store)
            postgres_store.engine.run(twice)
            with suppress(Conflict):
                postgres_store.engine.run(twice)
            postgres_store.case(1)

    with pytest.raises(Conflict):
        unlucky()
    assert postgres_store.queue() == []


@pytest.mark.postgres
def test_a_server_that_is_not_there_is_out_of_service(tmp_path):
    with pytest.raises(OutOfService, match="cannot be used"):
        open_store(f"postgresql://heard@/heard?host={tmp_path}")


@pytest.mark.postgres
def test_desks_that_start_together_set_up_the_database_once(cluster):
    from tests.storage.scenes import at_once

    address = cluster.fresh()
    stores = at_once(*[lambda: open_store(address)] * 4)
    assert [store.engine.rows("SELECT count(*) FROM migrations") for store in stores] == [
        [(len(migrate.known("postgres")),)]
    ] * 4
    for store in stores:
        store.close()


def test_a_mistake_of_ours_is_not_dressed_up_as_the_databases(sqlite_store):
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        sqlite_store.engine.rows("SELECT 1 FROM nowhere")


def test_a_second_desk_on_the_same_file_is_refused(sqlite_address) -> None:
    first = open_store(sqlite_address)
    first.engine.occupy("first", float)
    try:
        with pytest.raises(AlreadyOpen, match="Another Heard is at work"):
            open_store(sqlite_address)
    finally:
        first.close()
    for _ in range(20):  # at once, each time
        open_store(sqlite_address).close()
