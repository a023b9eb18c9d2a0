"""Small files of the desk's state, replaced whole, so that a power cut leaves the old content or the new one.

A file system may write a name before the content that it leads to, and forget a new name or a removal for some time.
So the content is flushed before it gets its name, and the folder with the names after it.
"""

import os
from contextlib import suppress
from pathlib import Path


def flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk; raise OSError."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def write_aside(path: Path, content: bytes) -> None:
    """Write a new file for its owner only, in the place of one that a kill has left, with its content on the disk."""
    with suppress(FileNotFoundError):
        path.unlink()
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace_whole(path: Path, content: bytes) -> None:
    """Give a file this content, for its owner only; raise OSError, and then it has its old one."""
    aside = path.with_name(f"{path.name}.part")
    write_aside(aside, content)
    aside.replace(path)
    flush(path.parent)


def remove(path: Path) -> None:
    """Remove a file, if it is there, so that it does not come back; raise OSError."""
    with suppress(FileNotFoundError):
        path.unlink()
        flush(path.parent)
