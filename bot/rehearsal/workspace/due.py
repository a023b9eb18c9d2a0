"""The next due moment, read from the messages of the app: the stage knows nothing else of the desk."""

import re

from bot.rehearsal.workspace.team import Team

_DUE = re.compile(r"\bdue\s+<!date\^(\d+)\^")


def next_due(team: Team) -> float | None:
    """Return the earliest future due moment in the app's messages, in Unix seconds, or None."""
    now = team.stamps.seconds()
    with team.lock:
        said = [
            m.text for room in team.channels.values() for m in room.messages.values() if m.by_bot and not m.deleted
        ]
    moments = (float(found) for text in said for found in _DUE.findall(text))
    return min((moment for moment in moments if moment > now), default=None)
