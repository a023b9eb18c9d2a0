"""The digest of a database file while no desk runs: a damaged disk, or somebody's hand, is noticed at the next start.

SQLite's pages have no checksums of their own here (its checksum extension is not in Python's module), so that a
changed byte within a text is still a valid page. This file is written at an orderly end only.
"""

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LARGEST = 512 * 2**20  # bytes; about half a second


@dataclass(frozen=True, slots=True)
class AtRest:
    """The database file, and the small file with its digest."""

    database: Path
    kept: Path

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
                part = self.kept.with_name(f"{self.kept.name}.part")
                with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                    file.write(json.dumps(found))
                part.replace(self.kept)

    def forget(self) -> None:
        """Remove the digest, since the file is worked on from now on."""
        self.kept.unlink(missing_ok=True)

    def _now(self) -> dict[str, int | str]:
        size = self.database.stat().st_size
        if size > LARGEST or self.database.with_name(f"{self.database.name}-wal").exists():
            return {"size": size, "digest": ""}
        with self.database.open("rb") as file:
            return {"size": size, "digest": hashlib.file_digest(file, "sha256").hexdigest()}


def beside(key_file: Path) -> Path:
    """Return the path of the digest of the desk whose trail has this key."""
    return key_file.with_name("database.sum")
