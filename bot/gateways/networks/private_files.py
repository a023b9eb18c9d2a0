"""Reads a small file that only the desk's own user may read, or raises why it is not trusted."""

import os
import stat
from pathlib import Path


class NotTrusted(Exception):
    """A file whose content is not used; the text is the reason, such as "others on this machine can read it"."""


def private_content(file: Path, most: int, *, follow: bool = False) -> bytes:
    """Return the content of a file, at most one byte more than `most`; `follow`: its name may be a link.

    Raises NotTrusted, FileNotFoundError or another OSError.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    with open(os.open(file, flags), "rb") as opened:
        about = os.fstat(opened.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise NotTrusted("it is no plain file")
        if about.st_uid != os.geteuid():
            raise NotTrusted("it belongs to another user of this machine")
        if about.st_mode & 0o077:
            raise NotTrusted("others on this machine can read it")
        return opened.read(most + 1)
