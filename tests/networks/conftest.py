"""Servers that were not written here, started on this machine's loopback for the tests of this folder."""

import importlib.util
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from bot.gateways.networks.certify.interference import Interference
from tests.children import Child
from tests.engines import running_cluster, server_binaries

ASKED_FOR = "HEARD_NETWORKS"  # set by `make test-networks`, so that `make test` starts none of these
ANSWERS_WITHIN = 300  # seconds, also on a machine with much else to do
HERE = Path(__file__).parent
INSTALLED = HERE.parent.parent / ".venv" / "networks"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests of this folder, unless these servers are wanted: they take a minute and half a gigabyte."""
    if os.environ.get(ASKED_FOR):
        return
    for one in items:
        if one.get_closest_marker("networks"):
            one.add_marker(pytest.mark.skip(reason="needs servers that were not written here: make test-networks"))


def needs(found: object, what: str) -> None:
    """Skip the test, with its reason, where something is not there."""
    if not found:
        pytest.skip(f"{what} could not be installed here")


@pytest.fixture(scope="session")
def mastodon_mock() -> Iterator[Any]:
    """Yield the package mastodon-mock, running, with an account of ours and two of customers."""
    needs(importlib.util.find_spec("mastodon_mock"), "mastodon-mock")
    from mastodon_mock.config import SeedAccount, SeedConfig
    from mastodon_mock.testing.server import MockServer

    names = ("northwind", "priya", "tomas")
    seed = SeedConfig(accounts=[SeedAccount(username=name, access_token=f"token-of-{name}") for name in names])
    with MockServer(seed=seed) as server:
        yield server


class BlueskyServers:
    """Bluesky's own directory, PDS and AppView, in one process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        told = json.loads(self._line())
        self.url: str = told["url"]
        self.accounts: dict[str, dict[str, str]] = told["accounts"]
        self.appview: str = told["appview"]

    def settle(self) -> None:
        """Wait until the AppView has taken in all that the PDS told."""
        self._tell("settle")

    def judged(self, what: str, name: str, body: object) -> str:
        """Return what is wrong with a call by the lexicon; `what`: "asked", "sent" or "told". Nothing: ""."""
        return str(
            json.loads(self._tell(f"judge {json.dumps({'what': what, 'name': name, 'body': body})}"))["judged"]
        )

    def _tell(self, line: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        watch = Timer(ANSWERS_WITHIN, self._process.kill)
        watch.start()
        try:
            while line := self._process.stdout.readline():
                if line.startswith(('{"url"', '{"judged"')) or line.strip() == "settled":
                    return line
        finally:
            watch.cancel()
        pytest.fail("Bluesky's servers ended, or gave no answer")


@pytest.fixture(scope="session")
def bluesky_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlueskyServers]:
    """Yield Bluesky's own servers, running, with an account of ours and two of customers."""
    needs((INSTALLED / ".ready").exists(), "Bluesky's own servers (npm)")
    binaries = server_binaries()
    needs(binaries, "PostgreSQL, which Bluesky's AppView stores in,")
    folder = tmp_path_factory.mktemp("bluesky")
    assert binaries is not None
    with running_cluster(binaries) as cluster, (folder / "log").open("w") as log:
        # Node's driver takes a Unix socket's folder as the host, percent-encoded
        address = f"postgresql://heard@/postgres?host={cluster.folder}"
        environment = {
            "PATH": os.environ["PATH"],
            "NODE_PATH": str(INSTALLED / "node_modules"),
            "DB_POSTGRES_URL": address,
            "TMPDIR": str(folder),
            "LOG_ENABLED": "false",
        }
        process = Child(
            ["node", HERE / "bluesky.cjs"],
            env=environment,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            yield BlueskyServers(process)
        finally:
            process.kill()
            process.wait(timeout=20)


@pytest.fixture
def between() -> Iterator[Any]:
    """Yield what opens a proxy before a server; it passes calls on, and spoils those that a test names."""
    opened: list[Interference] = []

    def open_before(url: str) -> Interference:
        opened.append(Interference(url).__enter__())
        return opened[-1]

    yield open_before
    for one in opened:
        one.__exit__()
