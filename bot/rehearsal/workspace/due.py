"""When something is due next, as the workspace's own messages say it: the stage knows nothing else of the desk."""

import re

from bot.rehearsal.workspace.team import Team

_DUE = re.compile(r"\bdue\s+<!date\^(\d+)\^")


def next_due(team: Team) -> float | None:
    """Find the earliest moment still to come that a standing message of the app calls due, in Unix seconds."""
    now = team.stamps.seconds()
    with team.lock:
        said = [
            m.text for room in team.channels.values() for m in room.messages.values() if m.by_bot and not m.deleted
        ]
    moments = (float(found) for text in said for found in _DUE.findall(text))
    return min((moment for moment in moments if moment > now), default=None)
