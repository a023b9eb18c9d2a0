"""The answer to a commit is lost on PostgreSQL: the desk reads back what became of it, and says when it cannot."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest

from bot.domain.base.tables import CaseVerb
from bot.ports.store_errors import CommitUnknown, OutOfService
from handlers.refusals import refusal_text
from storage import SqlStore, open_store
from storage.engine import commit_check
from tests import builders
from tests.builders import ANA, do
from tests.engines import Cluster

pytestmark = pytest.mark.postgres
SOCKET = ".s.PGSQL.5432"


class Between:
    """Stands between a desk and its PostgreSQL; once armed, it cuts the connection around the next commit."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder, self._server = folder, server
        self.when, self.afterwards = "", lambda: None
        self._silent: socket.socket | None = None  # the desk's side that gets no answer any more
        self._answered = threading.Event()
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / SOCKET))
        self._listening.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def arm(self, when: str, afterwards: Callable[[], object] = lambda: None) -> None:
        """Cut "before" the commit reaches the server, or "after" it was done there."""
        self.when, self.afterwards = when, afterwards

    def close(self) -> None:
        self._listening.close()
        (self.folder / SOCKET).unlink(missing_ok=True)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        server.connect(str(self._server / SOCKET))
        threading.Thread(target=self._back, args=(server, client), daemon=True).start()
        with closing(server), closing(client), suppress(OSError):
            while data := client.recv(65_536):
                if self.when and b"COMMIT" in data:
                    self._cut(server, client, data)
                    break
                server.sendall(data)

    def _cut(self, server: socket.socket, client: socket.socket, data: bytes) -> None:
        when, self.when = self.when, ""
        if when == "after":
            self._silent = client
            server.sendall(data)
            self._answered.wait(10)
        else:
            server.shutdown(socket.SHUT_RDWR)
        self.afterwards()
        client.shutdown(socket.SHUT_RDWR)

    def _back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65_536):
                if self._silent is client:
                    self._answered.set()
                else:
                    client.sendall(data)


@pytest.fixture
def between(cluster: Cluster, tmp_path: Path) -> Iterator[Between]:
    with closing(Between(tmp_path, cluster.folder)) as standing:
        yield standing


@pytest.fixture
def store(cluster: Cluster, between: Between) -> Iterator[SqlStore]:
    built = cluster.built()
    with closing(open_store(built.replace(str(cluster.folder), str(between.folder)))) as opened:
        yield opened
    cluster.give_back(built)


def test_what_was_committed_counts_as_committed(store: SqlStore, between: Between) -> None:
    case, woken = builders.opened(store), []
    store.engine.wakes = lambda: woken.append(1)
    between.arm("after")
    assert do(store, case, CaseVerb.CLAIM).assignee == ANA
    assert store.case(case.id).assignee == ANA
    assert [line.verb for line in store.audit(f"case:{case.id}")].count("claim") == 1
    assert woken


def test_what_never_reached_the_server_is_said_as_not_written(store: SqlStore, between: Between) -> None:
    case = builders.opened(store)
    between.arm("before")
    with pytest.raises(OutOfService) as said:
        do(store, case, CaseVerb.CLAIM)
    assert not isinstance(said.value, CommitUnknown)
    assert "nothing was changed" in refusal_text(said.value)
    assert store.case(case.id).assignee == ""


def test_while_the_server_is_away_it_is_said_that_nobody_knows(store: SqlStore, between: Between) -> None:
    case = builders.opened(store)
    between.arm("after", between.close)
    with pytest.raises(CommitUnknown) as said:
        do(store, case, CaseVerb.CLAIM)
    assert "not known whether" in refusal_text(said.value)
    assert "nothing was changed" not in refusal_text(said.value)


def test_a_commit_that_the_server_still_works_on_is_not_known_yet(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit_check, "PAUSE", 0.0)

    def connect() -> psycopg.Connection:
        return psycopg.connect(cluster.address(), autocommit=True)

    with closing(connect()) as working:
        xid, _ = commit_check.begin(working, 0)
        mark = commit_check.TransactionMark(xid, commit_check.counted_since(working))
        assert commit_check.was_committed(connect, mark) is None
        working.execute("COMMIT")
        assert commit_check.was_committed(connect, mark) is True
        xid, _ = commit_check.begin(working, 0)
        undone = commit_check.TransactionMark(xid, commit_check.counted_since(working))
        working.execute("ROLLBACK")
        assert commit_check.was_committed(connect, undone) is False
        beyond = commit_check.TransactionMark("99999999", mark.counted_since)
        assert commit_check.was_committed(connect, beyond) is False, "it was lost in a crash"


def test_a_server_that_crashed_since_is_not_believed(store: SqlStore, between: Between, cluster: Cluster) -> None:
    # After a crash the same transaction id may belong to somebody else. A crash resets these counters.
    case = builders.opened(store)
    between.arm("after", lambda: cluster._say("SELECT pg_stat_reset_shared('wal')"))
    with pytest.raises(CommitUnknown):
        do(store, case, CaseVerb.CLAIM)
    assert do(store, store.case(case.id), CaseVerb.RELEASE).assignee == "", "the desk goes on"
