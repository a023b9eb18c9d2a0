"""Locks a database file for one desk, by device and inode and not by name.

Symbolic links, hard links and other paths all lead to one inode, and flock(2) locks the inode. The
lock ends with the process. It is independent of SQLite's own locks, which are of another kind.
"""

import fcntl
import os
import threading
from pathlib import Path

from bot.ports.store_errors import OutOfService
from storage.engine.refusals import AlreadyOpen, NotOurs

Identity = tuple[int, int]

# Closing any descriptor of a file drops all of SQLite's locks on it in this process (sqlite.org/howtocorrupt.html),
# so this module remembers the files that this process holds and never opens one a second time.
_here: set[Identity] = set()
_door = threading.Lock()


class Hold:
    """A lock on one file, for its owner only, until `release`; raises AlreadyOpen when another desk has it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _door:
            self._file, self._identity = self._taken()
            _here.add(self._identity)

    def _taken(self) -> tuple[int, Identity]:
        while True:
            if _identity(self.path) in _here:
                raise self._busy()
            file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                found = os.fstat(file)
                self._lock(file, found.st_uid)
            except BaseException:
                os.close(file)
                raise
            if (found.st_dev, found.st_ino) == _identity(self.path):
                return file, (found.st_dev, found.st_ino)
            os.close(file)  # replaced between the two calls: try again

    def _lock(self, file: int, owner: int) -> None:
        if owner != os.geteuid():
            raise NotOurs(f"{self.path} belongs to another user of this machine. Run the desk as that one.")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise self._busy() from None
        os.fchmod(file, 0o600)

    def _busy(self) -> AlreadyOpen:
        return AlreadyOpen(
            f"Another Heard is at work on {self.path}. Stop that one first, or name another file for this one."
        )

    def must_stand(self) -> None:
        """Raise OutOfService when the path no longer leads to the locked file: it was moved or replaced."""
        if _identity(self.path) != self._identity:
            raise OutOfService(
                f"{self.path} is not the file any more that this desk opened, so nothing is written. "
                "Put it back, or stop the desk, look at both files, and start it again."
            )

    def release(self) -> None:
        """Unlock the file. SQLite's connections to it must be closed before, see above."""
        with _door:
            _here.discard(self._identity)
            os.close(self._file)


def _identity(path: Path) -> Identity | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
