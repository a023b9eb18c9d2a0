"""Processes that end with the run of the tests or the bench that started them, also where that is killed (on Linux)."""

import os
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import IO, Any

from tests import ending


class Child(subprocess.Popen[Any]):
    """A started process. After a kill of its parent `last` is sent to it, and its `folder` is removed."""

    def __init__(self, *command: Any, last: int = signal.SIGTERM, folder: Path | None = None, **how: Any) -> None:
        """Start it as `subprocess.Popen` does."""
        super().__init__(*command, **how)
        _tell(self.pid, last, folder)


def goes_with_us(folder: Path) -> None:
    """Have a folder removed after the end of this process, also where that is killed."""
    _tell(os.getpid(), signal.SIGTERM, folder)


def _tell(pid: int, last: int, folder: Path | None) -> None:
    if beginning := ending.began(pid):
        told = _watch().stdin
        told.write(f"{pid}\t{beginning}\t{int(last)}\t{folder or ''}\n")
        told.flush()


class _Watch(subprocess.Popen[str]):
    stdin: IO[str]


@cache
def _watch() -> _Watch:
    """Start the process that outlives this one for a moment: no signal of the terminal reaches it."""
    command = [sys.executable, "-I", "-S", ending.__file__]
    return _Watch(command, stdin=subprocess.PIPE, text=True, start_new_session=True)
