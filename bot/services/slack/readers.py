"""Decides who may read what. Every outgoing message is checked here."""

from datetime import datetime

from bot.domain.slack.readers import NOWHERE, OURS, OUTSIDE, InChannel, Reader
from bot.domain.slack.shared_channels import Openness
from bot.ports import Desk
from bot.services.slack import shared_channels
from bot.services.slack.reading_back import reader_of
from bot.services.team import access

__all__ = ["may_read", "reader_of", "why_not"]

HELD = "channel_shared"
UNSEEN = "channel_not_found"
UNKNOWN = "channel_unknown"
KEPT_BACK = "kept_back"
_WHY = {Openness.SHARED: HELD, Openness.UNSEEN: UNSEEN, Openness.UNKNOWN: UNKNOWN}


def may_read(desk: Desk, kept_to: str, reader: Reader, now: datetime) -> bool:
    """Return whether content with this `kept_to` may be shown to this reader; unknown people may not read it.

    Sharing with another company is checked separately; `why_not` checks both.
    """
    if kept_to in {OUTSIDE, NOWHERE}:
        return kept_to == OUTSIDE
    if isinstance(reader, InChannel):
        return kept_to in {OURS, reader.channel}
    if not access.works_here(desk, reader.user):
        return False
    own = kept_to == reader.channel and shared_channels.openness(desk, reader.channel) == Openness.OURS
    return kept_to == OURS or own or access.reads_private(desk, reader.user, now)


def why_not(desk: Desk, kept_to: str, reader: Reader, now: datetime) -> str:
    """Return an error code why a message may not be shown there; empty: it may."""
    if isinstance(reader, InChannel) and kept_to != OUTSIDE:
        found = shared_channels.openness(desk, reader.channel)
        if found != Openness.OURS:
            return _WHY[found]
    return "" if may_read(desk, kept_to, reader, now) else KEPT_BACK
