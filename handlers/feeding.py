"""Requests of the command line to a running desk: take recorded posts, return the status."""

from collections.abc import Callable
from typing import Any

from bot.gateways.networks.recorded import RecordedNetwork
from bot.gateways.networks.recordings import from_wire
from bot.ports import Desk
from handlers.control import Answers, Request


def answers(desk: Desk, read_now: Callable[[], None]) -> Answers:
    """Return the function of each request."""
    return {
        "feed": lambda request: _feed(desk, request, read_now),
        "status": lambda _: _status(desk),
    }


def _recorded(desk: Desk) -> RecordedNetwork | None:
    found: list[object] = list(desk.networks.values())
    return next((one for one in found if isinstance(one, RecordedNetwork)), None)


def _feed(desk: Desk, request: Request, read_now: Callable[[], None]) -> dict[str, Any]:
    network = _recorded(desk)
    if network is None:
        return {"ok": False, "why": "This desk takes no recorded posts."}
    posts = [from_wire(one) for one in request["posts"]]
    network.feed(posts, desk.clock.now())
    read_now()
    return {"taken": len(posts), "waiting": network.waiting()}


def _status(desk: Desk) -> dict[str, Any]:
    now = desk.clock.now()
    tally, network = desk.store.tally(now, now), _recorded(desk)
    return {
        "open": tally.open + tally.replayed,
        "untold": tally.untold,
        "waiting": network.waiting() if network else 0,
    }
