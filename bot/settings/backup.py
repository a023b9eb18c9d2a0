"""The section of heard.toml on backups."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, StrictInt

from bot.domain.backups.backup import BackupPolicy
from bot.settings.values import Folder, Length, Section


class BackupSection(Section):
    """The backups that the desk makes by itself; without the section it makes none."""

    folder: Folder = Field(
        Path("backups"),
        description="Where they are kept, best on another disk; relative to heard.toml. They hold private messages.",
    )
    every: Length = Field(timedelta(hours=1), description="The time between two backups: 1h, 1d.")
    keep: Annotated[StrictInt, Field(ge=2, le=10_000)] = Field(48, description="How many are kept; older ones go.")


def backup_policy(section: BackupSection) -> BackupPolicy:
    """Return the section as a domain value."""
    return BackupPolicy(every=section.every, keep=section.keep)
