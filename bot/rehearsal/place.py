"""Where a rehearsal keeps its files: a directory of its own, and nothing else is ever emptied or written over."""

import fcntl
import shutil
from pathlib import Path

MARK = "# Written by `heard rehearse`"  # how the heard.toml of every rehearsal begins


class NotOurPlace(Exception):
    """The directory holds something else, or another rehearsal runs there; the text is what people read."""


def suits(directory: Path) -> None:
    """Raise NotOurPlace unless a rehearsal may keep its files here: nothing is there, or the last rehearsal's.

    Somebody may name a desk's own state directory, or a home, by mistake; a rehearsal that runs works on its files.
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
    """Take away what the last rehearsal left in a directory that `suits`, and return it."""
    shutil.rmtree(directory, ignore_errors=True)
    return directory


def _of_a_rehearsal(directory: Path) -> bool:
    try:
        return (directory / "heard.toml").read_text(encoding="utf-8").startswith(MARK)
    except (OSError, UnicodeDecodeError):
        return False


def _in_use(database: Path) -> bool:
    """Tell whether a desk holds this file: it does so as long as it runs, however it ends."""
    if not database.is_file():
        return False
    with database.open("rb+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
