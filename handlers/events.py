"""Slack's events: people, groups and channels that changed. Messages are ignored."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from slack_bolt import App, BoltResponse

from bot.blocks.base.simple_forms import simple
from bot.domain.team.people import is_id
from bot.services.team import access
from handlers.door import Door, whisper
from handlers.payloads import of_action, of_shortcut

_GROUP = ("subteam", "subteam_id")
_PEOPLE = {"user_change": ("user",), "subteam_updated": _GROUP, "subteam_members_changed": _GROUP}  # named where
_CHANNELS = ("channel_shared", "channel_unshared")
_PRESSED = {"block_actions": of_action, "message_action": of_shortcut}
_NEWEST = "The newest card of the case has buttons that work."
_OLDER_BUTTON = f"This button belongs to an older card. {_NEWEST}"
_OLDER_FORM = f"This form is out of date, so nothing was done. {_NEWEST}"


def register(
    app: App, door: Door, *, directory_changed: Callable[[], None], people_changed: Callable[[], None]
) -> None:
    """Register this module's listeners: changed people, groups and channels are read again."""
    for kind in _CHANNELS:
        app.event(kind)(_noted(_forgetting(door, directory_changed)))
    for kind, named_in in _PEOPLE.items():
        app.event(kind)(_changed(door, named_in, people_changed))
    app.event("message")(_nothing)  # nothing typed in a thread is used or kept
    app.error(_unknown(door))


def _forgetting(door: Door, then: Callable[[], None]) -> Callable[[], None]:
    """Forget the known channels before the acknowledgement: the next message checks first."""

    def forget() -> None:
        door.desk.rooms.forget()
        then()

    return forget


def _noted(then: Callable[[], None]) -> Callable[..., None]:
    def listener(ack: Callable[..., Any]) -> None:
        then()
        ack()

    return listener


def _changed(door: Door, named_in: Sequence[str], then: Callable[[], None]) -> Callable[..., None]:
    """Forget the people and groups of an event before the acknowledgement: a lost right is lost from then on."""

    def listener(ack: Callable[..., Any], event: Mapping[str, Any]) -> None:
        try:
            access.forget(door.desk, _named(event, named_in))
        finally:
            then()
        ack()

    return listener


def _named(event: Mapping[str, Any], named_in: Sequence[str]) -> Collection[str]:
    """Return the person or group that an event is about, never who caused it; nobody if unclear."""
    named = [_id(event[part]) for part in named_in if event.get(part)]
    return named if all(map(is_id, named)) else []


def _id(said: object) -> str:
    said = said.get("id") if isinstance(said, dict) else said
    return said if isinstance(said, str) else ""


def _nothing(ack: Callable[..., Any]) -> None:
    ack()


def _unknown(door: Door) -> Callable[..., Any]:
    """Answer a button or form of an old message that no longer exists in this version."""

    def listener(error: Exception, body: dict[str, Any], logger: Any) -> BoltResponse:  # noqa: ANN401 - Bolt's own shape
        name = type(error).__name__
        if name != "BoltUnhandledRequestError":
            logger.error("door.broken kind=%s", name)
            door.desk.broken.failed("door", name, door.desk.clock.pace(), spared=0)
            return BoltResponse(status=500)
        if body.get("type") == "view_submission":
            shown = {"response_action": "update", "view": simple("Not done", _OLDER_FORM)}
            return BoltResponse(status=200, body=json.dumps(shown), headers={"content-type": ["application/json"]})
        if read := _PRESSED.get(str(body.get("type"))):
            door.pool.submit(whisper, door.desk, read(body), _OLDER_BUTTON)
        return BoltResponse(status=200)

    return listener
