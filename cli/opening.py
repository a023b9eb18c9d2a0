"""Shared by the commands: read the configuration, open a desk, read the store of a running desk."""

import gc
import os
import signal
import sys
import time
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cli.output import hide, leave, say, what_now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app import Running
    from bot.gateways.clock import WallClock
    from bot.gateways.networks.recorded import Sink
    from bot.ports import Policy
    from bot.settings import Settings
    from handlers.drill_door import Walled
    from storage import SqlStore

TURN = 0.0005  # seconds between switches of threads: with Python's 5 ms a click would wait for a running report
LOOKS_EVERY = 0.2  # real seconds between two checks whether the desk was stopped
ENDED_BY = 128  # a shell's exit code for a program that a signal ended, without the signal's number
_FILE = "sqlite:///"
BUSY = 75  # sysexits' "temporary failure": a second desk on the same state directory


@contextmanager
def uncollected() -> "Iterator[None]":
    """Switch the garbage collector off within the block, and exclude the objects made in it for good.

    The objects of a start live as long as the process: checking them took a tenth of it, and 60 ms of a later click.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@uncollected()
def read(config: Path, env: dict[str, str] | None = None, *, speaks: bool = True) -> "Settings":
    """Return the configuration; with faults, print all of them and exit. See settings.load."""
    from bot.gateways.own_process import conceal
    from bot.settings import SettingsFaults, load

    try:
        settings = load(config, {**os.environ, **(env or {})}, speaks=speaks)
    except SettingsFaults as faults:
        leave("\n".join(str(fault) for fault in faults.faults))
    hide(settings.hidden)
    conceal(settings.hidden)
    return settings


def policy_or_shipped(config: Path) -> "Policy":
    """Return the policy of a configuration; without its file, the one of the words that come with the desk."""
    if config.exists():
        return read(config, speaks=False).policy()
    from bot.settings.triage import shipped_policy

    return shipped_policy()


@uncollected()
def open_desk(
    settings: "Settings",
    clock: "WallClock",
    poll_every: timedelta | None = None,
    sink: "Sink | None" = None,
    *,
    seal_anew: bool = False,
    as_json: bool = False,
    walled: "Walled | None" = None,
) -> "Running":
    """Return an opened desk; at a refusal print its sentence and exit. See app.compose."""
    from app import compose
    from bot.domain.base.refusals import Refusal
    from bot.gateways.own_memory import no_guessed_encodings, one_heap
    from bot.gateways.quiet_logs import set_up
    from bot.ports import OutOfService
    from handlers.control import DeskRunning
    from storage import AlreadyOpen

    one_heap()
    no_guessed_encodings()
    set_up(settings.hidden, as_json=as_json or settings.config.log.format == "json")
    try:
        return compose(settings, clock, poll_every=poll_every, sink=sink, seal_anew=seal_anew, walled=walled)
    except (AlreadyOpen, DeskRunning) as busy:
        leave(busy.sentence, BUSY)
    except Refusal as refusal:
        leave(refusal.sentence)
    except OutOfService as trouble:
        leave(f"{trouble} {what_now(trouble)}")


def until_stopped(
    running: "Running",
    opened: str = "",
    before: "Callable[[], None]" = lambda: None,
    over: "Callable[[], bool]" = lambda: False,
) -> None:
    """Print `opened` and run until SIGTERM, Ctrl-C or SIGHUP; then call `before`, and only after it close the store.

    `over` is asked five times a second; the command also ends when it returns true.
    A second signal ends the command at once, which is as safe as a kill.
    """
    os.umask(0o077)  # files written from here on are readable by this user only
    sys.setswitchinterval(TURN)
    stopping: list[int] = []  # not an Event: a second signal could wait for ever for its lock

    def told(signum: int, _frame: object) -> None:
        if stopping and signum != signal.SIGHUP:  # of which a shell sends one more when its terminal is closed
            sys.exit(ENDED_BY + signum)
        stopping.append(signum)

    for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if one != signal.SIGHUP or signal.getsignal(one) != signal.SIG_IGN:  # nohup ignores it
            signal.signal(one, told)
    if opened:
        say(opened)
    running.start()
    while not stopping and not over():
        time.sleep(LOOKS_EVERY)
    _say_along(
        "The desk finishes what is in hand and closes, within 25 seconds. Stop it once more to end it at once."
    )
    try:
        before()
    finally:
        drained = running.stop()
    _say_along(drained.sentence())


def _say_along(sentence: str) -> None:
    """Print a sentence; whoever closed our output, as `heard run | head`, must not keep the desk from draining."""
    with suppress(OSError):
        say(sentence)


def refuse_no_file(settings: "Settings", then: str = "") -> None:
    """Exit with a sentence where the database is a file that is not there, or is empty: none is made in its place."""
    address = settings.database_address
    if not address.startswith(_FILE):
        return
    path = Path(address.removeprefix(_FILE))
    if not path.exists():
        leave(f"There is no database yet: the desk has not run here.{then}")
    if not path.stat().st_size:
        leave(f"{path} is empty: what was in it is gone. `heard restore` puts the last good backup in its place.")


def reader(settings: "Settings", key_file: Path | None = None) -> "SqlStore":
    """Open the store read-only, also while the desk runs; without a store, print a sentence and exit."""
    from bot.domain.base.refusals import Refusal
    from bot.ports import OutOfService
    from storage import open_store

    refuse_no_file(settings)
    try:
        return open_store(settings.database_address, read_only=True, key_file=key_file)
    except Refusal as refusal:
        leave(refusal.sentence)
    except OutOfService as trouble:
        leave(f"{trouble} {what_now(trouble)}")
