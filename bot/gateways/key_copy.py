"""Remembers that the key of the audit trail was copied to another place, and warns while it was not."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bot.gateways.durable_files import replace_whole
from bot.gateways.findings import Finding, warn

KEY, NOTE = "trail.key", "trail.key.copied"
_ONLY = "The key of the audit trail is only on this machine: no backup has it."
_COPY = (
    "`heard audit key --to FILE` copies it; keep that apart from the backups. Without it nobody can check a restored "
    "trail, or erase again who was erased."
)


def note_copied(state_dir: Path) -> None:
    """Remember that the present key was copied."""
    replace_whole(state_dir / NOTE, _digest(state_dir / KEY).encode())


def of_key_copy(state_dir: Path) -> Iterator[Finding]:
    """Yield a warning where the present key would be lost with this machine."""
    with suppress(OSError):
        if (state_dir / KEY).exists() and _noted(state_dir / NOTE) != _digest(state_dir / KEY):
            yield warn(_ONLY, _COPY)


def _noted(path: Path) -> str:
    with suppress(OSError, UnicodeDecodeError):
        return path.read_text("ascii")
    return ""


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
