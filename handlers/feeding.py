"""What the command line may ask of a running desk: feed recorded posts, say how it stands."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.gateways.networks.recorded import RecordedNetwork
from bot.gateways.networks.recordings import RecordedPost
from bot.ports import Desk
from handlers.control import Answers, Request


def answers(desk: Desk, read_now: Callable[[], None]) -> Answers:
    """Return what each request does."""
    return {
        "feed": lambda request: _feed(desk, request, read_now),
        "status": lambda _: _status(desk),
    }


def _feed(desk: Desk, request: Request, read_now: Callable[[], None]) -> dict[str, Any]:
    network = next(one for one in desk.networks.values() if isinstance(one, RecordedNetwork))
    posts = [_post(one) for one in request["posts"]]
    network.feed(posts)
    read_now()
    return {"taken": len(posts)}


def _post(said: dict[str, Any]) -> RecordedPost:
    return RecordedPost(**{**said, "posted_at": datetime.fromisoformat(said["posted_at"])})


def _status(desk: Desk) -> dict[str, Any]:
    now = desk.clock.now()
    tally = desk.store.tally(now, now)
    return {"open": tally.open, "untold": tally.untold}
