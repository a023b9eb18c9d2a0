"""What Slack tells us unasked: people, groups and channels that changed, messages we read nothing from."""

import json
from collections.abc import Callable
from typing import Any

from slack_bolt import App, BoltResponse

from bot.blocks.modals import simple
from bot.blocks.overview import refusal
from handlers.door import Door

_NEWS = ("user_change", "subteam_updated", "subteam_members_changed", "channel_shared", "channel_unshared")
_NEWEST = "The newest card of the case has buttons that work."
_OLDER_BUTTON = f"This button belongs to an older form of the card. {_NEWEST}"
_OLDER_FORM = f"This form is of an older kind, so nothing was done. {_NEWEST}"


def register(app: App, door: Door, *, directory_changed: Callable[[], None]) -> None:
    """List this module's doors: people, groups and shared channels are read again when Slack says they changed."""
    for event in _NEWS:
        app.event(event)(_noted(directory_changed))
    app.event("message")(_nothing)  # threads are the team's own: nothing typed there goes anywhere
    app.error(_unknown(door))


def _noted(then: Callable[[], None]) -> Callable[..., None]:
    def listener(ack: Callable[..., Any]) -> None:
        then()
        ack()

    return listener


def _nothing(ack: Callable[..., Any]) -> None:
    ack()


def _unknown(door: Door) -> Callable[..., Any]:
    """Answer a button or a form that nobody knows any more: old messages live for months."""

    def listener(error: Exception, body: dict[str, Any], logger: Any) -> BoltResponse:  # noqa: ANN401 - Bolt's own shape
        name = type(error).__name__
        if name != "BoltUnhandledRequestError":
            logger.error("door.broken kind=%s", name)
            return BoltResponse(status=500)
        if body.get("type") == "view_submission":
            shown = {"response_action": "update", "view": simple("Not done", _OLDER_FORM)}
            return BoltResponse(status=200, body=json.dumps(shown), headers={"content-type": ["application/json"]})
        if body.get("response_url"):
            door.pool.submit(door.desk.chat.respond, body["response_url"], refusal(_OLDER_BUTTON))
        return BoltResponse(status=200)

    return listener
