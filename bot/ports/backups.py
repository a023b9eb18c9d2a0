"""The interface to the backups of the store."""

from datetime import datetime
from typing import Protocol

from bot.domain.backups.backup import BackupContent, BackupPolicy


class BackupFailed(Exception):
    """No backup was made, or it is not a whole copy; the sentence says why."""


class Backups(Protocol):
    """The folder of the desk's backups."""

    @property
    def policy(self) -> BackupPolicy:
        """Return how often a backup is made, and how many are kept."""

    def newest(self, now: datetime) -> datetime | None:
        """Return when the newest good backup was made; one of a clock that was ahead is none."""

    def count(self) -> int:
        """Return how many backups are there; 0 also where the folder cannot be read."""

    def make(self, now: datetime) -> BackupContent:
        """Make a backup while the desk goes on, verify it, and delete the oldest ones; raise BackupFailed."""
