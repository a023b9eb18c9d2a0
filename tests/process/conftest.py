"""Fixtures: the stage and the desk as separate processes, so that the desk can be killed."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from bot.rehearsal.launch import READY, Launched, furnish
from bot.rehearsal.stage import serve
from tests.children import Child
from tests.person import Person, Street, until
from tests.process import deadly
from tests.process.forked import ROOT, Forked

SPEED = 20.0  # the half minute until a lost reply is first looked for takes 1.5 s


LEASE = 4.0  # real seconds on PostgreSQL, where a desk's is 30: another one waits for so long after a kill


@dataclass
class Theatre:
    """A stage, and the desks that run on it one after the other."""

    stage: Launched
    directory: Path
    config: Path = field(init=False)
    env: dict[str, str] = field(init=False)
    desks: list["subprocess.Popen[bytes] | Forked"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.config, secrets = furnish(self.directory, self.stage.url, self.stage.account())
        self.env = {**os.environ, **secrets, "PYTHONPATH": str(ROOT)}
        self.bearer = self.env.pop("X_BEARER_TOKEN")  # without it X is only polled, as most desks do
        self.ana = Person(self.stage.url, "U0ANA00001")
        self.ben = Person(self.stage.url, "U0BEN00001")
        self.caro = Person(self.stage.url, "U0CARO0001")
        self.street = Street(self.stage.url)

    def use_stream(self) -> None:
        """Let the desks hold X's Activity stream, too."""
        self.env["X_BEARER_TOKEN"] = self.bearer

    def use_database(self, address: str) -> None:
        """Let the desks use this database instead of a file."""
        text = self.config.read_text()
        self.config.write_text(text.replace("[desk]\n", f'[desk]\ndatabase = "{address}"\n'))

    def open_desk(self, *, die_at: str = "") -> Forked:
        """Start a desk in stage time that polls every stage second; it kills itself at the given point."""
        given = (self.config, *self.stage.clock(), die_at, LEASE)
        desk = Forked(deadly.run, *given, env=self.env, log=self.next_log())
        self.desks.append(desk)
        return desk

    def heard_run(self) -> "subprocess.Popen[bytes]":
        """Start `heard run` exactly as a user would."""
        return self.start([str(Path(sys.executable).with_name("heard")), "run", "--config", str(self.config)])

    def start(self, command: list[str]) -> "subprocess.Popen[bytes]":
        with self.next_log().open("wb") as log:
            desk = Child(command, env=self.env, cwd=ROOT, stderr=log, stdout=log)
        self.desks.append(desk)
        return desk

    def next_log(self) -> Path:
        return self.directory / f"desk-{len(self.desks)}.log"

    def said(self) -> str:
        """Return the desks' output, for the report of a failure."""
        return "\n".join(log.read_text() for log in sorted(self.directory.glob("desk-*.log")))

    def close(self) -> None:
        for desk in self.desks:
            if desk.poll() is None:
                desk.send_signal(signal.SIGTERM)
                try:
                    desk.wait(15)
                except subprocess.TimeoutExpired:
                    desk.kill()
        self.stage.stop()


def staged(log: Path, speed: float) -> Launched:
    """Start a stage without a crowd, and wait until it listens."""
    stage = Forked(partial(serve, port=0, speed=speed, crowd="", brand="northwind"), env=os.environ, log=log)
    ready = until(lambda: re.search(rf"^{READY}(\S+)$", log.read_text() if log.exists() else "", re.MULTILINE))
    return Launched(stage, ready[1])


@contextmanager
def opened(directory: Path, speed: float) -> Iterator[Theatre]:
    """Run a stage during the block."""
    found = Theatre(staged(directory / "stage.log", speed), directory / "state")
    try:
        yield found
    finally:
        found.close()


@pytest.fixture
def theatre(tmp_path: Path) -> Iterator[Theatre]:
    with opened(tmp_path, SPEED) as found:
        yield found


@pytest.fixture
def in_real_time(tmp_path: Path) -> Iterator[Theatre]:
    with opened(tmp_path, 1.0) as found:
        yield found
