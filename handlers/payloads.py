"""Slack's payloads as typed values: read once, at the door."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.text import unescape_slack

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """Somebody pressed a button, chose from a menu, sent a form or typed a command."""

    user: str
    team: str  # the person's own workspace
    action: str = ""
    value: str = ""
    channel: str = ""
    ts: str = ""
    ephemeral: bool = False  # the message under the button is seen by whoever pressed, and by nobody else
    trigger_id: str = ""
    response_url: str = ""
    text: str = ""  # of a command, or of the message behind a shortcut
    view_id: str = ""
    view_hash: str = ""
    form: str = ""  # the callback id of the form that this happened in
    metadata: str = ""  # of that form; empty where this desk did not put it there
    values: Mapping[str, Mapping[str, Mapping[str, object]]] = field(default_factory=dict)


def of_action(body: Payload) -> Click:
    """Read a block_actions payload, from a message or from a modal."""
    action = body["actions"][0]
    chosen = action.get("selected_option") or {}
    container = body.get("container") or {}
    return Click(
        **_who(body),
        **_form(body),
        action=action["action_id"],
        value=str(action.get("value") or chosen.get("value") or ""),
        channel=str(container.get("channel_id") or (body.get("channel") or {}).get("id") or ""),
        ts=str(container.get("message_ts") or ""),
        ephemeral=container.get("is_ephemeral") is True,
        trigger_id=body.get("trigger_id", ""),
        response_url=body.get("response_url", ""),
    )


def of_view(body: Payload) -> Click:
    """Read a view_submission or view_closed payload."""
    return Click(
        **_who(body), **_form(body), action=body["view"]["callback_id"], trigger_id=body.get("trigger_id", "")
    )


def of_command(body: Payload) -> Click:
    """Read a slash command's form."""
    return Click(
        user=str(body["user_id"]),
        team=str(body.get("team_id", "")),
        action=str(body["command"]),
        text=unescape_slack(str(body.get("text", ""))),
        channel=str(body.get("channel_id", "")),
        trigger_id=str(body.get("trigger_id", "")),
        response_url=str(body.get("response_url", "")),
    )


def of_shortcut(body: Payload) -> Click:
    """Read a message shortcut's payload."""
    return Click(
        **_who(body),
        action=body["callback_id"],
        channel=str((body.get("channel") or {}).get("id", "")),
        ts=str(body.get("message_ts", "")),
        text=str((body.get("message") or {}).get("text", "")),
        trigger_id=body.get("trigger_id", ""),
        response_url=body.get("response_url", ""),
    )


def _who(body: Payload) -> dict[str, Any]:
    user = body["user"]
    return {"user": str(user["id"]), "team": str(user.get("team_id") or (body.get("team") or {}).get("id", ""))}


def _form(body: Payload) -> dict[str, Any]:
    view = body.get("view") or {}
    return {
        "view_id": str(view.get("id", "")),
        "view_hash": str(view.get("hash", "")),
        "form": str(view.get("callback_id", "")),
        "metadata": str(view.get("private_metadata", "")),
        "values": (view.get("state") or body.get("state") or {}).get("values") or {},
    }
