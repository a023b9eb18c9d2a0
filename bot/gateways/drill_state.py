"""The state file of a drill: what it plays, since when, and how it ended."""

import json
from datetime import datetime
from pathlib import Path

from bot.domain.base.quick_dataclass import dataclass
from bot.gateways.durable_files import replace_whole

FILE = "drill.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillState:
    """One drill in its folder. `script`: its whole text, so that it goes on as it began."""

    script: str
    text: str
    rooms: tuple[str, str]  # its channel, and that of its leads
    started_at: datetime
    speed: float
    ended_at: datetime | None = None


def read_state(folder: Path) -> DrillState | None:
    """Return the drill of a folder, or None where there is none that can be read."""
    try:
        found = json.loads((folder / FILE).read_text("utf-8"))
        ended = found["ended_at"]
        return DrillState(
            script=str(found["script"]),
            text=str(found["text"]),
            rooms=(str(found["channel"]), str(found["leads_channel"])),
            started_at=datetime.fromisoformat(found["started_at"]),
            speed=float(found["speed"]),
            ended_at=datetime.fromisoformat(ended) if ended else None,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_state(folder: Path, state: DrillState) -> None:
    """Write the state file whole; raise OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = {
        "script": state.script,
        "text": state.text,
        "channel": state.rooms[0],
        "leads_channel": state.rooms[1],
        "started_at": state.started_at.isoformat(),
        "speed": state.speed,
        "ended_at": state.ended_at.isoformat() if state.ended_at else None,
    }
    replace_whole(folder / FILE, json.dumps(found, ensure_ascii=False, indent=1).encode())


def unfinished(folder: Path, script: str) -> tuple[Path, DrillState] | None:
    """Return the newest drill of this script that did not end, below a folder; or None."""
    for one in sorted(folder.glob(f"*/{FILE}"), reverse=True):
        state = read_state(one.parent)
        if state is not None and state.script == script and state.ended_at is None:
            return one.parent, state
    return None
