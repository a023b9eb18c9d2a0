"""The state directory of a desk: created private, or refused with a sentence before any file is opened."""

import os
import stat
from pathlib import Path

from bot.domain.base.refusals import NotUsable


def made(directory: Path) -> Path:
    """Create the directory, for its owner only, if it is missing, and return it.

    Raises NotUsable when it cannot be created, or when others can enter it. Its mode is not changed, since it may be
    shared on purpose, and since others may have read the files already.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as trouble:
        raise NotUsable(_sentence(directory, trouble.strerror or type(trouble).__name__), "desk.state_dir") from None
    if found := exposure(directory):
        raise NotUsable(" ".join(found), "desk.state_dir")
    return directory


def exposure(path: Path) -> tuple[str, str] | None:
    """Return how others on this machine can access a file or directory of the desk, and the remedy; or None."""
    if not path.exists():
        return None
    found = path.stat()
    if found.st_uid != os.geteuid():
        return f"{path} belongs to another user of this machine.", "Run the desk as that one, or name another place."
    mode = stat.S_IMODE(found.st_mode)
    if not mode & (stat.S_IRWXG | stat.S_IRWXO):
        return None
    remedy = f"chmod {700 if path.is_dir() else 600} {path}"
    return f"Others on this machine could read {path} (mode {mode:04o}).", remedy


def obstacle(directory: Path) -> str:
    """Return why `made` would fail or the desk could not write there, or ""; nothing is created or changed."""
    there = next(one for one in (directory, *directory.parents) if one.exists())
    if not there.is_dir():
        return _sentence(directory, f"{there} is a file")
    if not os.access(there, os.W_OK | os.X_OK):
        return _sentence(directory, f"this user may not write in {there}")
    return ""


def _sentence(directory: Path, why: str) -> str:
    return f"The desk cannot keep its files in {directory}: {why}. See desk.state_dir in heard.toml."
