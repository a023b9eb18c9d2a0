"""The payloads that Slack sends when a person does something, in Slack's own JSON."""

from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.errors import Json
from bot.rehearsal.workspace.model import Channel, Message, Person
from bot.rehearsal.workspace.shapes import message_shape
from bot.rehearsal.workspace.values import as_sent, typed_as_sent
from bot.rehearsal.workspace.views import View

_NAMES = {"im": "directmessage", "groups": "privategroup"}


def common(kind: str, person: Person, trigger_id: str = "") -> Json:
    """Return the fields that all interactive payloads have: person, team, app."""
    user = {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id}
    payload: Json = {
        "type": kind, "user": user, "api_app_id": cast.APP, "token": cast.VERIFICATION,
        "team": {"id": cast.TEAM, "domain": cast.TEAM_DOMAIN}, "enterprise": None, "is_enterprise_install": False,
    }  # fmt: skip
    return {**payload, "trigger_id": trigger_id} if trigger_id else payload


def place(channel: Channel) -> Json:
    """Return a room as interactive payloads name it."""
    return {"id": channel.id, "name": channel.name if channel.kind == "channels" else _NAMES[channel.kind]}


def in_message(message: Message, channel: Channel, values: Json) -> Json:
    """Return the fields of a block_actions payload that name its message."""
    hidden = message.reader is not None
    container: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id, "is_ephemeral": hidden}
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    part: Json = {"container": container, "channel": place(channel), "state": {"values": as_sent(values)}}
    return part if hidden else {**part, "message": message_shape(message, with_metadata=True)}


def in_view(view: View) -> Json:
    """Return the fields of a block_actions payload that name its view."""
    return {"container": {"type": "view", "view_id": view.id}, "view": _sent(view)}


def _sent(view: View) -> Json:
    shape = view.shape()
    return {**shape, "state": {"values": as_sent(shape["state"]["values"])}}


def action(element: Json, block_id: str, value: Json, action_ts: str) -> Json:
    """Return the action of a press or a choice."""
    kept = ("action_id", "type", "text", "value", "style", "placeholder")
    shape = {name: element[name] for name in kept if name in element}
    return {**shape, "block_id": block_id, **typed_as_sent(value), "action_ts": action_ts}


def command(person: Person, channel: Channel, words: tuple[str, str], trigger_id: str, response_url: str) -> Json:
    """Return a slash command's form; `words` are the command and its text."""
    return {
        "token": cast.VERIFICATION, "team_id": cast.TEAM, "team_domain": cast.TEAM_DOMAIN,
        "channel_id": channel.id, "channel_name": place(channel)["name"],
        "user_id": person.id, "user_name": person.name, "command": words[0], "text": words[1],
        "api_app_id": cast.APP, "is_enterprise_install": "false",
        "response_url": response_url, "trigger_id": trigger_id,
    }  # fmt: skip


def submission(view: View, person: Person, trigger_id: str) -> Json:
    """Return the payload of a modal's submission."""
    return {**common("view_submission", person, trigger_id), "view": _sent(view), "response_urls": []}


def closing(view: View, person: Person, *, cleared: bool) -> Json:
    """Return the payload of a modal's closing."""
    return {**common("view_closed", person), "view": _sent(view), "is_cleared": cleared}
