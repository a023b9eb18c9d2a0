"""Draws the messages of a storm from its state."""

from datetime import datetime

from bot.blocks.storms import storm, storm_desk
from bot.domain.slack.telling import Telling, TellingKind
from bot.ports import Desk, Message
from bot.services.storms.sight import storm_view


def draw_storm(desk: Desk, telling: Telling, now: datetime) -> Message:
    """Draw one of a storm's messages."""
    view = storm_view(desk, desk.store.storm(telling.about), now)
    if telling.kind == TellingKind.STORM_DESK:
        return storm_desk.storm_desk(view, desk.secret)
    if telling.kind == TellingKind.STORM_PAUSE:
        return storm_desk.pause_request(view, desk.secret)
    if telling.kind == TellingKind.STORM_OVER:
        return storm_desk.summary(view)
    return storm.storm_message(view, desk.secret)
