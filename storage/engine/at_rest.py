"""The digest of a database file while no desk runs: a damaged disk, or somebody's hand, is noticed at the next start.

SQLite's pages have no checksums of their own here (its checksum extension is not in Python's module), so that a
changed byte within a text is still a valid page. This file is written at an orderly end, and beside a backup.
"""

import hashlib
import json
from contextlib import suppress
from math import inf
from pathlib import Path

from bot.domain.base.quick_dataclass import dataclass
from bot.gateways.durable_files import remove, replace_whole

LARGEST = 512 * 2**20  # bytes; about half a second


@dataclass(frozen=True, slots=True)
class AtRest:
    """The database file, and the small file with its digest."""

    database: Path
    kept: Path
    largest: float = LARGEST  # bytes

    def changed(self) -> bool:
        """Return whether the file is another one than at the last orderly end; False where that is not known."""
        try:
            known = json.loads(self.kept.read_text("ascii"))
            return bool(known != self._now())
        except (OSError, ValueError):
            return False

    def write_down(self) -> None:
        """Write the digest of the file, which no connection has open any more."""
        with suppress(OSError):
            found = self._now()
            if found["digest"]:
                replace_whole(self.kept, json.dumps(found).encode())

    def forget(self) -> None:
        """Remove the digest, since the file is worked on from now on."""
        remove(self.kept)

    def _now(self) -> dict[str, int | str]:
        size = self.database.stat().st_size
        if size > self.largest or self._in_log():
            return {"size": size, "digest": ""}
        with self.database.open("rb") as file:
            return {"size": size, "digest": hashlib.file_digest(file, "sha256").hexdigest()}

    def _in_log(self) -> bool:
        """Return whether changes are in the log beside the file; who only reads it leaves an empty one behind."""
        with suppress(FileNotFoundError):
            return self.database.with_name(f"{self.database.name}-wal").stat().st_size > 0
        return False


def of_backup(path: Path) -> AtRest:
    """Return the digest of a backup, which stands beside it."""
    return AtRest(path, path.with_name(f"{path.name}.sum"), inf)


def beside(key_file: Path) -> Path:
    """Return the path of the digest of the desk whose trail has this key."""
    return key_file.with_name("database.sum")
