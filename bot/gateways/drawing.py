"""Draws the Slack message of a telling, unless its channel is shared with others."""

from datetime import datetime

from bot.domain.slack.readers import InChannel
from bot.domain.slack.shared_channels import Openness
from bot.domain.slack.telling import NEWEST, Telling
from bot.ports import Desk, Message
from bot.services.slack.reading_back import reader_of
from bot.services.slack.shared_channels import openness


def draw(desk: Desk, telling: Telling, now: datetime) -> tuple[Message, int] | None:
    """Return the message and the case version it shows; None when there is nothing to show (any more)."""
    from bot.blocks.cases import thread_messages  # noqa: PLC0415 - with what draws: loaded with the first message
    from bot.gateways.messages import drawn  # noqa: PLC0415

    if _is_shared(desk, telling):
        return None if telling.shown == NEWEST else (thread_messages.emptied(telling.case_id), NEWEST)
    return drawn(desk, telling, now)


def _is_shared(desk: Desk, telling: Telling) -> bool:
    reader = reader_of(telling)
    return isinstance(reader, InChannel) and openness(desk, reader.channel) == Openness.SHARED
