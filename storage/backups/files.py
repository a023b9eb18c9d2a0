"""Files beside the database: flushed to the disk, removed with what SQLite keeps beside them."""

import os
from contextlib import suppress
from pathlib import Path

LOGS = ("-wal", "-journal")
BESIDE = (*LOGS, "-shm")


def create_private(path: Path) -> None:
    """Create an empty file that only its owner can read; raise FileExistsError."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def with_suffix(path: Path, suffix: str) -> Path:
    """Return the path of a file beside this one."""
    return path.with_name(f"{path.name}{suffix}")


def remove_database(path: Path) -> None:
    """Remove a database file and what is beside it, where they are there."""
    for suffix in ("", *BESIDE):
        with suppress(OSError):
            with_suffix(path, suffix).unlink()
