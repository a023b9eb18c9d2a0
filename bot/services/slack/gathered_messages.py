"""Keeps new messages to one recipient a minute apart: the first goes at once, later ones become one message."""

from datetime import datetime, timedelta

from bot.domain.slack.telling import Telling
from bot.ports import Desk

APART = timedelta(minutes=1)


def seconds_before_next(desk: Desk, telling: Telling, now: datetime) -> float:
    """Return the seconds until a new message may go to this recipient; a redraw is not a new message."""
    if telling.ts or not telling.recipient:
        return 0.0
    last = desk.store.last_told(telling.recipient)
    if last is None:
        return 0.0
    passed = abs(now - last)  # a moment ahead was written by a wrong clock
    return max((APART - passed).total_seconds(), 0.0)


def digest_for(desk: Desk, telling: Telling, now: datetime) -> Telling:
    """Return the message to post instead: a digest of all messages for its recipient, if several wait."""
    if telling.ts or not telling.recipient:
        return telling
    return desk.store.fold(telling.recipient, now) or telling
