"""The answer of `/care release`: what was found while the desk is held, and its end."""

from collections.abc import Iterable

from bot.blocks.base import limits, parts
from bot.domain.backups.found import FoundInHold
from bot.domain.slack.readers import OURS
from bot.ports.chat import Message


def found_in_hold_message(found: FoundInHold) -> Message:
    """Draw what was found, and how the desk is released."""
    return _message(
        [*found.said(), "`/care release now` lets the desk go on. What is still looked for waits all the same."]
    )


def released_message() -> Message:
    """Draw that the hold is over."""
    return _message(["Released. What waited goes out from now on, and people are reminded."])


def _message(lines: Iterable[str]) -> Message:
    said = "\n".join(lines)
    return Message(text=parts.own(said, limits.FALLBACK), blocks=[parts.section(said)], kept_to=OURS)
