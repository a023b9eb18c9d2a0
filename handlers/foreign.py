"""Rejects payloads of other workspaces before any listener."""

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from slack_bolt import BoltResponse

log = logging.getLogger(__name__)

_NOT_HERE = "This desk belongs to another workspace. Someone of its own team can do this."
_OF_NOBODY = frozenset({"url_verification"})  # Slack asks whether the address is ours; nothing is dispatched

Payload = Mapping[str, Any]


def only_of(team: str) -> Callable[..., BoltResponse | None]:
    """Return Bolt middleware that accepts payloads of this workspace; others are acknowledged and logged."""

    def middleware(body: Payload, next_: Callable[[], BoltResponse]) -> BoltResponse | None:
        if is_of_this_workspace(body, team):
            return next_()
        log.warning("door.foreign kind=%s", _kind(body))
        return BoltResponse(status=200, body=_NOT_HERE if "command" in body else "")

    return middleware


def is_of_this_workspace(body: Payload, team: str) -> bool:
    """Return whether a payload is of this workspace; one without a workspace is not."""
    if body.get("type") in _OF_NOBODY:
        return True
    if "event" in body:
        return team in set(_heard_for(body))
    return set(_named(body)) == {team}


def _heard_for(body: Payload) -> Iterator[str]:
    """Yield the workspaces that receive an event; in a shared channel it may come from another one."""
    told = [one.get("team_id") for one in _mappings(body.get("authorizations"))]
    told += [body.get("context_team_id")]
    told = [one for one in told if one]
    yield from map(str, told or [body.get("team_id") or ""])


def _named(body: Payload) -> Iterator[str]:
    """Yield every workspace in a click, form, shortcut or command: of its place, and of the person."""
    found = [
        body.get("team_id"),
        _of(body.get("team"), "id"),
        _of(body.get("user"), "team_id"),
        _of(body.get("view"), "team_id"),
    ]
    yield from (str(one) for one in found if one)


def _of(part: object, name: str) -> object:
    return part.get(name) if isinstance(part, Mapping) else None


def _mappings(found: object) -> Iterator[Payload]:
    yield from (one for one in found if isinstance(one, Mapping)) if isinstance(found, list) else ()


def _kind(body: Payload) -> str:
    known = {"block_actions", "block_suggestion", "event_callback", "message_action", "shortcut"}
    known |= {"view_submission", "view_closed"}
    kind = body.get("type")
    return kind if kind in known else "command" if "command" in body else "unknown"
