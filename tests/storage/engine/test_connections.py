"""The connections of one process to PostgreSQL: bounded, shared, and given up when their server is another one."""

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from types import SimpleNamespace

import psycopg
import pytest
from psycopg import errors
from psycopg.pq import TransactionStatus

from bot.domain.base.tables import CaseVerb
from bot.ports import OutOfService
from storage import SqlStore, open_store
from storage.engine import connections
from storage.engine.connections import Connections, DatabaseServer
from storage.engine.postgres_errors import translate
from storage.engine.unreached import why_unreached
from tests import builders
from tests.builders import ANA, do


class Line:
    """A connection that is only a pair of sockets: the server's end is `theirs`."""

    closed = False

    def __init__(self) -> None:
        self.info = SimpleNamespace(transaction_status=TransactionStatus.IDLE)
        self._ours, self.theirs = socket.socketpair()
        self.fileno = self._ours.fileno

    def close(self) -> None:
        self.closed = True
        self._ours.close()
        self.theirs.close()


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Connections:
    """Return three connections, beside those of a registration."""
    monkeypatch.setattr(connections, "FREE_WITHIN", 0.0)
    return Connections(SimpleNamespace(connect=Line), 3 + connections.OF_THE_REGISTRATION)


def test_no_more_connections_are_lent_than_are_allowed(shared):
    lent = [shared.borrow() for _ in range(3)]
    with pytest.raises(OutOfService, match="All 3 connections of this desk"):
        shared.borrow()
    shared.give_back(lent[0])
    assert shared.borrow() is lent[0]


def test_one_that_cannot_be_opened_takes_no_place(shared):
    shared.server.connect = lambda: open_store("nowhere")
    for _ in range(4):
        with pytest.raises(Exception, match="no address"):
            shared.borrow()
    shared.server.connect = Line
    assert len({shared.borrow() for _ in range(3)}) == 3


def test_the_connection_that_was_used_last_is_used_next(shared):
    first, last = shared.borrow(), shared.borrow()
    shared.give_back(first)
    shared.give_back(last)
    assert shared.borrow() is last


def test_nobody_gets_a_connection_that_the_server_has_ended(shared):
    ended, other = shared.borrow(), shared.borrow()
    shared.give_back(other)
    shared.give_back(ended)
    ended.theirs.close()
    fresh = shared.borrow()
    assert ended.closed
    assert fresh not in {ended, other}


def test_after_a_lost_connection_all_that_are_idle_are_opened_anew(shared):
    """A server that vanished without a word would cost every thread its own wait for it."""
    idle, lost = shared.borrow(), shared.borrow()
    shared.give_back(idle)
    lost.close()
    shared.give_back(lost)
    assert idle.closed
    assert len({shared.borrow() for _ in range(3)} - {idle, lost}) == 3


def test_a_connection_whose_transaction_goes_on_is_not_lent_again(shared):
    busy = shared.borrow()
    busy.info.transaction_status = TransactionStatus.INTRANS
    shared.give_back(busy)
    assert busy.closed
    assert shared.borrow() is not busy


@pytest.mark.parametrize("error", [errors.IdleInTransactionSessionTimeout, errors.TransactionTimeout])
def test_a_session_that_the_server_ended_is_an_outage(error):
    with pytest.raises(OutOfService):
        translate(error())


def test_a_full_server_is_said_with_both_settings():
    for said in ("FATAL: sorry, too many clients already", "FATAL: remaining connection slots are reserved for x"):
        assert "`database_connections`" in why_unreached(said)
        assert "`max_connections`" in why_unreached(said)


# --- on PostgreSQL ------------------------------------------------------------------------------------------------


@pytest.fixture
def store(cluster) -> Iterator[SqlStore]:
    built = cluster.built()
    with closing(open_store(built, synchronous="OFF", most=5)) as opened:
        yield opened
    cluster.give_back(built)


def in_threads(count: int, work: Callable[[], object]) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)


@pytest.mark.postgres
def test_a_desk_with_many_threads_keeps_to_its_connections(store, monkeypatch):
    monkeypatch.setattr(connections, "FREE_WITHIN", 60.0)
    store.engine.occupy("desk", lambda: 0.0)
    store.told_by_desks(0.0)
    posts, done = iter([builders.a_post(str(n), root_id=str(n)) for n in range(12)]), []

    def works() -> None:
        case = builders.opened(store, post=next(posts))
        done.append(do(store, case, CaseVerb.CLAIM).assignee)

    in_threads(12, works)
    [(count,)] = store.engine.rows(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'heard'"
    )
    assert (done, count <= 5) == ([ANA] * 12, True)


@pytest.mark.postgres
def test_a_server_that_takes_no_writes_any_more_is_left_for_the_one_that_does(store):
    """As after a switch-over that ends no connection: the next one leads to the new primary."""
    case = builders.opened(store)
    store.engine.run("SET default_transaction_read_only = on")
    with pytest.raises(OutOfService):
        do(store, case, CaseVerb.CLAIM)
    assert do(store, case, CaseVerb.CLAIM).assignee == ANA


@pytest.mark.postgres
def test_of_several_hosts_the_one_that_takes_writes_is_used(cluster, tmp_path):
    built = cluster.built()
    several = built.replace(f"host={cluster.folder}", f"host={tmp_path},{cluster.folder}")
    with closing(open_store(several)) as found, closing(open_store(several, read_only=True)) as reads:
        builders.opened(found)
        assert reads.case(1).id == 1
    with psycopg.connect(built, autocommit=True) as conn:
        [(name,)] = conn.execute("SELECT current_database()").fetchall()
        conn.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
    with pytest.raises(OutOfService, match="takes no writes"):
        DatabaseServer(several, "FULL", read_only=False, lease=30.0).connect()
    cluster.drop(built)


@pytest.mark.postgres
def test_a_lock_of_somebody_else_is_not_waited_for_as_long_as_a_statement_may_take(store):
    shown = [store.engine.rows(f"SHOW {one}")[0][0] for one in ("lock_timeout", "statement_timeout")]
    assert shown == ["5s", "1min"]
    waits = []

    def other() -> None:
        with suppress(OutOfService), store.transaction():
            store.engine.run("SET LOCAL lock_timeout = '1ms'")
            try:
                store.alone_with_slack_calls()
            except OutOfService as trouble:
                waits.append(str(trouble))
                raise

    with store.transaction():
        store.alone_with_slack_calls()
        in_threads(1, other)
    assert "lock timeout" in waits[0]


@pytest.mark.postgres
def test_a_transaction_that_the_server_ended_is_an_outage_and_no_defect(store):
    """As of a machine that slept: the server has ended the session, and says so to whatever comes next."""

    def slept() -> None:
        with store.transaction():
            builders.opened(store)
            store.engine.run("SET LOCAL idle_in_transaction_session_timeout = '1ms'")
            assert select.select([store.engine._session()._held], [], [], 30)[0]  # until it has said so
            store.engine.rows("SELECT 1")

    with pytest.raises(OutOfService, match="cannot be used"):
        slept()
    assert builders.opened(store).id


@pytest.mark.postgres
def test_a_thread_that_reads_a_stream_begins_no_transaction(store):
    numbers = store.engine.stream("SELECT generate_series(1, 3000)")
    next(numbers)
    with pytest.raises(RuntimeError, match="snapshot"), store.transaction():
        pass
    assert sum(one for (one,) in numbers) == 3000 * 3001 / 2 - 1
    assert builders.opened(store).id


@pytest.mark.postgres
def test_a_command_that_only_reads_may_rest_longer_than_a_desk(cluster):
    built = cluster.built()
    with closing(open_store(built)) as desk, closing(open_store(built, read_only=True)) as command:
        shown = [one.engine.rows("SHOW idle_in_transaction_session_timeout")[0][0] for one in (desk, command)]
    cluster.give_back(built)
    assert shown == ["30s", "1h"]


@pytest.mark.postgres
def test_no_statement_of_a_desk_is_compiled_to_machine_code(store):
    assert store.engine.rows("SHOW jit") == [("off",)]
