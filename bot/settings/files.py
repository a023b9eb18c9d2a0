"""Reads a small text file that a person wrote, or raises the reason why it cannot be read."""

import stat
from pathlib import Path

LARGEST = 1_000_000  # bytes


class UnreadableFile(Exception):
    """A file cannot be read; the text is the reason, such as "it is a folder"."""


def small_text(path: Path) -> str:
    """Return the text of a file, without a byte order mark; raise UnreadableFile."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableFile("it is a folder" if stat.S_ISDIR(found.st_mode) else "it is no file")
        if found.st_size > LARGEST:
            raise UnreadableFile(f"it is larger than {LARGEST:,} bytes")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile("it is not saved as UTF-8 text") from None
    except OSError as trouble:
        raise UnreadableFile((trouble.strerror or type(trouble).__name__).lower()) from None
    except ValueError:
        raise UnreadableFile("its name cannot be used") from None
