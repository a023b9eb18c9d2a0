"""Slack for a drill: every message, form and home tab is marked before it goes out."""

from collections.abc import Mapping
from typing import Any

from bot.blocks.drill.marks import WORD, marked, marked_form
from bot.gateways.slack import SlackChat
from bot.ports.chat import ChatOutcome, Message


class DrillChat(SlackChat):
    """The Chat port over Slack's Web API, which shows nothing without the mark of a drill."""

    def post(self, channel: str, message: Message, *, thread_ts: str = "", telling: int = 0) -> ChatOutcome:
        """Post a marked message."""
        return super().post(channel, marked(message), thread_ts=thread_ts, telling=telling)

    def update(self, channel: str, ts: str, message: Message) -> ChatOutcome:
        """Replace a message of ours by a marked one."""
        return super().update(channel, ts, marked(message))

    def respond(self, response_url: str, message: Message, *, replace: bool = False, thread_ts: str = "") -> None:
        """Answer the asker with a marked message."""
        super().respond(response_url, marked(message), replace=replace, thread_ts=thread_ts)

    def whisper(self, channel: str, user: str, message: Message, *, thread_ts: str = "") -> None:
        """Show a marked message to one person."""
        super().whisper(channel, user, marked(message), thread_ts=thread_ts)

    def send_file(self, user: str, name: str, content: bytes, comment: str) -> None:
        """Send a file whose name and comment are marked."""
        super().send_file(user, f"{WORD}-{name}", content, f"{WORD} · {comment}")

    def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> str:
        """Open a marked form."""
        return super().open_view(trigger_id, marked_form(view))

    def push_view(self, trigger_id: str, view: Mapping[str, Any]) -> str:
        """Stack a marked form on the open one."""
        return super().push_view(trigger_id, marked_form(view))

    def update_view(self, view_id: str, view: Mapping[str, Any], *, hash_: str = "") -> str:
        """Redraw an open form, marked; return its hash."""
        return super().update_view(view_id, marked_form(view), hash_=hash_)

    def publish_home(self, user: str, view: Mapping[str, Any], *, hash_: str = "") -> None:
        """Redraw somebody's home tab, marked."""
        super().publish_home(user, marked_form(view), hash_=hash_)
