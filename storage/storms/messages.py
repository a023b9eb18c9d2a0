"""The messages of storms, in their channels and threads, wanted anew."""

from datetime import datetime

from bot.domain.slack.telling import TellingKind, Urgency
from storage.engine.base import Engine
from storage.slack.tellings import want_of_desk

_STANDS = "SELECT 1 FROM tellings WHERE case_id = 0 AND kind = 'storm' AND about = :id AND ts <> ''"
_PAUSE = "SELECT channel FROM tellings WHERE case_id = 0 AND kind = 'storm_pause' AND about = :id"
_OVER = "SELECT 1 FROM tellings WHERE case_id = 0 AND kind = 'storm_over' AND about = :id"


def want_storm(
    engine: Engine, storm_id: int, channel: str, at: datetime, *, clicked: bool = False, over: bool = False
) -> None:
    """Request a storm's messages posted, or redrawn where they stand; `over`: its summary, too."""
    urgency = Urgency.CLICK if clicked else Urgency.URGENT
    which = {"id": storm_id}
    waits = engine.row(_STANDS, which) is None
    want_of_desk(engine, TellingKind.STORM, storm_id, at, channel=channel, urgency=urgency)
    want_of_desk(engine, TellingKind.STORM_DESK, storm_id, at, channel=channel, urgency=urgency, waits=waits)
    if over or engine.row(_OVER, which):
        want_of_desk(engine, TellingKind.STORM_OVER, storm_id, at, channel=channel, urgency=urgency, waits=waits)
    asked = engine.row(_PAUSE, which)
    if asked:
        want_of_desk(engine, TellingKind.STORM_PAUSE, storm_id, at, channel=asked[0], urgency=urgency)
