"""The directory of a rehearsal's files. No other directory is ever emptied or written over."""

import fcntl
import shutil
from pathlib import Path

MARK = "# Written by `heard rehearse`"  # first line of the heard.toml of every rehearsal


class NotOurPlace(Exception):
    """Another rehearsal runs in the directory, or its files are not a rehearsal's; the text is shown to people."""


def suits(directory: Path) -> None:
    """Raise NotOurPlace unless the directory is empty, or holds an earlier rehearsal that has ended.

    Somebody may name a real desk's state directory, or a home directory, by mistake.
    """
    if directory.exists() and not directory.is_dir():
        raise NotOurPlace(f"{directory} is a file. Name a directory for the rehearsal with --state.")
    if not directory.is_dir() or not any(directory.iterdir()):
        return
    if not _of_a_rehearsal(directory):
        raise NotOurPlace(
            f"{directory} holds files that no rehearsal made, and a rehearsal would empty it. "
            "Name another directory with --state."
        )
    if _in_use(directory / "heard.db"):
        raise NotOurPlace(
            f"A rehearsal is running in {directory}. Stop that one first, or name another directory with --state."
        )


def emptied(directory: Path) -> Path:
    """Delete the last rehearsal's files from a directory that `suits` accepts, and return the directory."""
    shutil.rmtree(directory, ignore_errors=True)
    return directory


def _of_a_rehearsal(directory: Path) -> bool:
    try:
        return (directory / "heard.toml").read_text(encoding="utf-8").startswith(MARK)
    except (OSError, UnicodeDecodeError):
        return False


def _in_use(database: Path) -> bool:
    """Return whether a desk has this file locked; the lock ends with the desk's process."""
    if not database.is_file():
        return False
    with database.open("rb+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
