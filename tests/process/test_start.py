"""The start does some work only later, so that the first click is answered soon."""

import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest

from app import Running
from tests.process.conftest import Theatre
from tests.process.forked import ROOT

# Parts that no desk needs before its first click: packages, and modules of ours with those below them.
LATER = {
    "apscheduler",
    "bot.blocks.cases.card",
    "bot.gateways.check",
    "bot.gateways.home",
    "bot.gateways.messages",
    "bot.gateways.networks.lasting_answer",
    "bot.gateways.networks.wire",
    "bot.gateways.networks.x_messages",
    "cli.check",
    "cli.rehearse",
    "dateutil",
    "emoji",
    "handlers.case_buttons",
    "handlers.commands",
    "handlers.doctor",
    "handlers.erasing",
    "handlers.house",
    "handlers.reloading",
    "handlers.reply_forms",
    "holidays",
    "jinja2",
    "oauthlib",
    "phonenumbers",
    "prometheus_client",
    "psycopg",
    "requests",
    "rich",
    "sqlite_utils",
    "stdnum",
    "tweepy",
    "twitter_text",
    "tzlocal",
    "urllib3",
}
MOST = 538  # modules of ours that a desk with X has loaded when the first case is claimed
COMPOSED = """
import os, sys
from pathlib import Path
import cli
from app import compose
from bot.gateways.clock import WallClock
from cli.opening import open_desk, read
from handlers import claiming
cli.command("run")
running = open_desk(read(Path(sys.argv[1])), WallClock())
print(*sorted(set(sys.argv[2:]) & set(sys.modules)), sep=",")
print(sum(name.partition(".")[0] in {"bot", "cli", "handlers", "storage"} for name in sys.modules))
running.store.close()
"""
OPENED = """
import gc, os, signal, sys
from pathlib import Path
from cli.opening import read
read(Path(sys.argv[1]))
print(gc.isenabled(), gc.get_freeze_count() > 10_000, len(gc.get_objects()) < gc.get_freeze_count() / 10)
"""


def said_by(code: str, theatre: Theatre, *arguments: str) -> str:
    command = [sys.executable, "-c", code, str(theatre.config), *arguments]
    done = subprocess.run(command, cwd=ROOT, env=theatre.env, capture_output=True, text=True, check=True)
    return done.stdout.rstrip()


@pytest.mark.process
def test_a_desk_that_is_put_together_has_loaded_nothing_that_the_first_click_does_not_need(theatre: Theatre) -> None:
    theatre.use_stream()
    first = said_by(COMPOSED, theatre, *LATER).splitlines()
    assert first[0] == "dateutil,sqlite_utils"  # its tables are made once
    loaded, ours = said_by(COMPOSED, theatre, *LATER).split("\n")
    assert loaded == ""
    assert int(ours) <= MOST, (
        "load later what no desk needs at once, as docs/architecture.md says, or raise the number"
    )


@pytest.mark.process
def test_what_a_start_makes_is_not_looked_through_by_the_garbage_collector(theatre: Theatre) -> None:
    assert said_by(OPENED, theatre) == "True True True"


class Part:
    """A part of a running desk that notes when it was started."""

    def __init__(self, name: str, notes: list[str], connected: bool = True) -> None:
        self.name, self.notes, self.connected = name, notes, connected

    def start(self, connected=None) -> None:
        if connected is None:
            self.notes.append(self.name)
            return
        self.notes.append(f"{self.name} opens")
        if self.connected:
            threading.Thread(target=self._connect, args=(connected,)).start()

    def _connect(self, connected) -> None:
        self.notes.append(f"{self.name} connected")
        connected()


def started(*, connected: bool, connects_within: float) -> list[str]:
    notes: list[str] = []
    door = Part("door", notes, connected)
    others = (Part("clockwork", notes), Part("control", notes))
    Running(
        None, SimpleNamespace(rest=lambda: None), others[0], door, others[1], SimpleNamespace(), connects_within
    ).start()
    return notes


def test_catching_up_begins_when_the_door_is_connected() -> None:
    assert started(connected=True, connects_within=60) == ["door opens", "door connected", "clockwork", "control"]


def test_a_slack_that_is_away_holds_nothing_up() -> None:
    assert started(connected=False, connects_within=0) == ["door opens", "clockwork", "control"]
