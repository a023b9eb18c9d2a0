"""Shared by the commands: read the configuration, open a desk, read the store of a running desk."""

import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cli.output import hide, leave, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from app import Running
    from bot.gateways.clock import WallClock
    from bot.gateways.networks.recorded import Sink
    from bot.settings import Settings
    from storage import SqlStore

TURN = 0.0005  # seconds until a thread that computes lets others on: with Python's 5 ms a click waits for a report
LOOKS_EVERY = 0.2  # real seconds between two looks whether somebody stopped the desk
BUSY = 75  # sysexits' "temporary failure": a second desk on the same state directory


def read(config: Path, env: dict[str, str] | None = None, *, speaks: bool = True) -> "Settings":
    """Read the configuration; print every fault at once and leave where there are any. See settings.load."""
    from bot.settings import SettingsFaults, load

    try:
        settings = load(config, {**os.environ, **(env or {})}, speaks=speaks)
    except SettingsFaults as faults:
        leave("\n".join(str(fault) for fault in faults.faults))
    hide(settings.hidden)
    return settings


def open_desk(
    settings: "Settings",
    clock: "WallClock",
    poll_every: timedelta | None = None,
    sink: "Sink | None" = None,
    *,
    seal_anew: bool = False,
) -> "Running":
    """Compose a desk; print a refusal as a sentence and leave."""
    from app import compose
    from bot.domain.base.refusals import Refusal
    from bot.gateways.quiet_logs import set_up
    from bot.ports import OutOfService
    from handlers.control import DeskRunning
    from storage import AlreadyOpen

    set_up(settings.hidden)
    try:
        return compose(settings, clock, poll_every=poll_every, sink=sink, seal_anew=seal_anew)
    except (AlreadyOpen, DeskRunning) as busy:
        leave(busy.sentence, BUSY)
    except Refusal as refusal:
        leave(refusal.sentence)
    except OutOfService as trouble:
        leave(f"{trouble} See desk.database in heard.toml.")


def until_stopped(running: "Running", opened: str = "", before: "Callable[[], None]" = lambda: None) -> None:
    """Say that it is `opened`, run until SIGTERM or Ctrl-C; `before` has to end while the store is still open."""
    os.umask(0o077)  # whatever is written from here on is for this user only
    sys.setswitchinterval(TURN)
    stopping: list[int] = []  # no lock that a second signal could find taken by the first
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda signum, _: stopping.append(signum))
    if opened:
        say(opened)
    running.start()
    while not stopping:
        time.sleep(LOOKS_EVERY)
    before()
    running.stop()


def reader(settings: "Settings", key_file: Path | None = None) -> "SqlStore":
    """Open the store beside a running desk, changing nothing; leave with a sentence where there is none."""
    from bot.domain.base.refusals import Refusal
    from bot.ports import OutOfService
    from storage import open_store

    if "://" not in settings.database and not Path(settings.database).exists():
        leave("There is no database yet: the desk has not run here.")
    try:
        return open_store(settings.database_address, read_only=True, key_file=key_file)
    except Refusal as refusal:
        leave(refusal.sentence)
    except OutOfService as trouble:
        leave(f"{trouble} See desk.database in heard.toml.")
