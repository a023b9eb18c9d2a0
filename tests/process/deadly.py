"""Runs the real desk with a port that kills the process at a chosen point."""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import app
from bot.domain.cases.events import Event
from bot.gateways.clock import WallClock
from bot.ports import OutOfService
from bot.settings import load
from cli.opening import until_stopped

Deed = Callable[..., Any]


def die() -> None:
    """End this process at once, as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


class Deadly:
    """The real port, except that one of its methods kills the process before or after its work."""

    def __init__(self, real: object, method: str, *, after: bool, when: Callable[..., bool]) -> None:
        assert hasattr(real, method), "a method that the port does not have never dies"
        self._real, self._method, self._after, self._when = real, method, after, when

    def __getattr__(self, name: str) -> Any:
        deed = getattr(self._real, name)
        return self._wrapped(deed) if name == self._method else deed

    def _wrapped(self, deed: Deed) -> Deed:
        def deadly(*given: Any, **named: Any) -> Any:
            fits = self._when(*given, **named)
            if fits and not self._after:
                die()
            done = deed(*given, **named)
            if fits:
                die()
            return done

        return deadly


def verb(name: str) -> Callable[..., bool]:
    """Return a condition that is true for a recording of this verb."""

    def fits(*given: Any, **_: Any) -> bool:
        return any(isinstance(one, Event) and one.verb == name for one in given)

    return fits


def always(*_: Any, **__: Any) -> bool:
    """Return True for every call."""
    return True


# point: (port, method, whether it dies after the work, condition)
POINTS: dict[str, tuple[str, str, bool, Callable[..., bool]]] = {
    "intake: fetched, nothing stored": ("store", "add_mention", False, always),
    "intake: rows written, cursor not, in the transaction": ("store", "move_cursor", False, always),
    "intake: cursor written, not committed": ("store", "move_cursor", True, always),
    "first post: before it is written down": ("store", "telling_started", False, always),
    "first post: written down, not posted": ("chat", "post", False, always),
    "first post: posted, not written down": ("chat", "post", True, always),
    "first post: before the answer is written down": ("store", "mark_told", False, always),
    "click: before it is recorded": ("store", "record", False, verb("claim")),
    "click: recorded, not acknowledged": ("store", "record", True, verb("claim")),
    "send: before it is written down": ("store", "record", False, verb("send")),
    "send: written down, not called": ("network", "reply", False, always),
    "send: called, answer not written down": ("network", "reply", True, always),
    "send: before the outcome is recorded": ("store", "record", False, verb("delivered")),
    "send: outcome recorded": ("store", "record", True, verb("delivered")),
    "reconcile: before looking": ("network", "find_reply", False, always),
    "reconcile: looked, not recorded": ("network", "find_reply", True, always),
}


def armed(running: app.Running, point: str) -> app.Running:
    """Replace the port of the running desk by the deadly one."""
    port, method, after, when = POINTS[point]
    desk = running.desk
    if port == "network":
        desk = replace(
            desk, networks={key: Deadly(one, method, after=after, when=when) for key, one in desk.networks.items()}
        )
    else:
        desk = replace(desk, **{port: Deadly(getattr(desk, port), method, after=after, when=when)})
    running.desk = running.clockwork.desk = running.clockwork.publisher.desk = desk
    running.listeners.desk = desk
    return running


def run(  # noqa: PLR0917 - a process is given all of it in order
    config: Path, speed: float, start: datetime, point: str, lease: float, synchronous: str = "OFF"
) -> None:
    """Run the desk of the given configuration in stage time; die at the given point, if any.

    `lease`: on PostgreSQL, in real seconds.
    """
    # Reading the timeline in between would find the lost reply before the desk looks for it.
    often = timedelta(hours=1) if point.startswith("reconcile") else timedelta(seconds=1)
    clock = WallClock(speed, start)
    try:
        running = app.compose(load(config, os.environ), clock, poll_every=often, synchronous=synchronous, lease=lease)
    except OutOfService as trouble:  # the database is away: `heard run` says so and ends, too
        sys.exit(str(trouble))
    if point:
        running = armed(running, point)
    until_stopped(running)
