"""The directory in which a desk keeps its files: made private, or refused in a sentence before anything is opened."""

import os
from pathlib import Path

from bot.domain.errors import NotUsable


def made(directory: Path) -> Path:
    """Make the directory for its owner alone, if it is missing, and return it; raise NotUsable where it cannot be."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as trouble:
        raise NotUsable(_sentence(directory, trouble.strerror or type(trouble).__name__), "desk.state_dir") from None
    return directory


def obstacle(directory: Path) -> str:
    """Return why `made` would fail or the desk could not write there, or ""; nothing is made or changed."""
    there = next(one for one in (directory, *directory.parents) if one.exists())
    if not there.is_dir():
        return _sentence(directory, f"{there} is a file")
    if not os.access(there, os.W_OK | os.X_OK):
        return _sentence(directory, f"this user may not write in {there}")
    return ""


def _sentence(directory: Path, why: str) -> str:
    return f"The desk cannot keep its files in {directory}: {why}. See desk.state_dir in heard.toml."
