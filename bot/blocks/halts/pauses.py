"""The answer to a person who paused sending, or let it go on."""

from datetime import datetime

from bot.blocks.base import limits, parts
from bot.blocks.base.phrases import Phrase, as_line
from bot.domain.slack.readers import OURS
from bot.ports.chat import Message


def pause_answer(where: str, what_follows: str, now: datetime, *, ended: bool) -> Message:
    """Draw the answer; `where`: in words, `what_follows`: what waits, or goes out."""
    first = f"Replies go out again {where}." if ended else f"Sending is paused {where}."
    said: Phrase = [f"{first} {what_follows}"]
    return limits.fit(Message(text=as_line(said, now), blocks=[parts.rich(parts.line(said, now))], kept_to=OURS))
