"""Slack's payloads as typed values."""

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from bot.blocks.base.ids import ANSWER_MODAL
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean, unescape_slack
from bot.domain.team.people import is_id
from bot.gateways.outside import cleaned, object_in, objects, text_or_empty
from bot.ports.chat import Origin

Payload = Mapping[str, Any]
_STAMP = re.compile(r"([0-9]{1,12})\.([0-9]{6})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """Somebody pressed a button, chose from a menu, sent a form or typed a command."""

    user: str
    team: str  # the person's own workspace
    action: str = ""
    value: str = ""
    channel: str = ""
    ts: str = ""
    thread: str = ""  # the thread of the button's message
    ephemeral: bool = False  # only the person who pressed sees the button's message
    trigger_id: str = ""
    response_url: str = ""
    text: str = ""  # of a command, or of the message behind a shortcut
    view_id: str = ""
    view_hash: str = ""
    form: str = ""  # the callback id of the form that this happened in
    at_home: bool = False  # the button stands on the home tab of whoever pressed
    face: str = ""  # what the home tab shows, or showed when the form was opened from there; empty: not from there
    pressed: int = 0  # Slack's moment of a press, in microseconds; 0: a form was sent or closed, which has none
    metadata: str = ""  # of that form; empty where this desk did not put it there
    values: Mapping[str, Mapping[str, Mapping[str, object]]] = field(default_factory=dict)

    @property
    def in_form(self) -> bool:
        """Return whether this happened in a form that stands open: it was not sent."""
        return bool(self.view_id) and not self.at_home and self.action != self.form

    @property
    def in_answer(self) -> bool:
        """Return whether the button stands in an answer that is shown over Slack: there was no channel for it."""
        return self.form == ANSWER_MODAL

    @property
    def from_home(self) -> bool:
        """Return whether the home tab of whoever pressed shows what this changes."""
        return self.at_home or bool(self.face)

    @property
    def origin(self) -> Origin:
        """Return the place for an answer."""
        return Origin(
            user=self.user,
            channel=self.channel,
            thread_ts=self.thread,
            response_url=self.response_url,
            open_form=self.trigger_id if self.in_form else "",
            home_tab=self.trigger_id if self.at_home else "",
        )


def of_action(body: Payload) -> Click:
    """Read a block_actions payload, from a message or from a modal."""
    action: Payload = next(iter(objects(body, "actions")), {})
    container = object_in(body, "container")
    return Click(
        **_who(body),
        **_form(body),
        **_ways_back(body),
        action=text_or_empty(action, "action_id"),
        value=text_or_empty(action, "value") or text_or_empty(object_in(action, "selected_option"), "value"),
        channel=text_or_empty(container, "channel_id") or text_or_empty(object_in(body, "channel"), "id"),
        ts=text_or_empty(container, "message_ts"),
        thread=text_or_empty(container, "thread_ts") or text_or_empty(object_in(body, "message"), "thread_ts"),
        ephemeral=container.get("is_ephemeral") is True,
        pressed=_micros(text_or_empty(action, "action_ts")),
    )


def of_home_opened(body: Payload) -> Click:
    """Read an app_home_opened event."""
    event = object_in(body, "event")
    return Click(
        user=_id(event, "user"),
        team=text_or_empty(body, "team_id"),
        action=text_or_empty(event, "tab"),
        at_home=True,
        view_hash=text_or_empty(object_in(event, "view"), "hash"),
    )


def of_view(body: Payload) -> Click:
    """Read a view_submission or view_closed payload."""
    return Click(
        **_who(body),
        **_form(body),
        action=text_or_empty(object_in(body, "view"), "callback_id"),
        trigger_id=clean(text_or_empty(body, "trigger_id")),
    )


def of_command(body: Payload) -> Click:
    """Read a slash command's form."""
    return Click(
        **_ways_back(body),
        user=_id(body, "user_id"),
        team=text_or_empty(body, "team_id"),
        action=text_or_empty(body, "command"),
        text=unescape_slack(clean(text_or_empty(body, "text"))),
        channel=text_or_empty(body, "channel_id"),
    )


def of_shortcut(body: Payload) -> Click:
    """Read a message shortcut's payload."""
    return Click(
        **_who(body),
        **_ways_back(body),
        action=text_or_empty(body, "callback_id"),
        channel=text_or_empty(object_in(body, "channel"), "id"),
        ts=text_or_empty(body, "message_ts"),
        thread=text_or_empty(object_in(body, "message"), "thread_ts"),
        text=clean(text_or_empty(object_in(body, "message"), "text")),
    )


def _micros(stamp: str) -> int:
    """Return a timestamp of Slack in microseconds; 0 for anything else."""
    found = _STAMP.fullmatch(stamp)
    return int(found[1]) * 1_000_000 + int(found[2]) if found else 0


def _id(holder: Payload, name: str) -> str:
    """Return a Slack id; "" for anything else, which has no rights."""
    found = text_or_empty(holder, name)
    return found if is_id(found) else ""


def _who(body: Payload) -> dict[str, Any]:
    user = object_in(body, "user")
    return {
        "user": _id(user, "id"),
        "team": text_or_empty(user, "team_id") or text_or_empty(object_in(body, "team"), "id"),
    }


def _ways_back(body: Payload) -> dict[str, Any]:
    return {name: clean(text_or_empty(body, name)) for name in ("trigger_id", "response_url")}


def _form(body: Payload) -> dict[str, Any]:
    view = object_in(body, "view")
    state = object_in(view, "state") or object_in(body, "state")
    return {
        "view_id": text_or_empty(view, "id"),
        "view_hash": text_or_empty(view, "hash"),
        "at_home": text_or_empty(view, "type") == "home",
        "form": text_or_empty(view, "callback_id"),
        "metadata": text_or_empty(view, "private_metadata"),
        "values": {block: _inputs(actions) for block, actions in cleaned(object_in(state, "values")).items()},
    }


def _inputs(actions: object) -> Mapping[str, Mapping[str, object]]:
    """Return the inputs of one block of a form, without other content."""
    held = actions if isinstance(actions, dict) else {}
    return {action: state for action, state in held.items() if isinstance(state, dict)}
